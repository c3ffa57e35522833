// Ways in, as people go them: links of delivered mails, codes, the second step, one's own
// details, keys, and acting as a user in a tab of its own.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { apiOf, keyOf, linkIn, makeAccount, pause, signIn, startStack, waitForMail } from '../e2e/lib.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const PLATFORM = 'acc_0000000000001';
const PASSWORD = 'violet ladder 7 otters';
const OTHER = 'nine green lanterns hum';
const LAST = 'seven kites above a harbour';

let stack;
let lib;
let all;
let api;
let customer;
/* Each test can run alone: it asks what an earlier one may have changed. */
const passwords = {};

before(async () => {
	stack = await startStack('--accounts', '0', '--mail');
	process.env.GATEHOUSE_URL = stack.url;
	lib = await import('./lib.mjs');
	const { GATEHOUSE_LOGIN: login, GATEHOUSE_PASSWORD: password } = stack.facts;
	all = await lib.start({ login, password });
	api = apiOf(await signIn(stack));
	customer = await makeAccount(stack, api, PLATFORM, 'customer', 'owner');
	passwords.owner = password;
	stack.sql(`INSERT INTO account_area (account_id, area, is_on, set_at) VALUES
		(${keyOf(customer.id)}, 'back_office', 1, UTC_TIMESTAMP(6)) ON DUPLICATE KEY UPDATE is_on = 1`);
});
after(async () => {
	await all?.close();
	await stack?.drop();
});

/** A page of nobody's. */
function nobody(options = {}) {
	return lib.openPage(all.browser, null, options);
}

function staff() {
	return all.open();
}

/** One field of the owner, as it is now. */
const ownerHas = (field) => stack.sql(`SELECT ${field} FROM person WHERE login = 'owner'`)[0][0];

/** A second person of the customer's, who has no password. */
async function addIna() {
	const { body: roles } = await api('GET', `/api/v1/accounts/${customer.id}/invitation-roles`);
	const role_id = roles.items.find((role) => role.builtin === 'customer-admin').role_id;
	const made = await api('POST', `/api/v1/accounts/${customer.id}/members`, {
		email: 'ina@sign.example', name: 'Ina Holm', kind: 'staff', role_id,
	});
	assert.equal(made.status, 201, made.text);
}

/** The same with the owner's password, if she is not there yet. */
async function needIna() {
	if (passwords.ina) return;
	await addIna();
	stack.sql(`UPDATE person p JOIN person o ON o.login = 'owner' SET p.password_hash = o.password_hash,
		p.state = 'active', p.email_verified_at = UTC_TIMESTAMP(6) WHERE p.email = 'ina@sign.example'`);
	passwords.ina = passwords.owner;
}

const hashOf = (mail) => new URL(linkIn(mail)).hash;
const heading = (page) => page.textContent('h1');

/** The code of an authenticator app (RFC 6238): each of a later step, when its time has come. */
let lastStep = 0;
async function totp(secret) {
	const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
	const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
	const now = () => Math.floor(Date.now() / 30_000);
	const step = Math.max(now(), lastStep + 1);

	while (step > now()) await pause(500);
	lastStep = step;
	const count = Buffer.alloc(8);
	count.writeBigUInt64BE(BigInt(step));
	const mac = createHmac('sha1', key).update(count).digest();
	const at = mac.at(-1) & 15;
	return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

async function enter(tab, login, password) {
	await tab.page.fill('input[name=login]', login);
	await tab.page.fill('input[name=password]', password);
	await tab.page.click('button[type=submit]');
}

async function signedIn(login, password, options) {
	const tab = await nobody(options);
	await tab.goto('');
	await enter(tab, login, password);
	await tab.page.waitForSelector('.shell');
	await lib.settled(tab.page);
	return tab;
}

async function accessible(page) {
	await page.evaluate(axe);
	const look = () =>
		page.evaluate(async (values) => {
			const found = await window.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] });
			return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(' | ')}`);
		}, TAGS);
	for (const colorScheme of ['light', 'dark']) {
		await page.emulateMedia({ colorScheme });
		assert.deepEqual(await look(), [], colorScheme);
	}
	await page.emulateMedia({ colorScheme: 'light' });
	const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
	assert.ok(over <= 0, `wider than the window by ${over}`);
}

/** A link of a mail: its secret is gone from the address when the page is there. */
async function follow(tab, mail) {
	const hash = hashOf(mail);
	await tab.page.goto('about:blank');
	await tab.goto(hash);
	assert.match(hash, /\?t=/);
	assert.doesNotMatch(tab.page.url(), /t=/);
	assert.equal(tab.page.url().split('#')[1], hash.slice(1).split('?')[0]);
}

test('an invitation: made on its tab, accepted by its link, once', async () => {
	const tab = await staff();
	await tab.goto(`#/accounts/${customer.id}/invitations`);
	await tab.page.click('.tab-head .btn.primary');
	await tab.page.waitForSelector('select[name=role_id] option', { state: 'attached' });
	await tab.page.fill('input[name=first_name]', 'Eve');
	await tab.page.fill('input[name=last_name]', 'Ödegård');
	await tab.page.fill('input[name=email]', 'eve@sign.example');
	await accessible(tab.page);
	await tab.page.click('dialog button[type=submit]');
	await tab.page.waitForSelector('.box >> text=Eve Ödegård');
	await tab.clean();

	const mail = await waitForMail(stack, 'eve@sign.example', 'invitation');
	const guest = await nobody({ size: 'phone' });
	await follow(guest, mail);
	assert.match(await heading(guest.page), /owner/);
	await accessible(guest.page);
	await guest.page.fill('input[name=password]', 'short');
	assert.match(await guest.page.textContent('.password-length'), /10 more/);
	await guest.page.fill('input[name=password]', PASSWORD);
	await guest.page.click('button[type=submit]');
	await guest.page.waitForSelector('.sign-in-told');
	await guest.clean();
	await follow(guest, mail);
	await guest.page.waitForSelector('.sign-in-told');
	await guest.clean([/404/]);

	const eve = await signedIn('eve@sign.example', PASSWORD);
	await eve.clean();
	await eve.context.close();
	await guest.context.close();

	await tab.page.reload();
	await tab.page.waitForSelector('.box .chip.good');
	await tab.page.click('.box .btn.icon-only');
	await tab.page.click('.menu-item.danger');
	await tab.page.waitForSelector('dialog .bullets');
	assert.match(await tab.page.textContent('dialog h2'), /Remove the user/);
	await accessible(tab.page);
	await tab.page.click('dialog .btn.danger');
	await tab.page.waitForSelector('.empty');
	await tab.clean();
	await tab.context.close();
});

test('a forgotten password, by mail', async () => {
	const tab = await nobody({ size: 'phone' });
	await tab.goto('#/forgot');
	await accessible(tab.page);
	await tab.page.fill('input[name=login]', 'owner');
	await tab.page.click('button[type=submit]');
	await tab.page.waitForSelector('.sign-in-told');
	await tab.page.goto('about:blank');
	await tab.goto('#/forgot');
	await tab.page.fill('input[name=login]', 'nobody-at-all');
	await tab.page.click('button[type=submit]');
	await tab.page.waitForSelector('.sign-in-told');

	const mail = await waitForMail(stack, 'owner@e2e.example', 'reset-password');
	await follow(tab, mail);
	await accessible(tab.page);
	await tab.page.fill('input[name=password]', 'password1password1');
	await tab.page.click('button[type=submit]');
	await tab.page.waitForSelector('.field-error');
	await tab.page.fill('input[name=password]', PASSWORD);
	await tab.page.click('.password-eye');
	assert.equal(await tab.page.getAttribute('input[name=password]', 'type'), 'text');
	await tab.page.click('button[type=submit]');
	await tab.page.waitForSelector('a.btn.primary');
	await follow(tab, mail);
	await tab.page.fill('input[name=password]', OTHER);
	await tab.page.click('button[type=submit]');
	await tab.page.waitForSelector('text=no longer valid');
	await tab.clean([/422/, /404/]);
	await tab.context.close();

	passwords.owner = PASSWORD;
	const owner = await signedIn('owner', PASSWORD);
	await owner.context.close();
});

test('who is locked out is told by mail and unlocks by its link; staff see it and unlock too', async () => {
	const [[id, email]] = stack.sql("SELECT id, email FROM person WHERE login = 'owner'");
	const lock = () => stack.sql(`INSERT INTO lockout (person_id, failures) VALUES (${id}, 100) ON DUPLICATE KEY UPDATE failures = 100`);
	const tab = await nobody({ size: 'phone' });

	lock();
	await tab.goto('');
	await enter(tab, 'owner', passwords.owner);
	assert.match(await tab.page.textContent('[role=alert]'), /Login or password is wrong/);
	const mail = await waitForMail(stack, email, 'sign-in-locked');
	await follow(tab, mail);
	await accessible(tab.page);
	await tab.page.click('button[type=submit]');
	await tab.page.waitForSelector('.sign-in-told');
	await accessible(tab.page);
	await follow(tab, mail);
	await tab.page.click('button[type=submit]');
	await tab.page.waitForSelector('text=no longer valid');
	await (await signedIn('owner', passwords.owner)).context.close();
	await tab.clean([/401/, /404/]);
	await tab.context.close();

	lock();
	const desk = await staff();
	const [owner] = (await api('GET', `/api/v1/accounts/${customer.id}/members?q=owner`)).body.items;
	await desk.goto(`#/people/${owner.person_id}`);
	await desk.page.locator('.acc-name .chip', { hasText: 'Locked out' }).waitFor();
	await accessible(desk.page);
	await desk.page.locator('.lines button', { hasText: 'Unlock' }).click();
	await desk.page.locator('dialog:modal .btn.primary').click();
	await desk.page.locator('.acc-name .chip', { hasText: 'Locked out' }).waitFor({ state: 'detached' });
	await desk.page.locator('.lines button', { hasText: 'Unlock' }).waitFor({ state: 'detached' });
	await desk.clean();
	await desk.context.close();
	await (await signedIn('owner', passwords.owner)).context.close();
});

test('somebody who was added sets a first password by a code', async () => {
	await addIna();
	const tab = await nobody();
	await tab.goto('#/code');
	await accessible(tab.page);
	await tab.page.fill('input[name=login]', 'ina@sign.example');
	await tab.page.click('button[type=submit]');
	await tab.page.waitForSelector('input[name=code]');
	const mail = await waitForMail(stack, 'ina@sign.example', 'sign-in-code');
	const code = /^\s*(\d{6})\s*$/m.exec(mail.text)[1];
	await tab.page.fill('input[name=code]', code === '000000' ? '111111' : '000000');
	await tab.page.fill('input[name=password]', PASSWORD);
	await tab.page.click('button[type=submit]');
	await tab.page.waitForSelector('[role=alert]');
	await tab.page.fill('input[name=code]', code);
	await tab.page.click('button[type=submit]');
	await tab.page.waitForSelector('.sign-in-told');
	await tab.clean([/401/]);
	await tab.context.close();
	passwords.ina = PASSWORD;
	await (await signedIn('ina@sign.example', PASSWORD)).context.close();
});

test('my details: name, address at both mailboxes, password, sessions', async () => {
	const other = await signedIn('owner', passwords.owner);
	const tab = await signedIn('owner', passwords.owner);
	await tab.goto('#/me');
	await accessible(tab.page);
	await tab.page.fill('input[name=name]', 'Olga Owner');
	await tab.page.click('form button[type=submit]');
	await tab.page.waitForSelector('.person-text >> text=Olga Owner');

	await tab.page.click('.me-line:nth-child(1) button');
	await tab.page.fill('dialog input[name=email]', 'olga@sign.example');
	await tab.page.click('dialog button[type=submit]');
	await tab.page.waitForSelector('.me-line .banner');
	const guest = await nobody();
	await follow(guest, await waitForMail(stack, 'olga@sign.example', 'confirm-email'));
	await accessible(guest.page);
	await guest.page.click('button[type=submit]');
	await guest.page.waitForSelector('.sign-in-told');
	await follow(guest, await waitForMail(stack, 'owner@e2e.example', 'email-change-notice'));
	await guest.page.click('button[type=submit]');
	await guest.page.waitForSelector('text=Your new e-mail address is in use');
	await guest.clean();
	await guest.context.close();
	await tab.goto('#/customers');
	await tab.page.goto('about:blank');
	await tab.goto('#/me');
	await tab.page.waitForSelector('.me-line >> text=olga@sign.example');

	await tab.page.click('text=End all others');
	await tab.page.waitForFunction(() => document.querySelectorAll('.lines li .tag').length === 1);
	await other.page.reload();
	await other.page.waitForSelector('input[name=login]');
	await other.context.close();

	await tab.page.click('.me-line:nth-child(2) button');
	await tab.page.fill('dialog input[name=old]', 'not the password');
	await tab.page.fill('dialog input[name=new]', OTHER);
	await accessible(tab.page);
	await tab.page.click('dialog button[type=submit]');
	await tab.page.waitForSelector('dialog .field-error, dialog [role=alert]');
	await tab.page.fill('dialog input[name=old]', passwords.owner);
	await tab.page.fill('dialog input[name=new]', OTHER);
	await tab.page.click('dialog button[type=submit]');
	await tab.page.waitForSelector('dialog', { state: 'detached' });
	passwords.owner = OTHER;
	await tab.clean([/40[13]|422/]);
	await tab.context.close();
	await (await signedIn('owner', OTHER)).context.close();
});

test('two-step verification: set up by hand, asked for, a recovery code, removed', async () => {
	const tab = await signedIn('owner', passwords.owner, { size: 'phone' });
	await tab.goto('#/me');
	await tab.page.click('text=Set up');
	const secret = (await tab.page.textContent('dialog .copy-text')).replace(/\s/g, '');
	assert.ok(await tab.page.isVisible('svg.qr path'));
	await accessible(tab.page);
	await tab.page.fill('dialog input[name=code]', await totp(secret));
	await tab.page.click('dialog button[type=submit]');
	await tab.page.waitForSelector('.recovery code');
	const codes = await tab.page.locator('.recovery code').allTextContents();
	assert.equal(codes.length, 10);
	await accessible(tab.page);
	assert.ok(await tab.page.isDisabled('dialog button[type=submit]'));
	await tab.page.check('dialog input[name=kept]');
	await tab.page.click('dialog button[type=submit]');
	await tab.page.waitForSelector('text=10 recovery codes left');
	await tab.clean();

	for (const codeNow of [() => codes[0], () => totp(secret)]) {
		const next = await nobody({ size: 'phone' });
		await next.goto('');
		await enter(next, 'owner', passwords.owner);
		await next.page.waitForSelector('input[name=code]');
		await accessible(next.page);
		await next.page.fill('input[name=code]', 'wrong1');
		await next.page.click('button[type=submit]');
		await next.page.waitForSelector('[role=alert], .field-error');
		await next.page.fill('input[name=code]', await codeNow());
		await next.page.click('button[type=submit]');
		await next.page.waitForSelector('.shell');
		await next.clean([/40[13]|422/]);
		await next.context.close();
	}

	// The proof is older than five minutes: password and code are asked again.
	stack.sql("UPDATE session s JOIN person p ON p.id = s.person_id SET s.proved_at = '2020-01-01' WHERE p.login = 'owner'");
	await tab.page.click('.me-line:nth-child(3) >> text=Remove');
	await tab.page.click('dialog .btn.danger');
	await tab.page.waitForSelector('dialog input[name=code]');
	await accessible(tab.page);
	await tab.page.fill('dialog input[name=password]', passwords.owner);
	await tab.page.fill('dialog input[name=code]', codes[1]);
	await tab.page.locator('dialog').last().locator('button[type=submit]').click();
	await tab.page.waitForSelector('dialog', { state: 'detached' });
	await tab.page.waitForSelector('text=Set up');
	await tab.clean([/403/]);
	await tab.context.close();
});

test('an account that asks for two-step verification makes people set it up', async () => {
	await needIna();
	stack.sql(`INSERT INTO account_policy (account_id, require_two_step, updated_at) VALUES (${keyOf(customer.id)}, 1, UTC_TIMESTAMP(6))
		ON DUPLICATE KEY UPDATE require_two_step = 1; UPDATE access_epoch SET n = n + 1`);
	const tab = await nobody({ locale: 'de-DE' });
	await tab.goto('');
	await enter(tab, 'ina@sign.example', passwords.ina);
	await tab.page.waitForSelector('svg.qr');
	await accessible(tab.page);
	const secret = (await tab.page.textContent('.enrol-secret .copy-text')).replace(/\s/g, '');
	await tab.page.fill('input[name=code]', 'no code');
	await tab.page.click('button[type=submit]');
	await tab.page.waitForSelector('.field.wrong input[name=code]:focus');
	lastStep = 0;
	await tab.page.fill('input[name=code]', await totp(secret));
	await tab.page.click('button[type=submit]');
	await tab.page.waitForSelector('.recovery code');
	await accessible(tab.page);
	await tab.page.check('input[name=kept]');
	await tab.page.click('button[type=submit]');
	await tab.page.waitForSelector('.shell');
	await tab.clean([/422/]);
	await tab.context.close();
	stack.sql(`UPDATE account_policy SET require_two_step = NULL WHERE account_id = ${keyOf(customer.id)}; UPDATE access_epoch SET n = n + 1`);
});

test('an API key: shown once, works, revoked', async () => {
	const tab = await staff();
	await tab.goto(`#/accounts/${PLATFORM}/api-keys`);
	stack.sql("UPDATE session SET proved_at = '2020-01-01'");
	await tab.page.click('.tab-head .btn.primary');
	await tab.page.fill('dialog input[name=name]', 'Nightly report');
	await tab.page.check('input[name="account.list"]');
	await accessible(tab.page);
	await tab.page.click('dialog button[type=submit]');
	await tab.page.waitForSelector('dialog input[name=password]');
	await tab.page.fill('dialog input[name=password]', stack.facts.GATEHOUSE_PASSWORD);
	await tab.page.locator('dialog').last().locator('button[type=submit]').click();
	await tab.page.waitForSelector('.key-shown');
	const key = await tab.page.textContent('.key-shown .copy-text');
	await accessible(tab.page);
	const ask = () => fetch(`${stack.url}api/v1/accounts?limit=10`, { headers: { authorization: `Bearer ${key}` } });
	assert.equal((await ask()).status, 200);
	await tab.page.check('dialog input[name=kept]');
	await tab.page.click('dialog button[type=submit]');
	await tab.page.waitForSelector('.box >> text=Nightly report');
	assert.ok((await tab.page.textContent('.box code')).startsWith(key.slice(0, 9)));
	assert.ok(!(await tab.page.content()).includes(key));
	await tab.page.click('.box .btn');
	await tab.page.click('dialog .btn.danger');
	await tab.page.waitForSelector('.box >> text=Revoked');
	assert.equal((await ask()).status, 401);
	await tab.clean([/403/]);
	await tab.context.close();
});

test('acting as a user: asked for, allowed by the owner, in a tab of its own, stopped', async () => {
	stack.sql(`INSERT INTO account_policy (account_id, support_access, updated_at) VALUES (${keyOf(customer.id)}, 'on_request', UTC_TIMESTAMP(6))
		ON DUPLICATE KEY UPDATE support_access = 'on_request'; UPDATE access_epoch SET n = n + 1`);
	const tab = await staff();
	await tab.goto(`#/accounts/${customer.id}/support`);
	await tab.page.click('.tab-head .btn');
	await tab.page.waitForSelector('dialog textarea');
	await tab.page.fill('dialog textarea[name=reason]', 'A camera is missing from the list');
	await accessible(tab.page);
	await tab.page.click('dialog button[type=submit]');
	await tab.page.waitForSelector('.hold >> text=Requested');

	const mail = await waitForMail(stack, ownerHas('email'), 'support-access-asked');
	assert.match(mail.text, /A camera is missing from the list/);
	assert.match(mail.text, /to look only/);
	const owner = await signedIn('owner', passwords.owner, { size: 'phone' });
	await owner.goto(hashOf(mail));
	await accessible(owner.page);
	await owner.page.click('.hold .btn.primary');
	await owner.page.waitForSelector('.hold >> text=Active');
	await owner.clean();

	await tab.page.waitForSelector('.hold >> text=Active');
	stack.sql("UPDATE session SET proved_at = UTC_TIMESTAMP(6)");
	const [visit] = await Promise.all([
		tab.context.waitForEvent('page'),
		tab.page.locator('.hold .btn', { hasText: 'Start' }).click(),
	]);
	await visit.waitForSelector('.visit-banner');
	assert.doesNotMatch(visit.url(), /t=/);
	assert.ok((await visit.textContent('.visit-banner')).includes(ownerHas('name')));
	assert.match(await visit.textContent('.visit-banner'), /Look only/);
	await lib.settled(visit);
	await accessible(visit);
	await visit.reload();
	await visit.waitForSelector('.visit-banner');
	assert.equal(await tab.page.isVisible('.visit-banner'), false, 'the operator is himself elsewhere');
	await owner.page.waitForSelector('.hold >> text=Now');
	await visit.click('.visit-banner button');
	await visit.waitForSelector('text=You no longer act as this user');
	await accessible(visit);
	await owner.page.waitForSelector('.hold >> text=stopped');
	await owner.context.close();
	await tab.clean();
	await tab.context.close();
});

test('who signed in long ago says who he is before a customer is removed', async () => {
	const gone = await makeAccount(stack, api, PLATFORM, 'customer', 'gone');
	const tab = await staff();
	stack.sql("UPDATE session SET proved_at = '2020-01-01'");
	await tab.goto(`#/accounts/${gone.id}/life-cycle`);
	await tab.page.locator('.danger-text').first().click();
	await tab.page.fill('dialog textarea[name=reason_text]', 'Contract over');
	await tab.page.fill('dialog input[name=confirm_name]', gone.name);
	await tab.page.click('dialog .btn.danger');
	await tab.page.waitForSelector('dialog input[name=password]');
	assert.equal((await api('GET', `/api/v1/accounts/${gone.id}`)).body.state, 'active');
	await tab.page.fill('dialog input[name=password]', stack.facts.GATEHOUSE_PASSWORD);
	await tab.page.locator('dialog').last().locator('button[type=submit]').click();
	await tab.page.waitForSelector('dialog', { state: 'detached' });
	assert.equal((await api('GET', `/api/v1/accounts/${gone.id}`)).body.state, 'terminated');
	await tab.clean([/403/]);
	await tab.context.close();
});

test('registering: confirmed by mail, approved by staff', async () => {
	const guest = await nobody({ size: 'phone' });
	await guest.goto('#/register');
	await guest.page.waitForSelector('.sign-in-told');
	stack.sql(`INSERT INTO account_policy (account_id, self_registration, updated_at) VALUES (1, 'approval', UTC_TIMESTAMP(6))
		ON DUPLICATE KEY UPDATE self_registration = 'approval'; UPDATE access_epoch SET n = n + 1`);
	await guest.page.goto('about:blank');
	await guest.goto('#/register');
	await accessible(guest.page);
	await guest.page.fill('input[name=name]', 'Rea Winter');
	await guest.page.fill('input[name=company]', 'Winter Works');
	await guest.page.fill('input[name=email]', 'rea@sign.example');
	await guest.page.fill('input[name=password]', PASSWORD);
	await guest.page.click('button[type=submit]');
	await guest.page.waitForSelector('.sign-in-told');
	await follow(guest, await waitForMail(stack, 'rea@sign.example', 'confirm-email'));
	await guest.page.click('button[type=submit]');
	await guest.page.waitForSelector('text=Your address is confirmed');
	await guest.clean();

	const tab = await staff();
	await tab.goto('#/registrations');
	await accessible(tab.page);
	await tab.page.click('.box .btn.primary');
	await tab.page.waitForSelector('dialog select option', { state: 'attached' });
	await accessible(tab.page);
	await tab.page.click('dialog button[type=submit]');
	await tab.page.waitForSelector('.box .chip.good');
	await tab.clean();
	await tab.context.close();
	await guest.page.goto('about:blank');
	await guest.goto('');
	await enter(guest, 'rea@sign.example', PASSWORD);
	await guest.page.waitForSelector('.shell');
	await guest.context.close();
});

test('a password somebody else set is changed first; an ended session is noticed without a complaint', async () => {
	stack.sql("UPDATE person SET must_change = 1, ver = ver + 1 WHERE login = 'owner'");
	const tab = await nobody({ locale: 'de-DE', size: 'phone' });
	await tab.goto('');
	await enter(tab, 'owner', passwords.owner);
	await tab.page.waitForSelector('input[name=new]');
	await accessible(tab.page);
	await tab.page.reload();
	await tab.page.waitForSelector('input[name=new]');
	await tab.page.fill('input[name=old]', 'not it');
	await tab.page.fill('input[name=new]', LAST);
	await tab.page.click('button[type=submit]');
	await tab.page.waitForSelector('.field-error');
	await tab.page.fill('input[name=old]', passwords.owner);
	await tab.page.click('button[type=submit]');
	await tab.page.waitForSelector('.shell');
	passwords.owner = LAST;
	stack.sql('UPDATE session SET revoked_at = UTC_TIMESTAMP(6)');
	await tab.page.reload();
	await tab.page.waitForSelector('input[name=login]');
	/* The wrong old password alone: no 401 of the session that ended. */
	await tab.clean([/422/]);
	await tab.context.close();
});
