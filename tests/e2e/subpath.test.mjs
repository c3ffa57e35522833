// The whole product below a path of its own, with nothing built anew.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { apiOf, billingSender, rawHttp, signIn, startStack } from './lib.mjs';

let stack;
let call;
let api;

before(async () => {
	stack = await startStack('--accounts', '20', '--base', '/deep/portal/');
	call = await signIn(stack);
	api = apiOf(call);
});
after(() => stack?.drop());

const origin = () => new URL(stack.url).origin;

test('the page and its files are below the path, and nowhere else', async () => {
	const page = await fetch(stack.url);
	const text = await page.text();
	const names = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map((m) => m[1]);

	assert.equal(page.status, 200);
	assert.ok(names.length >= 3);
	for (const name of names) {
		const file = await fetch(new URL(name, stack.url));

		assert.ok(new URL(name, stack.url).pathname.startsWith('/deep/portal/'), name);
		assert.equal(file.status, 200, name);
		await file.arrayBuffer();
	}
	for (const path of ['/', '/index.html', '/api/v1/session', '/healthz', '/billing/healthz', '/portal/', '/deep/'])
		assert.equal((await fetch(new URL(path, origin()))).status, 404, path);
});

test('the last slash may be missing', async () => {
	const answer = await fetch(new URL('/deep/portal', origin()), { redirect: 'manual' });

	assert.equal(answer.status, 301);
	assert.equal(answer.headers.get('location'), '/deep/portal/');
});

test('the cookie is of this path alone', async () => {
	const answer = await fetch(new URL('api/v1/session', stack.url), {
		method: 'POST', headers: { 'content-type': 'application/json', origin: origin() },
		body: JSON.stringify({ login: stack.facts.GATEHOUSE_LOGIN, password: stack.facts.GATEHOUSE_PASSWORD }),
	});
	const words = answer.headers.getSetCookie()[0].split('; ');

	assert.match(words[0], /^__Secure-gatehouse=\S{40,}$/);
	for (const word of ['Path=/deep/portal/', 'Secure', 'HttpOnly', 'SameSite=Lax']) assert.ok(words.includes(word), word);
	assert.ok(!words.some((w) => /^Domain/i.test(w)));
	const stranger = call.cookie.replace('__Secure-', '__Host-');

	assert.equal((await fetch(new URL('api/v1/session', stack.url), { headers: { cookie: stranger } })).status, 401);
});

test('the API names addresses with the path', async () => {
	const list = await api('GET', '/api/v1/accounts?limit=10');

	assert.equal(list.status, 200);
	assert.match(list.headers.get('link'), /^<\/deep\/portal\/api\/v1\/accounts\?/);
	const made = await api('POST', '/api/v1/accounts', { parent_id: 'acc_0000000000001', kind: 'customer', class: 'person', name: 'Below' });

	assert.equal(made.headers.get('location'), `/deep/portal/api/v1/accounts/${made.body.id}`);
	const missing = await api('GET', '/api/v1/accounts/acc_ZZZZZZZZZZZZZ');

	assert.equal(missing.status, 404);
	assert.ok(missing.body.type.startsWith('/deep/portal/#/problems/'), missing.body.type);
	const description = (await api('GET', '/api/v1/openapi.json')).body;

	assert.equal(description.servers[0].url.replace(/\/$/, ''), '/deep/portal');
	assert.equal((await rawHttp(stack, `GET /deep/portal/../../api/v1/session HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).status, 404);
});

test('files, callbacks and health are below it, too', async () => {
	const csv = await call('/export/v1/accounts.csv');
	const text = await csv.text();

	assert.equal(csv.status, 200);
	assert.equal(Number(csv.headers.get('content-length')), Buffer.byteLength(text));
	const asked = await call('/export/v1/accounts.csv', { headers: { prefer: 'respond-async' } });

	assert.match(asked.headers.get('location'), /^\/deep\/portal\/api\/v1\/jobs\/job_/);
	const hook = billingSender(stack, 'sub', stack.ctl('source', 'add', 'sub').trim());
	const answer = await hook.send(hook.make('billing.new_entity', { external_id: 'S-1', seq: 1 },
		{ login: 'sub-1', password: 'long enough to be good', type: 'b2c', name: 'Sub One', status: 'active' }));

	assert.equal(answer.status, 200, await answer.text());
	for (const path of ['healthz', 'readyz', 'metrics', 'billing/readyz'])
		assert.equal((await fetch(new URL(path, stack.url))).status, 200, path);
});
