// What the server can say and what the front end has words for are the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ctl, source } from './lib.mjs';

const listed = (path) => [...source(path).matchAll(/^\t'([^']+)',$/gm)].map(([, word]) => word).sort();
const first = (text, pattern) => [...text.matchAll(pattern)].map(([, word]) => word).sort();

test('problems', () => {
	const ours = listed('parts/problem-codes.ts').filter((code) => code !== 'no-connection');
	assert.deepEqual(ours, first(ctl('problems'), /^ {4}([a-z-]+) /gm));
});

test('actions of the change log', () => {
	assert.deepEqual(listed('parts/action-words.ts'), first(ctl('actions'), /^([a-z_.]+)/gm));
});

test('types of billing events', () => {
	assert.deepEqual(listed('parts/event-words.ts'), first(ctl('event-types'), /^(billing\.[a-z_]+)/gm));
});

test('warnings before an act, in every language', () => {
	const said = first(source('../../src/holds/impact.c'), /warn\(w, [^;]*"([a-z_]+)"\);/g);
	assert.ok(said.length > 4, said.join());
	for (const language of ['en', 'de']) {
		const words = JSON.parse(source(`../locales/${language}.json`));
		const ours = Object.keys(words).filter((key) => key.startsWith('warning.'));
		assert.deepEqual(ours.map((key) => key.slice(8)).sort(), said, language);
	}
});

test('permissions the front end asks for exist', () => {
	const known = new Set(first(ctl('permissions'), /\b([a-z_]+\.[a-z_.]+)\b/g));
	for (const file of ['shell/nav.ts', 'parts/acts.tsx', 'screens/account/sections.ts', 'screens/account/life.tsx']) {
		for (const [, name] of source(file).matchAll(/(?:can\(|permission: )'([a-z_.]+)'/g)) assert.ok(known.has(name), name);
	}
});
