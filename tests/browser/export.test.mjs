// An export is started on the page, watched, and downloaded whole.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { base, call, newAccount, settled, start } from './lib.mjs';

let all;
let tab;
let page;

before(async () => {
	all = await start();
	tab = await all.open();
	page = tab.page;
});
after(() => all?.close());

test('the change log of one account, filtered, as a file', async () => {
	const account = await newAccount(tab.context);
	await call(tab.context, 'POST', `accounts/${account.id}/contacts`, { role: 'owner', name: '=cmd()' });
	await tab.goto(`#/accounts/${account.id}/changes?action=contact.create`);
	assert.equal(await page.locator('.entry').count(), 1);
	await page.locator('.export').click();
	const link = page.locator('.toast a', { hasText: 'Download' });
	await link.waitFor({ timeout: 60000 });
	const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
	const lines = readFileSync(await file.path(), 'utf8').trim().split('\r\n');
	assert.equal(lines.length, 2, lines.join('\n'));
	assert.match(lines[1], /contact\.create/);
	assert.doesNotMatch(lines[1], /,"=cmd/);
});

test('its job is listed with rows, size and link, also after a reload', async () => {
	await page.reload();
	await settled(page);
	await page.locator('.jobs-btn').click();
	const row = page.locator('.jobs-pop .job-row').first();
	await row.waitFor();
	assert.match(await row.textContent(), /Change log as CSV.*Done.*1 row/s);
	const href = await row.locator('a').getAttribute('href');
	const answer = await tab.context.request.get(new URL(href, base).href);
	assert.equal(answer.status(), 200);
	await page.keyboard.press('Escape');
	await tab.goto('#/jobs');
	assert.match(await page.textContent('.boxes'), /Change log as CSV/);
});

test('the list that is shown is the list that is exported', async () => {
	const tag = `herd${Date.now().toString(36)}`;
	for (const name of ['Ann', 'Bo', 'Cy']) await newAccount(tab.context, { name: `${name} ${tag}` });
	await tab.goto(`#/customers?q=${tag}`);
	await page.locator('.head .export').click();
	const link = page.locator('.toast', { hasText: 'Export of 3 rows' }).locator('a');
	await link.waitFor({ timeout: 60000 });
	const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
	const lines = readFileSync(await file.path(), 'utf8').trim().split('\r\n');
	assert.equal(lines.length, 4);
	for (const line of lines.slice(1)) assert.match(line, new RegExp(tag));
	await tab.clean();
});
