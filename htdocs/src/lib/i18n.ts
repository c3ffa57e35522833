// Messages are functions compiled at build; this picks the language and calls them.
import { signal } from '@preact/signals';
import type { Key } from '../gen/keys.ts';

type Message = string | ((args: object) => string);
type Messages = Record<string, Message>;

export const LANGUAGES: Record<string, string> = { en: 'English', de: 'Deutsch' };
export const language = signal('en');
let messages: Messages = {};
/** The language whose words for errors are here. */
const late = signal('');

const load: Record<string, () => Promise<{ default: Messages }>> = {
	en: () => import('../gen/messages.en.js'),
	de: () => import('../gen/messages.de.js'),
};
const loadLate: typeof load = {
	en: () => import('../gen/problems.en.js'),
	de: () => import('../gen/problems.de.js'),
};

/** The first language we have of those asked for. */
export function pick(wanted: readonly (string | null | undefined)[]): string {
	for (const one of wanted) {
		const short = one?.slice(0, 2).toLowerCase();
		if (short && short in LANGUAGES) return short;
	}
	return 'en';
}

export async function useLanguage(name: string): Promise<void> {
	const more = late.peek() ? (loadLate[name] ?? loadLate.en)?.() : null;
	const module = await (load[name] ?? load.en)?.();
	if (!module) return;
	messages = { ...module.default, ...(await more)?.default };
	late.value = more ? name : '';
	language.value = name;
	document.documentElement.lang = name;
}

/**
 * The words for errors and of the screens that wait for theirs, in whichever language
 * is shown; asked for after the first page is drawn.
 */
export async function loadProblems(): Promise<void> {
	const name = language.value;
	if (late.peek() === name) return;
	const module = await (loadLate[name] ?? loadLate.en)?.();
	if (!module || language.peek() !== name) return;
	messages = { ...messages, ...module.default };
	late.value = name;
}

/** A screen together with the words that come late. */
export async function withWords<T>(screen: Promise<T>): Promise<T> {
	await loadProblems();
	return screen;
}

function make(message: Message | undefined, args: object): string | undefined {
	return typeof message === 'function' ? message(args) : message;
}

export function t(key: Key, args: object = {}): string {
	void language.value;
	void late.value;
	return make(messages[key], args) ?? key;
}

/** For words that come from the server: a message if there is one, else the word made readable. */
export function tWord(group: string, word: string | null | undefined, fallback?: string): string {
	void language.value;
	void late.value;
	if (!word && word !== '') return '';
	return make(messages[`${group}.${word}`], {}) ?? fallback ?? humanise(word);
}

export function has(key: string): boolean {
	void late.value;
	return key in messages;
}

export function humanise(word: string): string {
	const plain = word.replace(/[._-]+/g, ' ').trim();
	return plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** A message cut at its arguments, so that an argument may be an element. */
export function parts<T>(key: string, args: Record<string, T>): (string | T)[] | null {
	void language.value;
	void late.value;
	const names = Object.keys(args);
	const marks = Object.fromEntries(names.map((name, at) => [name, `\ue000${at}\ue001`]));
	const whole = make(messages[key], marks);
	if (whole === undefined) return null;
	return whole.split(/\ue000(\d+)\ue001/).map((piece, at) => {
		if (at % 2 === 0) return piece;
		return args[names[Number(piece)] ?? ''] ?? '';
	});
}
