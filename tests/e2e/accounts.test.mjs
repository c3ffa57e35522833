// Suspension, conflicts and the life of an account, as operators meet them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { apiOf, eventually, idOf, keyOf, makeAccount, pause, signIn, startStack } from './lib.mjs';

let stack;
let api;
let reseller;
let customer;

const PLATFORM = 'acc_0000000000001';
const soon = (sec) => new Date(Date.now() + sec * 1000).toISOString();

before(async () => {
	stack = await startStack('--accounts', '20', 'processes=3');
	api = apiOf(await signIn(stack));
	reseller = await makeAccount(stack, api, PLATFORM, 'reseller', 'res-a');
	customer = await makeAccount(stack, api, reseller.id, 'customer', 'cust-a');
});
after(() => stack?.drop());

const stateOf = async (id) => (await api('GET', `/api/v1/accounts/${id}`)).body.state;
const hold = (id, more = {}) =>
	api('POST', `/api/v1/accounts/${id}/holds`, { kind: 'admin', reason_code: 'other', reason_text: 'a test', ...more });
const release = (h) => api('POST', `/api/v1/accounts/${h.account_id}/holds/${h.id}/release`, { reason_text: 'over' });

// --- sessions -------------------------------------------------------------------

test('suspending ends the sessions of all below at once, on every worker', async () => {
	const people = await Promise.all(['res-a', 'res-a', 'cust-a'].map((login) => signIn(stack, login, stack.facts.GATEHOUSE_PASSWORD)));
	const ask = (call) => Promise.all(Array.from({ length: 24 }, () => call('/api/v1/session').then((a) => a.status)));

	for (const call of people) assert.deepEqual([...new Set(await ask(call))], [200]);
	const placed = await hold(reseller.id);

	assert.equal(placed.status, 201);
	// The answer has come: from now on not one request gets through.
	for (const call of people) assert.deepEqual([...new Set(await ask(call))], [401]);
	await assert.rejects(signIn(stack, 'res-a', stack.facts.GATEHOUSE_PASSWORD), /403|401/);
	await assert.rejects(signIn(stack, 'cust-a', stack.facts.GATEHOUSE_PASSWORD), /403|401/);
	assert.equal((await api('GET', '/api/v1/session')).status, 200, 'those above are not touched');
	assert.equal(await stateOf(customer.id), 'suspended');
	assert.equal((await release(placed.body)).status, 200);
	for (const call of people) assert.deepEqual([...new Set(await ask(call))], [401], 'an ended session stays ended');
	assert.equal(await stateOf(customer.id), 'active');
	assert.equal((await (await signIn(stack, 'cust-a', stack.facts.GATEHOUSE_PASSWORD))('/api/v1/session')).status, 200);
});

test('a suspended customer: ten signed in, their keys and who acts as one of them are refused on every worker of both pools', async () => {
	const crowd = await makeAccount(stack, api, reseller.id, 'customer', 'crowd');
	const path = `/api/v1/accounts/${crowd.id}`;
	const roles = (await api('GET', `${path}/roles`)).body.items;
	const role_id = roles.find((role) => role.builtin === 'customer-admin').id;

	assert.equal((await api('PATCH', `${path}/areas`, { back_office: true, api: true }, { 'if-match': '"v1"' })).status, 200);
	// The customer's own word, which nobody says for him.
	stack.sql(`UPDATE account_policy SET support_access = 'always' WHERE account_id = ${keyOf(crowd.id)};
		UPDATE access_epoch SET n = n + 1`);
	for (let i = 0; i < 10; i++) {
		const made = await api('POST', `${path}/members`, { email: `crowd-${i}@e2e.example`, name: `Crowd ${i}`, kind: 'staff', role_id });

		assert.equal(made.status, 201, made.text);
	}
	stack.sql(`UPDATE person p JOIN person a ON a.login = '${stack.facts.GATEHOUSE_LOGIN}'
		SET p.password_hash = a.password_hash, p.state = 'active' WHERE p.login LIKE 'crowd-%'`);
	const people = [];
	const keys = [];

	for (let i = 0; i < 10; i++) {
		const call = await signIn(stack, `crowd-${i}@e2e.example`, stack.facts.GATEHOUSE_PASSWORD);
		const key = await apiOf(call)('POST', `${path}/api-keys`, {
			name: 'report', permissions: ['account.view', 'device.list'], expires_at: soon(3600),
		});

		assert.equal(key.status, 201, key.text);
		people.push(call);
		keys.push((where) => fetch(`${stack.url.replace(/\/$/, '')}${where}`, { headers: { authorization: `Bearer ${key.body.key}` } }));
	}
	const [{ id: membership_id }] = (await api('GET', `${path}/members?q=crowd-0`)).body.items;
	const grant = await api('POST', `${path}/support-grants`, { membership_id, reason: 'a test' });
	const visit = await api('POST', '/api/v1/visits', { grant_id: grant.body.id });

	assert.equal(visit.status, 201, visit.text);
	const visitor = (where) => api('GET', where, undefined, { 'x-gatehouse-visit': visit.body.id });
	const ways = [...people, ...keys, visitor];
	// A visit has ended; the operator's own session has not.
	const refusal = (who) => [who === visitor ? 404 : 401];
	// Often enough at once that each worker meets each of them, and remembers him.
	const ask = async (who, where, times) => [...new Set(await Promise.all(Array.from({ length: times }, () => who(where).then((a) => a.status))))];

	for (const who of ways) assert.deepEqual(await ask(who, path, 12), [200]);
	for (const who of [...people, ...keys]) assert.deepEqual(await ask(who, '/export/v1/devices.csv', 1), [200]);
	const placed = await hold(crowd.id);

	assert.equal(placed.status, 201);
	for (const who of ways) assert.deepEqual(await ask(who, path, 12), refusal(who));
	for (const who of [...people, ...keys]) assert.deepEqual(await ask(who, '/export/v1/devices.csv', 4), [401]);
	assert.equal((await release(placed.body)).status, 200);
	for (const who of ways) assert.deepEqual(await ask(who, path, 4), refusal(who), 'nothing comes back with the account');
	assert.equal((await api('GET', path)).status, 200, 'the operator himself goes on');
});

test('no write of a suspended person is committed after the suspension', async () => {
	for (let round = 0; round < 5; round++) {
		const call = await signIn(stack, 'res-a', stack.facts.GATEHOUSE_PASSWORD);
		const person = apiOf(call);
		const writes = [];
		let going = true;
		const writers = Array.from({ length: 4 }, async (_, i) => {
			while (going) {
				const answer = await person('POST', `/api/v1/accounts/${customer.id}/contacts`, { role: 'owner', name: `R${round}-${i}` });

				writes.push(answer.status);
				if (answer.status === 201)
					await person('DELETE', `/api/v1/accounts/${customer.id}/contacts/${answer.body.id}`, {}, { 'if-match': '"v1"' });
				if (answer.status === 401) return;
			}
		});

		await eventually('there are writes before', () => writes.includes(201));
		await pause(100);
		const placed = await hold(reseller.id);

		assert.equal(placed.status, 201);
		const [[before]] = stack.sql(`SELECT COUNT(*) FROM change_log WHERE actor_label = 'Account res-a' AND result = 'success'`);

		await Promise.all(writers);
		going = false;
		const [[now]] = stack.sql(`SELECT COUNT(*) FROM change_log WHERE actor_label = 'Account res-a' AND result = 'success'`);

		assert.equal(now, before, 'nothing was written after the suspension was answered');
		assert.deepEqual([...new Set(writes)].sort(), [201, 401]);
		await release(placed.body);
	}
});

test('signing out ends the session on every worker', async () => {
	const call = await signIn(stack, 'cust-a', stack.facts.GATEHOUSE_PASSWORD);

	assert.equal((await apiOf(call)('DELETE', '/api/v1/session')).status, 204);
	for (let i = 0; i < 12; i++) assert.equal((await call('/api/v1/session')).status, 401);
});

// --- conflicts --------------------------------------------------------------------

test('two editors: the second learns what the first made of it', async () => {
	const { headers } = await api('GET', `/api/v1/accounts/${customer.id}`);
	const etag = headers.get('etag');
	const first = await api('PATCH', `/api/v1/accounts/${customer.id}`, { city: 'Paris', country: 'FR' }, { 'if-match': etag });
	const second = await api('PATCH', `/api/v1/accounts/${customer.id}`, { city: 'Rome', country: 'IT' }, { 'if-match': etag });

	assert.equal(first.status, 200);
	assert.equal(second.status, 412);
	const whole = (await api('GET', `/api/v1/accounts/${customer.id}`)).body;

	assert.deepEqual(second.body.current, whole, 'current is what GET answers');
	assert.equal(whole.city, 'Paris');
	const third = await api('PATCH', `/api/v1/accounts/${customer.id}`, { city: 'Rome', country: 'IT' }, { 'if-match': `"v${second.body.current.ver}"` });

	assert.equal(third.status, 200);
	assert.equal(third.body.ver, first.body.ver + 1);
	assert.equal((await api('PATCH', `/api/v1/accounts/${customer.id}`, { city: 'Oslo' })).status, 428);
});

test('of many who write the same version one wins, and no change is lost', async () => {
	const made = await api('POST', `/api/v1/accounts/${customer.id}/contacts`, { role: 'owner', name: '0' });
	const path = `/api/v1/accounts/${customer.id}/contacts/${made.body.id}`;
	let won = 0;
	let lost = 0;

	await Promise.all(Array.from({ length: 8 }, async () => {
		for (let i = 0; i < 10; i++) {
			const now = await api('GET', path);
			const answer = await api('PATCH', path, { name: String(Number(now.body.name) + 1) }, { 'if-match': now.headers.get('etag') });

			assert.ok([200, 412].includes(answer.status), answer.text);
			if (answer.status === 200) won++;
			else lost++;
		}
	}));
	const end = (await api('GET', path)).body;

	assert.ok(won > 0 && lost > 0, `${won} won, ${lost} lost`);
	assert.equal(Number(end.name), won);
	assert.equal(end.ver, won + 1);
});

test('one key, one effect, however often and at once it is sent', async () => {
	const body = { parent_id: reseller.id, kind: 'customer', class: 'person', name: 'Once' };
	const answers = await Promise.all(Array.from({ length: 12 }, () => api('POST', '/api/v1/accounts', body, { 'idempotency-key': 'once-1' })));

	assert.deepEqual([...new Set(answers.map((a) => a.status))], [201]);
	assert.equal(new Set(answers.map((a) => a.text)).size, 1, 'the same answer for all');
	assert.equal(stack.sql("SELECT COUNT(*) FROM account WHERE name = 'Once'")[0][0], '1');
	const other = await api('POST', '/api/v1/accounts', { ...body, name: 'Twice' }, { 'idempotency-key': 'once-1' });

	assert.equal(other.status, 422);
	assert.match(other.body.type, /idempotency-key-reused$/);
});

// --- the worker ---------------------------------------------------------------------

test('a hold begins and ends by itself', { timeout: 240_000 }, async () => {
	const own = await makeAccount(stack, api, reseller.id, 'customer', 'cust-due');
	const call = await signIn(stack, 'cust-due', stack.facts.GATEHOUSE_PASSWORD);
	const begins = Date.now() + 2000;
	const placed = await hold(own.id, { kind: 'vacation', starts_at: new Date(begins).toISOString(), ends_at: soon(3600) });
	const early = [placed.body.effective, await stateOf(own.id), (await call('/api/v1/session')).status];

	assert.equal(placed.status, 201, placed.text);
	if (Date.now() < begins) assert.deepEqual(early, [false, 'active', 200]);
	await eventually('it begins', async () => (await stateOf(own.id)) === 'suspended');
	await eventually('its sessions end', async () => (await call('/api/v1/session')).status === 401);
	const found = async (q) => (await api('GET', `/api/v1/accounts?limit=10&q=${encodeURIComponent(`cust-due status:${q}`)}`)).body.items.length;

	await eventually('the list knows', async () => (await found('suspended')) === 1);
	// All of that takes what it takes: only now its end is near.
	stack.sql(`UPDATE hold SET ends_at = UTC_TIMESTAMP(6) + INTERVAL 2 SECOND, due_at = ends_at WHERE account_id = ${keyOf(own.id)}`);
	await eventually('it ends', async () => (await stateOf(own.id)) === 'active');
	await eventually('the list knows', async () => (await found('active')) === 1 && (await found('suspended')) === 0);
	await eventually('the log knows', async () => {
		const { items } = (await api('GET', `/api/v1/accounts/${own.id}/changes?action=account.resume`)).body;

		return items.length === 1 && items[0].actor_kind === 'system';
	});
	const after_ = (await api('GET', `/api/v1/accounts/${own.id}/holds`)).body.items;

	assert.equal(after_.length, 1);
	assert.equal(after_[0].open, false);
});

test('removed, restored, removed, purged', { timeout: 240_000 }, async () => {
	stack.sql('UPDATE session SET proved_at = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR');
	const own = await makeAccount(stack, api, reseller.id, 'customer', 'cust-end', { phone: '+49 30 5550100', name: 'Zacharias Endmann' });
	const call = await signIn(stack, 'cust-end', stack.facts.GATEHOUSE_PASSWORD);
	const path = `/api/v1/accounts/${own.id}`;
	const end = (confirm_name) => api('POST', `${path}/terminate`, { reason_text: 'moved away', confirm_name });

	await api('POST', `${path}/contacts`, { role: 'billing', name: 'Zoltan Endcontact', email: 'zoltan@e2e.example' });
	assert.equal((await end('Zacharias')).status, 422);
	assert.equal((await call('/api/v1/session')).status, 200);
	const ended = await end('Zacharias Endmann');

	assert.equal(ended.status, 200);
	assert.equal(ended.body.state, 'terminated');
	assert.equal((await call('/api/v1/session')).status, 401, 'its sessions end at once');
	const days = (Date.parse(ended.body.purge_at) - Date.parse(ended.body.terminated_at)) / 86_400_000;

	assert.equal(days, 31);
	assert.deepEqual(ended.body.allowed, ['restore']);
	assert.equal((await api('PATCH', path, { city: 'X' }, { 'if-match': `"v${ended.body.ver}"` })).status, 409);
	const back = await api('POST', `${path}/restore`, { reason_text: 'a mistake' });

	assert.equal(back.status, 200);
	assert.equal(back.body.state, 'active');
	assert.equal((await call('/api/v1/session')).status, 401);
	assert.equal((await signIn(stack, 'cust-end', stack.facts.GATEHOUSE_PASSWORD)) !== null, true);
	const gone = await api('DELETE', path, {}, { 'if-match': back.headers.get('etag') });

	assert.ok([200, 204].includes(gone.status), gone.text);
	stack.sql(`UPDATE account SET terminated_at = terminated_at - INTERVAL 32 DAY, purge_at = purge_at - INTERVAL 32 DAY WHERE id = ${keyOf(own.id)}`);
	await eventually('the worker purges it', async () => (await stateOf(own.id)) === 'purged');
	assert.equal((await api('POST', `${path}/restore`, { reason_text: 'too late' })).status, 409);
	await assert.rejects(signIn(stack, 'cust-end', stack.facts.GATEHOUSE_PASSWORD), /401/);
	// Nothing personal is left anywhere.
	for (const table of ['account', 'person', 'account_contact', 'account_word', 'account_tree', 'site', 'change_log', 'billing_event']) {
		const columns = stack.sql(`SELECT column_name FROM information_schema.columns WHERE table_schema = 'gatehouse' AND table_name = '${table}'`).flat();

		assert.ok(columns.length > 0, table);
		for (const word of ['endmann', 'endcontact', 'zoltan@e2e', '5550100']) {
			const [[n]] = stack.sql(`SELECT COUNT(*) FROM ${table} WHERE LOWER(CONCAT_WS(' ', ${columns.map((c) => `CONVERT(\`${c}\` USING utf8mb4)`).join(', ')})) LIKE '%${word}%'`);

			assert.equal(n, '0', `${word} in ${table}`);
		}
	}
	const log = (await api('GET', `${path}/changes?limit=100`)).body.items.map((c) => c.action);

	for (const action of ['account.create', 'account.terminate', 'account.restore', 'account.purge']) assert.ok(log.includes(action), action);
});

test('what is due for an account that is gone stops nobody else', { timeout: 240_000 }, async () => {
	stack.sql('UPDATE session SET proved_at = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR');
	const gone = await makeAccount(stack, api, reseller.id, 'customer', 'cust-gone');
	const other = await makeAccount(stack, api, reseller.id, 'customer', 'cust-other');

	assert.equal((await hold(gone.id, { kind: 'vacation', starts_at: soon(3), ends_at: soon(4) })).status, 201);
	const second = await hold(other.id, { kind: 'vacation', ends_at: soon(4) });

	assert.equal((await api('POST', `/api/v1/accounts/${gone.id}/terminate`, { reason_text: 'x', confirm_name: 'Account cust-gone' })).status, 200);
	stack.sql(`UPDATE account SET purge_at = terminated_at - INTERVAL 1 DAY, terminated_at = terminated_at - INTERVAL 32 DAY WHERE id = ${keyOf(gone.id)}`);
	await eventually('the purge', async () => (await stateOf(gone.id)) === 'purged');
	await eventually('the hold of the other ends', async () =>
		(await api('GET', `/api/v1/accounts/${other.id}/holds/${second.body.id}`)).body.open === false);
	const [[left]] = stack.sql('SELECT COUNT(*) FROM hold WHERE due_at < UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE');

	assert.equal(left, '0');
});

test('a billing source is not taken for the person with its number', async () => {
	const [[key, source]] = stack.sql(`SELECT account_id, (SELECT id FROM billing_source WHERE name = 'demo')
		FROM change_log WHERE actor_kind = 'billing' ORDER BY seq DESC LIMIT 1`);
	const path = `/api/v1/accounts/${idOf('acc', key)}/changes`;
	const billing = (await api('GET', `${path}?limit=100`)).body.items.filter((c) => c.actor_kind === 'billing');

	assert.ok(billing.length > 0, 'billing did something');
	for (const change of billing) assert.equal(change.actor_id, null);
	for (const from of ['/api/v1/changes', path]) {
		const found = (await api('GET', `${from}?limit=100&actor=${idOf('per', source)}`)).body.items;

		assert.ok(!found.some((c) => c.actor_kind === 'billing'), from);
	}
});
