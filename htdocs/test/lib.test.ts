import './dom.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account } from '../src/lib/api.types.ts';
import { instant, localOf } from '../src/lib/form.ts';
import { hue, initials, relative, total } from '../src/lib/format.ts';
import { go, guard, href, route, setQuery } from '../src/lib/router.ts';
import { joinQuery, splitTokens, wordAt } from '../src/lib/tokens.ts';
import { changedFields } from '../src/parts/diff.tsx';
import { addressLine } from '../src/parts/place.tsx';
import { changesOf, coordinate, profileOf } from '../src/screens/account/profile-fields.ts';

test('tokens leave the words, other colons stay words', () => {
	assert.deepEqual(splitTokens('ann status:suspended lee aa:bb', ['status', 'parent']), {
		words: 'ann lee aa:bb',
		tokens: { status: 'suspended' },
	});
	assert.deepEqual(splitTokens('status:', ['status']), { words: 'status:', tokens: {} });
	assert.equal(
		joinQuery({ kind: 'customer', status: null, parent: 'acc_1' }, ' ann '),
		'kind:customer parent:acc_1 ann',
	);
});

test('the word under the caret', () => {
	assert.deepEqual(wordAt('ann stat lee', 6), { from: 4, to: 8, word: 'stat' });
	assert.deepEqual(wordAt('ann ', 4), { from: 4, to: 4, word: '' });
});

test('the address is the state: members are changed one by one', () => {
	go(href('customers', { q: 'ann', status: 'active' }));
	setQuery({ status: null, peek: 'acc_1' });
	assert.equal(location.hash, '#/customers?q=ann&peek=acc_1');
	assert.deepEqual(route.value.path, ['customers']);
	setQuery({ type: ['a', 'b'] }, true);
	assert.deepEqual(route.value.query.getAll('type'), ['a', 'b']);
});

test('a guard keeps the reader on the page, but not from changing its query', () => {
	go(href('accounts/acc_1/profile'));
	let asked = 0;
	guard.stay = () => {
		asked++;
		return true;
	};
	go(href('customers'));
	assert.equal(location.hash, '#/accounts/acc_1/profile');
	setQuery({ a: '1' });
	assert.equal(location.hash, '#/accounts/acc_1/profile?a=1');
	assert.equal(asked, 1);
	guard.stay = null;
});

test('initials of any script, one hue a name', () => {
	assert.equal(initials('Falcon Motors'), 'FM');
	assert.equal(initials('田中 美咲'), '田美');
	assert.equal(initials('«Олена» Коваленко'), 'ОК');
	assert.equal(initials('x'), 'X');
	assert.equal(initials(''), '');
	assert.equal(hue('Falcon Motors'), hue('Falcon Motors'));
	assert.ok(hue('Falcon Motors') % 30 === 0);
});

test('times and totals', () => {
	const now = Date.parse('2026-03-01T12:00:00Z');
	assert.equal(relative('2026-03-01T11:30:00Z', now).replace('.', ''), '30 min ago');
	assert.equal(total({ value: 10000, exact: false }), '10,000+');
	assert.equal(total({ value: 12, exact: true }), '12');
	assert.equal(instant(localOf('2026-03-01T09:15:00.000Z')), '2026-03-01T09:15:00.000Z');
	assert.equal(instant('nonsense'), null);
});

test('what changed between before and after', () => {
	assert.deepEqual(changedFields({ a: 1, b: 2 }, { a: 1, b: 3, c: null }), ['b']);
	assert.deepEqual(changedFields(null, { a: 1 }), ['a']);
});

const NOBODY = { latitude: null, longitude: null } as unknown as Account;

test('a profile sends only what changed, and empty text clears', () => {
	const was = profileOf(NOBODY);
	const now = { ...was, city: ' Berlin ', latitude: '52,5', contract_no: '', country: 'de' };
	assert.deepEqual(changesOf(now, ['city', 'latitude', 'contract_no', 'country']), {
		city: 'Berlin',
		latitude: 52.5,
		contract_no: null,
		country: 'DE',
	});
	assert.equal(coordinate('north'), 'north');
	assert.equal(coordinate(' '), null);
});

test('an address in one line', () => {
	const place = {
		street: 'Main',
		house: '7',
		postcode: '10115',
		city: 'Berlin',
		region: 'Berlin',
		country: 'DE',
	};
	assert.equal(addressLine({ ...place, latitude: null, longitude: null }), 'Main 7, 10115 Berlin, Germany');
});
