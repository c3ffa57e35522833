// What a keyboard alone can do.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, newAccount, openPage, settled, start } from './lib.mjs';

let all;
let tab;
let page;

before(async () => {
	all = await start();
	tab = await all.open();
	page = tab.page;
});
after(() => all?.close());

const hash = () => page.evaluate(() => location.hash);
const peek = async () => new URLSearchParams((await hash()).split('?')[1]).get('peek');
const until = (test, arg) => page.waitForFunction(test, arg);
const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');

test('find a customer, look at him, go on to the next, open his page', async () => {
	await tab.goto('#/customers');
	await page.keyboard.press('/');
	await page.keyboard.type('example.org');
	await until(() => location.hash.includes('q=example.org'));
	await settled(page);
	await page.keyboard.press('Escape');
	await until(() => !location.hash.includes('q='));
	await settled(page);
	await page.keyboard.press('Escape');
	await page.keyboard.press('j');
	await page.keyboard.press('j');
	await page.keyboard.press('x');
	await until(() => location.hash.includes('peek='));
	const first = await peek();
	await page.keyboard.press('j');
	await until((old) => !location.hash.includes(old), first);
	await page.keyboard.press('k');
	await until((old) => location.hash.includes(old), first);
	assert.match(await page.textContent('.pane-at'), /^2 of /);
	await page.keyboard.press('o');
	await page.waitForSelector('.acc-head h1');
	assert.match(await hash(), new RegExp(`accounts/${first}/overview`));
});

test('keys pressed while the rows are on their way act when those are there', async () => {
	await tab.goto('#/customers');
	await page.route('**/api/v1/accounts?**', async (asked) => {
		await new Promise((go) => setTimeout(go, 300));
		await asked.continue();
	});
	await page.keyboard.press('/');
	await page.keyboard.type('example.org');
	await until(() => location.hash.includes('q=example.org'));
	for (const key of ['Escape', 'Escape', 'j', 'j', 'x']) await page.keyboard.press(key);
	await until(() => location.hash.includes('peek='));
	await page.waitForSelector('.pane h2');
	assert.match(await page.textContent('.pane-at'), /^2 of /);
	assert.doesNotMatch(await hash(), /q=/);
	await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('Escape closes the pane, and history goes back to it', async () => {
	await tab.goto('#/customers');
	await page.focus('.row-link');
	await page.keyboard.press('Enter');
	await page.waitForSelector('.pane h2');
	await page.keyboard.press('Escape');
	await page.waitForSelector('.pane', { state: 'detached' });
	assert.equal(await peek(), null);
});

test('a status typed as a token becomes a chip', async () => {
	await tab.goto('#/customers');
	await page.keyboard.press('/');
	await page.keyboard.type('sta');
	await page.waitForSelector('#search-list:not([hidden])');
	await page.keyboard.press('Enter');
	await page.keyboard.type('susp');
	await page.keyboard.press('Enter');
	await until(() => location.hash.includes('status=suspended'));
	assert.match(await page.textContent('.filter.on'), /Suspended/);
	await settled(page);
	for (const words of await page.locator('.grid tbody tr:not(.bone-row) .ph-top').allTextContents()) assert.match(words, /Suspended/);
});

test('sections of an account by brackets, and the sheet of shortcuts', async () => {
	const account = await newAccount(tab.context);
	await tab.goto(`#/accounts/${account.id}/overview`);
	await page.keyboard.press(']');
	await page.waitForSelector('.rail-item[aria-current][href*="/profile"]');
	await page.keyboard.press('[');
	await page.waitForSelector('.rail-item[aria-current][href*="/overview"]');
	await page.keyboard.press('?');
	await page.waitForSelector('dialog:modal');
	assert.match(await page.textContent('dialog:modal'), /Next section/);
	await page.keyboard.press('Escape');
	await page.waitForSelector('dialog:modal', { state: 'detached' });
});

test('the palette finds accounts and pages', async () => {
	const account = await newAccount(tab.context, { name: `Quokka ${Date.now()}` });
	await tab.goto('#/jobs');
	await page.keyboard.press('Control+k');
	await page.waitForSelector('.palette input:focus');
	await page.keyboard.type(account.name);
	await page.waitForSelector('.palette-row .avatar');
	await page.keyboard.press('Enter');
	await page.waitForSelector('.acc-head h1');
	assert.equal(await page.textContent('.acc-head h1'), account.name);
	await page.keyboard.press('g');
	await page.keyboard.press('l');
	await until(() => location.hash === '#/changes');
});

test('a row menu is opened, walked and left, and the focus comes back', async () => {
	await tab.goto('#/customers');
	await page.focus('.row-menu');
	await page.keyboard.press('Enter');
	await page.waitForSelector('[role=menu]');
	assert.equal(await focused(), 'Open');
	await page.keyboard.press('ArrowDown');
	assert.equal(await focused(), 'Edit profile');
	await page.keyboard.press('Escape');
	await page.waitForSelector('[role=menu]', { state: 'detached' });
	assert.ok(await page.evaluate(() => document.activeElement?.classList.contains('row-menu')));
});

test('a new account is made without a mouse', async () => {
	await tab.goto('#/customers');
	await page.keyboard.press('n');
	await page.waitForSelector('dialog:modal');
	await page.focus('dialog input[name=name]');
	await page.keyboard.type('Keys & Söhne');
	await page.keyboard.press('Control+Enter');
	await page.waitForSelector('.acc-head h1');
	assert.equal(await page.textContent('.acc-head h1'), 'Keys & Söhne');
});

test('a change is saved by Ctrl+Enter; leaving unsaved asks once', async () => {
	const account = await newAccount(tab.context);
	await tab.goto(`#/accounts/${account.id}/profile`);
	await page.focus('input[name=city]');
	await page.keyboard.type('Lübeck');
	await page.waitForSelector('.savebar');
	await page.keyboard.press('Control+Enter');
	await page.waitForSelector('.savebar', { state: 'detached' });
	assert.equal((await call(tab.context, 'GET', `accounts/${account.id}`)).body.city, 'Lübeck');
	await page.focus('input[name=city]');
	await page.keyboard.type('!');
	await page.locator('.rail-item[href*="/sites"]').focus();
	await page.keyboard.press('Enter');
	await page.waitForSelector('dialog:modal');
	assert.match(await hash(), /profile/);
	await page.keyboard.press('Escape');
	await page.locator('.rail-item[href*="/sites"]').focus();
	await page.keyboard.press('Enter');
	await page.waitForSelector('dialog:modal');
	await page.locator('dialog .btn', { hasText: 'Leave without saving' }).press('Enter');
	await until(() => location.hash.includes('/sites'));
});

test('suspend and enable by the menu of a row', async () => {
	const account = await newAccount(tab.context, { name: `Aardvark ${Date.now()}` });
	await tab.goto(`#/customers?q=${encodeURIComponent(account.name)}`);
	await page.focus('.row-menu');
	await page.keyboard.press('Enter');
	await page.waitForSelector('[role=menuitem]');
	await page.keyboard.press('s');
	await page.keyboard.press('Enter');
	await page.waitForSelector('dialog:modal textarea');
	await page.focus('dialog textarea');
	await page.keyboard.type('By keyboard');
	await page.keyboard.press('Control+Enter');
	await page.waitForSelector('.grid .chip.warn');
	await page.waitForSelector('dialog:modal', { state: 'detached' });
	await page.focus('.row-menu');
	await page.keyboard.press('Enter');
	await page.waitForSelector('[role=menuitem]');
	await page.keyboard.type('en');
	await page.keyboard.press('Enter');
	await page.waitForSelector('.grid .chip.warn', { state: 'detached' });
});

test('single keys are switched off by who wants that', async () => {
	await call(tab.context, 'PATCH', 'me', { shortcuts: false });
	try {
		await tab.goto('#/customers');
		await page.reload();
		await settled(page);
		await page.keyboard.press('n');
		await page.waitForTimeout(200);
		assert.equal(await page.locator('dialog:modal').count(), 0);
		await page.keyboard.press('Control+k');
		await page.waitForSelector('.palette');
	} finally {
		await call(tab.context, 'PATCH', 'me', { shortcuts: true });
	}
});

test('after a refusal and at the next step the focus is where one goes on', async () => {
	const nobody = await openPage(all.browser, null);
	const at = (name) => nobody.page.waitForFunction((now) => document.activeElement?.name === now, name);
	await nobody.goto('');
	await nobody.page.fill('input[name=login]', `nobody${Date.now()}`);
	await nobody.page.fill('input[name=password]', 'not a password of anybody');
	await nobody.page.focus('button[type=submit]');
	await nobody.page.keyboard.press('Enter');
	await nobody.page.waitForSelector('[role=alert]');
	await at('password');
	await nobody.goto('#/code');
	await nobody.page.locator('.sign-in-links button').press('Enter');
	await at('login');
	await nobody.page.locator('.sign-in-links button').press('Enter');
	await nobody.page.fill('input[name=login]', `nobody${Date.now()}`);
	await nobody.page.keyboard.press('Enter');
	await at('code');
	await nobody.clean([/401/]);
	await nobody.context.close();
});

/** What has the focus, with the row it is in; never nothing. */
async function focusIn(pattern) {
	await page.waitForFunction((source) => {
		const now = document.activeElement;
		if (!now || now === document.body) return false;
		const words = `${now.getAttribute('aria-label') ?? now.textContent} in ${now.closest('tr, li')?.textContent ?? now.id}`;
		return new RegExp(source).test(words);
	}, pattern.source);
}

/** People of an account of this test's own, in the order of the list. */
async function people(...names) {
	const account = await newAccount(tab.context, { name: 'Zz' });
	const { body } = await call(tab.context, 'GET', `accounts/${account.id}/roles`);
	const role_id = body.items.find((role) => role.builtin === 'customer-member').id;
	for (const name of names) {
		const email = `${name}${Date.now().toString(36)}@example.org`;
		const made = await call(tab.context, 'POST', `accounts/${account.id}/members`, { email, name, kind: 'staff', role_id });
		assert.equal(made.status, 201, JSON.stringify(made.body));
	}
	await tab.goto(`#/accounts/${account.id}/users`);
	// What the tests before left open or switched off is so no more.
	await page.reload();
	await settled(page);
	await page.locator('tr', { hasText: names.at(-1) }).waitFor();
	return account;
}

test('somebody is removed by keys alone, and one goes on at the next', async () => {
	await people('Adam', 'Berta', 'Carl');
	const row = page.locator('tr', { hasText: 'Berta' });
	await row.locator('.row-menu').focus();
	await page.keyboard.press('Enter');
	await page.waitForSelector('[role=menuitem]');
	await page.keyboard.press('End');
	await page.keyboard.press('Enter');
	await page.waitForSelector('dialog:modal input[name=typed]:focus');
	await page.keyboard.type('Berta');
	await page.waitForSelector('dialog:modal .btn.danger:not([disabled])');
	await page.keyboard.press('Enter');
	await row.waitFor({ state: 'detached' });
	await focusIn(/ in .*Carl/);
});

test('several are chosen and suspended by keys, and the focus stays with the list', async () => {
	await people('Adam', 'Berta');
	for (const name of ['Adam', 'Berta']) {
		await page.locator('tr', { hasText: name }).locator('.row-tick').focus();
		await page.keyboard.press('Space');
	}
	await page.locator('.bulkbar .btn', { hasText: 'Suspend' }).focus();
	await page.keyboard.press('Enter');
	await page.waitForSelector('dialog:modal textarea:focus');
	await page.keyboard.press('Escape');
	await focusIn(/^Suspend…/);
	await page.keyboard.press('Enter');
	await page.waitForSelector('dialog:modal textarea:focus');
	await page.keyboard.type('By keys');
	await page.keyboard.press('Control+Enter');
	await page.waitForSelector('.bulkbar', { state: 'detached' });
	await page.waitForFunction(() => document.activeElement?.closest('.grid'));
});

test('the pane is left for its row, a tab for the page, a switched area for itself', async () => {
	const account = await people('Adam', 'Berta');
	await page.locator('.row-link', { hasText: 'Berta' }).press('Enter');
	await page.waitForSelector('.pane h2');
	await page.locator('.pane-head .btn').last().press('Enter');
	await page.waitForSelector('.pane', { state: 'detached' });
	await focusIn(/^Berta in /);
	await page.keyboard.press(']');
	await page.waitForSelector('.rail-item[aria-current][href*="/sub-users"]');
	await focusIn(/ in main$/);
	await tab.goto(`#/accounts/${account.id}/configuration`);
	const off = page.locator('.area', { hasText: 'API' }).locator('input[value=off]');
	await off.focus();
	await page.keyboard.press('Space');
	await page.waitForSelector('dialog:modal .btn.danger');
	await page.keyboard.press('Control+Enter');
	await page.waitForSelector('.area .chip.warn');
	await focusIn(/ in API/);
});

test('nothing went wrong on the way', () => tab.clean());
