// The database goes away, hangs and comes back: 503, no process lost, no restart needed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { apiOf, billingSender, childrenOf, eventually, signIn, startStack } from './lib.mjs';

let stack;
let call;
let api;
let hook;
let first;

before(async () => {
	stack = await startStack('--accounts', '20');
	call = await signIn(stack);
	api = apiOf(call);
	hook = billingSender(stack, 'faults', stack.ctl('source', 'add', 'faults').trim());
	await eventually('both pools are whole', () => processes().length === 4);
	first = processes();
});
after(() => stack?.drop());

const processes = () => ['portal', 'billing'].flatMap((name) => childrenOf(stack.pid(name))).sort();
const get = (path) => fetch(new URL(path, stack.url));
const entity = (name, seq = 1) =>
	hook.make('billing.new_entity', { external_id: name, seq }, { login: name.toLowerCase(), password: 'long enough to be good', type: 'b2c', name, status: 'active' });

/** All the ways in, each answering a problem that says when to come again. */
async function allUnavailable() {
	const password = stack.facts.GATEHOUSE_PASSWORD;
	const origin = new URL(stack.url).origin;
	const asked = {
		list: () => call('/api/v1/accounts?limit=10'),
		create: () => call('/api/v1/accounts', { method: 'POST', headers: { 'idempotency-key': 'down-1' },
			body: JSON.stringify({ parent_id: 'acc_0000000000001', kind: 'customer', class: 'person', name: 'Down' }) }),
		signin: () => fetch(new URL('api/v1/session', stack.url), { method: 'POST', headers: { origin, 'content-type': 'application/json' },
			body: JSON.stringify({ login: 'admin', password }) }),
		callback: () => hook.send(entity('DOWN-1')),
		export: () => call('/export/v1/accounts.csv'),
	};

	for (const [name, ask] of Object.entries(asked)) {
		const answer = await ask();
		const text = await answer.text();

		assert.equal(answer.status, 503, `${name}: ${answer.status} ${text}`);
		assert.match(answer.headers.get('content-type'), /^application\/problem\+json/, name);
		assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/, name);
		assert.match(JSON.parse(text).type, /unavailable|not-ready|signin-busy/, text);
		assert.ok(!/mariadb|mysql|socket|SQL/i.test(text), 'nothing of the inside is told');
	}
	for (const base of ['', 'billing/']) {
		const ready = await get(`${base}readyz`);

		assert.equal((await get(`${base}healthz`)).status, 200, 'the process is up');
		assert.equal(ready.status, 503);
		assert.deepEqual(await ready.json(), { ready: false, database: false, schema: false, schema_version: 0 });
	}
}

async function allWell() {
	await eventually('readiness', async () => (await get('readyz')).ok && (await get('billing/readyz')).ok);
	await eventually('the list', async () => (await call('/api/v1/accounts?limit=10')).status === 200);
	assert.deepEqual(processes(), first, 'no process has ended meanwhile');
}

test('the database is away: 503 from every way in, and recovery by itself', { timeout: 120_000 }, async () => {
	await stack.kill('mariadb');
	await allUnavailable();
	// Many at once do not wait behind each other.
	const many = await Promise.all(Array.from({ length: 64 }, () => call('/api/v1/accounts').then((a) => a.status)));

	assert.deepEqual([...new Set(many)], [503]);
	await stack.restart('mariadb');
	await allWell();
	assert.equal(stack.sql("SELECT COUNT(*) FROM account WHERE name IN ('Down', 'DOWN-1')")[0][0], '0', 'what was refused was not done');
	const again = await api('POST', '/api/v1/accounts', { parent_id: 'acc_0000000000001', kind: 'customer', class: 'person', name: 'Down' },
		{ 'idempotency-key': 'down-1' });

	assert.equal(again.status, 201, 'the same key is good again');
	assert.equal((await hook.send(entity('DOWN-1'))).status, 200);
});

test('the worker outlives the database, too', { timeout: 120_000 }, async () => {
	const worker = stack.pid('worker');

	process.kill(worker, 0);
	const account = (await api('GET', '/api/v1/accounts?q=Down&limit=10')).body.items.find((a) => a.name === 'Down').id;
	const hold = await api('POST', `/api/v1/accounts/${account}/holds`,
		{ kind: 'vacation', reason_code: 'other', reason_text: 'soon over', ends_at: new Date(Date.now() + 5000).toISOString() });

	assert.equal(hold.status, 201, hold.text);
	await stack.kill('mariadb');
	await stack.restart('mariadb');
	await allWell();
	await eventually('the hold ends', async () => (await api('GET', `/api/v1/accounts/${account}/holds/${hold.body.id}`)).body.open === false);
	assert.equal(stack.pid('worker'), worker);
	process.kill(worker, 0);
});

test('the database hangs: requests end, the pool is not used up, and it goes on', { timeout: 120_000 }, async () => {
	const db = stack.pid('mariadb');

	process.kill(db, 'SIGSTOP');
	try {
		const answers = await Promise.all(Array.from({ length: 24 }, () => call('/api/v1/accounts?limit=10').then((a) => a.status)));

		for (const status of answers) assert.equal(status, 503);
		// Each of these waiting for the database would take minutes: by now nobody waits for it.
		for (let i = 0; i < 20; i++) assert.equal((await call('/api/v1/accounts?limit=10')).status, 503);
		assert.equal((await get('healthz')).status, 200);
		assert.equal((await get('billing/healthz')).status, 200);
	} finally {
		process.kill(db, 'SIGCONT');
	}
	await eventually('the list', async () => (await call('/api/v1/accounts?limit=10')).status === 200);
});

test('a connection the server closed is replaced unseen', async () => {
	for (let i = 0; i < 5; i++) {
		for (const [id] of stack.sql("SELECT id FROM information_schema.processlist WHERE user LIKE 'gatehouse_%'")) {
			try {
				stack.sql(`KILL ${id}`);
			} catch {
				// It had ended meanwhile.
			}
		}
		const answers = await Promise.all(Array.from({ length: 16 }, () => api('GET', '/api/v1/accounts?limit=10')));

		for (const answer of answers) assert.equal(answer.status, 200, answer.text);
		const made = await api('POST', '/api/v1/accounts', { parent_id: 'acc_0000000000001', kind: 'customer', class: 'person', name: `Killed ${i}` });

		assert.equal(made.status, 201);
	}
	assert.equal(stack.sql("SELECT COUNT(*) FROM account WHERE name LIKE 'Killed %'")[0][0], '5');
});

test('a schema that is not this program\'s is not ready', async () => {
	stack.sql('CREATE TABLE kept AS SELECT * FROM schema_version; DELETE FROM schema_version ORDER BY version DESC LIMIT 1');
	const ready = await get('readyz');

	assert.equal(ready.status, 503);
	assert.equal((await ready.json()).schema, false);
	stack.sql('INSERT IGNORE INTO schema_version SELECT * FROM kept; DROP TABLE kept');
	assert.equal((await get('readyz')).status, 200);
});

test('the log says what happened without flooding', () => {
	for (const name of ['portal', 'billing', 'worker']) {
		const lines = readFileSync(join(stack.dir, 'log', `${name}.log`), 'utf8').trim().split('\n');
		const loud = lines.filter((l) => !/event=request /.test(l));

		for (const line of lines) assert.match(line, /^time=\S+ level=(info|warn|error) event=/);
		assert.ok(!lines.some((l) => /status=500|event=crash/.test(l)), name);
		assert.ok(loud.length < 400, `${name}: ${loud.length} lines that are no requests`);
	}
});
