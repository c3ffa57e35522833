// Every route of the description, with ids of another tenant: as if they did not exist.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeThings } from './walk-things.mjs';
import { apiOf, billingSender, makeAccount, signIn, startStack } from './lib.mjs';

const CANARY = 'Kanarienvogel';
const PLATFORM = 'acc_0000000000001';

let stack;
let admin;
let foreign; // ids of the other tenant by the name of the path's variable
let actors;
let routes;

const bodies = {
	updateAccount: { city: 'X' }, createContact: { role: 'owner', name: 'X' }, updateContact: { name: 'X' },
	createSite: { kind: 'building', name: 'X' }, updateSite: { name: 'X' },
	placeHold: { kind: 'admin', reason_code: 'other', reason_text: 'X' }, releaseHold: { reason_text: 'X' },
	terminateAccount: { reason_text: 'X', confirm_name: `${CANARY} customer` }, restoreAccount: { reason_text: 'X' },
	dismissBillingEvent: { reason_text: 'X' }, mapBillingEvent: { csa_code: '1', add: false },
};
/* What a path's query needs; of getMove it is known when there are accounts. */
const queries = { getImpact: '?action=suspend', whyMember: '?permission=account.view' };

before(async () => {
	stack = await startStack('--accounts', '20');
	const adminCall = await signIn(stack);

	admin = apiOf(adminCall);
	const theirs = await makeAccount(stack, admin, PLATFORM, 'reseller', 'their-res', { name: `${CANARY} reseller` });
	const customer = await makeAccount(stack, admin, theirs.id, 'customer', 'their-cust', { name: `${CANARY} customer` });
	const ours = await makeAccount(stack, admin, PLATFORM, 'reseller', 'our-res', { name: 'Our reseller' });

	await makeAccount(stack, admin, ours.id, 'customer', 'our-cust', { name: 'Our customer' });
	const path = `/api/v1/accounts/${customer.id}`;
	const contact = await admin('POST', `${path}/contacts`, { role: 'owner', name: `${CANARY} contact` });
	const site = await admin('POST', `${path}/sites`, { kind: 'building', name: `${CANARY} site` });
	const hold = await admin('POST', `${path}/holds`, { kind: 'admin', module: 'cameras', reason_code: 'other', reason_text: `${CANARY} hold` });
	const note = await admin('POST', `${path}/notes`, { text: `${CANARY} note` });
	const group = await admin('POST', `/api/v1/accounts/${theirs.id}/groups`, { kind: 'account', name: `${CANARY} group` });
	const view = await admin('POST', '/api/v1/views', { name: `${CANARY} view`, list: 'customers' });
	const hook = billingSender(stack, 'theirs', stack.ctl('source', 'add', 'theirs', '--parent', theirs.id).trim());
	const sent = await hook.send(hook.make('billing.new_entity', { external_id: `${CANARY}-1`, seq: 1 },
		{ login: 'their-billed', password: 'long enough to be good', type: 'b2c', name: `${CANARY} billed`, status: 'active' }));

	assert.equal(sent.status, 200, await sent.text());
	const events = await admin('GET', '/api/v1/billing-events?limit=10');
	const job = await (await adminCall('/export/v1/accounts.csv', { headers: { prefer: 'respond-async' } })).json();

	for (const made of [contact, site, hold, note, group, view]) assert.equal(made.status, 201, made.text);
	foreign = {
		acc: customer.id, con: contact.body.id, sit: site.body.id, hld: hold.body.id, job: job.id,
		not: note.body.id, grp: group.body.id, viw: view.body.id,
		...makeThings(stack, `${CANARY} customer`, CANARY),
		evt: events.body.items.find((e) => e.subject_key === `${CANARY}-1`).id,
	};
	queries.getMove = `?parent_id=${ours.id}`;
	actors = {};
	for (const login of ['our-res', 'our-cust'])
		actors[login] = apiOf(await signIn(stack, login, stack.facts.GATEHOUSE_PASSWORD));
	// However long this takes, nobody is asked who he is once more.
	stack.sql('UPDATE session SET proved_at = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR');
	const { paths } = (await admin('GET', '/api/v1/openapi.json')).body;

	routes = Object.entries(paths).flatMap(([p, methods]) =>
		Object.entries(methods).filter(([m]) => ['get', 'post', 'patch', 'put', 'delete'].includes(m))
			.map(([m, o]) => ({ method: m.toUpperCase(), path: p, name: o.operationId, bodied: !!o.requestBody })));
});
after(() => stack?.drop());

const filled = (path) => path.replace(/\{(\w+)\}/g, (_, name) => foreign[name] ?? assert.fail(`no foreign id for {${name}} of ${path}`));
const headersOf = (method) => (['PATCH', 'PUT', 'DELETE'].includes(method) ? { 'if-match': '"v1"' } : {});
// Bodies that are not named here are made from the tables by the walk of tests/module.
const ofIds = () => routes.filter((r) => /\{(?!source)/.test(r.path) && (!r.bodied || bodies[r.name]));
const state = () => stack.sql(`SELECT (SELECT GROUP_CONCAT(id, ':', ver, state) FROM account), (SELECT GROUP_CONCAT(id, ':', ver) FROM site),
	(SELECT GROUP_CONCAT(id, ':', ver) FROM account_contact), (SELECT GROUP_CONCAT(id, ':', ver) FROM hold),
	(SELECT GROUP_CONCAT(seq, state) FROM billing_event)`).join();

test('the ids are good ones: those who may see them do', async () => {
	for (const { method, path, name } of ofIds()) {
		if (method !== 'GET' || name === 'getExportFile') continue;
		const answer = await admin('GET', filled(path) + (queries[name] ?? ''));

		assert.equal(answer.status, 200, `${name}: ${answer.status} ${answer.text.slice(0, 200)}`);
	}
});

test('no route tells or changes anything of another tenant', async () => {
	const before_ = state();
	let walked = 0;

	for (const [who, api] of Object.entries(actors))
		for (const { method, path, name } of ofIds()) {
			const answer = await api(method, filled(path) + (queries[name] ?? ''), bodies[name], headersOf(method));

			// Who lacks the permission altogether is told so before anything is looked for.
			assert.ok([404, ...(/not-permitted/.test(answer.text) ? [403] : [])].includes(answer.status),
				`${who} ${name}: ${answer.status} ${answer.text.slice(0, 300)}`);
			assert.ok(!answer.text.includes(CANARY), `${who} ${name}`);
			walked++;
		}
	assert.ok(walked >= 50, `${walked} requests`);
	assert.equal(state(), before_, 'nothing was changed');
});

test('what is not yours answers as what is not there', async () => {
	const api = actors['our-res'];
	const without = (a) => ({ ...a.body, instance: '' });

	for (const [name, id] of Object.entries({ acc: '/api/v1/accounts/', evt: '/api/v1/billing-events/', job: '/api/v1/jobs/' })) {
		const theirs = await api('GET', id + foreign[name]);
		const nobodys = await api('GET', `${id}${name}_0000000ZZZZZZ`);

		assert.equal(nobodys.status, 404);
		assert.deepEqual(without(theirs), without(nobodys), name);
	}
});

test('lists, searches and files have only what is below', async () => {
	for (const [who, api] of Object.entries(actors)) {
		for (const { method, path, name } of routes) {
			if (method !== 'GET' || /\{/.test(path) || /(healthz|readyz|metrics|openapi)/.test(path)) continue;
			const answer = await api('GET', path);

			assert.ok([200, 403].includes(answer.status), `${who} ${name}: ${answer.status}`);
			assert.ok(!answer.text.includes(CANARY), `${who} ${name}`);
		}
	}
	const api = actors['our-res'];

	for (const q of [CANARY, 'their-cust', `${CANARY}-1`, `parent:${foreign.acc}`, foreign.acc]) {
		const answer = await api('GET', `/api/v1/accounts?limit=10&q=${encodeURIComponent(q)}`);

		assert.ok(answer.status === 422 || answer.body.items.length === 0, q);
		assert.ok(!answer.text.includes(CANARY), q);
	}
	assert.equal((await admin('GET', `/api/v1/accounts?limit=10&q=${CANARY}`)).body.items.length, 3, 'there is something to find');
});

test('ids of others in bodies are not there, either', async () => {
	const made = await actors['our-res']('POST', '/api/v1/accounts', { parent_id: foreign.acc, kind: 'customer', class: 'person', name: 'X' });
	const nobodys = await actors['our-res']('POST', '/api/v1/accounts', { parent_id: 'acc_0000000ZZZZZZ', kind: 'customer', class: 'person', name: 'X' });

	assert.ok([404, 422].includes(made.status), made.text);
	assert.deepEqual({ ...made.body, instance: '' }, { ...nobodys.body, instance: '' });
});
