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

export function buildMessages() {
	const out = new URL('src/gen/', root);
	mkdirSync(out, { recursive: true });
	for (const name of locales()) {
		const code = compileModule(new MessageFormat(name), readLocale(name));
		writeFileSync(new URL(`messages.${name}.js`, out), code);
		writeFileSync(
			new URL(`messages.${name}.d.ts`, out),
			'declare const messages: Record<string, string | ((args: object) => string)>;\nexport default messages;\n',
		);
	}
	const keys = Object.keys(readLocale('en')).map((key) => `\t| ${JSON.stringify(key)}`);
	writeFileSync(new URL('keys.ts', out), `export type Key =\n${keys.join('\n')};\n`);
}
