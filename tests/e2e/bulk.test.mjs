// Very many accounts are suspended by one job, while its worker is killed every two seconds.
// GATEHOUSE_BULK_ACCOUNTS: how many accounts the installation has (100000 takes half an hour).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { apiOf, eventually, pause, signIn, startStack } from './lib.mjs';

const ACCOUNTS = Number(process.env.GATEHOUSE_BULK_ACCOUNTS ?? 1500);
const KILL_EVERY = 2000;
const FILTER = 'kind:customer status:active';

let stack;
let api;

const rows = (text) => stack.sql(text);
const number = (text) => Number(rows(text)[0][0]);

before(async () => {
	stack = await startStack('--accounts', String(ACCOUNTS));
	api = apiOf(await signIn(stack));
}, { timeout: 1_800_000 });
after(() => stack?.drop());

/** One request after the other, and how long each took, until told to stop. */
function askOn() {
	const took = [];
	let on = true;
	const end = (async () => {
		while (on) {
			const began = performance.now();
			const answer = await api('GET', '/api/v1/accounts?limit=10');

			assert.equal(answer.status, 200, answer.text);
			took.push(performance.now() - began);
			await pause(10);
		}
	})();

	return async () => {
		on = false;
		await end;
		took.sort((a, b) => a - b);
		return { n: took.length, p50: took[took.length >> 1], p99: took[Math.floor(took.length * 0.99)] };
	};
}

const text = ({ n, p50, p99 }) => `${n} requests, half within ${p50.toFixed(1)} ms, 99 of 100 within ${p99.toFixed(1)} ms`;

test('killed every two seconds, a job holds each account once and logs it once', { timeout: 3_600_000 }, async (t) => {
	const told = await api('POST', '/api/v1/account-jobs/preview', { action: 'suspend', q: FILTER });

	assert.equal(told.status, 200, told.text);
	assert.equal(told.body.able, told.body.looked, 'all of them can be suspended');
	const body = { q: FILTER, expected: told.body.total, reason_text: 'Everybody' };
	let stop = askOn();

	await pause(1000);
	const alone = await stop();
	const asked = await api('POST', '/api/v1/account-jobs/suspend', body);

	assert.equal(asked.status, 202, asked.text);
	const job = () => rows('SELECT state, done, total, correlation_id FROM job')[0];
	const began = performance.now();
	let kills = 0;
	stop = askOn();
	while (['queued', 'running'].includes(job()[0])) {
		const was = Number(job()[1]);

		await pause(KILL_EVERY);
		await stack.kill('worker');
		kills++;
		await stack.restart('worker');
		await eventually('it goes on', () => !['queued', 'running'].includes(job()[0]) || job()[2] === 'NULL' || Number(job()[1]) > was, 1200);
	}
	const seconds = (performance.now() - began) / 1000;
	const beside = await stop();
	const [state, done, total, correlation] = job();

	t.diagnostic(`${done} accounts in ${seconds.toFixed(1)} s, ${kills} kills`);
	t.diagnostic(`alone: ${text(alone)}; beside the job: ${text(beside)}`);
	assert.equal(state, 'succeeded');
	const all = Number(total);

	assert.equal(Number(done), all);
	if (told.body.exact) assert.equal(all, told.body.total);
	else assert.ok(all > told.body.total);
	assert.ok(kills > 0, 'the worker was killed under the job');
	const each = (from) => rows(`SELECT n, COUNT(*) FROM (SELECT COUNT(*) AS n FROM ${from}) t GROUP BY n`);

	assert.deepEqual(each("job_item WHERE state = 'done' GROUP BY target_id"), [['1', String(all)]], 'an item each');
	assert.deepEqual(each("hold h JOIN job_item i ON i.target_id = h.account_id WHERE h.reason_text = 'Everybody' AND h.open_slot = 1 GROUP BY h.account_id"),
		[['1', String(all)]], 'a hold each');
	assert.equal(number("SELECT COUNT(*) FROM hold WHERE reason_text = 'Everybody'"), all);
	assert.deepEqual(each(`change_log WHERE action = 'account.suspend' AND correlation_id = '${correlation}' GROUP BY target_id`),
		[['1', String(all)]], 'a line each');
	assert.equal(number("SELECT COUNT(*) FROM change_log WHERE action = 'account.suspend' AND reason = 'Everybody'"), all);
	assert.equal(number("SELECT COUNT(*) FROM change_log WHERE action = 'job.start'"), 1);
	const left = await api('GET', `/api/v1/accounts?limit=10&q=${encodeURIComponent(FILTER)}`);

	assert.equal(left.body.items.length, 0, 'nobody of them was left out');
});
