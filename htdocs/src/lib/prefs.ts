// Theme, density, language and shortcuts: on this device at once, on the server quietly.
import { signal } from '@preact/signals';
import { patch } from './api.ts';
import type { Person } from './api.types.ts';
import { pick, useLanguage } from './i18n.ts';
import { visitId } from './visit.ts';

export interface Prefs {
	theme: 'system' | 'light' | 'dark';
	density: 'cosy' | 'compact';
	locale: string;
	shortcuts: boolean;
}

const STORE = 'gatehouse.prefs';

function stored(): Partial<Prefs> {
	try {
		return JSON.parse(localStorage.getItem(STORE) ?? '{}') as Partial<Prefs>;
	} catch {
		return {};
	}
}

const kept = stored();
export const prefs = signal<Prefs>({
	theme: kept.theme ?? 'system',
	density: kept.density ?? 'cosy',
	locale: pick([kept.locale, ...navigator.languages]),
	shortcuts: kept.shortcuts ?? true,
});

function show(next: Prefs): void {
	const root = document.documentElement;
	if (next.theme === 'system') delete root.dataset.theme;
	else root.dataset.theme = next.theme;
	root.dataset.density = next.density;
	prefs.value = next;
	localStorage.setItem(STORE, JSON.stringify(next));
}

export async function setPrefs(change: Partial<Prefs>, save = true): Promise<void> {
	const next = { ...prefs.peek(), ...change };
	if (change.locale) await useLanguage(next.locale);
	show(next);
	if (save && !visitId()) await patch('me', change);
}

/** What the server remembers of the person wins over what this device remembers. */
export async function prefsOf(person: Person): Promise<void> {
	const { theme, density, shortcuts } = person;
	const locale = person.locale ? pick([person.locale]) : prefs.peek().locale;
	if (locale !== prefs.peek().locale) await useLanguage(locale);
	show({ theme, density, shortcuts, locale });
}

/** Small memories of this device: columns, page size, open groups. */
export function recall<T>(name: string, fallback: T): T {
	try {
		return (JSON.parse(localStorage.getItem(`gatehouse.${name}`) ?? 'null') as T | null) ?? fallback;
	} catch {
		return fallback;
	}
}
export function remember(name: string, value: unknown): void {
	localStorage.setItem(`gatehouse.${name}`, JSON.stringify(value));
}
export function forget(name: string): void {
	localStorage.removeItem(`gatehouse.${name}`);
}
