// The bar above the list: search, filters, columns and page size.
import type { JSX } from 'preact';
import { Filter, Options } from '../../kit/filter.tsx';
import { Icon } from '../../kit/icon.tsx';
import { type Item, Menu } from '../../kit/menu.tsx';
import type { Account } from '../../lib/api.types.ts';
import { accountKey, fetchAccount } from '../../lib/bus.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { forget, remember } from '../../lib/prefs.ts';
import { setQuery } from '../../lib/router.ts';
import { session } from '../../lib/session.ts';
import { AccountPicker } from '../../parts/account-picker.tsx';
import { ViewsButton } from '../../parts/views-button.tsx';
import { STATES } from '../../parts/words.tsx';
import { accountColumns, DEFAULT_COLUMNS } from './columns.tsx';
import { GroupFilter } from './group-filter.tsx';
import { SearchBox } from './search.tsx';
import { DEFAULT_SIZE, queryOf, SIZES, shownOf, type View } from './view.ts';

function columnItems(view: View): Item[] {
	const columns = accountColumns().slice(1);
	const set = (next: string[]): void => {
		remember('list.columns', next);
		setQuery({ cols: next.join() === DEFAULT_COLUMNS.join() ? null : next.join(',') }, true);
	};
	const shown = columns.filter((column) => view.columns.includes(column.id)).map((column) => column.id);
	const ticks = columns.map((column, at) => ({
		label: column.label,
		checked: shown.includes(column.id),
		stay: true,
		...(at === 0 ? { group: t('list.columns') } : {}),
		run: () =>
			set(
				columns
					.map((one) => one.id)
					.filter((id) => (id === column.id ? !shown.includes(id) : shown.includes(id))),
			),
	}));
	const sizes = SIZES.map((size, at) => ({
		label: t('list.size', { n: size }),
		checked: view.limit === size,
		one: true as const,
		...(at === 0 ? { group: t('list.pageSize') } : {}),
		run: () => {
			remember('list.limit', size);
			setQuery({ limit: size === DEFAULT_SIZE ? null : String(size) }, true);
		},
	}));
	return [
		...ticks,
		...sizes,
		{
			label: t('list.reset'),
			icon: 'rotate-ccw',
			group: true,
			run: () => {
				forget('list.columns');
				forget('list.limit');
				setQuery({ cols: null, limit: null, sort: null });
			},
		},
	];
}

export function Tools({ view }: { view: View }): JSX.Element {
	const parent = useLoad<Account>(view.parent ? accountKey(view.parent) : null, (signal) =>
		fetchAccount(view.parent ?? '', signal),
	);
	const mine = session.value?.acting;
	return (
		<div class="tools">
			<SearchBox
				words={view.words}
				label={t('list.search')}
				onWords={(words) => setQuery({ q: words, sort: null, peek: null }, true)}
				onToken={(key, value, words) => setQuery({ [key]: value, q: words, peek: null })}
			/>
			<Filter
				label={t('col.status')}
				value={view.status && tWord('state', view.status)}
				onClear={() => setQuery({ status: null, peek: null })}
			>
				{(close) => (
					<Options
						label={t('col.status')}
						options={STATES.map((state) => ({ value: state, label: tWord('state', state) }))}
						chosen={view.status ? [view.status] : []}
						onChange={([status]) => setQuery({ status, peek: null })}
						close={close}
					/>
				)}
			</Filter>
			<Filter
				label={t('list.under')}
				value={view.parent && (parent.data?.name ?? (parent.problem ? view.parent : '…'))}
				onClear={() => setQuery({ parent: null, peek: null })}
				wide
			>
				{(close) => (
					<AccountPicker
						label={t('list.under')}
						extra={mine ? [{ id: mine.account_id, name: mine.account_name }] : []}
						onPick={(picked) => {
							close();
							setQuery({ parent: picked.id, peek: null });
						}}
					/>
				)}
			</Filter>
			<GroupFilter group={view.group} />
			<span class="push" />
			<ViewsButton
				list={view.kind === 'reseller' ? 'resellers' : 'customers'}
				now={shownOf(view)}
				toQuery={queryOf}
			/>
			<Menu
				class="btn ghost icon-only"
				align="end"
				label={t('list.view')}
				button={<Icon name="sliders-horizontal" />}
				items={() => columnItems(view)}
			/>
		</div>
	);
}
