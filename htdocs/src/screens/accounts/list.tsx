// The list of customers, or of resellers: search, filters, columns, and the
// examination pane beside it.
import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import { Count } from '../../kit/count.tsx';
import { Grid } from '../../kit/grid.tsx';
import { Icon } from '../../kit/icon.tsx';
import { Menu } from '../../kit/menu.tsx';
import { Empty } from '../../kit/states.tsx';
import { toastProblem } from '../../kit/toast.tsx';
import { get } from '../../lib/api.ts';
import type { AccountItem, Page } from '../../lib/api.types.ts';
import { useAccountChanges } from '../../lib/bus.ts';
import { openDefault } from '../../lib/default-view.ts';
import { language, t, withWords } from '../../lib/i18n.ts';
import { useKeys } from '../../lib/keys.ts';
import { usePages } from '../../lib/pages.ts';
import { usePeek } from '../../lib/peek.ts';
import { go, href, route, setQuery } from '../../lib/router.ts';
import { section } from '../../lib/section.ts';
import { can } from '../../lib/session.ts';
import { useTitle } from '../../lib/title.ts';
import { accountItems } from '../../parts/acts.tsx';
import { ExportButton } from '../../parts/export-button.tsx';
import { accountColumns, isUsual } from './columns.tsx';
import type { NewAccount } from './new-account.tsx';
import { Pane } from './pane.tsx';
import { Tools } from './tools.tsx';
import { askOf, filterOf, isDefault, type View, viewOf } from './view.ts';

const REFRESH = 10_000;

export default function AccountList(): JSX.Element {
	useState(() => openDefault(route.peek().path[0] ?? 'customers'));
	const screen = route.value.path[0] ?? 'customers';
	const view = viewOf(screen, route.value.query);
	const query = askOf(view);
	const pages = usePages<AccountItem>(
		`${screen} ${JSON.stringify(query)}`,
		(cursor, stop) => get<Page<AccountItem>>('accounts', { ...query, cursor }, stop),
		{ every: REFRESH },
	);
	const peek = usePeek(pages, 'peek');
	const [adding, setAdding] = useState(false);
	const [many, setMany] = useState<typeof import('./chosen.tsx') | null>(null);
	useEffect(() => {
		withWords(import('./chosen.tsx')).then(setMany, toastProblem);
	}, []);
	const [New, setNew] = useState<typeof NewAccount | null>(null);
	useEffect(() => {
		if (!adding || New) return;
		withWords(import('./new-account.tsx')).then(
			(module) => setNew(() => module.NewAccount),
			(error: unknown) => {
				toastProblem(error);
				setAdding(false);
			},
		);
	}, [adding]);
	useAccountChanges((account) => pages.put(account));
	useTitle(t(view.kind === 'reseller' ? 'nav.resellers' : 'nav.customers'));
	section.value = screen;

	const openPage = (): void => {
		const id = view.peek ?? peek.current()?.id;
		if (id) go(href(`accounts/${id}/overview`));
	};
	const group = t('keys.list');
	useKeys([
		...peek.keys,
		{ keys: 'x', label: t('keys.examine'), group, run: () => peek.soon(peek.examine) },
		{ keys: 'o', label: t('keys.openPage'), group, run: () => peek.soon(openPage) },
		...(can('account.create')
			? [{ keys: 'n', label: t('list.new'), group, run: () => setAdding(true) }]
			: []),
	]);

	const columns = useMemo(
		() =>
			accountColumns()
				.filter((column) => column.id === 'name' || view.columns.includes(column.id))
				// What was chosen beyond the usual is what the reader came for: it gives way to nothing.
				.map((column) => (isUsual(column.id) ? column : { ...column, rank: 1 as const }))
				.map((column) => (column.id === 'name' && many ? many.ticked(column) : column)),
		[view.columns.join(), language.value, many],
	);
	const menu = useCallback(
		(item: AccountItem) => (
			<Menu
				class="btn ghost icon-only row-menu"
				label={t('list.actsOn', { name: item.name })}
				align="end"
				button={<Icon name="ellipsis" />}
				items={() => accountItems(item)}
			/>
		),
		[language.value],
	);
	return (
		<>
			<section class="card list" aria-label={t(view.kind === 'reseller' ? 'nav.resellers' : 'nav.customers')}>
				<header class="head">
					<h1>{t(view.kind === 'reseller' ? 'nav.resellers' : 'nav.customers')}</h1>
					<Count of={pages.total.value} words="list.count" />
					<span class="push" />
					{can('account.export') && (
						<ExportButton path="accounts.csv" query={{ q: filterOf(view), sort: view.sort }} />
					)}
					{can('account.create') && (
						<Button
							kind="primary"
							icon="plus"
							class="fold"
							label={t('list.new')}
							onClick={() => setAdding(true)}
						>
							{t('list.new')}
						</Button>
					)}
				</header>
				<Tools view={view} />
				<Grid<AccountItem>
					label={t(view.kind === 'reseller' ? 'nav.resellers' : 'nav.customers')}
					pages={pages}
					columns={columns}
					cursor={peek.cursor}
					onCursor={peek.setCursor}
					onOpen={peek.open}
					current={view.peek}
					sort={view.sort ?? (view.words ? '' : 'name')}
					onSort={(sort) => setQuery({ sort: sort === 'name' && !view.words ? null : sort })}
					menu={menu}
					empty={<NoAccounts view={view} onNew={() => setAdding(true)} />}
				/>
				{many && <many.Bulk pages={pages} filter={filterOf(view)} />}
			</section>
			{view.peek && (
				<Pane
					id={view.peek}
					item={pages.items.value[peek.at]}
					at={peek.at}
					count={pages.total.value}
					onStep={peek.step}
					onClose={peek.close}
					onOpen={openPage}
				/>
			)}
			{adding && New && <New kind={view.kind} parent={view.parent} onClose={() => setAdding(false)} />}
		</>
	);
}

function NoAccounts({ view, onNew }: { view: View; onNew: () => void }): JSX.Element {
	if (isDefault(view)) {
		return (
			<Empty icon="building-2" title={t('list.empty')} text={t('list.emptyText')}>
				{can('account.create') && (
					<Button kind="primary" icon="plus" onClick={onNew}>
						{t('list.new')}
					</Button>
				)}
			</Empty>
		);
	}
	return (
		<Empty icon="search" title={t('list.nothing')} text={t('list.nothingText')}>
			<Button onClick={() => setQuery({ q: null, status: null, parent: null, group: null })}>
				{t('filter.clearAll')}
			</Button>
		</Empty>
	);
}
