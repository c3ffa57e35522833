// What ends soon, and the way to where it is changed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, newAccount, start } from './lib.mjs';

let all;
let tab;
let page;

before(async () => {
	all = await start();
	tab = await all.open();
	page = tab.page;
});
after(() => all?.close());

test('what ends soon is shown by day, and leads to where it is changed', async () => {
	const account = await newAccount(tab.context);
	const ends_at = new Date(Date.now() + 36e5).toISOString();
	const held = await call(tab.context, 'POST', `accounts/${account.id}/holds`, {
		kind: 'vacation', reason_text: 'Away', ends_at,
	});
	assert.equal(held.status, 201, JSON.stringify(held.body));
	await tab.goto('#/customers');
	await page.keyboard.press('g');
	await page.keyboard.press('d');
	const row = page.locator('.agenda-day .box', { hasText: account.name });
	await row.waitFor();
	assert.match(await row.textContent(), /Hold ends.*Vacation/);
	await page.locator('.filter-btn', { hasText: 'What' }).click();
	await page.locator('[role=option]', { hasText: 'User expires' }).click();
	await page.keyboard.press('Escape');
	await row.waitFor({ state: 'detached' });
	await page.locator('.filter-clear').last().click();
	await row.locator('a').click();
	await page.waitForSelector('.hold');
	assert.match(page.url(), /life-cycle/);
	assert.ok((await tab.shifts()) < 0.1);
	await tab.clean();
});

test('a temporary account is made, and comes up on the day it ends', async () => {
	const name = `Temporary ${Date.now().toString(36)}`;
	await tab.goto('#/customers');
	await page.locator('button', { hasText: 'New account' }).first().click();
	await page.fill('dialog:modal input[name=name]', name);
	await page.fill('dialog:modal input[name=expires_at]', '2001-01-01');
	await page.locator('dialog:modal .btn.primary').click();
	await page.locator('dialog:modal .field-error', { hasText: 'passed' }).waitFor();
	await page.fill('dialog:modal input[name=expires_at]', new Date(Date.now() + 5 * 864e5).toISOString().slice(0, 10));
	await page.locator('dialog:modal .btn.primary').click();
	await page.waitForSelector('dialog:modal', { state: 'detached' });
	await page.locator('.acc-name', { hasText: name }).waitFor();
	await tab.goto('#/agenda?days=7&kind=hold_begins');
	await page.locator('.agenda-day .box', { hasText: name }).locator('a').click();
	await page.locator('.hold', { hasText: 'Temporary account' }).waitFor();
	await tab.clean([/422/]);
});
