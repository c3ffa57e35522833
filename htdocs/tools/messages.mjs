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

/**
 * What errors mean, and the words of all that is shown after the sign-in page and the list: they come
 * when the first page is drawn, and other screens wait for them (withWords). Without them a problem
 * has the server's words.
 */
const LATE = new Set(
	`access accessStop action actionGroup agenda agendaKind area billing bulk camera card chain chainBreak chainBreakText code config conflict contact contactRole diff effect
	email enrol event eventProof eventReason eventState exempt failure fieldName forgot impact impactModule invite
	inviteState invited jobItem jobItemState jobKind jobNote key keyState life link lock log logWhen mail mailKind mailState me move moveBlocker moveWarning memberKind memberState group
	new otp people perm permSection place problems profile proof rail range recovery register registration
	registrationState reset restore result roleText roles save secret site siteKind source sourceMode subjectKind
	support supportDone supportPolicy supportState suspend terminate unlock user views visit visitEnd warning
	custom note recording stats
	why whyDetail whyRule whyStep`.split(/\s+/),
);

function isLate(key) {
	if (LATE.has(key.split('.')[0])) return true;
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
