// Callbacks through nginx, signed by the libraries senders use, not by our own code.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Webhook as Standard } from 'standardwebhooks';
import { Webhook as Svix } from 'svix';
import { eventually, pause, signIn, startStack } from './lib.mjs';

let stack;
let api;
let secret;

before(async () => {
	stack = await startStack('--accounts', '20');
	secret = stack.ctl('source', 'add', 'crm', '--label', 'CRM').trim();
	api = await signIn(stack);
});
after(() => stack?.drop());

let counter = 0;

function event(type, external_id, data = {}, more = {}) {
	const id = `evt_e2e_${process.pid}_${++counter}`;

	return {
		id,
		body: JSON.stringify({
			id, type: `billing.${type}`, occurred_at: new Date().toISOString(), version: 1,
			subject: { kind: 'entity', external_id, ...more }, data,
		}),
	};
}

const signers = {
	standardwebhooks: (key) => new Standard(key),
	svix: (key) => new Svix(key),
};

function headersFor(signer, e, at = new Date(), key = secret) {
	return {
		'content-type': 'application/json',
		'webhook-id': e.id,
		'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
		'webhook-signature': signers[signer](key).sign(e.id, at, e.body),
	};
}

const post = (path, body, headers) => fetch(`${stack.url}billing/v1/callbacks/${path}`, { method: 'POST', body, headers });

const send = async (e, signer = 'standardwebhooks') => {
	const answer = await post('crm', e.body, headersFor(signer, e));

	return { status: answer.status, body: await answer.json() };
};

async function accountOf(external_id) {
	const list = await (await api(`/api/v1/accounts?q=${external_id}&limit=10`)).json();

	return list.items.find((a) => a.external_id === external_id);
}

const person = (login) => ({ login, password: 'long enough to be good', type: 'b2c', status: 'active', name: `Name ${login}` });

test('a published signature is what both libraries make', () => {
	const key = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
	const at = new Date(1614265330 * 1000);

	for (const make of Object.values(signers))
		assert.equal(
			make(key).sign('msg_p5jXN8AQM9LWM0D4loKWxJek', at, '{"test": 2432232314}'),
			'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
		);
});

for (const signer of Object.keys(signers))
	test(`a customer's life by ${signer}`, async () => {
		const id = `E2E-${signer}`;

		assert.deepEqual((await send(event('new_entity', id, person(`e2e.${signer}`), { seq: 1 }), signer)).status, 200);
		assert.ok(['active', 'not_confirmed'].includes((await accountOf(id)).state));

		const pause = event('pause_entity', id, { reason: 'non_payment' }, { seq: 2 });
		const first = await send(pause, signer);
		const again = await send(pause, signer);

		assert.deepEqual(first.body, { id: pause.id, state: 'applied' });
		assert.deepEqual(again.body, { id: pause.id, state: 'applied', duplicate: true });
		assert.equal((await accountOf(id)).state, 'suspended');

		const resumed = await send(event('unpause_entity', id, { note: 'paid' }, { seq: 3 }), signer);

		assert.equal(resumed.body.effective, 'active');
		assert.deepEqual(resumed.body.remaining, []);
		assert.equal((await send(event('terminate_entity', id, {}, { seq: 4 }), signer)).body.state, 'applied');
		assert.equal((await accountOf(id)).state, 'terminated');

		const log = await (await api(`/api/v1/accounts/${(await accountOf(id)).id}/changes?limit=50`)).json();
		const actions = log.items.map((c) => c.action);

		for (const action of ['account.create', 'account.suspend', 'account.resume', 'account.terminate'])
			assert.ok(actions.includes(action), `${action} is in ${actions}`);
		assert.ok(log.items.every((c) => c.actor_kind === 'billing' && c.actor_label === 'CRM'));
	});

test('one changed byte, another key, an old time: 401 and nothing else', async () => {
	const before = stack.sql('SELECT COUNT(*) FROM billing_event')[0][0];
	const e = event('pause_entity', 'E2E-x');
	const now = new Date();
	const cases = [
		[`${e.body} `, headersFor('standardwebhooks', e)],
		[e.body, headersFor('standardwebhooks', e, now, 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX')],
		[e.body, headersFor('standardwebhooks', e, new Date(now.getTime() - 301_000))],
		[e.body, { ...headersFor('standardwebhooks', e), 'webhook-id': `${e.id}x` }],
		[e.body, { ...headersFor('standardwebhooks', e), 'webhook-signature': 'v1,AAAA' }],
		[e.body, { 'content-type': 'application/json' }],
	];

	for (const [body, headers] of cases) {
		const answer = await post('crm', body, headers);

		assert.equal(answer.status, 401);
		assert.equal((await answer.json()).type.split('/').pop(), 'callback-refused');
	}
	assert.equal(stack.sql('SELECT COUNT(*) FROM billing_event')[0][0], before);
});

test('what a web server is told about size, type and method', async () => {
	const e = event('pause_entity', 'E2E-x');
	const headers = headersFor('standardwebhooks', e);

	assert.equal((await post('crm', e.body + ' '.repeat(300_000), headers)).status, 413);
	assert.equal((await post('crm', e.body, { ...headers, 'content-type': 'text/plain' })).status, 415);
	assert.equal((await fetch(`${stack.url}billing/v1/callbacks/crm`)).status, 405);
	assert.equal((await post('nobody', e.body, headers)).status, 401);
});

test('a rotated secret: both are good, then only the new one', async () => {
	const old = secret;
	const next = stack.ctl('source', 'rotate', 'crm', '--hours', '1').trim();

	for (const key of [old, next]) {
		const e = event('check_licenses', 'E2E-svix');

		assert.equal((await post('crm', e.body, headersFor('svix', e, new Date(), key))).status, 200);
	}
	stack.ctl('source', 'retire', 'crm');
	secret = next;
	const e = event('check_licenses', 'E2E-svix');

	assert.equal((await post('crm', e.body, headersFor('svix', e, new Date(), old))).status, 401);
	assert.equal((await send(e)).status, 200);
});

test('a batch through the web server', async () => {
	const events = [event('new_entity', 'E2E-b1', person('e2e.b1')), event('foo', 'E2E-b1'), event('new_entity', 'E2E-b2', {})];
	const batch = { id: `batch_${process.pid}`, body: `{"events":[${events.map((e) => e.body).join(',')}]}` };
	const answer = await post('crm/batch', batch.body, headersFor('svix', batch));
	const { results } = await answer.json();

	assert.equal(answer.status, 200);
	assert.deepEqual(results.map((r) => r.status), [200, 202, 422]);
	assert.deepEqual(results.map((r) => r.state), ['applied', 'quarantined', 'rejected']);
});

test('the worker goes on where the callback had to stop', async () => {
	const e = event('update_login', 'E2E-gap', { login: 'e2e.gap.new' }, { seq: 3 });

	await send(event('new_entity', 'E2E-gap', person('e2e.gap'), { seq: 1 }));
	assert.equal((await send(e)).body.state, 'deferred');
	stack.sql(`UPDATE billing_event SET received_at = received_at - INTERVAL 61 SECOND,
		due_at = due_at - INTERVAL 61 SECOND WHERE event_id = '${e.id}'`);
	await eventually('it is applied', () =>
		stack.sql(`SELECT state FROM billing_event WHERE event_id = '${e.id}'`)[0][0] === 'applied');
});

// Every delivery many times, in any order, many at once: as if each came once, in order.
test('a storm of repeats ends as its events say', async () => {
	const customers = 20;
	const deliveries = [];

	for (let n = 0; n < customers; n++) {
		const id = `STORM-${n}`;
		const script = [
			event('new_entity', id, person(`storm.${n}`), { seq: 1 }),
			event('pause_entity', id, {}, { seq: 2 }),
			event('set_licenses', id, { analytic_l1: n }, { seq: 3 }),
			event('unpause_entity', id, {}, { seq: 4 }),
			event('update_entity', id, { name: `Storm ${n}`, status: n % 2 ? 'blocked' : 'active' }, { seq: 5 }),
		];

		for (const e of script) for (let i = 0; i < 6; i++) deliveries.push(e);
	}
	for (let i = deliveries.length - 1; i > 0; i--) {
		const j = Math.floor(Math.random() * (i + 1));

		[deliveries[i], deliveries[j]] = [deliveries[j], deliveries[i]];
	}
	const sender = async () => {
		while (deliveries.length) {
			const e = deliveries.pop();
			let answer = await send(e);

			for (let tries = 0; answer.status === 503 && tries < 20; tries++) {
				await pause(200);
				answer = await send(e);
			}
			assert.ok([200, 202].includes(answer.status), JSON.stringify(answer));
		}
	};

	await Promise.all(Array.from({ length: 32 }, sender));
	await eventually('all is done', () =>
		stack.sql("SELECT COUNT(*) FROM billing_event WHERE state IN ('deferred', 'received', 'failed') AND subject_key LIKE 'STORM-%'")[0][0] === '0');
	const rows = stack.sql(`SELECT a.external_id, a.name, t.own_state,
		(SELECT COALESCE(SUM(quantity), 0) FROM entitlement e WHERE e.account_id = a.id AND e.state = 'active'),
		(SELECT COUNT(*) FROM billing_event v WHERE v.subject_key = a.external_id),
		(SELECT SUM(attempts) FROM billing_event v WHERE v.subject_key = a.external_id)
		FROM account a JOIN account_tree t ON t.descendant_id = a.id AND t.depth = 0
		WHERE a.external_id LIKE 'STORM-%'`);

	assert.equal(rows.length, customers);
	for (const [id, name, state, l1, events, attempts] of rows) {
		const n = Number(id.slice(6));

		assert.equal(name, `Storm ${n}`);
		assert.equal(state, n % 2 ? 'suspended' : 'not_confirmed');
		assert.equal(Number(l1), n);
		assert.equal(Number(events), 5);
		assert.equal(Number(attempts), 30);
	}
});

test('the log of events leaves as CSV', async () => {
	const answer = await api('/export/v1/billing-events.csv?type=billing.pause_entity');
	const lines = (await answer.text()).trim().split('\r\n');

	assert.equal(answer.status, 200);
	assert.match(lines[0], /"Request ID","Type","Label"/);
	assert.ok(lines.length > 20);
	assert.ok(lines.slice(1).every((line) => line.includes('"Billing. Pause entity"')));
});
