// Moving an account to another one above it, in the browser.
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

/** Opens the dialogue by keyboard and chooses the account above. */
async function choose(account, to) {
	await tab.goto(`#/accounts/${account.id}/life-cycle`);
	await page.locator('.ending button', { hasText: 'Move…' }).focus();
	await page.keyboard.press('Enter');
	await page.waitForSelector('dialog:modal');
	await page.locator('dialog:modal .filter-btn').focus();
	await page.keyboard.press('Enter');
	await page.locator('.picker input').fill(to.name);
	await page.locator('.picker [role=option]', { hasText: to.name }).waitFor();
	await page.keyboard.press('Enter');
	await page.locator('dialog:modal .filter-value', { hasText: to.name }).waitFor();
}

test('a customer gets another reseller, after one has read what that means', async () => {
	const shop = await newAccount(tab.context, { kind: 'reseller' });
	const account = await newAccount(tab.context);
	await choose(account, shop);
	await page.locator('dialog:modal .impact p', { hasText: `to ${shop.name}` }).waitFor();
	await page.locator('dialog:modal .btn.primary').click();
	await page.locator('dialog:modal .field-error').waitFor();
	await page.fill('dialog:modal textarea', 'Sold to the shop');
	await page.locator('dialog:modal .btn.primary').click();
	await page.waitForSelector('dialog:modal', { state: 'detached' });
	await page.locator('.ending p', { hasText: `below ${shop.name}` }).waitFor();
	assert.equal((await call(tab.context, 'GET', `accounts/${account.id}`)).body.parent_name, shop.name);
	await tab.goto(`#/accounts/${account.id}/changes?action=account.move`);
	await page.locator('.entry', { hasText: 'moved' }).waitFor();
	await tab.clean();
});

test('what stands in the way is said, and nothing can be sent', async () => {
	const shop = await newAccount(tab.context, { kind: 'reseller' });
	const home = await newAccount(tab.context, { kind: 'reseller' });
	const account = await newAccount(tab.context, { parent_id: home.id });
	const own = await call(tab.context, 'POST', `accounts/${home.id}/roles`, {
		name: `Role of ${home.name}`, permissions: [{ permission: 'device.list', effect: 'allow' }],
	});
	assert.equal(own.status, 201, JSON.stringify(own.body));
	const added = await call(tab.context, 'POST', `accounts/${account.id}/members`, {
		email: `x${account.number}@example.org`, kind: 'staff', role_id: own.body.id,
	});
	assert.equal(added.status, 201, JSON.stringify(added.body));
	await choose(account, shop);
	await page.locator('dialog:modal .impact-warn', { hasText: 'hold roles' }).waitFor();
	assert.ok(await page.locator('dialog:modal .btn.primary').isDisabled());
	await page.keyboard.press('Escape');
	await tab.clean();
});
