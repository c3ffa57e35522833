// The values of a form, what of them changed, and the complaints of the server
// at their fields.
import { useCallback, useMemo, useState } from 'preact/hooks';
import { asProblem, type Problem } from './api.ts';
import { t, tWord } from './i18n.ts';

export type Field = string | boolean;
export type Fields = Record<string, Field>;

export interface Form<F extends Fields> {
	values: F;
	start: F;
	changed: (keyof F & string)[];
	errors: Partial<Record<string, string>>;
	busy: boolean;
	problem: Problem | null;
	set: <K extends keyof F>(name: K, value: F[K]) => void;
	put: (values: Partial<F>) => void;
	reset: (values?: F) => void;
	fail: (errors: Partial<Record<string, string>>) => void;
	/** Runs the act; a problem is kept and its complaints go to their fields. */
	run: (act: () => Promise<void>) => Promise<Problem | null>;
}

export function errorText(code: string): string {
	return tWord('error', code);
}

export function errorsOf(problem: Problem): Record<string, string> {
	const out: Record<string, string> = {};
	for (const { pointer, code } of problem.errors) out[pointer.replace(/^\//, '')] = errorText(code);
	return out;
}

function focusFirstWrong(): void {
	requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
}

/** A busy button loses the focus; what held it gets it back, to be tried again. */
function focusAgain(el: HTMLElement | null): void {
	requestAnimationFrame(() => document.activeElement === document.body && el?.focus());
}

export function useForm<F extends Fields>(first: F): Form<F> {
	const [start, setStart] = useState(first);
	const [values, setValues] = useState(first);
	const [errors, setErrors] = useState<Partial<Record<string, string>>>({});
	const [problem, setProblem] = useState<Problem | null>(null);
	const [busy, setBusy] = useState(false);
	const changed = useMemo(
		() => (Object.keys(values) as (keyof F & string)[]).filter((name) => values[name] !== start[name]),
		[values, start],
	);
	const set = useCallback(<K extends keyof F>(name: K, value: F[K]) => {
		setValues((old) => ({ ...old, [name]: value }));
		setErrors(({ [name as string]: _gone, ...rest }) => rest);
	}, []);
	const fail = (found: Partial<Record<string, string>>): void => {
		setErrors(found);
		if (Object.keys(found).length) focusFirstWrong();
	};
	const run = async (act: () => Promise<void>): Promise<Problem | null> => {
		const before = document.activeElement as HTMLElement | null;
		setBusy(true);
		setErrors({});
		setProblem(null);
		try {
			await act();
			return null;
		} catch (error) {
			const found = asProblem(error);
			setProblem(found);
			fail(errorsOf(found));
			if (!found.errors.length) focusAgain(before);
			return found;
		} finally {
			setBusy(false);
		}
	};
	const reset = (next: F = start): void => {
		setStart(next);
		setValues(next);
		setErrors({});
		setProblem(null);
	};
	const put = (some: Partial<F>): void => setValues((old) => ({ ...old, ...some }));
	return { values, start, changed, errors, busy, problem, set, put, reset, fail, run };
}

/** Empty text is no value. */
export function orNull(value: Field | undefined): string | null {
	return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

export function required(values: Fields, names: string[]): Partial<Record<string, string>> {
	const out: Partial<Record<string, string>> = {};
	for (const name of names) if (!orNull(values[name])) out[name] = t('error.required');
	return out;
}

/** 2026-03-01T10:00 of the reader's clock as an instant. */
export function instant(local: string): string | null {
	if (!local) return null;
	const at = new Date(local);
	return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

export function localOf(at: string | null): string {
	if (!at) return '';
	const when = new Date(at);
	return new Date(when.getTime() - when.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}
