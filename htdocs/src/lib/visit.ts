// A visit: an operator acts as a user in a tab of its own. Its id lives as long as
// the tab; every request of the tab names it (X-Gatehouse-Visit).
import { signal } from '@preact/signals';
import { base } from './base.ts';

const STORE = 'gatehouse.visit';

/** The server has said that the visit of this tab is over. */
export const visitOver = signal(false);

export function visitId(): string | null {
	return globalThis.sessionStorage?.getItem(STORE) ?? null;
}
export function beginVisit(id: string): void {
	sessionStorage.setItem(STORE, id);
}
export function forgetVisit(): void {
	sessionStorage.removeItem(STORE);
}

/** The tab is given the id by the part of the address that stays in the browser. */
export function visitHref(id: string): string {
	return `${base}#/visit?t=${encodeURIComponent(id)}`;
}

/** In a tab of its own, which knows nothing of this one. */
export function openVisit(id: string): void {
	window.open(visitHref(id), '_blank', 'noopener');
}
