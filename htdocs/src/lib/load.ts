// Loading one thing: what was seen last is shown at once and then replaced.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, type Problem } from './api.ts';

const seen = new Map<string, unknown>();
const KEEP = 200;

export function keep(key: string, value: unknown): void {
	seen.delete(key);
	seen.set(key, value);
	if (seen.size > KEEP) seen.delete(seen.keys().next().value ?? '');
}
export function kept<T>(key: string): T | undefined {
	return seen.get(key) as T | undefined;
}
export function dropAll(): void {
	seen.clear();
}

export interface Loaded<T> {
	data: T | undefined;
	problem: Problem | null;
	loading: boolean;
	reload: () => void;
	put: (value: T) => void;
}

/** A null key loads nothing. With `every` it is asked again while the page is looked at. */
export function useLoad<T>(
	key: string | null,
	load: (signal: AbortSignal) => Promise<T>,
	every = 0,
): Loaded<T> {
	const [turn, setTurn] = useState(0);
	const [, redraw] = useState(0);
	const problem = useRef<Problem | null>(null);
	const busy = useRef(false);
	const latest = useRef(load);
	latest.current = load;
	const put = useCallback(
		(value: T) => {
			if (key) keep(key, value);
			problem.current = null;
			redraw((n) => n + 1);
		},
		[key],
	);
	useEffect(() => {
		if (!key) return;
		const stop = new AbortController();
		const ask = async (): Promise<void> => {
			busy.current = true;
			try {
				const value = await latest.current(stop.signal);
				keep(key, value);
				problem.current = null;
			} catch (error) {
				if (stop.signal.aborted) return;
				problem.current = asProblem(error);
			}
			busy.current = false;
			if (!stop.signal.aborted) redraw((n) => n + 1);
		};
		void ask();
		const timer = every ? setInterval(() => document.hidden || void ask(), every) : 0;
		return () => {
			stop.abort();
			busy.current = false;
			problem.current = null;
			clearInterval(timer);
		};
	}, [key, turn, every]);
	const data = key ? kept<T>(key) : undefined;
	return {
		data,
		problem: problem.current,
		loading: data === undefined && !problem.current && key !== null,
		reload: () => setTurn((n) => n + 1),
		put,
	};
}
