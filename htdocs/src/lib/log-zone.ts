// Whose clock the change log is read by: the reader's own or UTC, as he left it here.
import { signal } from '@preact/signals';
import { recall, remember } from './prefs.ts';

export const inUtc = signal(recall('logUtc', false));

export function setUtc(on: boolean): void {
	inUtc.value = on;
	remember('logUtc', on);
}

/** For the formatters of format.ts. */
export function zone(): Intl.DateTimeFormatOptions {
	return inUtc.value ? { timeZone: 'UTC' } : {};
}

/** 2026-03-01T10:00 of that clock as an instant. */
export function instantIn(local: string): string | null {
	if (!local) return null;
	const at = new Date(inUtc.value ? `${local}Z` : local);
	return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

export function localIn(at: string | null): string {
	if (!at) return '';
	const when = new Date(at);
	const off = inUtc.value ? 0 : when.getTimezoneOffset();
	return new Date(when.getTime() - off * 60000).toISOString().slice(0, 16);
}

/** The instants a day of that clock begins and ends at. */
export function dayIn(day: string): [from: string, to: string] | null {
	const from = instantIn(`${day}T00:00`);
	if (!from) return null;
	const next = new Date(`${day}T00:00Z`);
	next.setUTCDate(next.getUTCDate() + 1);
	const to = instantIn(`${next.toISOString().slice(0, 10)}T00:00`);
	return to ? [from, to] : null;
}
