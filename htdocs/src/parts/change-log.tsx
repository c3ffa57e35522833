// The change log of one account or of all: by day, filtered, each entry opens to
// what it was before and after.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Bones } from '../kit/bits.tsx';
import { Button } from '../kit/button.tsx';
import { Count } from '../kit/count.tsx';
import { Empty, Failure } from '../kit/states.tsx';
import { get } from '../lib/api.ts';
import type { Account, Change, Page } from '../lib/api.types.ts';
import { longDay } from '../lib/format.ts';
import { t } from '../lib/i18n.ts';
import { inUtc, zone } from '../lib/log-zone.ts';
import { usePages } from '../lib/pages.ts';
import { href, route, setQuery } from '../lib/router.ts';
import { can } from '../lib/session.ts';
import { ChangeEntry } from './change-entry.tsx';
import { ExportButton } from './export-button.tsx';
import { LogTools, NO_FILTERS } from './log-tools.tsx';
import type { When } from './log-when.tsx';

const REFRESH = 10_000;

export interface Filters extends When {
	action: string[];
	actor: string | null;
	ip: string | null;
	correlation: string | null;
}

function filtersOf(query: URLSearchParams): Filters {
	return {
		action: query.getAll('action'),
		actor: query.get('actor'),
		ip: query.get('ip'),
		newest: query.get('newest'),
		last_minutes: query.get('last_minutes'),
		from: query.get('from'),
		to: query.get('to'),
		correlation: query.get('correlation'),
	};
}

function byDay(items: Change[]): [string, Change[]][] {
	const days: [string, Change[]][] = [];
	for (const item of items) {
		const day = longDay(item.at, zone());
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
					<p class="muted">
						{t(account ? 'log.textAccount' : 'log.text')}{' '}
						{!account && can('audit.verify') && <a href={href('changes/chain')}>{t('chain.title')}</a>}
					</p>
				</div>
				{can('audit.export') && (
					<ExportButton path={`${path}.csv`} query={{ ...filters, ...(inUtc.value ? { zone: '0' } : {}) }} />
				)}
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
	const { action, ...others } = filters;
	const some = action.length > 0 || Object.values(others).some(Boolean);
	if (!some) return <Empty icon="clock" title={t('log.none')} text={t('log.noneText')} />;
	return (
		<Empty icon="search" title={t('log.nothing')} text={t('log.nothingText')}>
			<Button onClick={() => setQuery(NO_FILTERS)}>{t('filter.clearAll')}</Button>
		</Empty>
	);
}
