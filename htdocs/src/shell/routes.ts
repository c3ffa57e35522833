// Which screen an address shows; each is loaded when it is first wanted.
import type { ComponentType } from 'preact';
import { withWords } from '../lib/i18n.ts';

export type Screen = ComponentType<{ rest: string[] }>;
type Loader = () => Promise<{ default: Screen }>;

const SCREENS: Record<string, Loader> = {
	customers: () => import('../screens/accounts/list.tsx'),
	resellers: () => import('../screens/accounts/list.tsx'),
	accounts: () => import('../screens/account/card.tsx'),
	'billing-events': () => import('../screens/billing/events.tsx'),
	'billing-sources': () => import('../screens/billing/sources.tsx'),
	changes: () => import('../screens/changes/main.tsx'),
	agenda: () => import('../screens/agenda/list.tsx'),
	jobs: () => import('../screens/misc/jobs.tsx'),
	mails: () => import('../screens/misc/mails.tsx'),
	me: () => import('../screens/me/me.tsx'),
	registrations: () => import('../screens/registrations/list.tsx'),
	people: () => withWords(import('../screens/people/main.tsx')),
	groups: () => withWords(import('../screens/groups/main.tsx')),
	roles: () => withWords(import('../screens/roles/main.tsx')),
	problems: () => import('../screens/misc/problems.tsx'),
	api: () => import('../screens/misc/reference.tsx'),
};

/** The first page of most people: its words come with the shell. */
const LISTS = [SCREENS.customers, SCREENS.resellers];

const loaded = new Map<Loader, Screen>();

export function loaderOf(name: string): Loader | null {
	return SCREENS[name] ?? null;
}

export async function screenOf(load: Loader): Promise<Screen> {
	const have = loaded.get(load);
	if (have) return have;
	const screen = (await (LISTS.includes(load) ? load() : withWords(load()))).default;
	loaded.set(load, screen);
	return screen;
}

export function ready(load: Loader): Screen | null {
	return loaded.get(load) ?? null;
}
