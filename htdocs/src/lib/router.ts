// Routes live after the '#': no rewrite rules, any folder. The address is the
// state of a page; keystrokes replace an entry of the history, choices add one.
import { signal } from '@preact/signals';

export interface Route {
	path: string[];
	query: URLSearchParams;
}

function parse(hash: string): Route {
	const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
	return {
		path: path.split('/').filter(Boolean).map(decodeURIComponent),
		query: new URLSearchParams(query),
	};
}

/** The secret of a link (`t`): kept here, and taken out of the address bar before anything is shown. */
export const secret = signal<string | null>(null);

function takeSecret(): void {
	const [path = '', query = ''] = location.hash.split('?', 2);
	const members = new URLSearchParams(query);
	const found = members.get('t');
	if (found === null) return;
	members.delete('t');
	secret.value = found;
	const left = members.toString();
	history.replaceState(null, '', left ? `${path}?${left}` : path);
}

takeSecret();
export const route = signal<Route>(parse(location.hash));

/** Asked before the page is left; true keeps the reader where he is. */
export const guard: { stay: ((leave: () => void) => boolean) | null } = { stay: null };
let shown = location.hash;

function accept(): void {
	shown = location.hash;
	route.value = parse(location.hash);
}

addEventListener('hashchange', () => {
	takeSecret();
	if (location.hash === shown) return;
	const wanted = location.hash;
	if (samePage(wanted, shown) || !guard.stay?.(() => go(wanted))) accept();
	else history.pushState(null, '', shown);
});

function samePage(a: string, b: string): boolean {
	return a.split('?')[0] === b.split('?')[0];
}

export type Query = Record<string, string | string[] | null | undefined>;

export function href(path: string, query: Query = {}): string {
	const out = new URLSearchParams();
	for (const [name, value] of Object.entries(query)) {
		if (Array.isArray(value)) for (const one of value) out.append(name, one);
		else if (value) out.set(name, value);
	}
	const made = out.toString();
	return `#/${path}${made ? `?${made}` : ''}`;
}

export function go(to: string, replace = false): void {
	if (to === location.hash) return;
	if (!samePage(to, location.hash) && guard.stay?.(() => go(to, replace))) return;
	if (replace) history.replaceState(null, '', to);
	else history.pushState(null, '', to);
	accept();
}

function changed({ path, query }: Route, change: Query): string {
	const next = new URLSearchParams(query);
	for (const [name, value] of Object.entries(change)) {
		next.delete(name);
		if (Array.isArray(value)) for (const one of value) next.append(name, one);
		else if (value) next.set(name, value);
	}
	const made = next.toString();
	return `#/${path.map(encodeURIComponent).join('/')}${made ? `?${made}` : ''}`;
}

/** Changes some members of the query and keeps the others. */
export function setQuery(change: Query, replace = false): void {
	go(changed(route.peek(), change), replace);
}

/** The address of this page with some members of the query changed. */
export function withQuery(change: Query): string {
	return changed(route.value, change);
}
