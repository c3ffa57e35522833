// One registry of shortcuts feeds the handler, the "?" sheet and the palette.
// No shortcut of the browser is taken but Ctrl+K; single keys can be switched off.
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { prefs } from './prefs.ts';

export interface Shortcut {
	/** 'j', '?', 'Escape', 'mod+k', or two keys in a row: 'g c'. */
	keys: string;
	label: string;
	group: string;
	run: () => void;
	/** Works while typing, too. */
	always?: boolean;
}

export const shortcuts = signal<Shortcut[]>([]);
let first = '';
let firstAt = 0;

function typing(target: EventTarget | null): boolean {
	return (
		target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
	);
}

function name(event: KeyboardEvent): string {
	const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
	return event.ctrlKey || event.metaKey ? `mod+${key}` : key;
}

function blocked(event: KeyboardEvent): boolean {
	return event.altKey || document.querySelector('dialog:modal, [popover]:popover-open:not(.toasts)') !== null;
}

function find(keys: string): Shortcut | undefined {
	return shortcuts.peek().findLast((one) => one.keys === keys);
}

export function handleKey(event: KeyboardEvent): void {
	if (event.isComposing) return;
	const pressed = name(event);
	const busy = event.defaultPrevented || blocked(event) || typing(event.target);
	// What is typed into a field, or meant for a menu, begins no pair.
	const pair = first && !busy && Date.now() - firstAt < 1200 ? `${first} ${pressed}` : '';
	first = busy ? '' : pressed;
	firstAt = Date.now();
	if (event.defaultPrevented) return;
	const hit = (pair && find(pair)) || find(pressed);
	if (!hit || (busy && !hit.always)) return;
	if (!pressed.startsWith('mod+') && pressed.length === 1 && !prefs.peek().shortcuts) return;
	event.preventDefault();
	first = '';
	hit.run();
}

/** Shortcuts for as long as the component is shown. */
export function useKeys(list: Shortcut[]): void {
	const latest = useRef(list);
	latest.current = list;
	useEffect(() => {
		const mine = latest.current.map((one, at) => ({
			...one,
			run: () => latest.current[at]?.run(),
		}));
		shortcuts.value = [...shortcuts.peek(), ...mine];
		return () => {
			shortcuts.value = shortcuts.peek().filter((one) => !mine.includes(one));
		};
	}, [list.map((one) => one.keys + one.label).join()]);
}
