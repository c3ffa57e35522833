// What more is known of an account: notes, custom fields, recording, figures.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { call, newAccount, start } from './lib.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let all;
let tab;
let page;
let account;

before(async () => {
	all = await start();
	tab = await all.open();
	page = tab.page;
	account = await newAccount(tab.context);
});
after(() => all?.close());

const button = (words, within = 'body') => page.locator(`${within} button:visible`, { hasText: words }).last();
const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
async function clean() {
	await page.evaluate(axe);
	const found = await page.evaluate(async (runOnly) => {
		const { violations } = await window.axe.run(document, { runOnly, resultTypes: ['violations'] });
		return violations.map((one) => `${one.id} ${one.nodes.map((node) => node.target).join(' ')}`);
	}, { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
	assert.deepEqual(found, []);
	assert.ok(await fits());
}

test('notes: written, pinned, changed, deleted; not shown about one’s own account', async () => {
	await tab.goto(`#/accounts/${account.id}/notes`);
	for (const words of ['Calls in the evening', 'Has moved\nto Bremen']) {
		await button('Write a note', '.tab-head').click();
		await page.fill('dialog textarea', words);
		await page.locator('dialog .btn.primary').click();
		await page.locator('.note-text', { hasText: words.split('\n')[0] }).waitFor();
	}
	const first = page.locator('.box', { hasText: 'Calls in' });
	await first.locator('button').last().click();
	await page.locator('[role=menuitem]', { hasText: 'Pin' }).click();
	await page.waitForFunction(() => /Calls in/.test(document.querySelector('.box')?.textContent ?? ''));
	await first.locator('button').last().click();
	await page.locator('[role=menuitem]', { hasText: 'Edit' }).click();
	await page.fill('dialog textarea', 'Calls at noon');
	await page.locator('dialog .btn.primary').click();
	await page.locator('.note-text', { hasText: 'Calls at noon' }).waitFor();
	await clean();
	const other = page.locator('.box', { hasText: 'Has moved' });
	await other.locator('button').last().click();
	await page.locator('[role=menuitem]', { hasText: 'Delete' }).click();
	await page.locator('dialog .btn.danger').click();
	await other.waitFor({ state: 'detached' });
	const { body } = await call(tab.context, 'GET', 'session');
	const home = body.memberships.find((one) => one.id === body.acting.membership_id).account_id;
	await tab.goto(`#/accounts/${home}/overview`);
	assert.equal(await page.locator('.rail-item', { hasText: 'Notes' }).count(), 0);
});

test('a custom field: defined, filled in, found, deleted with what it holds', async () => {
	const { body } = await call(tab.context, 'GET', 'session');
	const key = `ref_${Date.now().toString(36)}`;
	await tab.goto(`#/accounts/${body.acting.account_id}/fields`);
	await button('Define a field', '.tab-head').click();
	await page.fill('dialog input[name=label]', `Réf ${key}`);
	assert.equal(await page.inputValue('dialog input[name=key]'), `ref_${key}`);
	await page.fill('dialog input[name=key]', key);
	await page.check('dialog input[name=searchable]');
	await page.locator('dialog .btn.primary').click();
	const row = page.locator('.box', { hasText: key });
	await row.waitFor();
	await button('Define a field', '.tab-head').click();
	await page.fill('dialog input[name=label]', 'Twin');
	await page.fill('dialog input[name=key]', key);
	await page.locator('dialog .btn.primary').click();
	await page.waitForSelector('.field.wrong input[name=key]');
	await page.fill('dialog input[name=key]', `${key}_n`);
	await page.selectOption('dialog select[name=type]', 'number');
	await page.locator('dialog .btn.primary').click();
	await page.locator('.box', { hasText: `${key}_n` }).waitFor();
	await clean();
	await tab.goto(`#/accounts/${account.id}/profile`);
	const panel = page.locator('#custom-fields');
	await panel.locator('button').click();
	await page.fill(`dialog input[name="values/${key}"]`, `Zebra${key.slice(4)}`);
	await page.fill(`dialog input[name="values/${key}_n"]`, 'many');
	await page.locator('dialog .btn.primary').click();
	await page.waitForSelector(`.field.wrong input[name="values/${key}_n"]`);
	await clean();
	await page.fill(`dialog input[name="values/${key}_n"]`, '1,50');
	await page.locator('dialog .btn.primary').click();
	await panel.locator('dd', { hasText: 'Zebra' }).waitFor();
	assert.match(await panel.textContent(), /1\.5/);
	await tab.goto(`#/customers?q=zebra${key.slice(4)}`);
	await page.locator('.grid tbody tr', { hasText: account.name }).waitFor();
	await tab.goto(`#/accounts/${body.acting.account_id}/fields`);
	for (const name of [`${key}_n`, key]) {
		await page.locator('.box', { has: page.locator('code', { hasText: new RegExp(`^${name}$`) }) })
			.locator('button').last().click();
		await page.locator('[role=menuitem]', { hasText: 'Delete' }).click();
		await page.waitForSelector('dialog .impact');
		assert.match(await page.textContent('dialog .impact'), /1 account has a value/);
		assert.ok(await page.locator('dialog .btn.danger').isDisabled());
		await page.fill('dialog input[name=typed]', name);
		await page.locator('dialog .btn.danger').click();
		await page.locator('.boxes code', { hasText: new RegExp(`^${name}$`) }).waitFor({ state: 'detached' });
	}
	await tab.clean([/422/]);
});
