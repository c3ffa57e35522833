// Billing events of one account or of all that may be seen; a row opens the drawer.
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { Copy, Time } from '../kit/bits.tsx';
import { Button } from '../kit/button.tsx';
import { Count } from '../kit/count.tsx';
import { type Column, Grid } from '../kit/grid.tsx';
import { Empty } from '../kit/states.tsx';
import { get } from '../lib/api.ts';
import type { Account, BillingEvent, Page } from '../lib/api.types.ts';
import { exact, number } from '../lib/format.ts';
import { language, t } from '../lib/i18n.ts';
import { useKeys } from '../lib/keys.ts';
import { usePages } from '../lib/pages.ts';
import { usePeek } from '../lib/peek.ts';
import { href, route, setQuery, withQuery } from '../lib/router.ts';
import { can } from '../lib/session.ts';
import { EventDrawer } from './event-drawer.tsx';
import { EventTools, type Filters, filtersOf } from './event-tools.tsx';
import { eventLabel } from './event-words.ts';
import { ExportButton } from './export-button.tsx';
import { ReplayAll } from './replay-all.tsx';
import { EventChip } from './words.tsx';

const REFRESH = 5_000;

function columns(whole: boolean): Column<BillingEvent>[] {
	const all: (Column<BillingEvent> | null)[] = [
		{
			id: 'type',
			label: t('event.type'),
			phone: 'main',
			cell: (event) => (
				<span class="who-text">
					<a class="row-link" href={withQuery({ event: event.id })}>
						{eventLabel(event)}
					</a>
					<small class={`mono${whole ? ' ph-hide' : ''}`}>{event.type}</small>
					{whole && <small class="ph-only">{event.account_name ?? event.subject_key}</small>}
				</span>
			),
		},
		{
			id: 'id',
			label: t('event.requestId'),
			width: '172px',
			rank: 2,
			cell: (event) => <Copy text={event.event_id} label={t('event.requestId')} />,
		},
		{
			id: 'state',
			label: t('event.state'),
			width: '128px',
			phone: 'top',
			cell: (event) => <EventChip state={event.state} reason={event.state_reason} />,
		},
		{
			id: 'subject',
			label: t('event.subject'),
			width: whole ? '200px' : '136px',
			rank: whole ? 1 : 2,
			cell: (event) => (
				<span class="who-text">
					{whole && event.account_id && can('account.view') ? (
						<a class="quiet-link" href={href(`accounts/${event.account_id}/overview`)}>
							{event.account_name}
						</a>
					) : null}
					<small class="mono">{event.subject_key}</small>
				</span>
			),
		},
		{
			id: 'received',
			label: t('event.created'),
			width: '118px',
			phone: 'foot',
			cell: (event) => <Time at={event.received_at} />,
		},
		{
			id: 'occurred',
			label: t('event.occurred'),
			width: '180px',
			rank: 3,
			cell: (event) => <time dateTime={event.occurred_at}>{exact(event.occurred_at)}</time>,
		},
		{
			id: 'attempts',
			label: t('event.attempts'),
			width: '84px',
			rank: 4,
			end: true,
			cell: (event) => number(event.attempts),
		},
		{
			id: 'seq',
			label: t('event.seq'),
			width: '64px',
			rank: 4,
			end: true,
			cell: (event) => event.subject_seq ?? '–',
		},
	];
	return all.filter((one) => one !== null);
}

export function EventList({ account }: { account?: Account }): JSX.Element {
	const { query } = route.value;
	const filters = filtersOf(query);
	const path = account ? `accounts/${account.id}/billing-events` : 'billing-events';
	const pages = usePages<BillingEvent>(
		`${path} ${JSON.stringify(filters)}`,
		(cursor, stop) => get<Page<BillingEvent>>(path, { ...filters, limit: 50, cursor }, stop),
		{ every: REFRESH, newestFirst: true },
	);
	const peek = usePeek(pages, 'event');
	const { shown, at } = peek;
	useKeys(peek.keys);
	const list = useMemo(() => columns(!account), [language.value, !account]);
	const Title = account ? 'h2' : 'h1';
	const body = (
		<>
			<header class={account ? 'tab-head' : 'head'}>
				<Title>{t('nav.events')}</Title>
				<Count of={pages.total.value} words="event.count" />
				<span class="push" />
				{!account && <ReplayAll filters={filters} onDone={() => void pages.refresh()} />}
				{can('account.export') && <ExportButton path={`${path}.csv`} query={{ ...filters }} />}
			</header>
			<EventTools filters={filters} />
			<Grid<BillingEvent>
				label={t('nav.events')}
				pages={pages}
				columns={list}
				cursor={peek.cursor}
				onCursor={peek.setCursor}
				onOpen={peek.open}
				current={shown}
				empty={<NoEvents filters={filters} />}
			/>
		</>
	);
	const drawer = shown && (
		<EventDrawer
			id={shown}
			item={pages.items.value[at]}
			onStep={peek.step}
			onClose={peek.close}
			onChange={(event) => pages.put(event)}
			first={at === 0}
			last={at === pages.items.value.length - 1 && !pages.next.value}
			inside={Boolean(account)}
		/>
	);
	if (account) {
		return (
			<div class="events-in">
				<div class="events-list">{body}</div>
				{drawer}
			</div>
		);
	}
	return (
		<>
			<section class="card list" aria-label={t('nav.events')}>
				{body}
			</section>
			{drawer}
		</>
	);
}

function NoEvents({ filters }: { filters: Filters }): JSX.Element {
	const some =
		filters.type.length > 0 ||
		filters.state ||
		filters.from ||
		filters.to ||
		filters.subject ||
		filters.correlation;
	if (!some) return <Empty icon="receipt" title={t('event.none')} text={t('event.noneText')} />;
	const clear = { type: null, state: null, from: null, to: null, subject: null, correlation: null };
	return (
		<Empty
			icon={filters.state === 'quarantined' ? 'check' : 'search'}
			title={t('event.nothing')}
			text={t('event.nothingText')}
		>
			<Button onClick={() => setQuery(clear)}>{t('filter.clearAll')}</Button>
		</Empty>
	);
}
