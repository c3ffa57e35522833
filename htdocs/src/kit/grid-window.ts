// What of a grid is drawn: the rows near the window, and the columns there is room for.
import { useCallback, useLayoutEffect, useState } from 'preact/hooks';

/** 1 stays longest when a list gets narrow. */
export type Rank = 1 | 2 | 3 | 4;

const STEP = 4;
/** In pixels: a column that takes what is left, one with a share of the width, the menu, the edge. */
const REST = 220;
const SHARE = 220;
const MENU = 52;
const EDGE = 20;
/** Up to here a row is a card, and every column has its place in it or none. */
const CARD = 640;

interface Look {
	width?: string;
	rank?: Rank;
}

function widthOf({ width }: Look): number {
	if (width?.endsWith('px')) return Number.parseFloat(width);
	return width ? SHARE : REST;
}

/**
 * The columns there is room for, and what they need: those of the highest rank go first, from the
 * end. Where those of rank 1 do not fit, the list scrolls sideways inside itself.
 */
export function roomFor<C extends Look>(
	columns: C[],
	width: number,
	menu: boolean,
): { shown: C[]; need: number } {
	let shown = columns;
	let need = columns.reduce((sum, column) => sum + widthOf(column), menu ? EDGE + MENU : EDGE);
	while (need > width && width > CARD) {
		const rank = Math.max(...shown.map((column) => column.rank ?? 1));
		const last = shown.findLast((column) => (column.rank ?? 1) === rank);
		if (rank === 1 || !last) break;
		shown = shown.filter((column) => column !== last);
		need -= widthOf(last);
	}
	return { shown, need };
}

/** Which rows are near, and how wide the list is. */
export function useWindow(scroller: { current: HTMLDivElement | null }, some: boolean) {
	const [view, setView] = useState({ from: 0, to: 30, row: 52, width: 10_000 });
	const measure = useCallback(() => {
		const el = scroller.current;
		if (!el) return;
		const row = Number.parseFloat(getComputedStyle(el).getPropertyValue('--row-now')) || 52;
		const from = Math.max(0, Math.floor(el.scrollTop / row / STEP) * STEP - STEP);
		const to = from + Math.ceil(el.clientHeight / row / STEP) * STEP + 3 * STEP;
		const next = { from, to, row, width: el.clientWidth };
		setView((old) => (JSON.stringify(old) === JSON.stringify(next) ? old : next));
	}, []);
	useLayoutEffect(() => {
		measure();
		const watch = new ResizeObserver(measure);
		if (scroller.current) watch.observe(scroller.current);
		return () => watch.disconnect();
	}, [some]);
	return { view, measure };
}
