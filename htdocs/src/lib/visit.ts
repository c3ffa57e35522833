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

/** A tab of its own; it is given the id by the part of the address that stays in the browser. */
export function openVisit(id: string): void {
	window.open(`${base}#/visit?t=${encodeURIComponent(id)}`, '_blank', 'noopener');
}
