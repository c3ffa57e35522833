// The roles that can be given where one acts.
import type { JSX } from 'preact';
import { t } from '../../lib/i18n.ts';
import { session } from '../../lib/session.ts';
import { useTitle } from '../../lib/title.ts';
import { RoleScreen } from '../../parts/role-screen.tsx';

export default function Roles(): JSX.Element {
	useTitle(t('nav.roles'));
	const acting = session.value?.acting;
	return (
		<section class="card" aria-label={t('nav.roles')}>
			<div class="page scroll tab profile">
				{acting && (
					<RoleScreen
						key={acting.account_id}
						account={{ id: acting.account_id, name: acting.account_name, kind: acting.account_kind }}
						heading="h1"
					/>
				)}
			</div>
		</section>
	);
}
