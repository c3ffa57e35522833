// Signing in on a whole installation: many at once, a second step, links that travel by real mail.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { apiOf, childrenOf, linkIn, makeAccount, residentKib, signIn, startStack, waitForMail } from './lib.mjs';

const PLATFORM = 'acc_0000000000001';
const HASH_KIB = 19 * 1024;
const PASSWORD = 'a passphrase for the evening';

let stack;
let base;
let origin;
let owner;
let api;

before(async () => {
	stack = await startStack('--accounts', '0', '--mail', 'processes=2', 'threads=4');
	base = stack.url.replace(/\/$/, '');
	origin = new URL(stack.url).origin;
	owner = await signIn(stack);
	api = apiOf(owner);
	await makeAccount(stack, api, PLATFORM, 'reseller', 'north');
});
after(() => stack?.drop());

/** A request of a page without a session. */
const post = (path, body, headers = {}) =>
	fetch(`${base}${path}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', origin, ...headers },
		body: JSON.stringify(body),
	});

/** RFC 6238, by another library than the server's. */
function totp(secret, atSec = Date.now() / 1000) {
	const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
	const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
	const counter = Buffer.alloc(8);

	counter.writeBigUInt64BE(BigInt(Math.floor(atSec / 30)));
	const mac = createHmac('sha1', key).update(counter).digest();
	const at = mac[19] & 15;

	return String((mac.readUInt32BE(at) & 0x7fffffff) % 1e6).padStart(6, '0');
}

const portal = () => [stack.pid('portal'), ...childrenOf(stack.pid('portal'))];
const memory = () => portal().reduce((sum, pid) => sum + residentKib(pid), 0);

test('two hundred sign-ins at once take the memory of a few, and others are answered meanwhile', async () => {
	const body = { login: stack.facts.GATEHOUSE_LOGIN, password: stack.facts.GATEHOUSE_PASSWORD };

	// What each thread needs for its first request is there before.
	await Promise.all(Array.from({ length: 40 }, () => api('GET', '/api/v1/accounts')));
	const before_kib = memory();
	let most = 0;
	let busy = true;
	const watch = (async () => {
		while (busy) {
			most = Math.max(most, memory());
			await new Promise((done) => setTimeout(done, 5));
		}
	})();
	const looks = [];
	const look = (async () => {
		while (busy) looks.push((await api('GET', '/api/v1/session')).status);
	})();
	const statuses = await Promise.all(Array.from({ length: 200 }, async () => (await post('/api/v1/session', body)).status));

	busy = false;
	await Promise.all([watch, look]);
	const entered = statuses.filter((s) => s === 201).length;

	assert.deepEqual([...new Set(statuses)].filter((s) => ![201, 429].includes(s)), []);
	assert.ok(entered > 0, 'nobody got in');
	assert.ok(looks.length > 0 && looks.every((s) => s === 200), `others: ${[...new Set(looks)]}`);
	// Workers as they were, a hash for each processor, and what 200 answers leave behind.
	const bound = before_kib + cpus().length * HASH_KIB + 24 * 1024;

	assert.ok(most <= bound, `${most} KiB, at most ${bound}`);
});

test('a forgotten password comes by mail, once, and no log has its link', async () => {
	assert.equal((await post('/api/v1/session/forgot', { login: 'north' })).status, 202);
	assert.equal((await post('/api/v1/session/forgot', { login: 'nobody at all' })).status, 202);
	const mail = await waitForMail(stack, 'north@e2e.example', 'reset-password');
	const link = linkIn(mail);
	const token = link.split('#/reset?t=')[1];

	assert.match(token, /^[A-Za-z0-9_-]{43}$/);
	// A scanner that follows it gets the page, as the secret never leaves the browser's address.
	await fetch(base + '/' + link.slice(link.indexOf('#')));
	const set = await post('/api/v1/session/reset', { token, password: PASSWORD });
	assert.equal(set.status, 204);
	assert.equal(set.headers.get('set-cookie'), null);
	assert.equal((await post('/api/v1/session/reset', { token, password: PASSWORD })).status, 404);
	await waitForMail(stack, 'north@e2e.example', 'password-changed');
	await signIn(stack, 'north', PASSWORD);
	const logs = files(stack.dir);

	assert.ok(logs.some((file) => readFileSync(file, 'latin1').includes('/api/v1/session/reset')), 'no log was looked at');
	for (const file of logs)
		for (const secret of [token, PASSWORD])
			assert.ok(!readFileSync(file, 'latin1').includes(secret), `${file} has a secret`);
});

/** Logs of all programs of the stack, the web server's among them. */
function files(dir) {
	return readdirSync(dir, { recursive: true })
		.map((name) => join(dir, name))
		.filter((name) => /\.log$|\/log\//.test(name) && statSync(name).isFile());
}

test('a second step is set up, asked for, and another token carries on', async () => {
	const north = await signIn(stack, 'north', PASSWORD);
	const mine = apiOf(north);
	const setup = await mine('POST', '/api/v1/me/factor');

	assert.equal(setup.status, 200, setup.text);
	const confirmed = await mine('POST', '/api/v1/me/factor/confirm', { code: totp(setup.body.secret) });
	assert.equal(confirmed.status, 200, confirmed.text);
	assert.equal(confirmed.body.recovery_codes.length, 10);
	assert.equal((await mine('GET', '/api/v1/session')).status, 401);

	const half = await signIn(stack, 'north', PASSWORD);
	const refused = await half('/api/v1/accounts');
	assert.equal(refused.status, 403);
	assert.match((await refused.json()).type, /second-factor-needed$/);
	const entered = await apiOf(half)('POST', '/api/v1/session/otp', { code: confirmed.body.recovery_codes[0] });
	assert.equal(entered.status, 200, entered.text);
	assert.equal((await half('/api/v1/session')).status, 401);
	const cookie = entered.headers.getSetCookie()[0].split(';')[0];
	assert.equal((await fetch(`${base}/api/v1/accounts`, { headers: { cookie } })).status, 200);
	// Each code once, on every worker.
	const again = await signIn(stack, 'north', PASSWORD);
	const twice = await Promise.all(
		Array.from({ length: 4 }, () => apiOf(again)('POST', '/api/v1/session/otp', { code: confirmed.body.recovery_codes[0] })),
	);
	assert.ok(twice.every((a) => a.status !== 200));
});

test('fifty who follow one link at once set one password', async () => {
	assert.equal((await post('/api/v1/session/forgot', { login: 'north' })).status, 202);
	const token = linkIn(await waitForMail(stack, 'north@e2e.example', 'reset-password', { after: 1 })).split('?t=')[1];
	const statuses = await Promise.all(
		Array.from({ length: 50 }, async (_, i) => {
			for (;;) {
				const { status } = await post('/api/v1/session/reset', { token, password: `passphrase number ${i} of fifty` });

				if (status !== 429) return status;
			}
		}),
	);

	assert.equal(statuses.filter((s) => s === 204).length, 1);
	assert.equal(statuses.filter((s) => s === 404).length, 49);
});

/** Fifty at once, each as often as it takes to be judged; how many were let through. */
async function race(ask) {
	const statuses = await Promise.all(
		Array.from({ length: 50 }, async (_, i) => {
			for (;;) {
				const { status } = await ask(i);

				if (status !== 503) return status;
			}
		}),
	);

	assert.ok(statuses.every((s) => s < 300 || [401, 404, 409, 422, 429].includes(s)), statuses.join());
	return statuses.filter((s) => s < 300).length;
}

test('of fifty who enter one code at once one is in, whichever code it is', async () => {
	await makeAccount(stack, api, PLATFORM, 'reseller', 'east');
	const east = apiOf(await signIn(stack, 'east'));
	const setup = await east('POST', '/api/v1/me/factor');
	const confirmed = await east('POST', '/api/v1/me/factor/confirm', { code: totp(setup.body.secret) });

	assert.equal(confirmed.status, 200, confirmed.text);
	const halves = await Promise.all(Array.from({ length: 50 }, () => patient(() => signIn(stack, 'east'))));
	const enter = (code) => (i) => apiOf(halves[i])('POST', '/api/v1/session/otp', { code });

	assert.equal(await race(enter(confirmed.body.recovery_codes[0])), 1);
	// The half minute of the set-up is used; its code is good again, and nobody has to wait.
	stack.sql("UPDATE factor f JOIN person p ON p.id = f.person_id SET f.last_step = 1 WHERE p.login = 'east'; DELETE FROM throttle");
	halves.splice(0, 50, ...(await Promise.all(Array.from({ length: 50 }, () => patient(() => signIn(stack, 'east'))))));
	assert.equal(await race(enter(totp(setup.body.secret))), 1);
	stack.sql('DELETE FROM throttle');
});

/** Signing in, also when the gate of the hash is full for a while. */
async function patient(act) {
	for (;;) {
		try {
			return await act();
		} catch (error) {
			if (!/sign-in: 429/.test(error.message)) throw error;
		}
	}
}

test('of fifty who set a first password by one code at once one does', async () => {
	const path = `/api/v1/accounts/${(await api('GET', '/api/v1/session')).body.acting.account_id}`;
	const role_id = (await api('GET', `${path}/roles`)).body.items.find((role) => role.builtin === 'platform-auditor').id;
	const login = 'first@e2e.example';
	const made = await api('POST', `${path}/members`, { email: login, name: 'First', kind: 'staff', role_id });

	assert.equal(made.status, 201, made.text);
	assert.equal((await post('/api/v1/session/code', { login })).status, 202);
	const code = /^\s*(\d{6})\s*$/m.exec((await waitForMail(stack, login, 'sign-in-code')).text)[1];

	assert.equal(await race((i) => post('/api/v1/session/code/use', { login, code, password: `passphrase number ${i} of fifty` })), 1);
	assert.equal(stack.sql(`SELECT COUNT(*) FROM change_log WHERE action = 'person.set_password' AND target_label = 'First'`)[0][0], '1');
	stack.sql('DELETE FROM throttle');
});

test('an API key works on both pools and stops at once when it is revoked', async () => {
	const made = await api('POST', `/api/v1/accounts/${(await api('GET', '/api/v1/session')).body.acting.account_id}/api-keys`, {
		name: 'report',
		permissions: ['account.list', 'account.view', 'account.export'],
		expires_at: new Date(Date.now() + 86400e3).toISOString(),
	});
	assert.equal(made.status, 201, made.text);
	const asKey = (path) => fetch(`${base}${path}`, { headers: { authorization: `Bearer ${made.body.key}` } });

	assert.equal((await asKey('/api/v1/accounts')).status, 200);
	assert.equal((await asKey('/export/v1/accounts.csv')).status, 200);
	assert.equal((await asKey('/api/v1/changes')).status, 403);
	const gone = await api('DELETE', made.headers.get('location').replace(base, ''), {}, { 'if-match': made.headers.get('etag') });
	assert.equal(gone.status, 204, gone.text);
	for (let i = 0; i < 20; i++) assert.equal((await asKey('/api/v1/accounts')).status, 401);
	assert.equal((await asKey('/export/v1/accounts.csv')).status, 401);
});
