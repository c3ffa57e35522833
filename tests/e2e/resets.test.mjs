// New passwords for many, while the worker and the database are killed under the job.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { apiOf, eventually, makeAccount, pause, signIn, startStack } from './lib.mjs';

const PEOPLE = 601; // with the one the account was made with
const PLATFORM = 'acc_0000000000001';

let stack;
let api;
let customer;

const number = (text) => Number(stack.sql(text)[0][0]);

before(async () => {
	stack = await startStack('--accounts', '10');
	api = apiOf(await signIn(stack));
	customer = await makeAccount(stack, api, PLATFORM, 'customer', 'many', { name: 'Many' });
	stack.sql(`INSERT INTO person (login, name, email, state, created_at, created_by_label, updated_at)
		SELECT CONCAT('p', seq), CONCAT('P ', seq), CONCAT('p', seq, '@many.example'), 'active', NOW(6), 'test', NOW(6)
		FROM seq_1_to_${PEOPLE - 1};
		UPDATE person SET email = 'p0@many.example' WHERE login = 'many';
		INSERT INTO membership (person_id, account_id, kind, role, state, created_at, updated_at, created_by_label)
		SELECT p.id, a.id, 'staff', 'customer-member', 'active', NOW(6), NOW(6), 'test'
		FROM person p JOIN account a ON a.name = 'Many' WHERE p.login LIKE 'p%' AND p.email LIKE '%@many.example';
		INSERT INTO membership_role (membership_id, role_id, scope_account_id, created_at)
		SELECT m.id, r.id, m.account_id, NOW(6) FROM membership m JOIN person p ON p.id = m.person_id
		JOIN role r ON r.builtin = 'customer-member' WHERE p.login LIKE 'p%' AND p.email LIKE '%@many.example'`);
});
after(() => stack?.drop());

const done = () => number("SELECT IFNULL(MAX(done), 0) FROM job WHERE kind = 'reset-password'");

test('killed again and again, the job ends with one mail, one link and one line for each', { timeout: 240_000 }, async () => {
	const asked = await api('POST', '/api/v1/password-resets', { account_id: customer.id });

	assert.equal(asked.status, 202, asked.text);
	assert.equal(asked.body.total, PEOPLE);
	for (let round = 1; round <= 3; round++) {
		const before_ = done();

		await eventually('some more are done', () => done() > before_);
		assert.ok(done() < PEOPLE, 'the job is still under way');
		await stack.kill('worker');
		await stack.restart('worker');
		const between = done();

		await eventually('it goes on', () => done() > between);
		if (done() >= PEOPLE) break;
		await stack.kill('mariadb');
		await pause(300);
		await stack.restart('mariadb');
	}
	await eventually('the job has ended', async () => {
		const answer = await api('GET', `/api/v1/jobs/${asked.body.id}`);

		return answer.status === 200 && answer.body.state === 'succeeded' && answer.body.done === PEOPLE;
	}, 1200);
	const each = (text) => stack.sql(`SELECT n, COUNT(*) FROM (SELECT COUNT(*) AS n FROM ${text}) t GROUP BY n`);

	assert.deepEqual(each("mail WHERE kind = 'reset-password' GROUP BY to_address"), [['1', String(PEOPLE)]], 'a mail each');
	assert.deepEqual(each("one_time o JOIN person p ON p.id = o.person_id WHERE p.login LIKE 'p%' AND p.email LIKE '%@many.example' GROUP BY o.person_id"),
		[['1', String(PEOPLE - 1)]], 'a link each');
	assert.deepEqual(each("change_log WHERE action = 'person.reset_password' AND target_kind = 'person' GROUP BY target_id"),
		[['1', String(PEOPLE)]], 'a line each');
	assert.equal(number("SELECT COUNT(*) FROM change_log WHERE action = 'person.reset_password' AND target_kind = 'job'"), 1);
	assert.equal(number(`SELECT COUNT(*) FROM job_item WHERE state <> 'done'`), 0);
});
