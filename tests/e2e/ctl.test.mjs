// The command line, as an administrator meets it: what it makes, what it refuses, how it ends.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { apiOf, billingSender, signIn, startStack } from './lib.mjs';

const PASSWORD = 'a passphrase for the first morning';

let stack;

before(async () => {
	stack = await startStack('--accounts', '10');
});
after(() => stack?.drop());

function run(...words) {
	const { status, stdout, stderr } = spawnSync(stack.facts.GATEHOUSE_CTL, [`--config=${stack.facts.GATEHOUSE_CONF}`, ...words], { encoding: 'utf8' });

	return { status, stdout, stderr };
}

function secretFile(name, text, mode = 0o600) {
	const path = join(stack.dir, name);

	writeFileSync(path, text, { mode });
	return path;
}

test('an administrator is made once, with a password that is one', async () => {
	const file = secretFile('first', `${PASSWORD}\n`);
	const made = run('admin', 'create', '--login', 'first', '--name', 'First', '--password-file', file);

	assert.deepEqual([made.status, made.stderr], [0, '']);
	const call = await signIn(stack, 'first', PASSWORD);

	assert.equal((await apiOf(call)('GET', '/api/v1/session')).body.person.name, 'First');
	assert.deepEqual(stack.sql("SELECT action, actor_kind FROM change_log WHERE target_label = 'First' AND action = 'person.create'"),
		[['person.create', 'system']]);
	// Again: another password for the same person, whose sessions end.
	assert.equal(run('admin', 'create', '--login', 'first', '--password-file', secretFile('second', `${PASSWORD} two`)).status, 0);
	assert.equal((await call('/api/v1/session')).status, 401);
	await assert.rejects(signIn(stack, 'first', PASSWORD), /401/);
	await signIn(stack, 'first', `${PASSWORD} two`);
	assert.equal(stack.sql("SELECT COUNT(*) FROM person WHERE login = 'first'")[0][0], '1');
});

test('a secret that others may read, or that is none, is refused', () => {
	for (const [file, why] of [
		[secretFile('open', PASSWORD, 0o644), /open/],
		[secretFile('empty', ''), /empty/],
		[join(stack.dir, 'absent'), /absent/],
	]) {
		const refused = run('admin', 'create', '--login', 'nobody', '--password-file', file);

		assert.equal(refused.status, 1, file);
		assert.match(refused.stderr, why);
	}
	assert.equal(stack.sql("SELECT COUNT(*) FROM person WHERE login = 'nobody'")[0][0], '0');
});

test('a command that is none is refused with its usage', () => {
	for (const words of [['nonsense'], [], ['admin', 'create'], ['source', 'add'], ['migrate', '--now'], ['demo', '--accounts', 'many'], ['source', 'rotate', 'x', '--hours', '-1']]) {
		const refused = run(...words);

		assert.equal(refused.status, 2, words.join(' '));
		assert.notEqual(refused.stderr, '', words.join(' '));
	}
	assert.equal(run('--help').status, 0);
	assert.match(run('--help').stdout, /source add/);
});

test('a billing source is added, listed without its secret, switched off and on', async () => {
	const added = run('source', 'add', 'crm', '--label', 'The CRM');
	const secret = added.stdout.trim();
	const hook = billingSender(stack, 'crm', secret);
	const send = async () => (await hook.send(hook.make('billing.new_entity', { external_id: 'C-1', seq: 1 }, { login: 'c-1', password: PASSWORD, type: 'b2c', name: 'C', status: 'active' }))).status;

	assert.match(secret, /^whsec_/);
	assert.equal(run('source', 'add', 'crm').status, 1, 'a name is taken once');
	assert.match(run('source', 'list').stdout, /crm/);
	assert.doesNotMatch(run('source', 'list').stdout, /whsec_|[A-Za-z0-9+/]{32}/);
	assert.equal(run('source', 'disable', 'crm').status, 0);
	assert.equal(await send(), 401);
	assert.equal(run('source', 'enable', 'crm').status, 0);
	assert.equal(await send(), 200);
	assert.equal(run('source', 'disable', 'unknown').status, 1);
	assert.deepEqual(stack.sql("SELECT action FROM change_log WHERE action LIKE 'billing_source.%' ORDER BY seq").flat(),
		['billing_source.create', 'billing_source.update', 'billing_source.update']);
});

test('addresses are imported up to the line that is wrong, and again from the start', () => {
	const head = 'code,country,region,city,postcode,street,house,latitude,longitude\n';
	const file = (third) => secretFile('places.csv', `${head}C-100,DE,,Berlin,10115,Invalidenstr.,1,52.53,13.38\n${third}\n`);
	const places = () => stack.sql("SELECT code, city FROM csa WHERE code LIKE 'C-1%' ORDER BY code").map((row) => row.join());
	const refused = run('csa', 'import', file('C-101,DE,,Berlin,10115,X,1,north,13.38'));

	assert.equal(refused.status, 1);
	assert.match(refused.stderr, /places\.csv:3:/, 'it names the line');
	assert.match(refused.stdout, /^1 addresses/);
	assert.deepEqual(places(), ['C-100,Berlin']);
	assert.equal(run('csa', 'import', file('C-101,DE,,Potsdam,14467,X,1,,')).status, 0);
	assert.deepEqual(places(), ['C-100,Berlin', 'C-101,Potsdam']);
});

test('migrating again changes nothing, and the rules of the data hold', () => {
	const version = () => stack.sql('SELECT MAX(version) FROM schema_version')[0][0];
	const before_ = version();

	assert.equal(run('migrate').status, 0);
	assert.equal(version(), before_);
	assert.equal(run('run-jobs').status, 0);
	const held = run('check');

	assert.equal(held.status, 0, held.stdout + held.stderr);
	stack.sql("UPDATE account_tree SET own_state = 'suspended' WHERE descendant_id = 2 AND ancestor_id = 2");
	const broken = run('check');

	assert.equal(broken.status, 1);
	assert.match(broken.stdout + broken.stderr, /./);
	stack.sql("UPDATE account_tree SET own_state = 'active' WHERE descendant_id = 2 AND ancestor_id = 2");
});
