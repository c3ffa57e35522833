import './dom.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import deFirst from '../src/gen/messages.de.js';
import enFirst from '../src/gen/messages.en.js';
import deLate from '../src/gen/problems.de.js';
import enLate from '../src/gen/problems.en.js';
import { has, loadProblems, parts, pick, t, tWord, useLanguage } from '../src/lib/i18n.ts';
import { ACTIONS } from '../src/parts/action-words.ts';
import { EVENT_TYPES } from '../src/parts/event-words.ts';
import { PROBLEMS } from '../src/parts/problem-codes.ts';

const en = { ...enFirst, ...enLate };
const de = { ...deFirst, ...deLate };
const ARGS = {
	n: 2,
	text: '2',
	name: 'Ann',
	at: 'now',
	who: 'Bo',
	what: 'x',
	why: 'y',
	accounts: 2,
	members: 1,
	sessions: 0,
	seconds: 2,
};

test('every message of every language can be said', () => {
	// What has no value of its own here is a number.
	const args = new Proxy(ARGS, { get: (known, name) => known[name as keyof typeof known] ?? 3 });

	for (const messages of [en, de]) {
		for (const [key, message] of Object.entries(messages)) {
			const said = typeof message === 'function' ? message(args) : message;
			assert.equal(typeof said, 'string', key);
			assert.doesNotMatch(String(said), /\bNaN\b/, key);
		}
	}
});

test('German is not English left behind', () => {
	const same = Object.keys(en).filter((key) => en[key] === de[key] && String(en[key]).includes(' '));
	assert.deepEqual(same, []);
});

test('every action, event type and problem has its words', async () => {
	for (const name of ['en', 'de']) {
		await useLanguage(name);
		await loadProblems();
		for (const action of ACTIONS)
			assert.ok(has(`action.${action}`) && has(`log.${action}`), `${name} ${action}`);
		for (const type of EVENT_TYPES) assert.ok(has(`event.${type}`), `${name} ${type}`);
		for (const code of PROBLEMS) assert.ok(has(`problem.${code}.title`) && has(`problem.${code}.text`), code);
	}
});

test('plurals, and words of the server nobody translated', async () => {
	await useLanguage('en');
	assert.equal(t('save.changed', { n: 1 }), '1 unsaved change');
	assert.equal(tWord('state', 'not_confirmed'), 'Not confirmed');
	assert.equal(tWord('state', 'half_frozen'), 'Half frozen');
	assert.equal(tWord('state', null), '');
	await useLanguage('de');
	assert.equal(t('save.changed', { n: 3 }), '3 ungespeicherte Änderungen');
	await useLanguage('en');
});

test('a message is cut at its arguments in the order of the language', async () => {
	assert.deepEqual(parts('log.account.suspend', { actor: 1, target: 2 }), ['', 1, ' suspended ', 2, '']);
	await useLanguage('de');
	assert.deepEqual(parts('log.account.suspend', { actor: 1, target: 2 }), ['', 1, ' hat ', 2, ' gesperrt']);
	assert.equal(parts('log.no.such', {}), null);
	await useLanguage('en');
});

test('the first language we have', () => {
	assert.equal(pick(['fr-FR', 'de-AT', 'en']), 'de');
	assert.equal(pick([null, 'pt']), 'en');
});
