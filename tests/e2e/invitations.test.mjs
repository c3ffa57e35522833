// Invitations and registrations as they happen: mails of a real mail server, links used by fifty
// at once over real connections, and tokens that stand in no log.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { apiOf, keyOf, linkIn, mailsTo, makeAccount, signIn, startStack, waitForMail } from './lib.mjs';

const PLATFORM = 'acc_0000000000001';
const CHOSEN = 'violet ladder 7 otters';
const tokens = [];

let stack;
let api;
let customer;
let roles;
let anybody;

before(async () => {
	stack = await startStack('--accounts', '0', '--mail', 'processes=3', 'threads=4');
	const call = await signIn(stack);

	api = apiOf(call);
	const reseller = await makeAccount(stack, api, PLATFORM, 'reseller', 'inv-res');

	customer = await makeAccount(stack, api, reseller.id, 'customer', 'inv-cust');
	roles = (await api('GET', `/api/v1/accounts/${customer.id}/invitation-roles`)).body.items;
	const base = stack.url.replace(/\/$/, '');

	// Somebody without a cookie, at an address of ours.
	anybody = apiOf((path, options) =>
		fetch(`${base}${path}`, {
			...options,
			headers: { origin: new URL(stack.url).origin, 'content-type': 'application/json', ...options.headers },
		}),
	);
});
after(() => stack?.drop());

const roleOf = (builtin) => roles.find((r) => r.builtin === builtin).role_id;
const invite = (email, more = {}) =>
	api('POST', `/api/v1/accounts/${customer.id}/invitations`, {
		first_name: 'Eve', last_name: 'Ödegård', email, language: 'en', role_id: roleOf('customer-moderator'), ...more,
	});
const accept = (token, password = CHOSEN) => anybody('POST', '/api/v1/invitations/accept', { token, password });

async function tokenOf(email, kind = 'invitation', after = 0) {
	const link = new URL(linkIn(await waitForMail(stack, email, kind, { after })));
	const token = new URLSearchParams(link.hash.slice(link.hash.indexOf('?') + 1)).get('t');

	assert.equal(link.origin, new URL(stack.facts.GATEHOUSE_PUBLIC_URL ?? link.origin).origin);
	assert.equal(token.length, 43, 'all of it is in the fragment');
	assert.equal(link.search, '');
	tokens.push(token);
	return token;
}

const membersOf = (login) =>
	Number(stack.sql(`SELECT COUNT(*) FROM membership m JOIN person p ON p.id = m.person_id
		WHERE p.login = '${login}' AND m.account_id = ${keyOf(customer.id)} AND m.state = 'active'`)[0][0]);

test('the mail comes in the language of the invited, and its link lets him in', async () => {
	assert.equal((await invite('eva@e2e.example', { language: 'de' })).status, 201);
	const mail = await waitForMail(stack, 'eva@e2e.example', 'invitation');

	assert.match(mail.subject, /lädt Sie zu Account inv-cust ein/);
	assert.equal(mail.headers['content-language'], 'de');
	const token = await tokenOf('eva@e2e.example');
	const look = await anybody('POST', '/api/v1/invitations/look', { token });

	assert.equal(look.status, 200);
	assert.equal(look.body.known, false);
	assert.equal(look.body.last_name, 'Ödegård');
	// What a mail scanner does to a link changes nothing.
	assert.equal((await anybody('GET', '/api/v1/invitations/accept')).status, 405);
	assert.equal((await anybody('GET', '/api/v1/invitations/look')).status, 405);
	const done = await accept(token);

	assert.equal(done.status, 204);
	assert.deepEqual(done.headers.getSetCookie(), [], 'it signs nobody in');
	assert.equal(membersOf('eva@e2e.example'), 1);
	await signIn(stack, 'eva@e2e.example', CHOSEN);
});

test('of fifty who accept at once one wins', async () => {
	for (const email of ['race1@e2e.example', 'race2@e2e.example']) {
		assert.equal((await invite(email)).status, 201);
		const token = await tokenOf(email);
		const answers = await Promise.all(Array.from({ length: 50 }, () => accept(token)));
		const count = (status) => answers.filter((a) => a.status === status).length;

		assert.equal(count(204), 1, JSON.stringify(answers.map((a) => a.status)));
		// The others found it used, or no room to hash a password.
		assert.equal(count(204) + count(404) + count(429) + count(503) + count(409) + count(401), 50, JSON.stringify(answers.map((a) => a.status)));
		assert.equal(membersOf(email), 1);
		assert.equal(Number(stack.sql(`SELECT COUNT(*) FROM person WHERE login = '${email}'`)[0][0]), 1);
		assert.equal(Number(stack.sql(`SELECT COUNT(*) FROM change_log WHERE action = 'invitation.accept'
			AND target_label = '${email}' AND result = 'success'`)[0][0]), 1);
	}
});

test('a mail sent again makes the one before worthless', async () => {
	const made = await invite('again@e2e.example');
	const first = await tokenOf('again@e2e.example');

	assert.equal((await api('POST', `/api/v1/accounts/${customer.id}/invitations/${made.body.id}/resend`)).status, 200);
	const second = await tokenOf('again@e2e.example', 'invitation', 1);

	assert.notEqual(first, second);
	assert.equal((await accept(first)).status, 404);
	assert.equal((await accept(second)).status, 204);
	assert.equal((await accept(second)).status, 404);
});

test('accepting leaves the session of whoever sits there alone', async () => {
	const mine = await signIn(stack);

	assert.equal((await invite('guest@e2e.example')).status, 201);
	const token = await tokenOf('guest@e2e.example');
	const answer = await apiOf(mine)('POST', '/api/v1/invitations/accept', { token, password: CHOSEN });

	assert.equal(answer.status, 204);
	assert.deepEqual(answer.headers.getSetCookie(), []);
	assert.equal((await (await mine('/api/v1/session')).json()).person.login, stack.facts.GATEHOUSE_LOGIN);
});

test('who registers gets a mail, and the same answer whether he is known or not', async () => {
	const ask = (email) =>
		anybody('POST', '/api/v1/registration', { email, name: 'Rita', company: 'Rita Ltd', language: 'en', password: CHOSEN });

	assert.deepEqual((await anybody('GET', '/api/v1/registration')).body.mode, 'off');
	assert.equal((await ask('rita@e2e.example')).status, 403);
	stack.sql(`INSERT INTO account_policy (account_id, self_registration, updated_at) VALUES (1, 'automatic', NOW(6))
		ON DUPLICATE KEY UPDATE self_registration = 'automatic'`);
	const [fresh, known] = [await ask('rita@e2e.example'), await ask('eva@e2e.example')];

	assert.deepEqual([fresh.status, fresh.text], [202, known.text]);
	assert.equal(known.status, 202);
	assert.match((await waitForMail(stack, 'eva@e2e.example', 'registration-known')).subject, /already/);
	const token = await tokenOf('rita@e2e.example', 'confirm-email');
	const races = await Promise.all(
		Array.from({ length: 20 }, () => anybody('POST', '/api/v1/registration/confirm', { token })),
	);

	assert.equal(races.filter((a) => a.status === 200).length, 1, JSON.stringify(races.map((a) => a.status)));
	assert.equal(stack.sql("SELECT COUNT(*) FROM account WHERE name = 'Rita Ltd' AND origin = 'self'")[0][0], '1');
	await waitForMail(stack, 'rita@e2e.example', 'registration-approved');
	await signIn(stack, 'rita@e2e.example', CHOSEN);
	assert.equal((await mailsTo(stack, 'eva@e2e.example')).filter((m) => m.kind === 'confirm-email').length, 0);
});

/** Every file of the stack that is a log of some kind. */
function logsIn(dir) {
	return readdirSync(dir, { withFileTypes: true }).flatMap((f) => {
		const path = join(dir, f.name);

		if (f.isDirectory()) return ['db', 'data', 'mail', 'datadir'].includes(f.name) ? [] : logsIn(path);
		return f.isFile() && /log|err|out/.test(path) && existsSync(path) && statSync(path).size < 1 << 27 ? [path] : [];
	});
}

test('no link is written to a log or kept in a table', () => {
	const logs = logsIn(stack.dir);

	assert.ok(logs.length > 0, 'there are logs');
	for (const path of logs) {
		const text = readFileSync(path, 'latin1');

		for (const token of tokens) assert.ok(!text.includes(token), path);
	}
	for (const [table] of stack.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = 'gatehouse'")) {
		const text = stack.sql(`SELECT * FROM \`${table}\``).join('\n');

		for (const token of tokens) assert.ok(!text.includes(token), table);
	}
});
