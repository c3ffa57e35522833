import type { JSX } from 'preact';
import { t } from '../../lib/i18n.ts';
import { useTitle } from '../../lib/title.ts';
import { ChangeLog } from '../../parts/change-log.tsx';

export default function Changes(): JSX.Element {
	useTitle(t('nav.changes'));
	return (
		<section class="card" aria-label={t('nav.changes')}>
			<ChangeLog />
		</section>
	);
}
