// A window for the tests, made before anything that wants one is loaded.
import { webcrypto } from 'node:crypto';
import { Window } from 'happy-dom';

const page = new Window({ url: 'http://gatehouse.test/portal/' });
const NAMES = [
	'document',
	'location',
	'history',
	'localStorage',
	'sessionStorage',
	'navigator',
	'Node',
	'Element',
	'HTMLElement',
	'HTMLInputElement',
	'Event',
	'KeyboardEvent',
	'MouseEvent',
	'ResizeObserver',
	'IntersectionObserver',
	'getComputedStyle',
	'requestAnimationFrame',
	'cancelAnimationFrame',
	'getSelection',
] as const;

for (const name of NAMES) {
	const value = page[name as keyof typeof page] as unknown;
	const bound = typeof value === 'function' && /^[a-z]/.test(name) ? value.bind(page) : value;
	Object.defineProperty(globalThis, name, { value: bound, configurable: true, writable: true });
}
Object.defineProperty(globalThis, 'window', { value: globalThis, configurable: true });
globalThis.addEventListener = page.addEventListener.bind(page) as never;
globalThis.removeEventListener = page.removeEventListener.bind(page) as never;

// happy-dom knows no popovers.
for (const name of ['showPopover', 'hidePopover'])
	Object.defineProperty(page.HTMLElement.prototype, name, { value: () => {}, configurable: true });

// Node 18 has it, but not as a global.
if (!globalThis.crypto) Object.defineProperty(globalThis, 'crypto', { value: webcrypto });

/** Lets effects and promises run. */
export async function settle(turns = 15): Promise<void> {
	for (let at = 0; at < turns; at++) await new Promise((go) => setTimeout(go, 5));
}

export function press(key: string, more: object = {}): KeyboardEvent {
	const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
	(document.activeElement ?? document.body).dispatchEvent(event);
	return event;
}

export function type(input: Element | null, value: string): void {
	(input as HTMLInputElement).value = value;
	input?.dispatchEvent(new Event('input', { bubbles: true }));
}

export function button(root: Element, words: string): HTMLElement {
	const hit = [...root.querySelectorAll('button')].find((one) => one.textContent?.includes(words));
	if (!hit) throw new Error(`no button ${words}`);
	return hit as HTMLElement;
}
