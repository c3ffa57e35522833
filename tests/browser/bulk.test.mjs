// One act on many accounts: ticked one by one, or all that match.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../e2e/lib.mjs';
import { call, newAccount, start } from './lib.mjs';

const tag = `Bulk${Date.now().toString(36)}`;
let all;
let tab;
let page;
const made = [];

before(async () => {
	all = await start();
	tab = await all.open();
	page = tab.page;
	for (const n of [1, 2, 3]) made.push(await newAccount(tab.context, { name: `${tag} ${n}` }));
});
after(() => all?.close());

const states = async () => {
	const list = [];
	for (const { id } of made) list.push((await call(tab.context, 'GET', `accounts/${id}`)).body.state);
	return list.join(' ');
};
const act = (words) => page.locator('.bulkbar button', { hasText: words });

test('ticked accounts are suspended by a job that is watched, each with its result', async () => {
	await tab.goto(`#/customers?q=${tag}`);
	await page.locator('.grid tbody tr', { hasText: `${tag} 3` }).waitFor();
	for (const n of [1, 2]) await page.getByLabel(`Choose ${tag} ${n}`).check();
	await page.locator('.bulkbar', { hasText: '2 accounts chosen' }).waitFor();
	await act('Suspend').click();
	await page.locator('dialog:modal', { hasText: '2' }).waitFor();
	await page.fill('dialog:modal textarea', 'Not paid');
	await page.locator('dialog:modal .btn.primary, dialog:modal .btn.danger').click();
	await page.waitForSelector('dialog:modal', { state: 'detached' });
	await eventually('both are suspended', async () => (await states()) === 'suspended suspended not_confirmed');
	await tab.goto('#/jobs');
	const job = page.locator('.box', { hasText: 'Suspend' }).first();
	await job.locator('.chip.good').waitFor();
	for (const one of made.slice(0, 2)) {
		const log = (await call(tab.context, 'GET', `accounts/${one.id}/changes?action=account.suspend`)).body.items;
		assert.equal(log.length, 1);
		assert.match(JSON.stringify(log[0]), /Not paid/);
	}
	await tab.clean();
});

test('all that match are enabled at once; what is not held is said before', async () => {
	await tab.goto(`#/customers?q=${tag}`);
	await page.getByLabel(`Choose ${tag} 1`).focus();
	await page.keyboard.press('Space');
	await page.locator('.bulkbar button', { hasText: 'All that match (3)' }).click();
	await act('Enable').click();
	await page.locator('dialog:modal .impact-list, dialog:modal p').first().waitFor();
	await page.locator('dialog:modal .btn.primary').click();
	await page.waitForSelector('dialog:modal', { state: 'detached' });
	await eventually('none is suspended', async () => !(await states()).includes('suspended'));
	assert.ok((await tab.shifts()) < 0.1, String(await tab.shifts()));
	await tab.clean();
});
