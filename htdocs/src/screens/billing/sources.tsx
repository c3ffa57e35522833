import type { JSX } from 'preact';
import { Bones, Chip, Tag, Time } from '../../kit/bits.tsx';
import { Empty, Failure } from '../../kit/states.tsx';
import { get } from '../../lib/api.ts';
import type { BillingSource } from '../../lib/api.types.ts';
import { number } from '../../lib/format.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { href } from '../../lib/router.ts';
import { useTitle } from '../../lib/title.ts';

export default function Sources(): JSX.Element {
	useTitle(t('nav.sources'));
	const { data, problem, reload } = useLoad<{ items: BillingSource[] }>(
		'sources',
		(signal) => get('billing-sources', {}, signal),
		15_000,
	);
	return (
		<section class="card" aria-label={t('nav.sources')}>
			<div class="page scroll">
				<header class="tab-head">
					<div>
						<h1>{t('nav.sources')}</h1>
						<p class="muted">{t('source.text')}</p>
					</div>
				</header>
				{problem && !data && <Failure problem={problem} onRetry={reload} />}
				{!data && !problem && <Bones lines={4} />}
				{data?.items.length === 0 && (
					<Empty icon="plug" title={t('source.none')} text={t('source.noneText')} />
				)}
				<ul class="boxes">
					{data?.items.map((source) => (
						<Source key={source.id} source={source} />
					))}
				</ul>
				{data && (
					<p class="muted note">
						{t('source.manage')} <code>gatehousectl source</code>
					</p>
				)}
			</div>
		</section>
	);
}

function Source({ source }: { source: BillingSource }): JSX.Element {
	return (
		<li class="box">
			<div class="box-main">
				<p class="box-title">
					<b>{source.label}</b>
					<span class="mono muted">{source.name}</span>
					<Chip tone={source.enabled ? 'good' : 'idle'} quiet>
						{t(source.enabled ? 'source.enabled' : 'source.disabled')}
					</Chip>
					<Tag>{tWord('sourceMode', source.mode)}</Tag>
				</p>
				<p class="box-text">
					<span>
						{t('source.under')}{' '}
						<a href={href(`accounts/${source.parent_account_id}/overview`)}>{source.parent_name}</a>
					</span>
					<span>{t('source.secrets', { n: source.secrets, text: number(source.secrets) })}</span>
					<span>{t(source.auto_provisioning ? 'source.autoOn' : 'source.autoOff')}</span>
					<span>
						{t('source.last')} {source.last_event_at ? <Time at={source.last_event_at} /> : '–'}
					</span>
				</p>
				{source.mode === 'legacy' && <p class="box-text warn-text">{t('source.legacyWarn')}</p>}
			</div>
			<a
				class="btn plain small"
				href={href('billing-events', source.open_events ? { state: 'quarantined' } : {})}
			>
				{source.open_events ? t('stat.openEvents', { n: source.open_events }) : t('nav.events')}
			</a>
		</li>
	);
}
