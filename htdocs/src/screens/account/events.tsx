import type { JSX } from 'preact';
import { EventList } from '../../parts/event-list.tsx';
import type { TabProps } from './sections.ts';

export default function AccountEvents({ account }: TabProps): JSX.Element {
	return <EventList account={account} />;
}
