import type { JSX } from 'preact';
import { ChangeLog } from '../../parts/change-log.tsx';
import type { TabProps } from './sections.ts';

export default function AccountChanges({ account }: TabProps): JSX.Element {
	return <ChangeLog account={account} />;
}
