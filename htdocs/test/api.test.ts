import './dom.ts';
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { get, onSignedOut, type Problem, patch, post, send } from '../src/lib/api.ts';
import { errorsOf } from '../src/lib/form.ts';

interface Call {
	url: string;
	init: RequestInit;
}
let calls: Call[] = [];
let answer: () => Response;

beforeEach(() => {
	calls = [];
	answer = () => Response.json({ ok: true });
	globalThis.fetch = (async (url: string, init: RequestInit) => {
		calls.push({ url, init });
		return answer();
	}) as typeof fetch;
});

function problem(status: number, body: object): () => Response {
	const headers = { 'Content-Type': 'application/problem+json', 'X-Request-Id': 'f00d' };
	return () => new Response(JSON.stringify(body), { status, headers });
}

test('paths are relative to where the script was loaded from', async () => {
	await get('accounts', { q: 'ann lee', limit: 50, cursor: null, action: ['a', 'b'] });
	const url = calls[0]?.url ?? '';
	assert.match(url, /\/api\/v1\/accounts\?q=ann\+lee&limit=50&action=a&action=b$/);
	assert.equal(calls[0]?.init.body, undefined);
});

test('a POST has a key of its own, a PATCH names the version', async () => {
	await post('accounts', { name: 'x' });
	await post('accounts', { name: 'x' });
	await patch('accounts/acc_1', { name: 'y' }, 7);
	const headers = calls.map((call) => call.init.headers as Record<string, string>);
	assert.ok(headers[0]?.['Idempotency-Key']);
	assert.notEqual(headers[0]?.['Idempotency-Key'], headers[1]?.['Idempotency-Key']);
	assert.equal(headers[2]?.['If-Match'], '"v7"');
	assert.equal(headers[2]?.['Content-Type'], 'application/json');
});

test('a problem keeps its code, its complaints and the version as it stands', async () => {
	answer = problem(412, { type: '/portal/#/problems/version', title: 'Changed', current: { ver: 8 } });
	await assert.rejects(patch('accounts/acc_1', {}, 7), (error: Problem) => {
		assert.equal(error.code, 'version');
		assert.equal(error.requestId, 'f00d');
		assert.deepEqual(error.current, { ver: 8 });
		return true;
	});
	answer = problem(422, {
		type: '/#/problems/invalid',
		title: 'No',
		errors: [{ pointer: '/name', code: 'no-such-code' }],
	});
	await assert.rejects(post('accounts'), (error: Problem) => {
		assert.deepEqual(errorsOf(error), { name: 'No such code' });
		return true;
	});
});

test('an answer that is no JSON is still a problem', async () => {
	answer = () =>
		new Response('<html>Bad gateway</html>', { status: 502, headers: { 'Content-Type': 'text/html' } });
	await assert.rejects(
		get('accounts'),
		(error: Problem) => error.status === 502 && error.code === 'http-502',
	);
});

test('401 tells that nobody is signed in, but not when one signs in', async () => {
	let told = 0;
	onSignedOut.call = () => {
		told++;
	};
	answer = problem(401, { type: '/#/problems/not-signed-in', title: 'Who' });
	await assert.rejects(get('accounts'));
	assert.equal(told, 1);
	await assert.rejects(send('POST', 'api/v1/session', { body: {} }));
	assert.equal(told, 1);
});
