// Dates and numbers by Intl. Formatters are dear to make: kept by language and options.
import { language } from './i18n.ts';

/** The reader's own way of writing dates where it is one of the language: en-GB, not just en. */
function tag(): string {
	const name = language.value;
	return navigator.languages.find((one) => one.startsWith(name)) ?? name;
}

const numbers = new Map<string, Intl.NumberFormat>();
const dates = new Map<string, Intl.DateTimeFormat>();
const relatives = new Map<string, Intl.RelativeTimeFormat>();

export function number(value: number, options: Intl.NumberFormatOptions = {}): string {
	const key = language.value + JSON.stringify(options);
	let format = numbers.get(key);
	if (!format) {
		format = new Intl.NumberFormat(tag(), options);
		numbers.set(key, format);
	}
	return format.format(value);
}

export function date(at: string | number | Date, options: Intl.DateTimeFormatOptions): string {
	const key = language.value + JSON.stringify(options);
	let format = dates.get(key);
	if (!format) {
		format = new Intl.DateTimeFormat(tag(), options);
		dates.set(key, format);
	}
	return format.format(new Date(at));
}

export const day = (at: string): string => date(at, { dateStyle: 'medium' });
type How = Intl.DateTimeFormatOptions;
export const exact = (at: string, how?: How): string =>
	date(at, { dateStyle: 'medium', timeStyle: 'medium', ...how });
export const clock = (at: string, how?: How): string =>
	date(at, { hour: '2-digit', minute: '2-digit', ...how });
export const longDay = (at: string, how?: How): string =>
	date(at, { weekday: 'long', day: 'numeric', month: 'long', year: yearOf(at), ...how });

function yearOf(at: string): 'numeric' | undefined {
	return new Date(at).getFullYear() === new Date().getFullYear() ? undefined : 'numeric';
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
	['year', 31536000],
	['month', 2592000],
	['week', 604800],
	['day', 86400],
	['hour', 3600],
	['minute', 60],
];

export function relative(at: string, now = Date.now()): string {
	let format = relatives.get(language.value);
	if (!format) {
		format = new Intl.RelativeTimeFormat(tag(), { numeric: 'auto', style: 'short' });
		relatives.set(language.value, format);
	}
	const seconds = (new Date(at).getTime() - now) / 1000;
	for (const [unit, size] of STEPS) {
		if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
	}
	return format.format(0, 'second');
}

export function bytes(value: number): string {
	const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
	let at = 0;
	let left = value;
	while (left >= 1000 && at < units.length - 1) {
		left /= 1000;
		at++;
	}
	const unit = units[at] ?? 'byte';
	return number(left, {
		style: 'unit',
		unit,
		unitDisplay: 'short',
		maximumFractionDigits: left < 10 ? 1 : 0,
	});
}

export function total(of: { value: number; exact: boolean } | null): string {
	if (!of) return '';
	return number(of.value) + (of.exact ? '' : '+');
}

/** The letters of an avatar: of the first and the last word, in any script. */
export function initials(name: string): string {
	const words = name.split(/[\s\-_.@]+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
	const first = words[0] ?? '';
	const last = words.length > 1 ? (words[words.length - 1] ?? '') : '';
	const letter = (word: string): string => [...word.replace(/^[^\p{L}\p{N}]+/u, '')][0] ?? '';
	return (letter(first) + letter(last)).toUpperCase();
}

export function hue(name: string): number {
	let sum = 7;
	for (const char of name) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 3600;
	return Math.floor(sum / 300) * 30;
}
