// The languages an account may have; the interface itself speaks fewer.
import { language } from './i18n.ts';

const CODES = [
	...[
		'ar',
		'bg',
		'cs',
		'da',
		'de',
		'el',
		'en',
		'es',
		'et',
		'fi',
		'fr',
		'he',
		'hi',
		'hr',
		'hu',
		'it',
		'ja',
		'ko',
	],
	...['lt', 'lv', 'nb', 'nl', 'pl', 'pt', 'ro', 'ru', 'sk', 'sl', 'sr', 'sv', 'tr', 'uk', 'vi', 'zh'],
];

export function languageName(code: string | null): string {
	if (!code) return '';
	try {
		return new Intl.DisplayNames([language.value], { type: 'language' }).of(code) ?? code;
	} catch {
		return code;
	}
}

/** By name, with the one that is set even when it is none of ours. */
export function languageOptions(set: string): [string, string][] {
	const codes = set && !CODES.includes(set) ? [...CODES, set] : CODES;
	return codes
		.map((code): [string, string] => [code, languageName(code)])
		.sort((a, b) => a[1].localeCompare(b[1], language.value));
}
