// People of an account and what they may do: users, roles, access, configuration,
// the card of a person.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { call, ctl, newAccount, settled, start } from './lib.mjs';

let all;
let tab;
let page;
let made = 0;

before(async () => {
	all = await start();
	tab = await all.open();
	page = tab.page;
});
after(() => all?.close());

const api = async (method, path, body, headers) => (await call(tab.context, method, path, body, headers)).body;
const dialog = (selector) => page.locator(`dialog:modal ${selector}`);
const row = (name) => page.locator('.grid tbody tr', { hasText: name });
const permission = (key) => page.locator('.perm-row', { has: page.locator('.mono', { hasText: new RegExp(`^${key}$`) }) });
const members = async (account) => (await api('GET', `accounts/${account.id}/members`)).items;

async function builtin(account, key) {
	const { items } = await api('GET', `accounts/${account.id}/roles`);
	return items.find((role) => role.builtin === key);
}

/** A member of this test's own. */
async function addMember(account, role, more = {}) {
	const tag = `${Date.now().toString(36)}${++made}`;
	const { id } = await builtin(account, role);
	const answer = await call(tab.context, 'POST', `accounts/${account.id}/members`, {
		email: `m${tag}@example.org`, name: `Member ${tag}`, kind: 'staff', role_id: id, ...more,
	});
	assert.equal(answer.status, 201, JSON.stringify(answer.body));
	return answer.body;
}

async function choose(key, label) {
	await permission(key).locator('.segment', { hasText: label }).locator('input').check();
}

test('an e-mail address is enough for a user, and he gets the least', async () => {
	const account = await newAccount(tab.context);
	await tab.goto(`#/accounts/${account.id}/users`);
	await page.locator('.tab-head .btn.primary').click();
	await dialog('.btn.primary').click();
	await page.waitForSelector('.field.wrong input[name=email]');
	const email = `only${Date.now()}@example.org`;
	await page.fill('input[name=email]', email);
	await dialog('.btn.primary').click();
	await page.waitForSelector('dialog:modal', { state: 'detached' });
	await row(email).waitFor();
	const [one] = (await members(account)).filter((member) => member.email === email);
	assert.deepEqual([one.kind, one.roles.map((role) => role.builtin)], ['staff', ['customer-member']]);
	await tab.clean();
});

test('a support user has an end', async () => {
	const account = await newAccount(tab.context);
	await tab.goto(`#/accounts/${account.id}/users`);
	await page.keyboard.press('n');
	await page.fill('input[name=email]', `s${Date.now()}@example.org`);
	await page.locator('.segment', { hasText: 'Support user' }).locator('input').check();
	await dialog('.btn.primary').click();
	await page.waitForSelector('.field.wrong input[name=expires_at]');
	const day = new Date(Date.now() + 5 * 86400e3).toISOString().slice(0, 10);
	await page.fill('input[name=expires_at]', day);
	await dialog('.btn.primary').click();
	await page.waitForSelector('dialog:modal', { state: 'detached' });
	const one = (await members(account)).find((member) => member.kind === 'support');
	assert.ok(one.expires_at >= day, one.expires_at);
	await tab.clean();
});

test('the switch of a row suspends with a reason and enables at once', async () => {
	const account = await newAccount(tab.context);
	const member = await addMember(account, 'customer-member');
	await tab.goto(`#/accounts/${account.id}/users`);
	await row(member.name).locator('[role=switch]').click();
	await dialog('.btn.primary').click();
	await page.waitForSelector('.field.wrong textarea');
	await page.fill('dialog textarea', 'Asked for');
	await dialog('.btn.primary').click();
	await row(member.name).locator('.chip.warn').waitFor();
	assert.equal((await api('GET', `accounts/${account.id}/members/${member.id}`)).state, 'suspended');
	await row(member.name).locator('[role=switch]').click();
	await row(member.name).locator('.chip.warn').waitFor({ state: 'detached' });
	assert.notEqual((await api('GET', `accounts/${account.id}/members/${member.id}`)).state, 'suspended');
	await tab.clean();
});

test('several are suspended with one reason', async () => {
	const account = await newAccount(tab.context);
	const some = [await addMember(account, 'customer-member'), await addMember(account, 'customer-member')];
	await tab.goto(`#/accounts/${account.id}/users`);
	const place = () => row(some[1].name).boundingBox();
	const before = await place();
	for (const one of some) await row(one.name).locator('[role=checkbox]').click();
	await page.waitForSelector('.bulkbar');
	assert.deepEqual(await place(), before, 'no row moves from under the pointer');
	await page.locator('.bulkbar .btn', { hasText: 'Suspend' }).click();
	await page.fill('dialog textarea', 'Both');
	await dialog('.btn.primary').click();
	await page.waitForSelector('.bulkbar', { state: 'detached' });
	const states = (await members(account)).filter((member) => some.some((one) => one.id === member.id));
	assert.deepEqual(states.map((member) => member.state), ['suspended', 'suspended']);
	await tab.clean();
});

test('the passwords of all are reset by a job, which tells what became of each', async () => {
	const account = await newAccount(tab.context);
	const member = await addMember(account, 'customer-member');
	await tab.goto(`#/accounts/${account.id}/users`);
	await page.locator('.tab-head .btn', { hasText: 'Reset all passwords' }).click();
	await page.waitForFunction(() => /2 people/.test(document.querySelector('dialog:modal .impact').textContent));
	assert.ok(await dialog('.btn.primary').isDisabled());
	await page.fill('input[name=typed]', account.name);
	await dialog('.btn.primary').click();
	await page.waitForSelector('dialog:modal', { state: 'detached' });
	await page.locator('.toast', { hasText: '2 mails are on their way' }).waitFor();
	await tab.goto('#/jobs');
	const job = page.locator('.job-box', { hasText: 'Reset passwords' }).first();
	await job.locator('.job-results .btn').click();
	const line = job.locator('.lines li', { hasText: member.name });
	await line.locator('.chip.good').waitFor();
	assert.equal(await job.locator('.lines li').count(), 2);
	await tab.clean();
});

test('who may do nothing with people chooses none', async () => {
	const auditor = await start({ login: 'auditor', password: 'gatehouse-demo' });
	const look = await auditor.open();
	const account = await newAccount(tab.context);
	await look.goto(`#/accounts/${account.id}/users`);
	await look.page.waitForSelector('.row-link');
	assert.equal(await look.page.locator('.row-tick').count(), 0);
	await look.clean();
	await auditor.close();
});

test('who is removed is named before, and gone after', async () => {
	const account = await newAccount(tab.context);
	const member = await addMember(account, 'customer-member');
	await tab.goto(`#/accounts/${account.id}/users?user=${member.id}`);
	await page.locator('.pane-foot .btn.icon-only').click();
	await page.locator('.menu-item.danger').click();
	assert.ok(await dialog('.btn.danger').isDisabled());
	await page.fill('input[name=typed]', member.name);
	await dialog('.btn.danger').click();
	await page.waitForSelector('dialog:modal', { state: 'detached' });
	assert.ok(!(await members(account)).some((one) => one.id === member.id));
	tab.wrong.length = 0;
});

test('a role is copied, given, and what its change means is told', async () => {
	const account = await newAccount(tab.context);
	const member = await addMember(account, 'customer-member');
	const { id } = await builtin(account, 'customer-moderator');
	await tab.goto(`#/accounts/${account.id}/roles?role=${id}`);
	assert.equal(await page.locator('.perm-choice').count(), 0, 'a built-in role is read only');
	await page.locator('.tab-head a', { hasText: 'Copy' }).click();
	await page.waitForSelector('.savebar');
	const name = `Desk ${Date.now()}`;
	await page.fill('input[name=name]', name);
	await page.locator('.savebar .btn.primary').click();
	await page.waitForSelector('.savebar', { state: 'detached' });
	const mine = (await api('GET', `accounts/${account.id}/roles`)).items.find((role) => role.name === name);
	await tab.goto(`#/accounts/${account.id}/users?user=${member.id}`);
	await page.locator('.pane-foot .btn', { hasText: 'Roles' }).click();
	await dialog('select[name=role_id]').selectOption(mine.id);
	await dialog('.btn.primary').click();
	await page.waitForSelector('dialog:modal', { state: 'detached' });
	await tab.goto(`#/accounts/${account.id}/roles?role=${mine.id}`);
	await choose('member.add', 'Deny');
	await page.keyboard.press('Control+Enter');
	await page.waitForSelector('dialog:modal .change-side.lose');
	assert.match(await dialog('.preview-people').textContent(), new RegExp(member.name));
	await dialog('.btn.primary').click();
	await page.waitForSelector('.savebar', { state: 'detached' });
	const lines = (await api('GET', `roles/${mine.id}`)).permissions;
	assert.deepEqual([lines.find((one) => one.permission === 'member.add').own], ['deny']);
	await tab.clean();
	await page.locator('.tab-head .danger-text').click();
	await dialog('.btn.danger').click();
	await page.waitForSelector('dialog:modal .banner.bad');
	await dialog('.dialog-foot .btn.plain').click();
	tab.wrong.length = 0;
});

test('the parent of a role has the name it has elsewhere', async () => {
	const account = await newAccount(tab.context);
	const { id } = await builtin(account, 'customer-moderator');
	const name = `Night ${Date.now()}`;
	await api('POST', `accounts/${account.id}/roles`, { name, description: '', parent_role_id: id, permissions: [] });
	await tab.goto(`#/accounts/${account.id}/roles?q=${encodeURIComponent(name)}`);
	assert.match(await page.textContent('.box'), /inherits from Moderator/);
	await tab.clean();
});

test('a switch for one person alone is previewed, saved and explained', async () => {
	const account = await newAccount(tab.context);
	await api('PATCH', `accounts/${account.id}/areas`, { back_office: true }, { 'If-Match': '"v1"' });
	const member = await addMember(account, 'customer-admin');
	await tab.goto(`#/accounts/${account.id}/access?member=${member.id}`);
	await page.locator('.perm-tools input[type=text]').fill('audit.export');
	await page.waitForFunction(() => document.querySelectorAll('.perm-row').length === 1);
	await page.locator('.perm-tools .search-clear').click();
	await choose('audit.list', 'Deny');
	await page.locator('.savebar .btn.primary').click();
	await page.waitForSelector('dialog:modal .change-side.lose');
	await dialog('.btn.primary').click();
	await page.waitForSelector('.savebar', { state: 'detached' });
	const { switches } = await api('GET', `accounts/${account.id}/members/${member.id}/access`);
	const line = switches.find((one) => one.permission === 'audit.list');
	assert.deepEqual([line.switch, line.roles, line.effective], ['deny', true, false]);
	await permission('audit.list').locator('.perm-why').click();
	await page.waitForSelector('dialog:modal .step.bad, dialog:modal .step.warn');
	assert.match(await dialog('.steps').textContent(), /switched off for this person/);
	await dialog('.dialog-foot .btn').click();
	await tab.clean();
});

test('configuration: what is inherited says from where, what touches people is told first', async () => {
	const parent = await newAccount(tab.context, { kind: 'reseller' });
	const account = await newAccount(tab.context, { parent_id: parent.id });
	await tab.goto(`#/accounts/${parent.id}/configuration`);
	await page.locator('select[name=require_two_step]').selectOption('on');
	await page.fill('input[name=idle_min]', '12x');
	await page.locator('.savebar .btn.primary').click();
	await page.waitForSelector('.field.wrong input[name=idle_min]');
	await page.fill('input[name=idle_min]', '15');
	await page.locator('.savebar .btn.primary').click();
	await page.waitForSelector('dialog:modal .impact');
	await dialog('.btn.primary').click();
	await page.waitForSelector('.savebar', { state: 'detached' });
	const own = (await api('GET', `accounts/${parent.id}/policy`)).own;
	assert.deepEqual([own.require_two_step, own.idle_min], [true, 15]);
	await tab.goto(`#/accounts/${account.id}/configuration`);
	const origin = page.locator('.field', { has: page.locator('[name=require_two_step]') }).locator('.origin');
	assert.match(await origin.textContent(), new RegExp(`On from ${parent.name}`));
	await tab.clean();
});

test('an area is switched off after it was said what follows', async () => {
	const account = await newAccount(tab.context);
	await tab.goto(`#/accounts/${account.id}/configuration`);
	await page.locator('.area', { hasText: 'API' }).locator('.segment', { hasText: 'Off' }).locator('input').click();
	await dialog('.btn.danger').click();
	await page.waitForSelector('.area .chip.warn');
	const { areas } = await api('GET', `accounts/${account.id}/policy`);
	assert.equal(areas.find((one) => one.area === 'api').on, false);
	await tab.clean();
});

test('a sub-user stands below his main user, and is found by his name', async () => {
	const account = await newAccount(tab.context);
	const main = (await members(account)).find((member) => member.kind === 'main');
	const email = `sub${Date.now()}@example.org`;
	await tab.goto(`#/accounts/${account.id}/sub-users`);
	await page.locator('.tab-head .btn.primary').click();
	await page.fill('input[name=email]', email);
	await page.waitForSelector('select[name=parent_membership_id] option', { state: 'attached' });
	await dialog('.btn.primary').click();
	await row(email).waitFor();
	assert.match(await row(email).textContent(), new RegExp(main.name));
	await tab.goto(`#/people?kind=sub&q=${encodeURIComponent(email)}`);
	await row(email).locator('.row-link').click();
	await settled(page);
	assert.match(await page.textContent('.acc-head'), new RegExp(email));
	assert.match(await page.textContent('.acc-main'), new RegExp(`Sub-user of ${main.name}`));
	await tab.clean();
});

test('on a phone a user is opened and everything can be done', async () => {
	const account = await newAccount(tab.context);
	const member = await addMember(account, 'customer-member');
	const phone = await all.open({ size: 'phone' });
	await phone.goto(`#/accounts/${account.id}/users`);
	await phone.page.locator('.row-link', { hasText: member.name }).tap();
	await phone.page.waitForSelector('.pane-foot');
	await phone.page.locator('.pane-foot .btn.icon-only').tap();
	const items = await phone.page.locator('.menu-item').allTextContents();
	for (const words of ['Edit', 'Roles', 'Why?', 'Reset password', 'Suspend', 'Remove'])
		assert.ok(items.some((one) => one.startsWith(words)), `${words}: ${items}`);
	await phone.clean();
	await phone.context.close();
});

test('Why? asks whom it is done to, where that decides', async () => {
	const account = await newAccount(tab.context);
	const owner = await addMember(account, 'customer-owner');
	await addMember(account, 'customer-member', { name: 'Plain Person' });
	await tab.goto(`#/accounts/${account.id}/users?user=${owner.id}`);
	await page.locator('.pane-foot .btn.icon-only').click();
	await page.locator('.menu-item', { hasText: 'Why?' }).click();
	await dialog('.steps').waitFor();
	assert.equal(await dialog('select[name=whom]').count(), 0);
	await dialog('select[name=permission]').selectOption('member.remove');
	await dialog('select[name=whom]').waitFor();
	const last = dialog('.step').last();
	assert.match(await last.textContent(), /nobody does this to himself, nobody does this to who may do more, the last owner stays/);
	await dialog('select[name=whom]').selectOption({ label: owner.name });
	await last.filter({ hasText: /nobody does this to himself/ }).filter({ hasNotText: /last owner/ }).waitFor();
	await dialog('select[name=whom]').selectOption({ label: 'Plain Person' });
	await last.filter({ hasText: /Plain Person/ }).waitFor();
	await tab.clean();
});

test('who may ask nobody is told what to switch on, and led there', async () => {
	const account = await newAccount(tab.context);
	await tab.goto(`#/accounts/${account.id}/overview`);
	await tab.page.locator('.acc-acts [aria-haspopup=menu]').last().click();
	await tab.page.locator('[role=menuitem]', { hasText: 'Log in as user' }).click();
	await tab.page.fill('dialog textarea', 'The yard is dark');
	await tab.page.click('dialog button[type=submit]');
	const way = tab.page.locator('dialog .banner.info a');
	await way.waitFor();
	assert.match(await tab.page.locator('dialog').textContent(), /“Back office of the customer” on/);
	await way.click();
	await tab.page.locator('.panel', { hasText: 'Back office of the customer' }).waitFor();
	assert.equal(await tab.page.locator('dialog').count(), 0);
	await tab.clean([/409/]);
});

test('the next is off where the list ends, and one theme of three is chosen', async () => {
	const account = await newAccount(tab.context);
	await tab.goto(`#/accounts/${account.id}/users`);
	await tab.page.locator('.grid .row-link').first().click();
	const heads = tab.page.locator('.pane-head button');
	await heads.first().waitFor();
	assert.deepEqual([await heads.nth(0).isDisabled(), await heads.nth(1).isDisabled()], [true, true]);
	await tab.page.keyboard.press('Escape');
	await tab.page.locator('.person-btn:visible').click();
	const themes = tab.page.locator('[role=menuitemradio]', { hasText: /Light|Dark|As the system/ });
	assert.equal(await themes.count(), 3);
	assert.equal(await tab.page.locator('[role=menuitemcheckbox]', { hasText: 'Compact rows' }).count(), 1);
	await tab.page.keyboard.press('Escape');
	await tab.clean();
});

test('who belongs to two accounts acts for the one or the other', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'gatehouse-'));
	const login = `two${Date.now()}`;
	const password = 'a rather long sentence, by chance';
	writeFileSync(join(folder, 'password'), password, { mode: 0o600 });
	ctl('admin', 'create', '--login', login, '--name', 'Two Places', '--password-file', join(folder, 'password'));
	rmSync(folder, { recursive: true });
	const account = await newAccount(tab.context, { kind: 'reseller' });
	await addMember(account, 'reseller-support', { login, email: `${login}@example.org` });
	const two = await start({ login, password });
	const own = await two.open();
	await own.goto('#/people');
	await own.page.locator('.person-btn:visible').click();
	await own.page.locator('[role=menuitemradio]', { hasText: account.name }).click();
	await own.page.locator('.toast', { hasText: account.name }).waitFor();
	await settled(own.page);
	const now = await call(own.context, 'GET', 'session');
	assert.equal(now.body.acting.account_id, account.id);
	assert.equal(await own.page.locator('.person-btn:visible small').textContent(), 'Support agent');
	await own.clean();
	await two.close();
});
