// A list and the pane beside it: the cursor of the list, the item the address
// names, and the keys that move them. The keys read what is so now, not what was
// drawn last; those pressed before the rows have come act when they are there.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { t } from './i18n.ts';
import type { Shortcut } from './keys.ts';
import type { Pages } from './pages.ts';
import { route, setQuery } from './router.ts';

export interface Peek<T> {
	/** Id of the item in the pane, as the address says. */
	shown: string | null;
	/** Where it is in the list, -1 when it is not. */
	at: number;
	cursor: number;
	setCursor: (at: number) => void;
	open: (item: T, at: number) => void;
	step: (by: number) => void;
	/** The item the keys act on: the shown one, or that under the cursor. */
	current: () => T | undefined;
	/** Opens that item. */
	examine: () => void;
	close: () => void;
	/** Runs at once, or when the rows are there. */
	soon: (act: () => void) => void;
	keys: Shortcut[];
}

const NEAR_END = 5;

export function usePeek<T extends { id: string }>(pages: Pages<T>, param: string): Peek<T> {
	const [cursor, draw] = useState(-1);
	const spot = useRef(-1);
	const waiting = useRef<(() => void)[]>([]);
	const shown = route.value.query.get(param);
	const ready = pages.ready.value;
	const at = shown ? pages.items.value.findIndex((item) => item.id === shown) : -1;

	const list = useRef(pages);
	if (list.current !== pages && !shown) spot.current = -1;
	list.current = pages;
	const setCursor = useCallback((to: number): void => {
		spot.current = to;
		draw(to);
	}, []);
	const where = (): number => {
		const id = route.peek().query.get(param);
		const found = id ? list.current.items.peek().findIndex((item) => item.id === id) : -1;
		return found >= 0 ? found : spot.current;
	};
	const current = (): T | undefined => list.current.items.peek()[Math.max(0, where())];
	const open = useCallback((item: T, index: number): void => {
		setCursor(index);
		setQuery({ [param]: item.id }, route.peek().query.has(param));
	}, []);
	const examine = (): void => {
		const item = current();
		if (item) open(item, Math.max(0, where()));
	};
	const step = (by: number): void => {
		const items = list.current.items.peek();
		const to = Math.max(0, Math.min(items.length - 1, where() + by));
		const item = items[to];
		if (to + NEAR_END >= items.length) void list.current.more();
		if (!item) return;
		setCursor(to);
		if (route.peek().query.has(param)) setQuery({ [param]: item.id }, true);
	};
	/** Who was in the pane goes on at its row. */
	const close = (): void => {
		const inside = document.activeElement?.closest('.pane');
		setQuery({ [param]: null }, true);
		if (inside)
			requestAnimationFrame(() => document.querySelector<HTMLElement>('tr.cursor .row-link')?.focus());
	};
	const soon = (act: () => void): void => {
		if (list.current.ready.peek()) act();
		else waiting.current.push(act);
	};

	useEffect(() => draw(spot.current), [pages]);
	useEffect(() => {
		if (at >= 0) setCursor(at);
	}, [at]);
	useEffect(() => {
		if (ready) for (const act of waiting.current.splice(0)) act();
	}, [pages, ready]);

	const group = t('keys.list');
	const move = (keys: string, label: string, by: number): Shortcut => ({
		keys,
		label,
		group,
		run: () => soon(() => step(by)),
	});
	const keys = [
		move('j', t('keys.next'), 1),
		move('k', t('keys.previous'), -1),
		move('ArrowDown', t('keys.next'), 1),
		move('ArrowUp', t('keys.previous'), -1),
		...(shown ? [{ keys: 'Escape', label: t('keys.closePane'), group, run: close }] : []),
	];
	return { shown, at, cursor, setCursor, open, step, current, examine, close, soon, keys };
}
