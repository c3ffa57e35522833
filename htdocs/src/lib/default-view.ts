// The view a list opens with, as this device remembers it: the server has the last word
// (parts/views-menu.tsx), but the first page need not wait for it.
import { recall } from './prefs.ts';
import { type Query, route, setQuery } from './router.ts';
import { session } from './session.ts';

/** In the address: no view, though there is one to open with. */
export const NO_VIEW = 'none';

export function defaultOf(list: string): string {
	return `view.${session.peek()?.acting.membership_id}.${session.peek()?.acting.account_id}.${list}`;
}

/** For a list that comes up with nothing in its address. */
export function openDefault(list: string): void {
	if ([...route.peek().query.keys()].length > 0) return;
	const kept = recall<Query | null>(defaultOf(list), null);
	if (kept) setQuery(kept, true);
}
