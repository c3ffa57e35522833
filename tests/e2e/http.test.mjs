// What the web server and the pools answer together: files, headers, bad requests, health.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { apiOf, eventually, rawHttp, signIn, startStack } from './lib.mjs';

let stack;
let call;
let api;
let host;

before(async () => {
	stack = await startStack('--accounts', '20');
	call = await signIn(stack);
	api = apiOf(call);
	host = new URL(stack.url).host;
});
after(() => stack?.drop());

const get = (path, headers = {}) => fetch(new URL(path, stack.url), { headers, redirect: 'manual' });
const raw = (line, headers = [], body = '') =>
	rawHttp(stack, [`${line} HTTP/1.1`, `Host: ${host}`, 'Connection: close', ...headers, '', body].join('\r\n'));
const json = 'Content-Type: application/json';
const length = (text) => `Content-Length: ${Buffer.byteLength(text)}`;

// --- files -------------------------------------------------------------------

test('the page has the headers that keep others out', async () => {
	const answer = await get('');
	const csp = answer.headers.get('content-security-policy');

	assert.equal(answer.status, 200);
	assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8');
	assert.equal(answer.headers.get('cache-control'), 'no-cache');
	for (const word of ["default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'", "base-uri 'none'",
		"form-action 'none'", "object-src 'none'", "require-trusted-types-for 'script'"])
		assert.ok(csp.includes(word), word);
	assert.ok(!/unsafe|\*|http:/.test(csp), csp);
	for (const [name, value] of [['x-content-type-options', 'nosniff'], ['referrer-policy', 'no-referrer'],
		['cross-origin-opener-policy', 'same-origin'], ['cross-origin-resource-policy', 'same-origin'],
		['cross-origin-embedder-policy', 'require-corp']])
		assert.equal(answer.headers.get(name), value, name);
	assert.equal(answer.headers.get('server'), 'nginx', 'without a version');
	assert.equal(answer.headers.get('access-control-allow-origin'), null);
});

test('files with a hash in their name are kept for ever and come compressed', async () => {
	const names = [...(await (await get('')).text()).matchAll(/(?:src|href)="([^"]*assets\/[^"]+\.(?:js|css))"/g)].map((m) => m[1]);

	assert.ok(names.length >= 2, 'the page names a script and a style');
	for (const name of names) {
		const plain = await get(name, { 'accept-encoding': 'identity' });
		const packed = await get(name, { 'accept-encoding': 'gzip' });

		assert.equal(plain.status, 200);
		assert.equal(plain.headers.get('cache-control'), 'public, max-age=31536000, immutable');
		assert.equal(plain.headers.get('content-encoding'), null);
		assert.equal(packed.headers.get('content-encoding'), 'gzip');
		assert.match(packed.headers.get('vary'), /Accept-Encoding/i);
		assert.match(plain.headers.get('content-type'), /^(application\/javascript|text\/css|image\/svg\+xml)/);
		assert.equal(plain.headers.get('x-content-type-options'), 'nosniff');
		assert.deepEqual(Buffer.from(await plain.arrayBuffer()), Buffer.from(await packed.arrayBuffer()));
		const again = await get(name, { 'if-none-match': plain.headers.get('etag'), 'accept-encoding': 'identity' });

		assert.equal(again.status, 304);
	}
});

test('what is no file is not found, with headers, and not kept', async () => {
	for (const path of ['nothing', 'assets/nothing.js', '.git/config', 'assets/', '_spool/x', '_spool/']) {
		const answer = await get(path);

		assert.ok([403, 404].includes(answer.status), `${path}: ${answer.status}`);
		assert.equal(answer.headers.get('x-content-type-options'), 'nosniff', path);
		assert.ok(!/immutable/.test(answer.headers.get('cache-control') ?? ''), path);
	}
});

test('files have no other methods', async () => {
	for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
		const answer = await raw(`${method} /`, [json, length('{}')], '{}');

		assert.equal(answer.status, 405, method);
		assert.equal(answer.headers.allow, 'GET, HEAD');
	}
});

// --- bad addresses and requests ------------------------------------------------

test('addresses that could be read in two ways are refused', async () => {
	for (const path of ['/api/v1%2fsession', '/api/v1/%2e%2e/v1/session', '/api/v1/../v1/session', '/api//v1/session',
		'/api/v1/session/.', '/api/v1/%5csession', '/api/v1/session%00', '/api/v1/accounts/%ff', '/api/v1/%zz'])
		assert.equal((await raw(`GET ${path}`)).status, 400, path);
	for (const path of ['/assets/../../package.json', '/assets/%2e%2e/%2e%2e/package.json', '/..%2f..%2fetc/passwd', '//api/v1/session',
		'/assets//../index.html/../../x', '/api/v1/session/', '/API/v1/session', '/assets..%2f', '/export/..%2fx'])
		assert.ok([400, 404].includes((await raw(`GET ${path}`)).status), path);
});

test('requests with two ends are refused by the web server', async () => {
	const smuggled = '0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
	const cases = [
		[json, 'Content-Length: 4', 'Transfer-Encoding: chunked'],
		[json, 'Content-Length: 4', 'Content-Length: 5'],
		[json, 'Content-Length: 4', 'Content-Length: 4'],
		[json, 'Content-Length: 4, 4'],
		[json, 'Content-Length: +4'],
		[json, 'Content-Length: 0x4'],
		[json, 'Transfer-Encoding: chunked, chunked'],
		[json, 'Transfer-Encoding: gzip, chunked'],
		[json, 'Transfer-Encoding: xchunked'],
		[json, 'Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
	];

	for (const headers of cases) {
		const answer = await raw('POST /api/v1/session', headers, smuggled);

		assert.ok([400, 501].includes(answer.status), `${headers}: ${answer.status}`);
		assert.ok(!/HTTP\/1\.1 200/.test(answer.body), 'the second request is not answered');
	}
	assert.equal((await rawHttp(stack, `GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`)).status, 400);
});

test('headers that decide may come once', async () => {
	const cookie = `Cookie: ${call.cookie}`;

	for (const twice of [[cookie, cookie], [cookie, 'Origin: http://a', 'Origin: http://b'], [cookie, 'If-None-Match: "v1"', 'If-None-Match: "v2"'],
		[cookie, 'Authorization: Bearer a', 'Authorization: Bearer b'], [cookie, 'Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site'],
		['X-Request-Id: a', 'X-Request-Id: b']]) {
		const answer = await raw('GET /api/v1/session', twice);

		assert.equal(answer.status, 400, twice.join());
		// The web server knows some of them to come once, too.
		assert.match(answer.body, /repeated-header|<h1>400 Bad Request/);
	}
	const [name] = call.cookie.split('=');
	const both = await raw('GET /api/v1/session', [`Cookie: ${name}=x; ${call.cookie}`]);

	assert.equal(both.status, 400);
});

test('bodies are as large as the end point says, and JSON', async () => {
	const origin = `Origin: ${new URL(stack.url).origin}`;
	const post = (body, ...headers) => raw('POST /api/v1/session', [origin, length(body), ...headers], body);
	const long = (n) => JSON.stringify({ login: 'x', password: 'y'.repeat(n) });

	assert.equal((await post(long(9000), json)).status, 413);
	const huge = await post(long(300_000), json);

	assert.equal(huge.status, 413, 'refused by the web server itself');
	assert.equal(huge.headers['content-type'], 'application/problem+json');
	assert.equal(JSON.parse(huge.body).status, 413);
	for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml',
		'application/jsonx'])
		assert.equal((await post('{}', `Content-Type: ${type}`)).status, 415, type);
	assert.equal((await post('{}')).status, 415, 'no type at all');
	for (const [body, status] of [['', 400], ['{', 400], ['[]', 400], ['"x"', 400], ['{"login":"a","login":"b"}', 400], ['{"login":1,"password":"x"}', 422],
		['{"login":"a","password":"b","more":1}', 422], ['\ufeff{}', 400], ['{"login":"\\ud800","password":"b"}', 400],
		['{"login":"\\u0000","password":"b"}', 422], ['{} {}', 400], [`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`, 400]])
		assert.equal((await post(body, json)).status, status, body.slice(0, 60));
	const broken = Buffer.concat([Buffer.from('{"login":"'), Buffer.from([0xc3, 0x28]), Buffer.from('","password":"b"}')]).toString('latin1');

	assert.equal((await raw('POST /api/v1/session', [origin, json, `Content-Length: ${broken.length}`], broken)).status, 400);
});

test('a body in pieces is read as one', async () => {
	const origin = `Origin: ${new URL(stack.url).origin}`;
	const body = JSON.stringify({ login: stack.facts.GATEHOUSE_LOGIN, password: stack.facts.GATEHOUSE_PASSWORD });
	const chunks = [...body].map((c) => `1\r\n${c}\r\n`).join('');
	const answer = await raw('POST /api/v1/session', [origin, json, 'Transfer-Encoding: chunked'], `${chunks}0\r\n\r\n`);

	assert.equal(answer.status, 201);
});

test('another method is answered with those there are', async () => {
	for (const [path, allow] of [['/api/v1/session', 'GET, HEAD, POST, DELETE'], ['/api/v1/accounts', 'GET, HEAD, POST'],
		['/billing/v1/callbacks/demo', 'POST'], ['/export/v1/accounts.csv', 'GET, HEAD'], ['/healthz', 'GET, HEAD']])
		for (const method of ['PUT', 'BREW', 'OPTIONS']) {
			const answer = await raw(`${method} ${path}`, [json, 'Content-Length: 0']);

			assert.equal(answer.status, 405, `${method} ${path}`);
			assert.equal(answer.headers.allow, allow, path);
		}
	assert.ok([400, 405].includes((await raw('TRACE /api/v1/session')).status));
});

test('HEAD answers the head of GET', async () => {
	for (const path of ['/api/v1/accounts?limit=10', '/healthz', '/api/v1/openapi.json']) {
		const answer = await raw(`HEAD ${path}`, [`Cookie: ${call.cookie}`]);
		const whole = await raw(`GET ${path}`, [`Cookie: ${call.cookie}`]);

		assert.equal(answer.status, 200);
		assert.equal(answer.body, '');
		assert.equal(answer.headers['content-length'], whole.headers['content-length']);
	}
});

test('a version that is known is not sent again', async () => {
	const id = (await api('GET', '/api/v1/accounts?limit=10')).body.items[0].id;
	const first = await api('GET', `/api/v1/accounts/${id}`);
	const second = await call(`/api/v1/accounts/${id}`, { headers: { 'if-none-match': first.headers.get('etag') } });

	assert.match(first.headers.get('etag'), /^"v\d+-[0-9a-f]{16}"$/);
	assert.equal(second.status, 304);
	assert.equal(await second.text(), '');
	assert.equal((await call(`/api/v1/accounts/${id}`, { headers: { 'if-none-match': '"v0"' } })).status, 200);
});

test('every answer of the API is closed to pages of others', async () => {
	for (const path of ['/api/v1/session', '/api/v1/nothing', '/api/v1/accounts/acc_1', '/healthz', '/billing/v1/nothing', '/export/v1/accounts.csv']) {
		const answer = await raw(`GET ${path}`);

		assert.equal(answer.headers['cache-control'], 'no-store', path);
		assert.equal(answer.headers['x-content-type-options'], 'nosniff', path);
		assert.match(answer.headers['content-security-policy'], /default-src 'none'; frame-ancestors 'none'; sandbox/, path);
		assert.equal(answer.headers['cross-origin-resource-policy'], 'same-origin', path);
		assert.equal(answer.headers.vary, 'Cookie', path);
		assert.match(answer.headers['x-request-id'], /^[0-9a-f]{32}$/, path);
	}
});

// --- forged requests ------------------------------------------------------------

test('only pages of this site change anything', async () => {
	const ours = new URL(stack.url).origin;
	const sites = [undefined, 'same-origin', 'same-site', 'cross-site', 'none'];
	const origins = [undefined, ours, 'https://evil.example', 'null', `${ours}.evil.example`, ours.replace(/:\d+$/, ':1')];
	const types = ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'];
	let cells = 0;

	for (const method of ['POST', 'PATCH', 'DELETE'])
		for (const site of sites)
			for (const origin of origins)
				for (const type of types) {
					const path = method === 'PATCH' ? '/api/v1/me' : method === 'POST' ? '/api/v1/accounts' : '/api/v1/accounts/acc_0000000000001';
					const answer = await raw(`${method} ${path}`, [`Cookie: ${call.cookie}`, `Content-Type: ${type}`, 'Content-Length: 2',
						...(site ? [`Sec-Fetch-Site: ${site}`] : []), ...(origin ? [`Origin: ${origin}`] : [])], '{}');
					const trusted = site === 'same-origin' ? [undefined, ours].includes(origin) : site === undefined && origin === ours;
					const cell = `${method} ${site} ${origin} ${type}: ${answer.status} ${answer.body}`;

					cells++;
					if (!trusted) assert.equal(answer.status, 403, cell);
					else if (type !== types[0] && method !== 'DELETE') assert.equal(answer.status, 415, cell);
					else assert.ok(![401, 500].includes(answer.status) && !/foreign-origin/.test(answer.body), cell);
				}
	assert.equal(cells, 360);
	// Reading is refused to other sites as well, where the browser says so.
	assert.equal((await raw('GET /api/v1/session', [`Cookie: ${call.cookie}`, 'Sec-Fetch-Site: cross-site'])).status, 403);
	assert.equal((await raw('GET /api/v1/session', [`Cookie: ${call.cookie}`, 'Sec-Fetch-Site: same-origin'])).status, 200);
});

// --- request ids -----------------------------------------------------------------

test('one id from the answer to the log and the change log', async () => {
	const made = await api('POST', '/api/v1/accounts', { parent_id: 'acc_0000000000001', kind: 'customer', class: 'person', name: 'Traced' });
	const id = made.headers.get('x-request-id');
	const log = readFileSync(join(stack.dir, 'log', 'portal.log'), 'utf8').split('\n').filter((l) => l.includes(id));
	const changes = (await api('GET', `/api/v1/accounts/${made.body.id}/changes`)).body.items;

	assert.equal(made.status, 201);
	assert.match(id, /^[0-9a-f]{32}$/);
	assert.equal(log.length, 1, 'one line a request');
	assert.match(log[0], /event=request .*method=POST route=\/api\/v1\/accounts status=201/);
	assert.ok(changes.length >= 1);
	for (const change of changes) assert.equal(change.correlation_id, id);
	const sent = '0123456789abcdef0123456789abcdef';

	assert.equal((await get('healthz', { 'x-request-id': sent })).headers.get('x-request-id'), sent, 'a client may choose it');
	for (const bad of ['x', `${sent}0`, sent.toUpperCase(), "' OR 1=1", 'a b c level=error'])
		assert.notEqual((await get('healthz', { 'x-request-id': bad })).headers.get('x-request-id'), bad);
	const refused = await api('POST', '/api/v1/accounts', {});

	assert.equal(refused.body.instance.replace(/^urn:uuid:|-/g, ''), refused.headers.get('x-request-id'));
});

test('nothing of a request can begin a line of the log', async () => {
	await raw('GET /api/v1/x%0alevel=error%20event=forged', ['User-Agent: a\tb level=error event=forged']);
	const lines = readFileSync(join(stack.dir, 'log', 'portal.log'), 'utf8').trim().split('\n');

	assert.ok(!lines.some((l) => /^level|event=forged/.test(l)));
	for (const line of lines) assert.match(line, /^time=\S+ level=(info|warn|error) event=/);
});

test('no secret stands in a log', async () => {
	const secrets = [stack.facts.GATEHOUSE_PASSWORD, call.cookie.split('=')[1]];

	for (const name of ['portal', 'billing', 'worker', 'nginx', 'mariadb'])
		for (const secret of secrets)
			assert.ok(!readFileSync(join(stack.dir, 'log', `${name}.log`), 'utf8').includes(secret), name);
});

// --- health ------------------------------------------------------------------------

test('health, readiness and metrics of both pools', async () => {
	for (const base of ['', 'billing/']) {
		assert.deepEqual(await (await get(`${base}healthz`)).json(), { status: 'up' });
		const ready = await (await get(`${base}readyz`)).json();

		assert.equal(ready.ready, true);
		const metrics = await get(`${base}metrics`);
		const text = await metrics.text();

		assert.match(metrics.headers.get('content-type'), /^text\/plain; version=0\.0\.4/);
		for (const line of text.trim().split('\n'))
			assert.match(line, /^(# (HELP|TYPE) \S+ .+|[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? -?[0-9.e+-]+|.*\+Inf.*)$/);
		assert.match(text, /gatehouse_requests_total\{/);
	}
});

test('metrics and details are for allowed addresses', async () => {
	const file = stack.facts.GATEHOUSE_CONF;
	const conf = readFileSync(file, 'utf8');

	writeFileSync(file, conf.replace(/^metrics_allow = .*$/m, 'metrics_allow = 192.0.2.0/24, 2001:db8::/32'));
	for (const name of ['portal', 'billing']) process.kill(stack.pid(name), 'SIGHUP');
	await eventually('the new setting', async () => (await get('metrics')).status === 404 && (await get('billing/metrics')).status === 404);
	assert.equal((await get('metrics', { 'x-forwarded-for': '192.0.2.1', 'x-real-ip': '192.0.2.1' })).status, 404);
	assert.equal((await get('healthz')).status, 200);
	writeFileSync(file, conf);
	for (const name of ['portal', 'billing']) process.kill(stack.pid(name), 'SIGHUP');
	await eventually('the old setting', async () => (await get('metrics')).status === 200);
});
