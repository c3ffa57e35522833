// Finding: saved and shared views, tokens in the search box, one search over everything.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, settled, start } from './lib.mjs';

let all;
let tab;
let page;

before(async () => {
	all = await start();
	tab = await all.open();
	page = tab.page;
	for (const view of await views()) await dropView(view);
});
after(() => all?.close());

const api = async (method, path, body, headers) => (await call(tab.context, method, path, body, headers)).body;
const views = async () => (await api('GET', 'views')).items;
const query = async () => new URLSearchParams((await page.evaluate(() => location.hash)).split('?')[1]);
const until = (test, arg) => page.waitForFunction(test, arg);
const menu = (label) => page.locator('[role=menu] .menu-item', { hasText: label });
const button = page_ => page_.locator('.tools button.views[aria-haspopup]');

async function dropView(view) {
	const { status } = await call(tab.context, 'DELETE', `views/${view.id}`, undefined, { 'If-Match': `"v${view.ver}"` });
	assert.equal(status, 204);
}

async function openViews() {
	await button(page).click();
	await page.waitForSelector('[role=menu]:popover-open');
}

test('a view keeps filters, columns, order and page size, and a link shows the same', async () => {
	await tab.goto('#/customers?status=suspended&cols=status,number&sort=-created&limit=25');
	await openViews();
	await menu('Save as a new view').click();
	await page.fill('dialog:modal input[name=name]', 'Held, newest first');
	await page.keyboard.press('Control+Enter');
	await page.waitForSelector('dialog:modal', { state: 'detached' });
	await until(() => location.hash.includes('view='));
	const [view] = await views();
	assert.deepEqual(
		[view.list, view.q, view.columns, view.sort, view.page_size, view.shared],
		['customers', 'status:suspended', ['status', 'number'], '-created', 25, false],
	);
	await tab.goto('#/customers');
	await button(page).waitFor();
	await openViews();
	await menu('Held, newest first').first().click();
	await until(() => location.hash.includes('status=suspended'));
	const now = await query();
	assert.deepEqual(
		[now.get('view'), now.get('cols'), now.get('sort'), now.get('limit')],
		[view.id, 'status,number', '-created', '25'],
	);
	await page.waitForFunction((name) => document.querySelector('.tools .views')?.textContent.includes(name), 'Held');
	assert.equal(await page.locator('.grid thead th', { hasText: 'Number' }).count(), 1);
});

test('what was changed since is saved, the list opens with it, and deleting can be undone', async () => {
	await page.locator('.grid thead button', { hasText: 'Name' }).click();
	await until(() => !location.hash.includes('sort=-created'));
	await openViews();
	await menu('Save changes to').click();
	await until(() => !document.querySelector('[role=menu]:popover-open'));
	await page.waitForSelector('.toast');
	assert.notEqual((await views())[0].sort, '-created');
	await openViews();
	await menu('Open the list with this view').click();
	await page.waitForFunction(() => [...document.querySelectorAll('.toast')].some((one) => /opens with/.test(one.textContent)));
	assert.equal((await views())[0].is_default, true);
	await tab.goto('#/people');
	await tab.goto('#/customers');
	await until(() => location.hash.includes('status=suspended'));
	await button(page).waitFor();
	await openViews();
	await menu('No view').click();
	await until(() => location.hash.includes('view=none') && !location.hash.includes('status='));
	await openViews();
	await menu('Held, newest first').first().click();
	await until(() => location.hash.includes('status=suspended'));
	await openViews();
	await menu('Delete view').click();
	await page.locator('.toast-act', { hasText: 'Undo' }).click();
	await until(() => location.hash.includes('status=suspended') && location.hash.includes('view=viw_'));
	const [again] = await views();
	assert.deepEqual([again.name, again.is_default], ['Held, newest first', true]);
	await dropView(again);
});

test('a view is renamed and shared by the keyboard, and the log tells it', async () => {
	const made = await api('POST', 'views', { list: 'people', name: 'Sub-users', q: 'kind:sub', sort: '-created' });
	await tab.goto(`#/people?view=${made.id}&kind=sub`);
	await button(page).waitFor();
	await button(page).focus();
	await page.keyboard.press('Enter');
	await page.waitForSelector('[role=menu]:popover-open');
	for (const letter of 'Rename') await page.keyboard.press(letter);
	await page.keyboard.press('Enter');
	await page.fill('dialog:modal input[name=name]', 'All sub-users');
	await page.locator('dialog:modal input[name=shared]').check();
	await page.keyboard.press('Control+Enter');
	await page.waitForSelector('dialog:modal', { state: 'detached' });
	const [view] = await views();
	assert.deepEqual([view.name, view.shared, view.ver], ['All sub-users', true, 2]);
	await tab.goto('#/changes?action=view.share');
	await page.waitForFunction(() => /shared the view\s*All sub-users/.test(document.body.textContent));
	await dropView(view);
});

test('a name that is in use is said at the field', async () => {
	const made = await api('POST', 'views', { list: 'customers', name: 'Twice' });
	await tab.goto('#/customers');
	await button(page).waitFor();
	await openViews();
	await menu('Save as a new view').click();
	await page.fill('dialog:modal input[name=name]', 'Twice');
	await page.keyboard.press('Control+Enter');
	await page.waitForSelector('dialog:modal .field.wrong input[name=name]');
	await page.keyboard.press('Escape');
	await page.waitForSelector('dialog:modal', { state: 'detached' });
	await dropView(made);
	await settled(page);
	await tab.clean([/status of 422/]);
});
