// The change log of one account or of all: by day, filtered, each entry opens to
// what it was before and after.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Bones } from '../kit/bits.tsx';
import { Button } from '../kit/button.tsx';
import { Count } from '../kit/count.tsx';
import { Filter, Options } from '../kit/filter.tsx';
import { Icon } from '../kit/icon.tsx';
import { Empty, Failure } from '../kit/states.tsx';
import { get } from '../lib/api.ts';
import type { Account, Change, Page } from '../lib/api.types.ts';
import { longDay } from '../lib/format.ts';
import { t, tWord } from '../lib/i18n.ts';
import { usePages } from '../lib/pages.ts';
import { route, setQuery } from '../lib/router.ts';
import { can, session } from '../lib/session.ts';
import { ACTIONS } from './action-words.ts';
import { ChangeEntry } from './change-entry.tsx';
import { ExportButton } from './export-button.tsx';
import { RangeFilter } from './range-filter.tsx';

const REFRESH = 10_000;

interface Filters {
	action: string[];
	actor: string | null;
	from: string | null;
	to: string | null;
	correlation: string | null;
}

function filtersOf(query: URLSearchParams): Filters {
	return {
		action: query.getAll('action'),
		actor: query.get('actor'),
		from: query.get('from'),
		to: query.get('to'),
		correlation: query.get('correlation'),
	};
}

function byDay(items: Change[]): [string, Change[]][] {
	const days: [string, Change[]][] = [];
	for (const item of items) {
		const day = longDay(item.at);
		const last = days[days.length - 1];
		if (last?.[0] === day) last[1].push(item);
		else days.push([day, [item]]);
	}
	return days;
}

export function ChangeLog({ account }: { account?: Account }): JSX.Element {
	const { query } = route.value;
	const filters = filtersOf(query);
	const path = account ? `accounts/${account.id}/changes` : 'changes';
	const pages = usePages<Change>(
		`${path} ${JSON.stringify(filters)}`,
		(cursor, stop) => get<Page<Change>>(path, { ...filters, limit: 50, cursor }, stop),
		{ every: REFRESH, newestFirst: true },
	);
	const [open, setOpen] = useState<Set<string>>(() => new Set([query.get('open') ?? '']));
	const [all, setAll] = useState(false);
	const items = pages.items.value;
	const toggle = (id: string): void => {
		const next = new Set(open);
		if (!next.delete(id)) next.add(id);
		setOpen(next);
	};
	const flip = (): void => {
		setAll(!all);
		setOpen(new Set());
	};
	const Title = account ? 'h2' : 'h1';
	const Day = account ? 'h3' : 'h2';
	return (
		<div class={`log${account ? '' : ' whole'}`}>
			<header class="tab-head">
				<div>
					<Title>{t('nav.changes')}</Title>
					<p class="muted">{t(account ? 'log.textAccount' : 'log.text')}</p>
				</div>
				{can('audit.export') && <ExportButton path={`${path}.csv`} query={{ ...filters }} />}
			</header>
			<LogTools filters={filters} items={items}>
				<Count of={pages.total.value} words="log.count" class="tools-count" />
				<Button kind="ghost" onClick={flip}>
					{t(all ? 'log.collapse' : 'log.expand')}
				</Button>
			</LogTools>
			<div class="log-scroll">
				{pages.problem.value && items.length === 0 && (
					<Failure problem={pages.problem.value} onRetry={() => void pages.again()} />
				)}
				{pages.ready.value && items.length === 0 && <NoChanges filters={filters} />}
				{byDay(items).map(([day, entries]) => (
					<section key={day} class="day">
						<Day>{day}</Day>
						<ul>
							{entries.map((change) => (
								<ChangeEntry
									key={change.id}
									change={change}
									open={open.has(change.id) !== all}
									onToggle={() => toggle(change.id)}
									showAccount={!account}
								/>
							))}
						</ul>
					</section>
				))}
				{pages.busy.value && <Bones lines={items.length ? 3 : 9} class="log-bones" />}
				<More key={path} onMore={() => void pages.more()} on={Boolean(pages.next.value)} />
			</div>
		</div>
	);
}

/** Reads on when the end of the list comes near. */
export function More({ onMore, on }: { onMore: () => void; on: boolean }): JSX.Element {
	const ref = useRef<HTMLDivElement>(null);
	const latest = useRef(onMore);
	latest.current = onMore;
	useEffect(() => {
		if (!on || !ref.current) return;
		const watch = new IntersectionObserver(
			(seen) => seen.some((one) => one.isIntersecting) && latest.current(),
			{
				rootMargin: '600px',
			},
		);
		watch.observe(ref.current);
		return () => watch.disconnect();
	});
	return <div ref={ref} class="more" />;
}

function NoChanges({ filters }: { filters: Filters }): JSX.Element {
	const { correlation } = filters;
	const some = filters.action.length > 0 || filters.actor || filters.from || filters.to || correlation;
	if (!some) return <Empty icon="clock" title={t('log.none')} text={t('log.noneText')} />;
	return (
		<Empty icon="search" title={t('log.nothing')} text={t('log.nothingText')}>
			<Button
				onClick={() => setQuery({ action: null, actor: null, from: null, to: null, correlation: null })}
			>
				{t('filter.clearAll')}
			</Button>
		</Empty>
	);
}

/** Only what one request, billing event or job did; one comes here by a link. */
function Together({ id }: { id: string }): JSX.Element {
	return (
		<span class="filter on">
			<span class="filter-btn" title={id}>
				{t('log.correlation')} <span class="filter-value">{id.slice(0, 8)}…</span>
			</span>
			<button
				type="button"
				class="filter-clear"
				aria-label={t('filter.clear', { what: t('log.correlation') })}
				onClick={() => setQuery({ correlation: null })}
			>
				<Icon name="x" size={14} />
			</button>
		</span>
	);
}

function LogTools(props: { filters: Filters; items: Change[]; children: JSX.Element[] }): JSX.Element {
	const { filters, items } = props;
	const me = session.value?.person;
	const actors = new Map<string, string>();
	if (me) actors.set(me.id, me.name);
	for (const item of items) if (item.actor_id) actors.set(item.actor_id, item.actor_label);
	const chosen = filters.action;
	const words =
		chosen.length === 1
			? tWord('action', chosen[0])
			: chosen.length
				? t('filter.chosen', { n: chosen.length })
				: null;
	return (
		<div class="tools">
			<Filter label={t('log.action')} value={words} onClear={() => setQuery({ action: null })}>
				{(close) => (
					<Options
						many
						label={t('log.action')}
						options={ACTIONS.map((action) => ({
							value: action,
							label: tWord('action', action),
							group: tWord('actionGroup', action.split('.')[0]),
						}))}
						chosen={chosen}
						onChange={(action) => setQuery({ action })}
						close={close}
					/>
				)}
			</Filter>
			<Filter
				label={t('log.actor')}
				value={filters.actor && (actors.get(filters.actor) ?? filters.actor)}
				onClear={() => setQuery({ actor: null })}
			>
				{(close) => (
					<Options
						label={t('log.actor')}
						options={[...actors].map(([value, label]) => ({
							value,
							label,
							...(value === me?.id ? { hint: t('log.you') } : {}),
						}))}
						chosen={filters.actor ? [filters.actor] : []}
						onChange={([actor]) => setQuery({ actor })}
						close={close}
					/>
				)}
			</Filter>
			<RangeFilter from={filters.from} to={filters.to} onChange={(from, to) => setQuery({ from, to })} />
			{filters.correlation && <Together id={filters.correlation} />}
			<span class="push" />
			{props.children}
		</div>
	);
}
