import type { JSX } from 'preact';
import { t } from '../../lib/i18n.ts';
import { useTitle } from '../../lib/title.ts';
import { EventList } from '../../parts/event-list.tsx';

export default function Events(): JSX.Element {
	useTitle(t('nav.events'));
	return <EventList />;
}
