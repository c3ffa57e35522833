// An operator at work: changes, conflicts, holds, the end and the way back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, newAccount, openPage, SIZES, settled, start } from './lib.mjs';

let all;
let tab;
let page;

before(async () => {
	all = await start();
	tab = await all.open();
	page = tab.page;
});
after(() => all?.close());

const state = async (id) => (await call(tab.context, 'GET', `accounts/${id}`)).body.state;
const button = (words, within = 'body') => page.locator(`${within} button:visible`, { hasText: words }).last();

test('however many columns and however narrow the list: the name of a row can be read', async () => {
	const all = 'status,role,label,kind,parent,number,external_id,contract_no,last_login,created,created_by,origin';
	for (const width of [1920, 1440, 1280, 1100, 800]) {
		await page.setViewportSize({ width, height: 900 });
		for (const hash of ['#/customers', `#/customers?cols=${all}`, '#/billing-events', '#/people']) {
			await tab.goto(hash);
			const name = await page.locator('.grid tbody .ph-main').first().boundingBox();
			assert.ok(name.width >= 200, `${hash} at ${width}: ${name.width}`);
			assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
		}
	}
	await page.setViewportSize(SIZES.wide);
	await tab.goto('#/customers');
	assert.equal(await page.evaluate(() => document.querySelector('.grid-scroll').scrollWidth <=
		document.querySelector('.grid-scroll').clientWidth), true);
});

test('two people save the same profile: nothing typed is lost', async () => {
	const account = await newAccount(tab.context, { contract_no: 'K-1' });
	const other = await all.open();
	const hash = `#/accounts/${account.id}/profile`;
	await tab.goto(hash);
	await other.goto(hash);
	await page.fill('input[name=contract_no]', 'K-mine');
	await page.fill('input[name=city]', 'Bremen');
	await other.page.fill('input[name=contract_no]', 'K-theirs');
	await other.page.fill('input[name=street]', 'Am Wall');
	await other.page.locator('.savebar .btn.primary').click();
	await other.page.waitForSelector('.savebar', { state: 'detached' });
	await page.locator('.savebar .btn.primary').click();
	await page.waitForSelector('.conflict');
	const rows = await page.locator('.conflict tbody tr').allTextContents();
	assert.equal(rows.length, 3);
	assert.ok(rows.some((row) => /Contract.*K-1.*K-theirs.*K-mine/.test(row)), rows.join(' / '));
	assert.match(await page.textContent('dialog:modal h2'), /saved in the meantime/);
	await page.locator('.conflict tr', { hasText: 'K-mine' }).locator('input').last().check();
	await page.locator('dialog:modal .btn.primary').click();
	await page.waitForSelector('.savebar', { state: 'detached' });
	const after = (await call(tab.context, 'GET', `accounts/${account.id}`)).body;
	assert.deepEqual([after.contract_no, after.city, after.street], ['K-mine', 'Bremen', 'Am Wall']);
	await tab.clean([/412/]);
	tab.wrong.length = 0;
	await other.clean();
	await other.context.close();
});

test('a refused field says so at the field and has the focus', async () => {
	const account = await newAccount(tab.context);
	await tab.goto(`#/accounts/${account.id}/profile`);
	await page.fill('input[name=country]', 'X1');
	await page.locator('.savebar .btn.primary').click();
	await page.waitForSelector('.field.wrong input[name=country]');
	assert.ok(await page.evaluate(() => document.activeElement?.getAttribute('name') === 'country'));
	await button('Discard').click();
	await tab.clean([/422/]);
	tab.wrong.length = 0;
});

test('suspended, undone, suspended again, enabled: list, pane and card agree', async () => {
	const account = await newAccount(tab.context);
	await tab.goto(`#/customers?q=${encodeURIComponent(account.name)}&peek=${account.id}`);
	await button('Suspend', '.pane-foot').click();
	await page.fill('dialog textarea', 'Asked for');
	await page.locator('dialog .btn.primary').click();
	await page.waitForSelector('.toast');
	await page.waitForSelector('.grid .chip.warn');
	await page.waitForSelector('.pane .banner.warn');
	assert.equal(await state(account.id), 'suspended');
	await page.locator('.toast-act', { hasText: 'Undo' }).click();
	await page.waitForSelector('.pane .banner.warn', { state: 'detached' });
	assert.notEqual(await state(account.id), 'suspended');
	await button('Suspend', '.pane-foot').click();
	await page.fill('dialog textarea', 'Asked for again');
	await page.locator('dialog .btn.primary').click();
	await page.waitForSelector('.grid .chip.warn');
	await page.goto('about:blank');
	await tab.goto(`#/accounts/${account.id}/life-cycle`);
	assert.match(await page.textContent('.acc-name'), /Suspended.*Asked for again/);
	assert.equal(await page.locator('.hold').count(), 2);
	await button('Enable', '.acc-acts').click();
	await page.waitForSelector('.acc-name .chip.warn', { state: 'detached' });
	assert.notEqual(await state(account.id), 'suspended');
});

test('a hold with a start is scheduled and can be released', async () => {
	const account = await newAccount(tab.context);
	await tab.goto(`#/accounts/${account.id}/life-cycle`);
	await button('Place hold', '.tab-head').click();
	await page.locator('dialog .segment', { hasText: 'Vacation' }).click();
	await page.fill('dialog textarea', 'Away');
	await page.fill('dialog input[name=starts_at]', '2099-01-01T10:00');
	await page.locator('dialog .btn.primary').click();
	await page.waitForSelector('.hold');
	assert.match(await page.textContent('.hold'), /Vacation hold.*Scheduled/);
	await button('Release', '.hold').click();
	await page.locator('dialog .btn.primary').click();
	await page.waitForFunction(() => /Released by/.test(document.querySelector('.hold')?.textContent ?? ''));
});

test('a site is made, changed and deleted', async () => {
	const account = await newAccount(tab.context);
	await tab.goto(`#/accounts/${account.id}/sites`);
	assert.match(await page.textContent('.boxes'), /Headquarters/);
	await button('Add site').click();
	await page.fill('dialog input[name=name]', 'Depot');
	await page.fill('dialog input[name=latitude]', '53,1');
	await page.fill('dialog input[name=longitude]', '8.8');
	await page.locator('dialog .btn.primary').click();
	const depot = page.locator('.box', { hasText: 'Depot' });
	await depot.waitFor();
	assert.match(await depot.locator('.map-link').getAttribute('href'), /mlat=53\.1&mlon=8\.8/);
	await depot.locator('button').last().click();
	await page.locator('[role=menuitem]', { hasText: 'Delete' }).click();
	await page.locator('dialog .btn.danger').click();
	await depot.waitFor({ state: 'detached' });
});

test('contacts: made and deleted, with Undo', async () => {
	const account = await newAccount(tab.context);
	await tab.goto(`#/accounts/${account.id}/profile`);
	await button('Add contact').click();
	await page.fill('dialog input[name=name]', 'Bo Technician');
	await page.locator('dialog .segment', { hasText: 'Technical' }).click();
	await page.locator('dialog .btn.primary').click();
	const line = page.locator('.lines li', { hasText: 'Bo Technician' });
	await line.waitFor();
	await line.locator('[aria-label^="Delete"]').click();
	await line.waitFor({ state: 'detached' });
	await page.locator('.toast-act', { hasText: 'Undo' }).last().click();
	await line.waitFor();
	assert.equal((await call(tab.context, 'GET', `accounts/${account.id}/contacts`)).body.items.length, 1);
});

test('termination wants the name typed; restoring brings it back', async () => {
	await call(tab.context, 'POST', 'session/proof', { password: process.env.GATEHOUSE_PASSWORD });
	const account = await newAccount(tab.context);
	await tab.goto(`#/accounts/${account.id}/life-cycle`);
	await page.locator('.danger-text').click();
	const go = page.locator('dialog .btn.danger');
	await page.fill('dialog textarea', 'End of test');
	await page.fill('dialog input[name=confirm_name]', account.name.toLowerCase());
	assert.ok(await go.isDisabled());
	await page.fill('dialog input[name=confirm_name]', account.name);
	await go.click();
	await page.waitForSelector('.acc-name .chip.bad');
	assert.equal(await state(account.id), 'terminated');
	await button('Restore', '.ending').click();
	await page.fill('dialog textarea', 'Back');
	await page.locator('dialog .btn.primary').click();
	await page.waitForSelector('.acc-name .chip.bad', { state: 'detached' });
	await tab.goto(`#/accounts/${account.id}/changes`);
	const words = await page.textContent('.log-scroll');
	for (const one of [/terminated/, /restored/, /created/]) assert.match(words, one);
});

test('a session that ended leads to the sign-in and back', async () => {
	const own = await openPage(all.browser, null);
	await own.goto('');
	const signIn = async () => {
		await own.page.fill('input[name=login]', process.env.GATEHOUSE_LOGIN);
		await own.page.fill('input[name=password]', process.env.GATEHOUSE_PASSWORD);
		await own.page.click('button[type=submit]');
		await own.page.waitForSelector('.shell');
	};
	await signIn();
	await own.goto('#/changes?action=account.create');
	await call(own.context, 'DELETE', 'session');
	await own.page.locator('.filter-clear').click();
	await own.page.waitForSelector('.sign-in');
	await signIn();
	await own.page.waitForFunction(() => location.hash.startsWith('#/changes'));
	await own.clean([/401/]);
	await own.context.close();
});

test('a wrong password says no more than that', async () => {
	const own = await openPage(all.browser, null);
	await own.goto('');
	await own.page.fill('input[name=login]', `nobody-${Date.now()}`);
	await own.page.fill('input[name=password]', 'wrong');
	await own.page.click('button[type=submit]');
	await own.page.waitForSelector('.sign-in [role=alert]');
	assert.match(await own.page.textContent('[role=alert]'), /Login or password is wrong/);
	assert.equal(await own.page.inputValue('input[name=password]'), '');
	await own.context.close();
});

test('nothing went wrong on the way', async () => {
	await settled(page);
	await tab.clean();
});
