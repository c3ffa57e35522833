// Groups of accounts: made, filled, filtered by, and left by who is suspended.
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

const api = async (method, path, body, headers) => (await call(tab.context, method, path, body, headers)).body;
const dialog = (selector) => page.locator(`dialog:modal ${selector}`);
const box = (name) => page.locator('.boxes .box', { hasText: name });
const closed = () => page.waitForSelector('dialog:modal', { state: 'detached' });

async function newGroup() {
	const { acting } = await api('GET', 'session');
	const name = `Chain ${Date.now()}`;
	return api('POST', `accounts/${acting.account_id}/groups`, { kind: 'account', name });
}

test('a group is made, filled with several at once, and is a filter of the list', async () => {
	const some = [await newAccount(tab.context), await newAccount(tab.context)];
	const name = `Retail ${Date.now()}`;
	await tab.goto('#/groups');
	await page.keyboard.press('n');
	await dialog('.btn.primary').click();
	await page.waitForSelector('.field.wrong input[name=name]');
	await page.fill('input[name=name]', name);
	await dialog('.btn.primary').click();
	await closed();
	await box(name).locator('.row-link').click();
	await page.waitForSelector('.crumbs');
	await page.keyboard.press('n');
	for (const { name: wanted } of some) {
		await dialog('.search input').fill(wanted.split(' ')[1]);
		await page.locator('.pick-many li', { hasText: wanted }).locator('[role=checkbox]').click();
	}
	await dialog('.btn.primary').click();
	await closed();
	for (const { name: wanted } of some) await box(wanted).waitFor();
	await page.locator('.tab-head a', { hasText: 'Show as a list' }).click();
	await page.locator('.filter.on .filter-value', { hasText: name }).waitFor();
	for (const { name: wanted } of some) await page.locator('.grid .row-link', { hasText: wanted }).waitFor();
	await page.waitForFunction(() => document.querySelectorAll('.grid .row-link').length === 2);
	await tab.clean();
});

test('who is suspended is away, and back when he is enabled', async () => {
	const account = await newAccount(tab.context);
	const group = await newGroup();
	await api('POST', `groups/${group.id}/members`, { member_ids: [account.id] });
	const hold = await api('POST', `accounts/${account.id}/holds`, { kind: 'admin', reason_text: 'Test' });
	await tab.goto(`#/groups/${group.id}`);
	await page.locator('.segment', { hasText: 'Away (1)' }).click();
	await box(account.name).locator('.chip.warn').waitFor();
	await api('POST', `accounts/${account.id}/holds/${hold.id}/release`, { reason_text: 'Test' });
	await tab.goto(`#/groups/${group.id}`);
	await page.locator('.segment', { hasText: 'In the group (1)' }).waitFor();
	await box(account.name).waitFor();
	await tab.clean();
});

test('members are taken out together, and an account shows its groups', async () => {
	const some = [await newAccount(tab.context), await newAccount(tab.context)];
	const group = await newGroup();
	await api('POST', `groups/${group.id}/members`, { member_ids: some.map((one) => one.id) });
	await tab.goto(`#/accounts/${some[0].id}/overview`);
	await page.locator('.chips-row a', { hasText: group.name }).click();
	for (const { name } of some) await box(name).locator('[role=checkbox]').click();
	await page.locator('.bulkbar .btn', { hasText: 'Take out' }).click();
	await page.locator('.segment', { hasText: 'In the group (0)' }).waitFor();
	assert.equal((await api('GET', `groups/${group.id}`)).members, 0);
	await page.locator('.btn.danger-text').click();
	await dialog('.btn.danger').click();
	await closed();
	assert.equal((await call(tab.context, 'GET', `groups/${group.id}`)).status, 404);
	tab.wrong.length = 0;
});
