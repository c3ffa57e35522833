// What must hold before a build is shipped: formatted and lint-clean sources,
// types, locales that say the same things, files short enough to read.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from '@messageformat/parser';
import { buildApi } from './api.mjs';
import { buildIcons } from './icons.mjs';
import { buildMessages, locales, readLocale } from './messages.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const MAX_LINES = 250;
const faults = [];

function run(name, ...args) {
	const { status } = spawnSync(join(root, 'node_modules/.bin', name), args, { cwd: root, stdio: 'inherit' });
	if (status !== 0) faults.push(`${name} ${args.join(' ')}`);
}

/** The names of a message's arguments, wherever they are nested. */
function argumentsOf(message) {
	const names = new Set();
	const walk = (tokens) => {
		for (const token of tokens) {
			if (token.arg) names.add(token.arg);
			for (const one of token.cases ?? []) walk(one.tokens);
		}
	};
	walk(parse(message));
	return [...names].sort().join();
}

function checkLocales() {
	const base = readLocale('en');
	for (const name of locales()) {
		const other = readLocale(name);
		for (const key of Object.keys(base)) {
			if (!(key in other)) faults.push(`${name}: no ${key}`);
			else if (argumentsOf(other[key]) !== argumentsOf(base[key]))
				faults.push(`${name}: other arguments in ${key}`);
		}
		for (const key of Object.keys(other)) if (!(key in base)) faults.push(`${name}: ${key} is not in en`);
		if (Object.keys(other).join() !== Object.keys(other).sort().join())
			faults.push(`${name}: keys are not sorted`);
	}
}

function walk(folder, each) {
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const full = join(folder, entry.name);
		if (entry.isDirectory()) {
			if (entry.name !== 'gen' && entry.name !== '.out') walk(full, each);
		} else each(full);
	}
}

function checkSources() {
	const used = new Set();
	let all = '';
	walk(join(root, 'src'), (file) => {
		const text = readFileSync(file, 'utf8');
		const name = relative(root, file);
		const lines = text.split('\n').length - 1;
		if (/\.(tsx?|css)$/.test(name) && lines > MAX_LINES) faults.push(`${name}: ${lines} lines`);
		if (/\.css$/.test(name) && /\*\s*\+\s*\*/.test(text))
			faults.push(`${name}: "* + *" restyles whole tables`);
		if (/\bstyle="/.test(text)) faults.push(`${name}: a style attribute, which the policy refuses`);
		if (/\binnerHTML\b|\bdangerously/.test(text)) faults.push(`${name}: HTML from text`);
		if (/screens\/\w+\//.test(name)) {
			for (const [, from] of text.matchAll(/from '\.\.\/(\w+)\//g)) {
				if (readdirSync(join(root, 'src/screens')).includes(from))
					faults.push(`${name} imports another screen`);
			}
		}
		all += text;
		for (const [, key] of text.matchAll(/'([a-zA-Z]+\.[\w.-]+)'/g)) used.add(key);
	});
	checkUnused(used, all);
}

/** A message nobody says is a message nobody checks. Groups looked up by a word of the server are exempt. */
function checkUnused(used, all) {
	const groups = new Set([...all.matchAll(/tWord\(\s*'(\w+)'/g)].map(([, group]) => group));
	const made = [...all.matchAll(/t\(`([\w.]+)\.\$\{/g)].map(([, prefix]) => `${prefix}.`);
	for (const key of Object.keys(readLocale('en'))) {
		if (used.has(key) || groups.has(key.split('.')[0]) || made.some((prefix) => key.startsWith(prefix)))
			continue;
		if (!/^log\.\w+\.\w+$/.test(key)) faults.push(`en: nobody says ${key}`);
	}
}

buildApi();
buildIcons();
buildMessages();
run('tsc', '--noEmit', '-p', '.');
run('biome', 'ci', '--colors=off', '--error-on-warnings', '.');
checkLocales();
checkSources();
for (const fault of faults) console.error(`check: ${fault}`);
if (faults.length) process.exit(1);
console.log('check: types, lint, locales and sources are in order');
