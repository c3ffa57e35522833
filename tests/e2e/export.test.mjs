// Exports: whole or not at all, in the memory of one row, whoever is slow.
import assert from 'node:assert/strict';
import net from 'node:net';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { childrenOf, eventually, keyOf, pause, residentKib, signIn, startStack } from './lib.mjs';

const ROWS = Number(process.env.EXPORT_ROWS ?? 120_000);

let stack;
let call;
let account;

before(async () => {
	stack = await startStack('--accounts', '50');
	call = await signIn(stack);
	account = (await (await call('/api/v1/accounts?q=kind:customer&limit=10')).json()).items[0].id;
	const key = keyOf(account);

	await stack.fill(`INSERT INTO change_log (at, action, actor_kind, actor_label, target_kind, target_id,
		target_label, account_id, account_label, correlation_id, after_values)
		SELECT '2026-01-01' + INTERVAL s.seq SECOND, 'account.update', 'system', 'filler', 'account',
		${key}, CONCAT('=row ', s.seq), ${key}, 'filler', REPEAT('0', 32), '{"name":"x"}'
		FROM seq_1_to_${ROWS} s`);
});
after(() => stack?.drop());
// The log is handed out to who proved a moment ago who he is.
beforeEach(async () => {
	call = await signIn(stack);
});

const path = () => `/export/v1/accounts/${account}/changes.csv?action=account.update`;

async function jobDone(id) {
	for (let i = 0; i < 2400; i++) {
		const job = await (await call(`/api/v1/jobs/${id}`)).json();

		if (!['queued', 'running'].includes(job.state)) return job;
		await pause(50);
	}
	throw new Error('the job does not end');
}

test('a file has its length, every row, and no formula', async () => {
	const answer = await call(path());
	const text = await answer.text();
	const lines = text.split('\r\n');

	assert.equal(answer.status, 200);
	assert.match(answer.headers.get('content-type'), /^text\/csv/);
	assert.match(answer.headers.get('content-disposition'), /attachment; filename="changes\.csv"/);
	assert.equal(Number(answer.headers.get('content-length')), Buffer.byteLength(text));
	assert.ok(lines.length >= ROWS + 2, `${lines.length} lines`);
	assert.equal(lines.at(-1), '');
	assert.ok(!/(^|,)"=/m.test(text), 'no cell begins like a formula');
	assert.ok(text.includes(`"'=row 1"`));
});

test('an export is a job with progress, a link and a log entry', async () => {
	const answer = await call(path(), { headers: { prefer: 'respond-async' } });
	const job = await answer.json();
	const done = await jobDone(job.id);

	assert.equal(answer.status, 202);
	assert.equal(answer.headers.get('location'), `/api/v1/jobs/${job.id}`);
	assert.equal(done.state, 'succeeded');
	assert.ok(done.done >= ROWS);
	const file = await call(`/${done.file_url}`);

	assert.equal(Number(file.headers.get('content-length')), done.bytes);
	assert.equal((await file.arrayBuffer()).byteLength, done.bytes);
	const part = await call(`/${done.file_url}`, { headers: { range: 'bytes=0-9' } });

	assert.equal(part.status, 206);
	const changes = await (await call(`/api/v1/accounts/${account}/changes?action=export.run`)).json();

	assert.ok(changes.items.some((c) => c.after.rows === done.done));
});

test('a cancelled export leaves no file', async () => {
	const job = await (await call(path(), { headers: { prefer: 'respond-async' } })).json();
	const cancel = await call(`/api/v1/jobs/${job.id}/cancel`, {
		method: 'POST', body: '{}', headers: { 'idempotency-key': `c-${job.id}` },
	});
	const done = await jobDone(job.id);

	assert.ok([200, 409].includes(cancel.status), `${cancel.status}`);
	assert.equal(done.state, cancel.status === 200 ? 'cancelled' : 'succeeded');
	if (done.state === 'cancelled') assert.equal(done.file_url, null);
});

test('only one export of a person runs at a time', async () => {
	const first = await (await call(path(), { headers: { prefer: 'respond-async' } })).json();
	const second = await call(path(), { headers: { prefer: 'respond-async' } });

	assert.equal(second.status, 409);
	assert.match((await second.json()).type, /export-running$/);
	await jobDone(first.id);
});

test('the file of another person is not there', async () => {
	const job = await (await call(path(), { headers: { prefer: 'respond-async' } })).json();

	await jobDone(job.id);
	stack.sql(`UPDATE job SET person_id = person_id + 1000 WHERE kind = 'export'`);
	const answer = await call(`/export/v1/files/${job.id}`);

	assert.equal(answer.status, 404);
});

test('a killed export never looks like a whole one', async () => {
	for (let round = 0; round < 3; round++) {
		const before = childrenOf(stack.pid('billing'));
		const asked = call(path()).then(
			async (a) => ({ status: a.status, body: await a.text() }),
			(e) => ({ status: 0, error: e }),
		);

		await pause(60 + 60 * round);
		for (const pid of before) process.kill(pid, 'SIGKILL');
		const answer = await asked;

		assert.ok(answer.status !== 200 || answer.body.split('\r\n').length >= ROWS + 2,
			`a broken export was answered ${answer.status}`);
		await eventually('the pool is whole again', async () => {
			const now = childrenOf(stack.pid('billing'));

			return now.length === 2 && !now.some((pid) => before.includes(pid)) &&
				(await fetch(new URL('billing/readyz', stack.url))).ok;
		});
	}
	const parts = readdirSync(join(stack.dir, 'spool')).filter((f) => f.endsWith('.part'));

	assert.ok(parts.length <= 3, 'what is left is named as a part');
	stack.sql("UPDATE job SET state = 'failed', running_slot = NULL WHERE state = 'running'");
});

test('memory stays flat', async () => {
	const workers = childrenOf(stack.pid('billing'));
	const sum = () => workers.reduce((n, pid) => Math.max(n, residentKib(pid)), 0);

	await (await call(`${path()}&from=2026-01-01T00:00:00Z&to=2026-01-01T02:00:00Z`)).arrayBuffer();
	const few = sum();

	for (let i = 0; i < 4; i++) await (await call(path())).arrayBuffer();
	const many = sum();

	assert.ok(many - few < 4096, `${few} KiB after few rows, ${many} KiB after many`);
	assert.ok(many < 16 * 1024 || process.env.GATEHOUSE_SANITIZED, `${many} KiB`);
});

test('clients that do not read hold no worker', async () => {
	const { port, hostname, pathname } = new URL(stack.url);
	const job = await (await call(path(), { headers: { prefer: 'respond-async' } })).json();
	const done = await jobDone(job.id);
	const sockets = [];

	for (let i = 0; i < 32; i++) {
		const socket = net.connect(Number(port), hostname);

		socket.on('error', () => {});
		socket.pause();
		socket.write(`GET ${pathname}${done.file_url} HTTP/1.1\r\nHost: ${hostname}\r\n` +
			`Cookie: ${call.cookie}\r\n\r\n`);
		sockets.push(socket);
	}
	await pause(300);
	for (let i = 0; i < 20; i++) {
		const answer = await call(`/api/v1/jobs/${job.id}`);
		const small = await call('/export/v1/accounts.csv?q=kind:reseller');

		assert.equal(answer.status, 200);
		assert.equal(small.status, 200);
		await small.arrayBuffer();
	}
	for (const socket of sockets) socket.destroy();
});
