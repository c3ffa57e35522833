// A real table of any length: rows have one height, only those near the window
// exist, pages are read as the reader comes near their end.
import type { ComponentChildren, JSX } from 'preact';
import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks';
import { t } from '../lib/i18n.ts';
import { memo } from '../lib/memo.ts';
import type { Pages } from '../lib/pages.ts';
import { type Rank, roomFor, useWindow } from './grid-window.ts';
import { Icon } from './icon.tsx';
import { Failure } from './states.tsx';

export interface Column<T> {
	id: string;
	label: string;
	cell: (item: T) => ComponentChildren;
	/** CSS width; the columns without share what is left. */
	width?: string;
	sort?: string;
	/** First way to sort when the head is pressed. */
	down?: boolean;
	/** 1 stays longest when the list gets narrow. */
	rank?: Rank;
	/** Where it stands in the two-line card of a phone. */
	phone?: 'main' | 'top' | 'foot';
	end?: boolean;
}

interface Props<T extends { id: string }> {
	label: string;
	pages: Pages<T>;
	columns: Column<T>[];
	cursor: number;
	onCursor: (at: number) => void;
	onOpen: (item: T, at: number) => void;
	current?: string | null | undefined;
	sort?: string;
	onSort?: (sort: string) => void;
	menu?: (item: T) => ComponentChildren;
	empty: ComponentChildren;
}

const AHEAD = 30;

export function Grid<T extends { id: string }>(props: Props<T>): JSX.Element {
	const { pages, cursor } = props;
	const scroller = useRef<HTMLDivElement>(null);
	const items = pages.items.value;
	const menu = Boolean(props.menu);
	const { view, measure } = useWindow(scroller, items.length > 0);
	const { shown: columns, need } = useMemo(
		() => roomFor(props.columns, view.width, menu),
		[props.columns, view.width, menu],
	);
	const to = Math.min(view.to, items.length);
	const from = Math.min(view.from, to);
	const busy = pages.busy.value;

	useEffect(() => {
		if (to + AHEAD > items.length) void pages.more();
	}, [to, items.length, pages, busy]);
	useEffect(() => scroller.current?.scrollTo(0, 0), [pages]);
	useEffect(() => reveal(scroller.current, cursor, view.row), [cursor]);

	const open = useCallback((item: T, at: number) => props.onOpen(item, at), [props.onOpen]);
	if (pages.problem.value && items.length === 0) {
		return <Failure problem={pages.problem.value} onRetry={() => void pages.again()} />;
	}
	if (pages.ready.value && items.length === 0) return <>{props.empty}</>;
	const total = pages.total.value;
	return (
		<div class="grid-scroll" ref={scroller} onScroll={measure}>
			<table
				class="grid"
				style={{ '--need': `${need}px` }}
				aria-label={props.label}
				aria-rowcount={total?.exact ? total.value + 1 : -1}
				aria-busy={busy}
			>
				<colgroup>
					{columns.map((column) => (
						<col key={column.id} class={placeOf(column)} style={{ width: column.width ?? 'auto' }} />
					))}
					{props.menu && <col class="col-menu" />}
				</colgroup>
				<Head {...props} columns={columns} />
				<tbody>
					{from > 0 && <Space height={from * view.row} />}
					{items.slice(from, to).map((item, at) => (
						<Row
							key={item.id}
							item={item}
							at={from + at}
							columns={columns as Column<{ id: string }>[]}
							menu={props.menu as ((item: { id: string }) => ComponentChildren) | undefined}
							open={open as (item: { id: string }, at: number) => void}
							cursor={cursor === from + at || (cursor < 0 && at + from === 0)}
							current={props.current === item.id}
						/>
					))}
					{to < items.length && <Space height={(items.length - to) * view.row} />}
					{busy && (
						<Bones
							rows={items.length ? 3 : 14}
							columns={columns as Column<{ id: string }>[]}
							menu={Boolean(props.menu)}
						/>
					)}
				</tbody>
			</table>
			{pages.problem.value && <Failure problem={pages.problem.value} onRetry={() => void pages.again()} />}
		</div>
	);
}

function placeOf<T>(column: Column<T>): string {
	const end = column.end ? ' end' : '';
	return `${column.phone ? `ph-${column.phone}` : 'ph-none'}${end}`;
}

/** Brings the row of the cursor into sight and, when the focus is in the list, gives it the focus. */
function reveal(el: HTMLDivElement | null, at: number, row: number): void {
	if (!el || at < 0) return;
	const head = el.querySelector('thead')?.offsetHeight ?? 0;
	const top = at * row;
	if (top < el.scrollTop) el.scrollTop = top;
	else if (top + row + head > el.scrollTop + el.clientHeight)
		el.scrollTop = top + row + head - el.clientHeight;
	const active = document.activeElement;
	if (active !== document.body && active?.id !== 'main' && !el.contains(active)) return;
	requestAnimationFrame(() => {
		el.querySelector<HTMLElement>(`tr[aria-rowindex="${at + 2}"] .row-link`)?.focus({ preventScroll: true });
	});
}

function Head<T extends { id: string }>({ columns, sort, onSort, menu }: Props<T>): JSX.Element {
	return (
		<thead>
			<tr aria-rowindex={1}>
				{columns.map((column) => {
					const up = sort === column.sort;
					const down = sort === `-${column.sort}`;
					const order = column.sort && (up || down) ? (up ? 'ascending' : 'descending') : undefined;
					return (
						<th key={column.id} scope="col" class={placeOf(column)} aria-sort={order}>
							{column.sort && onSort ? (
								<button
									type="button"
									class={`sort${order ? ' on' : ''}`}
									onClick={() => onSort(nextSort(column, up, down))}
								>
									{column.label}
									{order && <Icon name={up ? 'chevron-up' : 'chevron-down'} size={14} />}
								</button>
							) : (
								column.label
							)}
						</th>
					);
				})}
				{menu && (
					<th scope="col" class="cell-menu">
						<span class="sr-only">{t('grid.acts')}</span>
					</th>
				)}
			</tr>
		</thead>
	);
}

function nextSort<T>(column: Column<T>, up: boolean, down: boolean): string {
	const name = column.sort ?? '';
	if (column.down) return down ? name : `-${name}`;
	return up ? `-${name}` : name;
}

interface RowProps {
	item: { id: string };
	at: number;
	columns: Column<{ id: string }>[];
	menu: ((item: { id: string }) => ComponentChildren) | undefined;
	open: (item: { id: string }, at: number) => void;
	cursor: boolean;
	current: boolean;
}

const Row = memo<RowProps>(({ item, at, columns, menu, open, cursor, current }) => {
	const click = (event: MouseEvent): void => {
		if (event.ctrlKey || event.metaKey || event.shiftKey) return;
		const target = event.target as HTMLElement;
		const link = target.closest('a, button');
		if (link && !link.classList.contains('row-link')) return;
		if (!link && getSelection()?.toString()) return;
		event.preventDefault();
		open(item, at);
	};
	return (
		<tr
			aria-rowindex={at + 2}
			class={`${current ? 'current' : ''}${cursor ? ' cursor' : ''}`}
			aria-current={current || undefined}
			onClick={click}
		>
			{columns.map((column) => (
				<td key={column.id} class={placeOf(column)}>
					{column.cell(item)}
				</td>
			))}
			{menu && <td class="cell-menu">{menu(item)}</td>}
		</tr>
	);
});

function Space({ height }: { height: number }): JSX.Element {
	return <tr class="space" aria-hidden="true" style={{ height: `${height}px` }} />;
}

/** One cell for each column, so that the hidden ones stay hidden and nothing moves when the rows come. */
function Bones(props: { rows: number; columns: Column<{ id: string }>[]; menu: boolean }): JSX.Element {
	return (
		<>
			{Array.from({ length: props.rows }, (_, row) => (
				<tr key={row} class="bone-row" aria-hidden="true">
					{props.columns.map((column, at) => (
						<td key={column.id} class={placeOf(column)}>
							<span class={`bone w${(row + at) % 4}`} />
						</td>
					))}
					{props.menu && <td class="cell-menu" />}
				</tr>
			))}
		</>
	);
}
