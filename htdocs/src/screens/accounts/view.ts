// What the address says of the list: words, tokens, sort, page size, columns, pane.
import type { Ask } from '../../lib/api.ts';
import type { Kind, SavedView } from '../../lib/api.types.ts';
import { recall } from '../../lib/prefs.ts';
import type { Query } from '../../lib/router.ts';
import { joinQuery, splitTokens } from '../../lib/tokens.ts';
import type { Shown } from '../../parts/views-menu.tsx';
import { DEFAULT_COLUMNS } from './columns.tsx';

export const TOKENS = ['status', 'parent', 'group'] as const;
export const SIZES = [10, 25, 50, 100];
export const DEFAULT_SIZE = 50;

export interface View {
	kind: Kind;
	words: string;
	status: string | null;
	parent: string | null;
	group: string | null;
	sort: string | null;
	limit: number;
	columns: string[];
	peek: string | null;
}

export function viewOf(screen: string, query: URLSearchParams): View {
	const limit = Number(query.get('limit'));
	const kept = recall<number>('list.limit', DEFAULT_SIZE);
	const columns = query.get('cols')?.split(',') ?? recall<string[]>('list.columns', DEFAULT_COLUMNS);
	return {
		kind: screen === 'resellers' ? 'reseller' : 'customer',
		words: query.get('q') ?? '',
		status: query.get('status'),
		parent: query.get('parent'),
		group: query.get('group'),
		sort: query.get('sort'),
		limit: SIZES.includes(limit) ? limit : kept,
		columns,
		peek: query.get('peek'),
	};
}

/** What narrows the list, but its kind: that is the screen's. */
function narrowOf(view: View): string {
	return joinQuery({ status: view.status, parent: view.parent, group: view.group }, view.words);
}

/** What a saved view keeps of it. */
export function shownOf(view: View): Shown {
	return { q: narrowOf(view), columns: view.columns, sort: view.sort, page_size: view.limit };
}

/** A saved view as members of the address; what it does not say is taken out. */
export function queryOf(view: SavedView | null): Query {
	const { words, tokens } = splitTokens(view?.q ?? '', TOKENS);
	const none = Object.fromEntries(TOKENS.map((key) => [key, null]));
	return {
		...none,
		...tokens,
		q: words,
		cols: view && (view.columns.length ? view.columns : DEFAULT_COLUMNS).join(','),
		sort: view?.sort ?? null,
		limit: view && String(view.page_size),
	};
}

/** The filter as the server understands it, for the list and for its export. */
export function filterOf(view: View): string {
	return joinQuery({ kind: view.kind }, narrowOf(view));
}

export function askOf(view: View): NonNullable<Ask['query']> {
	return { q: filterOf(view), sort: view.sort, limit: view.limit };
}

export function isDefault(view: View): boolean {
	return !view.words && !view.status && !view.parent && !view.group;
}
