// Compiles locales/*.json (flat keys, ICU MessageFormat) into modules, so that
// the browser needs no parser and the policy needs no eval.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import MessageFormat from '@messageformat/core';
import compileModule from '@messageformat/core/compile-module.js';

const root = new URL('../', import.meta.url);

export function locales() {
	return readdirSync(new URL('locales/', root))
		.filter((name) => name.endsWith('.json'))
		.map((name) => name.slice(0, -5))
		.sort();
}

export function readLocale(name) {
	return JSON.parse(readFileSync(new URL(`locales/${name}.json`, root), 'utf8'));
}

/** Groups that only screens read which wait for them (withWords). */
const LATE = /^(access|area|config|memberKind|memberState|people|perm|permSection|roles|user|why|whyDetail|whyStep)\./;

/**
 * What errors mean comes after the first page is drawn: until then the server's words stand.
 * So do the words of screens about people and rights.
 */
function isLate(key) {
	if (LATE.test(key)) return true;
	return /^problem\.[a-z-]+\.(title|text|do)$/.test(key) && !key.startsWith('problem.no-connection');
}

function write(out, file, name, entries) {
	const code = compileModule(new MessageFormat(name), Object.fromEntries(entries));
	writeFileSync(new URL(`${file}.js`, out), code);
	writeFileSync(
		new URL(`${file}.d.ts`, out),
		'declare const messages: Record<string, string | ((args: object) => string)>;\nexport default messages;\n',
	);
}

export function buildMessages() {
	const out = new URL('src/gen/', root);
	mkdirSync(out, { recursive: true });
	for (const name of locales()) {
		const all = Object.entries(readLocale(name));
		write(
			out,
			`messages.${name}`,
			name,
			all.filter(([key]) => !isLate(key)),
		);
		write(
			out,
			`problems.${name}`,
			name,
			all.filter(([key]) => isLate(key)),
		);
	}
	const keys = Object.keys(readLocale('en')).map((key) => `\t| ${JSON.stringify(key)}`);
	writeFileSync(new URL('keys.ts', out), `export type Key =\n${keys.join('\n')};\n`);
}
