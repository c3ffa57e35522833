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

test('nothing went wrong on the way', () => tab.clean());
