import type { JSX } from 'preact';
import { RoleScreen } from '../../parts/role-screen.tsx';
import type { TabProps } from './sections.ts';

export default function Roles({ account }: TabProps): JSX.Element {
	return (
		<div class="tab profile">
			<RoleScreen account={{ id: account.id, name: account.name, kind: account.kind }} heading="h2" />
		</div>
	);
}
