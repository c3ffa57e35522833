// The change log by count, by hours, by period, in local time or UTC, by person and address;
// and what was altered behind the back of the programs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { call, ctl, newAccount, settled, start } from './lib.mjs';

let all;
let tab;
let page;
let account;
let written;

before(async () => {
	all = await start();
	tab = await all.open();
	page = tab.page;
	account = await newAccount(tab.context);
	for (const name of ['Ann', 'Bo', 'Cy']) {
		const made = await call(tab.context, 'POST', `accounts/${account.id}/contacts`, { role: 'owner', name });
		assert.equal(made.status, 201);
	}
	written = (await call(tab.context, 'GET', `accounts/${account.id}/changes`)).body.items.length;
	assert.ok(written >= 4);
});
after(() => all?.close());

const entries = (n) =>
	page.waitForFunction((want) => document.querySelectorAll('.entry').length === want, n);

async function choose(mode, fields) {
	await page.locator('.filter-btn', { hasText: 'Time' }).click();
	const form = page.locator('.log-when');
	await form.locator('.segment', { hasText: mode }).click();
	for (const [name, value] of Object.entries(fields)) await form.locator(`input[name=${name}]`).fill(value);
	await form.locator('button[type=submit]').click();
	return form;
}

test('the newest so many, the last hours, a period of 30 days at most', async () => {
	await tab.goto(`#/accounts/${account.id}/changes`);
	await entries(written);
	await choose('Newest', { n: '2' });
	await entries(2);
	assert.match(page.url(), /newest=2/);
	let form = await choose('Last hours', { hours: '25', minutes: '0' });
	assert.match(await form.textContent(), /24 hours/);
	await form.locator('input[name=hours]').fill('1');
	await form.locator('button[type=submit]').click();
	await entries(written);
	assert.match(page.url(), /last_minutes=60/);
	form = await choose('Period', { from: '2026-01-01T00:00', to: '2026-03-01T00:00' });
	assert.match(await form.textContent(), /30 days at most/);
	await form.locator('input[name=to]').fill('2026-01-30T00:00');
	await form.locator('button[type=submit]').click();
	await page.locator('.empty').waitFor();
	await page.locator('.empty button').click();
	await entries(written);
	await tab.clean();
});

test('by address and by person', async () => {
	await page.locator('.filter-btn', { hasText: 'IP address' }).click();
	const form = page.locator('.filter-body');
	await form.locator('input').fill('nowhere');
	await page.keyboard.press('Enter');
	assert.match(await form.textContent(), /Not an IP address/);
	await form.locator('input').fill('203.0.113.77');
	await page.keyboard.press('Enter');
	await page.locator('.empty').waitFor();
	await page.locator('.empty button').click();
	await entries(written);
	await page.locator('.entry-line').first().click();
	await page.locator('.entry-more a.mono').first().click();
	await page.waitForURL(/ip=/);
	await entries(written);
	await page.locator('.filter-clear').click();
	await page.locator('.filter-btn', { hasText: 'Actor' }).click();
	await page.locator('[role=option]', { hasText: 'you' }).click();
	await page.waitForURL(/actor=/);
	await entries(written);
	await tab.clean();
});

test('in UTC when that is wanted, also after a reload and in a file', async () => {
	await tab.goto(`#/accounts/${account.id}/changes?newest=1`);
	const name = page.getByRole('switch', { name: 'Times in UTC' });
	await name.click();
	await page.reload();
	await settled(page);
	assert.equal(await name.getAttribute('aria-checked'), 'true');
	const at = await page.locator('.entry time').getAttribute('datetime');
	assert.ok((await page.locator('.entry time').textContent()).includes(at.slice(14, 16)));
	await page.locator('.export').click();
	const link = page.locator('.toast a', { hasText: 'Download' });
	await link.waitFor();
	const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
	const lines = readFileSync(await file.path(), 'utf8').trim().split('\r\n');
	assert.equal(lines.length, 2, lines.join('\n'));
	assert.match(lines[1], /^"?\d{4}-\d\d-\d\d[T ][\d:.]+Z/);
	await name.click();
	await tab.clean();
});

/** What somebody does who has the database itself. */
function sql(text) {
	const words = ['--no-defaults', `--socket=${process.env.GATEHOUSE_DB}`, '--user=root', '-N', '-e', text, 'gatehouse'];
	return execFileSync('mariadb', words, { encoding: 'utf8' }).trim();
}

/** The worker seals by itself, soon. */
async function until(is) {
	while (!is()) await new Promise((done) => setTimeout(done, 200));
}

function verified() {
	try {
		return ctl('verify');
	} catch (error) {
		return error.stdout;
	}
}

test('what was altered behind the back of the programs is named', async () => {
	await tab.goto('#/changes');
	await page.locator('.tab-head a').click();
	await page.waitForURL(/changes\/chain/);
	const head = page.locator('.chain-head .copy-text');
	await head.waitFor();
	assert.match(await head.textContent(), /^\d+:[0-9a-f]{64}$/);
	const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).click()]);
	const noted = readFileSync(await file.path(), 'utf8').trim();
	assert.match(ctl('verify', `--head=${noted}`), /^ok: /m);
	const { body } = await call(tab.context, 'GET', `accounts/${account.id}/changes?action=contact.create`);
	const id = body.items[0].id;
	const seq = sql('SELECT MAX(seq) FROM change_log WHERE action = "contact.create"');
	await until(() => sql(`SELECT COUNT(*) FROM change_seal WHERE seq = ${seq}`) === '1');
	sql(`UPDATE change_log SET actor_label = 'Nobody' WHERE seq = ${seq}`);
	try {
		assert.match(verified(), new RegExp(`altered +${id}`));
		await page.getByRole('button', { name: 'Verify now' }).click();
		await page.locator('.lines .mono', { hasText: id }).waitFor();
		await page.locator('.banner.bad').waitFor();
	} finally {
		sql(`UPDATE change_log SET actor_label = '${body.items[0].actor_label}' WHERE seq = ${seq}`);
	}
	assert.match(verified(), /^ok: /m);
	await page.locator('.banner.good').waitFor();
	await tab.clean();
});
