import './dom.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadProblems, useLanguage } from '../src/lib/i18n.ts';
import { nameOfStep } from '../src/parts/why-dialog.tsx';

const said = (step: string, detail: string, name: string | null): string | null =>
	nameOfStep({ step, detail, name } as Parameters<typeof nameOfStep>[0]);

test('what a step looked at is said in words; names of people and roles stay as they are', async () => {
	await useLanguage('en');
	await loadProblems();
	assert.equal(
		said('separation', 'asked-at-the-deed', 'own-membership, last-owner'),
		'nobody does this to himself, the last owner stays',
	);
	assert.equal(said('separation', 'last-owner', 'Ann, of Baker Street'), 'Ann, of Baker Street');
	assert.equal(said('roles', 'allowed-by-role', 'Night, Day'), 'Night, Day');
	assert.equal(said('area', 'area-off', 'back_office'), 'Back office of the customer');
	assert.doesNotMatch(said('section', 'list-denied', 'member.list') ?? '', /member\.list/);
	assert.equal(said('separation', 'no-rule', null), null);
	await useLanguage('de');
	await loadProblems();
	assert.equal(said('separation', 'asked-at-the-deed', 'own-account'), 'niemand tut dies am eigenen Konto');
	await useLanguage('en');
});
