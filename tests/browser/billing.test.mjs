// What billing does while an operator looks on, and what he does about it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { billingSender, eventually } from '../e2e/lib.mjs';
import { base, call, ctl, start } from './lib.mjs';

const tag = Date.now().toString(36);
let all;
let tab;
let page;
let crm;

before(async () => {
	all = await start();
	tab = await all.open();
	page = tab.page;
	crm = billingSender({ url: base }, `b${tag}`, ctl('source', 'add', `b${tag}`, '--label', 'Browser').trim());
});
after(() => all?.close());

let sent = 0;
async function send(type, external_id, data = {}, subject = {}) {
	const event = crm.make(type, { external_id, ...subject }, data, { id: `b_${tag}_${++sent}` });
	const answer = await crm.send(event);
	return { id: event.id, status: answer.status, ...(await answer.json()) };
}

async function customer(name) {
	const external_id = `${name}-${tag}`;
	const made = await send('billing.new_entity', external_id, {
		login: external_id, password: 'long enough to be good', type: 'b2c', status: 'active', name: external_id,
	});
	assert.equal(made.state, 'applied', JSON.stringify(made));
	const list = (await call(tab.context, 'GET', `accounts?q=${external_id}`)).body.items;
	return list.find((one) => one.external_id === external_id);
}

async function eventOf(id) {
	const list = (await call(tab.context, 'GET', `billing-events?limit=100`)).body.items;
	return list.find((one) => one.event_id === id);
}

/** A place whose address code nobody knows: it waits for a person. */
async function place(account, csa) {
	const one = await send('billing.create_location', account.external_id, {
		csa, location_external_id: `loc-${sent}-${tag}`, name: 'Depot', kind: 'residential',
		address: { country: 'DE', city: 'Kiel', street: 'Am Hafen', house: '3' }, lat: 54.32, lon: 10.14,
		entity_external_id: account.external_id,
	});
	assert.equal(one.state, 'quarantined', JSON.stringify(one));
	return eventOf(one.id);
}

const row = (words) => page.locator('.grid tbody tr', { hasText: words }).first();
const button = (words, within = '.pane-foot') => page.locator(`${within} button:visible`, { hasText: words });

test('a callback that comes while one looks: list, pane and page follow without a reload', async () => {
	const account = await customer('watched');
	const other = await all.open();
	await tab.goto(`#/customers?q=${account.external_id}&peek=${account.id}`);
	await other.goto(`#/accounts/${account.id}/overview`);
	for (const one of [page, other.page]) {
		assert.doesNotMatch(await one.textContent('main'), /Suspended/);
		await one.evaluate(() => {
			window.sameDocument = true;
		});
	}
	assert.equal((await send('billing.pause_entity', account.external_id, { reason: 'arrears' })).state, 'applied');
	await page.waitForSelector('.grid .chip.warn');
	await page.waitForSelector('.pane .chip.warn');
	await other.page.waitForSelector('.acc-head .chip.warn');
	await other.page.locator('main', { hasText: 'Pause entity' }).waitFor();
	assert.equal((await send('billing.unpause_entity', account.external_id)).state, 'applied');
	await page.waitForSelector('.grid .chip.warn', { state: 'detached' });
	await page.waitForSelector('.pane .chip.warn', { state: 'detached' });
	await other.page.waitForSelector('.acc-head .chip.warn', { state: 'detached' });
	for (const one of [page, other.page]) assert.ok(await one.evaluate(() => window.sameDocument));
	await other.clean();
	await other.context.close();
});

test('an event arrives in the list that is open, and is dismissed with a reason', async () => {
	const account = await customer('refused');
	await tab.goto('#/billing-events?state=quarantined');
	const { id } = await place(account, `R${tag}`);
	await row(account.external_id).waitFor();
	await row(account.external_id).locator('.row-link').click();
	await button('Dismiss').click();
	await page.waitForSelector('dialog:modal');
	await page.locator('dialog:modal .btn.primary').click();
	await page.waitForSelector('dialog .field.wrong textarea');
	await page.fill('dialog textarea', 'No such customer');
	await page.keyboard.press('Control+Enter');
	await page.waitForSelector('dialog:modal', { state: 'detached' });
	await page.locator('.pane', { hasText: 'Dismissed: No such customer' }).waitFor();
	assert.equal((await call(tab.context, 'GET', `billing-events/${id}`)).body.state, 'dismissed');
});

test('an address code is mapped in the browser, the place is made, and what else waits for it is replayed', async () => {
	const account = await customer('placed');
	const [event, next] = [await place(account, `X${tag}`), await place(account, `X${tag}`)];
	await tab.goto(`#/accounts/${account.id}/billing-events?event=${event.id}`);
	await button('Map address code').click();
	await page.waitForSelector('dialog:modal');
	assert.equal(await page.inputValue('dialog input[name=csa_code]'), `X${tag}`);
	assert.equal(await page.inputValue('dialog input[name=city]'), 'Kiel');
	await page.locator('dialog:modal .btn.primary').click();
	await page.waitForSelector('dialog:modal', { state: 'detached' });
	const sites = (await call(tab.context, 'GET', `accounts/${account.id}/sites`)).body.items;
	assert.deepEqual(sites.map((one) => one.city), ['Kiel']);
	await tab.goto(`#/billing-events?event=${next.id}`);
	await button('Replay').click();
	await page.locator('.toast', { hasText: 'Replayed: Applied' }).waitFor();
	assert.equal((await call(tab.context, 'GET', `billing-events/${next.id}`)).body.state, 'replayed');
});

test('what an event did is one step away, in the change log', async () => {
	const account = await customer('logged');
	await send('billing.update_password', account.external_id, { password: 'another one that is good' });
	const paused = await eventOf((await send('billing.pause_entity', account.external_id, { reason: 'arrears' })).id);
	await tab.goto(`#/accounts/${account.id}/billing-events?event=${paused.id}`);
	await page.locator('.pane .pane-row a').click();
	await page.waitForSelector('.entry');
	assert.equal(await page.locator('.entry').count(), 1);
	assert.match(await page.textContent('.entry'), /suspended/);
	await page.locator('.tools .filter-clear').click();
	await page.locator('.entry', { hasText: 'created' }).waitFor();
	assert.ok((await page.locator('.entry').count()) > 2);
	await page.locator('.entry-line', { hasText: 'suspended' }).click();
	await page.locator('.entry-more .together a').click();
	await page.locator('.entry', { hasText: 'created' }).waitFor({ state: 'detached' });
	await page.locator('.entry').waitFor();
	assert.equal(await page.locator('.entry').count(), 1);
});

test('all that wait of one type are replayed at once', async () => {
	const account = await customer('many');
	const waiting = [];
	for (const n of [1, 2, 3]) waiting.push(await place(account, `M${n}${tag}`));
	await tab.goto('#/billing-events?state=quarantined');
	assert.equal(await page.locator('.replay-all').count(), 0);
	await tab.goto(`#/billing-events?state=quarantined&type=${waiting[0].type}`);
	await row(account.external_id).waitFor();
	await page.locator('.replay-all').click();
	await page.waitForSelector('dialog:modal');
	assert.match(await page.textContent('dialog:modal h2'), /Failed to create location/);
	await page.locator('dialog:modal .btn.primary').click();
	await page.locator('.toast', { hasText: /\d+ events are replayed/ }).waitFor();
	await eventually('the attempts of the three', async () => {
		const list = (await call(tab.context, 'GET', 'billing-events?limit=100')).body.items;
		return waiting.every((old) => list.some((one) => one.replay_of === old.id));
	});
});

test('nothing went wrong on the way', () => tab.clean());
