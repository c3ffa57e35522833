// Somebody else saved in the meantime: what is set here and what is so now stand beside
// each other, and nothing of either is lost.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { call, newAccount, start } from './lib.mjs';

let all;
let tab;
let page;

before(async () => {
	all = await start();
});
beforeEach(async () => {
	tab = await all.open();
	page = tab.page;
});
afterEach(() => tab.context.close());
after(() => all?.close());

const api = async (method, path, body, ver) => {
	const headers = ver === undefined ? {} : { 'If-Match': `"v${ver}"` };
	const answer = await call(tab.context, method, path, body, headers);
	assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
	return answer.body;
};
const dialog = (selector) => page.locator(`dialog:modal ${selector}`);
const save = () => page.locator('.savebar .btn.primary').click();
const permission = (key) => page.locator('.perm-row', { has: page.locator('.mono', { hasText: new RegExp(`^${key}$`) }) });
const choose = (key, label) => permission(key).locator('.segment', { hasText: label }).locator('input').check();

/** The rows of the dialogue: [field, was, theirs, mine]. */
async function both() {
	await dialog('.conflict').waitFor();
	const rows = await dialog('.conflict tbody tr').all();
	return Promise.all(rows.map(async (row) => (await row.locator('th, td').allTextContents()).map((text) => text.trim())));
}
const again = () => page.locator('dialog:modal > form:has(> .dialog-main > .conflict) > .dialog-foot .btn.primary').click();
const gone = () => page.waitForSelector('.conflict', { state: 'detached' });
/** Of the field, theirs (0) or mine (1) is taken. */
const take = (field, side) => dialog('.conflict tbody tr').filter({ hasText: field }).locator('input').nth(side).check();

async function addMember(account) {
	const { items } = await api('GET', `accounts/${account.id}/roles`);
	const role_id = items.find((role) => role.builtin === 'customer-admin').id;
	const email = `w${Date.now().toString(36)}@example.org`;
	return api('POST', `accounts/${account.id}/members`, { email, name: 'Wanda Wu', kind: 'staff', role_id });
}

test('configuration: theirs and mine, in words, with who it was', async () => {
	const account = await newAccount(tab.context);
	const path = `accounts/${account.id}/policy`;
	await tab.goto(`#/accounts/${account.id}/configuration`);
	await page.fill('input[name=idle_min]', '15');
	await page.fill('input[name=absolute_min]', '600');
	const { ver } = await api('GET', path);
	await api('PATCH', path, { idle_min: 120, users_may_change_email: false }, ver);
	await save();
	assert.deepEqual(await both(), [
		['Users may change their e-mail', 'Inherit', 'Off', 'Inherit'],
		['Sign out when idle for (minutes)', 'Inherit', '2 hours', '15 minutes'],
		['Sign in again after (minutes)', 'Inherit', 'Inherit', '10 hours'],
	]);
	assert.match(await dialog('h2').textContent(), /^(?!Somebody else).+ saved in the meantime/);
	await dialog('.dialog-foot .btn').first().click();
	await gone();
	assert.equal(await page.inputValue('input[name=idle_min]'), '15', 'what was typed is still there');
	await save();
	await dialog('.conflict').waitFor();
	await take('idle', 0);
	await again();
	await page.waitForSelector('.savebar', { state: 'detached' });
	const { own } = await api('GET', path);
	assert.deepEqual([own.idle_min, own.users_may_change_email, own.absolute_min], [120, false, 600]);
	await tab.clean([/412/]);
});

test('configuration: a change that was told first, and somebody else was faster', async () => {
	const account = await newAccount(tab.context);
	const path = `accounts/${account.id}/policy`;
	await tab.goto(`#/accounts/${account.id}/configuration`);
	await page.locator('select[name=require_two_step]').selectOption('on');
	await save();
	await dialog('.impact').waitFor();
	const { ver } = await api('GET', path);
	await api('PATCH', path, { absolute_min: 600 }, ver);
	await dialog('.btn.primary').click();
	assert.equal((await both()).length, 2);
	await again();
	await dialog('.impact').waitFor();
	await dialog('.btn.primary').click();
	await page.waitForSelector('.savebar', { state: 'detached' });
	const { own } = await api('GET', path);
	assert.deepEqual([own.require_two_step, own.absolute_min], [true, 600]);
	await tab.clean([/412/]);
});

test('areas: both are switched, and what is typed above stays', async () => {
	const account = await newAccount(tab.context);
	const path = `accounts/${account.id}/policy`;
	const area = (name, word) => page.locator('.area', { hasText: name }).locator('.segment', { hasText: word }).locator('input');
	await tab.goto(`#/accounts/${account.id}/configuration`);
	await page.fill('input[name=idle_min]', '15');
	const { ver } = await api('GET', path);
	await api('PATCH', `accounts/${account.id}/areas`, { back_office: true }, ver);
	await area('API', 'Off').click();
	await dialog('.btn.danger').click();
	const rows = await both();
	assert.deepEqual(rows.map((row) => row.slice(1)), [['Inherit', 'On', 'Inherit'], ['Inherit', 'Inherit', 'Off']]);
	await again();
	await gone();
	await page.locator('.area .chip.warn').waitFor();
	const { areas } = await api('GET', path);
	const own = Object.fromEntries(areas.map((one) => [one.area, one.own]));
	assert.deepEqual([own.back_office, own.api], ['on', 'off']);
	assert.equal(await page.inputValue('input[name=idle_min]'), '15');
	await save();
	await page.waitForSelector('.savebar', { state: 'detached' });
	assert.equal((await api('GET', path)).own.idle_min, 15);
	await tab.clean([/412/]);
});

test('access settings: switches of two people', async () => {
	const account = await newAccount(tab.context);
	await api('PATCH', `accounts/${account.id}/areas`, { back_office: true }, 1);
	const member = await addMember(account);
	const path = `accounts/${account.id}/members/${member.id}/access`;
	await tab.goto(`#/accounts/${account.id}/access?member=${member.id}`);
	await choose('audit.list', 'Deny');
	const { ver } = await api('GET', path);
	await api('PUT', path, { switches: [{ permission: 'audit.list', effect: 'allow' }, { permission: 'member.remove', effect: 'deny' }] }, ver);
	await save();
	await dialog('.change-side.lose').waitFor();
	await dialog('.btn.primary').click();
	const rows = await both();
	assert.deepEqual(rows.map((row) => row.slice(1)), [['As roles', 'Deny', 'As roles'], ['As roles', 'Allow', 'Deny']]);
	await again();
	await gone();
	await dialog('.change-side.lose').waitFor();
	await dialog('.btn.primary').click();
	await page.waitForSelector('.savebar', { state: 'detached' });
	const { switches } = await api('GET', path);
	const set = switches.filter((one) => one.switch !== 'none').map((one) => `${one.permission} ${one.switch}`);
	assert.deepEqual(set.sort(), ['audit.list deny', 'member.remove deny']);
	await tab.clean([/412/]);
});

test('a role: its words and its permissions one by one', async () => {
	const account = await newAccount(tab.context);
	const role = await api('POST', `accounts/${account.id}/roles`, {
		name: `Desk ${Date.now()}`, description: 'At the desk', parent_role_id: null, permissions: [{ permission: 'member.list', effect: 'allow' }],
	});
	await tab.goto(`#/accounts/${account.id}/roles?role=${role.id}`);
	await page.fill('input[name=name]', `${role.name} by me`);
	await choose('audit.list', 'Allow');
	await api('PATCH', `roles/${role.id}`, {
		description: 'By the door', permissions: [{ permission: 'member.list', effect: 'allow' }, { permission: 'member.view', effect: 'allow' }],
	}, role.ver);
	await save();
	await dialog('.impact').waitFor();
	await dialog('.btn.primary').click();
	const rows = await both();
	assert.equal(rows.length, 4);
	assert.deepEqual(rows.slice(0, 2).map((row) => row.slice(1)), [
		[role.name, role.name, `${role.name} by me`],
		['At the desk', 'By the door', 'At the desk'],
	]);
	assert.deepEqual(rows.slice(2).map((row) => row.slice(1)).sort(), [
		['Inherit', 'Allow', 'Inherit'],
		['Inherit', 'Inherit', 'Allow'],
	]);
	await again();
	await gone();
	await dialog('.impact').waitFor();
	await dialog('.btn.primary').click();
	await page.waitForSelector('.savebar', { state: 'detached' });
	const now = await api('GET', `roles/${role.id}`);
	assert.deepEqual([now.name, now.description], [`${role.name} by me`, 'By the door']);
	const says = now.permissions.filter((one) => one.own === 'allow').map((one) => one.permission);
	assert.deepEqual(says.sort(), ['audit.list', 'member.list', 'member.view']);
	await tab.clean([/412/]);
});

test('the roles of a member', async () => {
	const account = await newAccount(tab.context);
	const member = await addMember(account);
	const { items } = await api('GET', `accounts/${account.id}/roles`);
	const least = items.find((role) => role.builtin === 'customer-member').id;
	await tab.goto(`#/accounts/${account.id}/users?user=${member.id}`);
	await page.locator('.pane-foot .btn', { hasText: 'Roles' }).click();
	await dialog('select[name=role_id]').selectOption(items.find((role) => role.builtin === 'customer-owner').id);
	await api('PUT', `accounts/${account.id}/members/${member.id}/roles`, { roles: [{ role_id: least, scope_account_id: account.id }] }, member.ver);
	await dialog('.btn.primary').click();
	assert.deepEqual(await both(), [['Roles', 'Administrator', 'Member', 'Owner']]);
	await take('Roles', 0);
	await again();
	await page.waitForSelector('dialog:modal', { state: 'detached' });
	const { roles } = await api('GET', `accounts/${account.id}/members/${member.id}`);
	assert.deepEqual(roles.map((one) => one.builtin), ['customer-member']);
	await tab.clean([/412/]);
});
