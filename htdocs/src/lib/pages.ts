// A list read page by page with keyset cursors. Pages are appended; refresh()
// brings what is on the first page up to date without moving the reader.
import { batch, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { asProblem, type Problem } from './api.ts';
import type { Page, Total } from './api.types.ts';

type Load<T> = (cursor: string | null, stop: AbortSignal) => Promise<Page<T>>;

export class Pages<T extends { id: string }> {
	readonly items = signal<T[]>([]);
	readonly total = signal<Total | null>(null);
	readonly problem = signal<Problem | null>(null);
	readonly busy = signal(true);
	readonly next = signal<string | null>(null);
	readonly ready = signal(false);
	private stop = new AbortController();
	private load: Load<T>;
	private newestFirst: boolean;

	constructor(load: Load<T>, newestFirst = false) {
		this.load = load;
		this.newestFirst = newestFirst;
	}

	end(): void {
		this.stop.abort();
	}

	async start(): Promise<void> {
		this.busy.value = true;
		await this.read(null, (page) => {
			this.items.value = page.items;
			this.next.value = page.next;
			this.ready.value = true;
		});
	}

	async more(): Promise<void> {
		const cursor = this.next.peek();
		if (!cursor || this.busy.peek() || this.problem.peek()) return;
		this.busy.value = true;
		await this.read(cursor, (page) => {
			const have = new Set(this.items.peek().map((item) => item.id));
			this.items.value = [...this.items.peek(), ...page.items.filter((item) => !have.has(item.id))];
			this.next.value = page.next;
		});
	}

	async again(): Promise<void> {
		this.problem.value = null;
		if (this.items.peek().length) await this.more();
		else await this.start();
	}

	async refresh(): Promise<void> {
		if (this.busy.peek() || !this.ready.peek() || document.hidden) return;
		try {
			this.merge(await this.load(null, this.stop.signal));
		} catch {
			// The next refresh, or the reader's next act, tells.
		}
	}

	/** Puts a changed item in its place. */
	put(item: T): void {
		this.items.value = this.items.peek().map((one) => (one.id === item.id ? { ...one, ...item } : one));
	}

	/** Takes out what is gone. */
	drop(id: string): void {
		this.items.value = this.items.peek().filter((one) => one.id !== id);
	}

	private merge(page: Page<T>): void {
		const old = this.items.peek();
		this.total.value = page.total;
		if (old.length <= page.items.length || !page.next) {
			batch(() => {
				this.items.value = page.items;
				this.next.value = page.next;
			});
			return;
		}
		const fresh = new Map(page.items.map((item) => [item.id, item]));
		const patched = old.map((item) => fresh.get(item.id) ?? item);
		const have = new Set(old.map((item) => item.id));
		const added = this.newestFirst ? page.items.filter((item) => !have.has(item.id)) : [];
		this.items.value = [...added, ...patched];
	}

	private async read(cursor: string | null, take: (page: Page<T>) => void): Promise<void> {
		try {
			const page = await this.load(cursor, this.stop.signal);
			batch(() => {
				take(page);
				this.total.value = page.total;
				this.problem.value = null;
				this.busy.value = false;
			});
		} catch (error) {
			if (this.stop.signal.aborted) return;
			batch(() => {
				this.problem.value = asProblem(error);
				this.busy.value = false;
			});
		}
	}
}

/** Pages for a key (the address of the list); a new key starts a new list. */
export function usePages<T extends { id: string }>(
	key: string,
	load: Load<T>,
	options: { every?: number; newestFirst?: boolean } = {},
): Pages<T> {
	const pages = useMemo(() => new Pages<T>(load, options.newestFirst), [key]);
	useEffect(() => {
		void pages.start();
		const timer = options.every ? setInterval(() => void pages.refresh(), options.every) : 0;
		return () => {
			clearInterval(timer);
			pages.end();
		};
	}, [pages, options.every]);
	return pages;
}
