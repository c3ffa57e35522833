// What begins, ends or goes for good soon: by day, the nearest first.
import type { JSX } from 'preact';
import type { IconName } from '../../gen/icons.ts';
import { Bones, Time } from '../../kit/bits.tsx';
import { Filter, Options } from '../../kit/filter.tsx';
import { Icon } from '../../kit/icon.tsx';
import { Empty, Failure } from '../../kit/states.tsx';
import { get } from '../../lib/api.ts';
import type { AgendaItem, Page } from '../../lib/api.types.ts';
import { longDay } from '../../lib/format.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { href, route, setQuery } from '../../lib/router.ts';
import { useTitle } from '../../lib/title.ts';

const REFRESH = 60_000;
const DAYS = ['7', '30', '90'];

/** Where each kind is changed, and how it is drawn. */
const KINDS: Record<AgendaItem['kind'], { tab: string; icon: IconName }> = {
	hold_begins: { tab: 'life-cycle', icon: 'pause' },
	hold_ends: { tab: 'life-cycle', icon: 'play' },
	member_ends: { tab: 'users', icon: 'user' },
	invitation_ends: { tab: 'invitations', icon: 'mail' },
	account_purge: { tab: 'life-cycle', icon: 'trash-2' },
	licence_purge: { tab: 'cameras', icon: 'badge-check' },
};

function byDay(items: AgendaItem[]): [string, AgendaItem[]][] {
	const days = new Map<string, AgendaItem[]>();
	for (const item of items) {
		const day = longDay(item.at);
		days.set(day, [...(days.get(day) ?? []), item]);
	}
	return [...days];
}

export default function Agenda(): JSX.Element {
	useTitle(t('nav.agenda'));
	const { query } = route.value;
	const days = DAYS.find((one) => one === query.get('days')) ?? '30';
	const kind = query.getAll('kind');
	const { data, problem, reload } = useLoad<Page<AgendaItem>>(
		`agenda ${days} ${kind}`,
		(stop) => get('agenda', { days, kind }, stop),
		REFRESH,
	);
	return (
		<section class="card" aria-label={t('nav.agenda')}>
			<div class="page scroll">
				<header class="tab-head">
					<div>
						<h1>{t('nav.agenda')}</h1>
						<p class="muted">{t('agenda.text')}</p>
					</div>
				</header>
				<Tools days={days} kind={kind} />
				{problem && !data && <Failure problem={problem} onRetry={reload} />}
				{!data && !problem && <Bones lines={8} />}
				{data?.items.length === 0 && (
					<Empty icon="calendar" title={t('agenda.none')} text={t('agenda.noneText')} />
				)}
				{byDay(data?.items ?? []).map(([day, items]) => (
					<section key={day} class="agenda-day">
						<h2>{day}</h2>
						<ul class="boxes">
							{items.map((item) => (
								<Row key={`${item.kind} ${item.account_id} ${item.at} ${item.label}`} item={item} />
							))}
						</ul>
					</section>
				))}
				{data?.total?.exact === false && <p class="muted">{t('agenda.more')}</p>}
			</div>
		</section>
	);
}

function Tools({ days, kind }: { days: string; kind: string[] }): JSX.Element {
	const kinds = Object.keys(KINDS).map((value) => ({ value, label: tWord('agendaKind', value) }));
	const chosen = kinds.filter((one) => kind.includes(one.value));
	const words = chosen.length > 1 ? t('filter.chosen', { n: chosen.length }) : (chosen[0]?.label ?? null);
	return (
		<div class="inline">
			<Filter
				label={t('agenda.ahead')}
				value={t('agenda.days', { n: Number(days) })}
				onClear={() => setQuery({ days: null })}
			>
				{(close) => (
					<Options
						label={t('agenda.ahead')}
						options={DAYS.map((value) => ({ value, label: t('agenda.days', { n: Number(value) }) }))}
						chosen={[days]}
						onChange={([one]) => setQuery({ days: one })}
						close={close}
					/>
				)}
			</Filter>
			<Filter label={t('agenda.kind')} value={words} onClear={() => setQuery({ kind: null })}>
				{(close) => (
					<Options
						many
						label={t('agenda.kind')}
						options={kinds}
						chosen={kind}
						onChange={(next) => setQuery({ kind: next })}
						close={close}
					/>
				)}
			</Filter>
		</div>
	);
}

/** The hold's kind and the licence have words; a person and an address are what they are. */
function labelOf(item: AgendaItem): string {
	if (item.kind.startsWith('hold_')) return tWord('holdKind', item.label);
	return item.label ?? '';
}

function Row({ item }: { item: AgendaItem }): JSX.Element {
	const { tab, icon } = KINDS[item.kind];
	const label = labelOf(item);
	return (
		<li class="box">
			<Icon name={icon} />
			<div class="box-main">
				<p class="box-title">
					<a href={href(`accounts/${item.account_id}/${tab}`)}>{item.account_name}</a>
				</p>
				<p class="box-text">
					<span>{tWord('agendaKind', item.kind)}</span>
					{label && <span>{label}</span>}
				</p>
			</div>
			<Time at={item.at} />
		</li>
	);
}
