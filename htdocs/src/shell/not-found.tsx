import type { JSX } from 'preact';
import { LinkButton } from '../kit/button.tsx';
import { Empty } from '../kit/states.tsx';
import { t } from '../lib/i18n.ts';
import { href } from '../lib/router.ts';

export function NotFound(): JSX.Element {
	return (
		<section class="card">
			<h1 class="sr-only">{t('notFound.title')}</h1>
			<Empty icon="circle-help" title={t('notFound.title')} text={t('notFound.text')}>
				<LinkButton href={href('')}>{t('notFound.home')}</LinkButton>
			</Empty>
		</section>
	);
}
