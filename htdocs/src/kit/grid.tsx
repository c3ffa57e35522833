// A real table of any length: rows have one height, only those near the window
// exist, pages are read as the reader comes near their end.
import type { ComponentChildren, JSX } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../lib/i18n.ts';
import { memo } from '../lib/memo.ts';
import type { Pages } from '../lib/pages.ts';
import { Icon } from './icon.tsx';
import { Failure } from './states.tsx';

type Rank = 1 | 2 | 3 | 4;

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
const STEP = 4;

/** In pixels: a column that takes what is left, one with a share of the width, that of the menu with the edge. */
const REST = 230;
const SHARE = 140;
const EDGE = 72;

/**
 * What the columns up to each rank need. In less than that the list scrolls sideways inside
 * itself, rather than that the names of the rows are crushed by the columns a reader has chosen.
 */
function needs<T>(columns: Column<T>[]): Record<string, string> {
	const width = ({ width: text }: Column<T>): number =>
		text?.endsWith('px') ? Number.parseFloat(text) : text ? SHARE : REST;
	return Object.fromEntries(
		[1, 2, 3, 4].map((rank) => {
			const shown = columns.filter((column) => (column.rank ?? 1) <= rank);
			return [`--need-${rank}`, `${shown.reduce((sum, column) => sum + width(column), EDGE)}px`];
		}),
	);
}

function useWindow(scroller: { current: HTMLDivElement | null }, count: number) {
	const [view, setView] = useState({ from: 0, to: 30, row: 52 });
	const measure = useCallback(() => {
		const el = scroller.current;
		if (!el) return;
		const row = Number.parseFloat(getComputedStyle(el).getPropertyValue('--row-now')) || 52;
		const from = Math.max(0, Math.floor(el.scrollTop / row / STEP) * STEP - STEP);
		const to = from + Math.ceil(el.clientHeight / row / STEP) * STEP + 3 * STEP;
		setView((old) => (old.from === from && old.to === to && old.row === row ? old : { from, to, row }));
	}, []);
	useLayoutEffect(() => {
		measure();
		const watch = new ResizeObserver(measure);
		if (scroller.current) watch.observe(scroller.current);
		return () => watch.disconnect();
	}, [count > 0]);
	return { view, measure };
}

export function Grid<T extends { id: string }>(props: Props<T>): JSX.Element {
	const { pages, columns, cursor } = props;
	const scroller = useRef<HTMLDivElement>(null);
	const items = pages.items.value;
	const { view, measure } = useWindow(scroller, items.length);
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
				style={needs(columns)}
				aria-label={props.label}
				aria-rowcount={total?.exact ? total.value + 1 : -1}
				aria-busy={busy}
			>
				<colgroup>
					{columns.map((column) => (
						<col key={column.id} class={rankOf(column)} style={{ width: column.width ?? 'auto' }} />
					))}
					{props.menu && <col class="col-menu" />}
				</colgroup>
				<Head {...props} />
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

function rankOf<T>(column: Column<T>): string {
	const end = column.end ? ' end' : '';
	return `r${column.rank ?? 1}${column.phone ? ` ph-${column.phone}` : ' ph-none'}${end}`;
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
	if (active !== document.body && !el.contains(active)) return;
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
						<th key={column.id} scope="col" class={rankOf(column)} aria-sort={order}>
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
				<td key={column.id} class={rankOf(column)}>
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
						<td key={column.id} class={rankOf(column)}>
							<span class={`bone w${(row + at) % 4}`} />
						</td>
					))}
					{props.menu && <td class="cell-menu" />}
				</tr>
			))}
		</>
	);
}
