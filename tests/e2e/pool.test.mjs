// The pools behind nginx: nobody waits for who is silent, and no request is lost on the way.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { childrenOf, pause, startStack } from './lib.mjs';

let stack;

before(async () => {
	stack = await startStack('--accounts', '0', 'processes=2', 'threads=4');
});
after(() => stack?.drop());

// --- clients ---------------------------------------------------------------

/** One request through nginx on an agent's connection: its status, or the error's name. */
function ask(agent, path, options = {}) {
	const url = new URL(path.replace(/^\//, ''), stack.url);

	return new Promise((done) => {
		const rq = http.request(url, { agent, method: options.method ?? 'GET', headers: options.headers }, (rs) => {
			rs.resume();
			rs.on('end', () => done(rs.statusCode));
			rs.on('error', (e) => done(e.code));
		});

		rq.on('error', (e) => done(e.code));
		rq.end(options.body);
	});
}

/** Posts over so many connections until stop() is called; answers counts by status. */
function load(connections) {
	const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
	const counts = {};
	let going = true;
	const post = {
		method: 'POST',
		headers: { 'content-type': 'application/json', origin: new URL(stack.url).origin },
		body: '{}',
	};
	const clients = Array.from({ length: connections }, async () => {
		while (going) {
			const status = await ask(agent, '/api/v1/session', post);

			counts[status] = (counts[status] ?? 0) + 1;
		}
	});

	return async () => {
		going = false;
		await Promise.all(clients);
		agent.destroy();
		return counts;
	};
}

const record = (type, data, id = 1) =>
	Buffer.concat([Buffer.from([1, type, id >> 8, id & 255, data.length >> 8, data.length & 255, 0, 0]), data]);
const params = (object) =>
	Buffer.concat(
		Object.entries(object).map(([name, value]) =>
			Buffer.concat([Buffer.from([name.length, value.length]), Buffer.from(name + value)]),
		),
	);
const head = (object) =>
	Buffer.concat([
		record(1, Buffer.from([0, 1, 1, 0, 0, 0, 0, 0])),
		record(4, params({ REQUEST_METHOD: 'POST', REQUEST_URI: '/api/v1/session', REMOTE_ADDR: '192.0.2.1', ...object })),
		record(4, Buffer.alloc(0)),
	]);
const body = (text) => Buffer.concat([...(text ? [record(5, Buffer.from(text))] : []), record(5, Buffer.alloc(0))]);

function connect() {
	return new Promise((done, fail) => {
		const s = net.connect(stack.facts.GATEHOUSE_PORTAL_FCGI, () => done(s));

		s.once('error', fail);
	});
}

/** Sends bytes to the pool itself; what comes until the request or the connection ends. */
async function raw(...pieces) {
	const s = await connect();

	return new Promise((done) => {
		let got = Buffer.alloc(0);
		const end = () => {
			s.destroy();
			done(got.toString('latin1'));
		};

		s.on('data', (d) => {
			got = Buffer.concat([got, d]);
			if (got.includes(Buffer.from([1, 3, 0, 1, 0, 8]))) end();
		});
		s.on('close', end);
		s.on('error', end);
		for (const piece of pieces) s.write(piece);
	});
}

async function until(what, sec = 60) {
	for (let i = 0; i < sec * 50; i++) {
		if (what()) return;
		await pause(20);
	}
	assert.fail(`not in time: ${what}`);
}

const processes = () => childrenOf(stack.pid('portal'));
/**
 * So many processes and none of the former ones: a count alone is also right while the old
 * generation leaves, and while a child of the parent's tries the configuration.
 */
const replaced = (former, count = 2) =>
	until(() => processes().length === count && processes().every((p) => !former.includes(p)));
const logged = (event) => readFileSync(join(stack.dir, 'log', 'portal.log'), 'utf8').split(`event=${event} `).length - 1;
const failures = (counts) => Object.entries(counts).filter(([status]) => !(Number(status) < 500));

// --- tests -----------------------------------------------------------------

test('reloads under load lose no request', async () => {
	const first = processes();
	const stop = load(24);

	for (let i = 0; i < 8; i++) {
		const old = processes();

		process.kill(stack.pid('portal'), 'SIGHUP');
		await replaced(old);
	}
	const counts = await stop();

	assert.deepEqual(failures(counts), []);
	assert.ok(Object.values(counts).reduce((a, b) => a + b) > 200);
	assert.ok(processes().every((p) => !first.includes(p)));
});

test('a process that is told to end hands its connections on', async () => {
	const stop = load(16);

	for (let i = 0; i < 4; i++) {
		const [one] = processes();

		process.kill(one, 'SIGTERM');
		await until(() => processes().length === 2 && !processes().includes(one));
	}
	assert.deepEqual(failures(await stop()), []);
});

test('a killed process is replaced', async () => {
	const [one] = processes();

	process.kill(one, 'SIGKILL');
	await until(() => processes().length === 2 && !processes().includes(one));
	assert.equal(await ask(undefined, '/healthz'), 200);
});

test('silent connections hold no worker', async () => {
	const silent = await Promise.all(Array.from({ length: 300 }, connect));

	for (let i = 0; i < 20; i++) assert.equal(await ask(undefined, '/healthz'), 200);
	for (const s of silent) s.destroy();
});

test('more connections than workers are all answered', async () => {
	const agent = new http.Agent({ keepAlive: true, maxSockets: 512 });
	const statuses = await Promise.all(Array.from({ length: 2048 }, () => ask(agent, '/healthz')));

	agent.destroy();
	assert.deepEqual([...new Set(statuses)], [200]);
});

test('a body that is not as long as its header says is refused', async () => {
	const refused = [
		['100', '{}'], ['1', '{}'], ['0', '{}'], ['', '{}'], ['-1', ''], ['+2', '{}'], ['2 ', '{}'], ['0x2', '{}'],
		['2,2', '{}'], ['99999999999999999999', '{}'],
	];

	for (const [length, text] of refused)
		assert.match(await raw(head({ CONTENT_LENGTH: length }), body(text)), /Status: 400 Bad Request/, length);
	assert.match(await raw(head({ CONTENT_LENGTH: '65537' }), body('{}')), /Status: 4(00|13) /);
});

test('addresses that web servers read in different ways are refused', async () => {
	for (const uri of ['/api%2fv1/session', '/api//v1/session', '/api/../api/v1/session', '/api/%2e%2e/x', '/a%00', '/a%zz', '//'])
		assert.match(await raw(head({ REQUEST_URI: uri, CONTENT_LENGTH: '' }), body('')), /Status: 400 /, uri);
});

test('who speaks something else is cut off, and nobody else', async () => {
	assert.equal(await raw(Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')), '');
	assert.equal(await raw(Buffer.alloc(64)), '');
	assert.equal(await ask(undefined, '/healthz'), 200);
});

test('a peer whose lengths overflow ends one process at most', async () => {
	const huge = Buffer.alloc(9, 'a');

	huge.writeUInt32BE(0xc0000000, 0);
	huge.writeUInt32BE(0xc0000000, 4);
	const before = processes();

	await raw(record(1, Buffer.from([0, 1, 1, 0, 0, 0, 0, 0])), record(4, huge), record(4, Buffer.alloc(0)));
	await until(() => processes().length === 2);
	assert.ok(processes().some((p) => before.includes(p)));
	assert.equal(await ask(undefined, '/healthz'), 200);
});

test('a reload reads the configuration anew', async () => {
	const file = stack.facts.GATEHOUSE_CONF;
	const was = readFileSync(file, 'utf8');
	const parent = stack.pid('portal');

	const two = processes();

	writeFileSync(file, was.replace(/^processes = .*/m, 'processes = 3'));
	process.kill(parent, 'SIGHUP');
	await replaced(two, 3);
	const three = processes();

	writeFileSync(file, was);
	process.kill(parent, 'SIGHUP');
	await replaced(three, 2);
	assert.equal(await ask(undefined, '/healthz'), 200);
});

test('a body that drips in costs its own connection and no process', async () => {
	const file = stack.facts.GATEHOUSE_CONF;
	const was = readFileSync(file, 'utf8');
	const former = processes();

	writeFileSync(file, `${was.replace(/^request_deadline_sec = .*\n/m, '')}request_deadline_sec = 1\n`);
	process.kill(stack.pid('portal'), 'SIGHUP');
	await replaced(former);
	const hasty = processes();
	const s = await connect();
	let over = false;

	s.on('close', () => (over = true));
	s.on('error', () => {});
	s.resume();
	s.write(head({ CONTENT_LENGTH: '1000', CONTENT_TYPE: 'application/json' }));
	const drip = setInterval(() => s.write(record(5, Buffer.from('x'))), 100);

	await until(() => over);
	clearInterval(drip);
	assert.equal(await ask(undefined, '/healthz'), 200);
	assert.deepEqual(processes().sort(), hasty.sort());
	writeFileSync(file, was);
	process.kill(stack.pid('portal'), 'SIGHUP');
	await replaced(hasty);
});

test('a configuration with a mistake does not replace one that runs', async () => {
	const file = stack.facts.GATEHOUSE_CONF;
	const was = readFileSync(file, 'utf8');
	const old = processes();
	const refused = logged('reload-refused');

	writeFileSync(file, `${was}nonsense = 1\n`);
	process.kill(stack.pid('portal'), 'SIGHUP');
	await until(() => logged('reload-refused') > refused);
	writeFileSync(file, was);
	assert.deepEqual(processes(), old);
	assert.equal(await ask(undefined, '/healthz'), 200);
});

test('a second instance does not take a served socket', () => {
	const gatehouse = join(dirname(stack.facts.GATEHOUSE_CTL), 'gatehouse');
	const second = spawnSync(gatehouse, [`--config=${stack.facts.GATEHOUSE_CONF}`, '--pool=portal'], { encoding: 'utf8' });

	assert.equal(second.status, 1);
	assert.match(second.stderr, /another instance/);
});

const program = (name) => join(dirname(stack.facts.GATEHOUSE_CTL), name);

test('the exit status says whether it is of use to start again', () => {
	const run = (name, ...args) => spawnSync(program(name), args, { encoding: 'utf8' });
	const bad = join(stack.dir, 'bad.conf');

	writeFileSync(bad, `${readFileSync(stack.facts.GATEHOUSE_CONF, 'utf8')}nonsense = 1\n`);
	for (const [name, ...pool] of [['gatehouse', '--pool=portal'], ['gatehouse-worker']]) {
		const refused = run(name, `--config=${bad}`, ...pool);

		assert.equal(refused.status, 78, name);
		assert.match(refused.stderr, /nonsense is not a setting/);
		assert.equal(run(name, '--nonsense').status, 2, name);
		assert.equal(run(name, '--help').status, 0, name);
	}
	assert.equal(run('gatehousectl').status, 2);
	assert.equal(run('gatehousectl', '--help').status, 0);
	assert.equal(run('gatehousectl', 'nonsense').status, 2);
	assert.equal(run('gatehousectl', `--config=${bad}`, 'check').status, 1);
});

test('secrets come from the folder of credentials, too', () => {
	const folder = join(stack.dir, 'credentials');
	const password = join(folder, 'db_password');
	const run = (env) => spawnSync(program('gatehouse-worker'), [`--config=${stack.facts.GATEHOUSE_CONF}`, '--once'],
		{ encoding: 'utf8', env: { ...process.env, GATEHOUSE_WORKER_DB_PASSWORD_FILE: password, GATEHOUSE_MAIL_SMTP_PASSWORD_FILE: join(folder, 'smtp_password'), ...env } });

	mkdirSync(folder);
	for (const [name, text] of [['db_password', readFileSync(join(stack.dir, 'secrets', 'gatehouse_worker'), 'utf8')], ['smtp_password', 'of the mail server']])
		writeFileSync(join(folder, name), text, { mode: 0o440 });
	assert.equal(run({ CREDENTIALS_DIRECTORY: folder }).status, 0);
	const refused = run({});

	assert.equal(refused.status, 78);
	assert.match(refused.stderr, /may be read by others/);
});

/** Ended; nobody may have asked for its status yet. */
const isGone = (pid) => !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/cmdline`, 'utf8') === '';

/** A client of the database that holds what its statement took until the answer is called. */
async function hold(statement) {
	const client = spawn('mariadb', ['--no-defaults', `--socket=${stack.facts.GATEHOUSE_DB}`, '--user=root',
		'--batch', '--unbuffered', 'gatehouse'], { stdio: ['pipe', 'pipe', 'inherit'] });
	const ended = new Promise((done) => client.once('close', done));

	client.stdin.write(`${statement};\nSELECT 'held';\n`);
	await new Promise((done) => client.stdout.once('data', done));
	return () => (client.stdin.end(), ended);
}

test('a running request is finished before the pool ends', async () => {
	const stops = logged('pool-stop');
	const release = await hold('LOCK TABLES person WRITE');
	const answer = ask(undefined, '/api/v1/session', {
		method: 'POST',
		headers: { 'content-type': 'application/json', origin: new URL(stack.url).origin },
		body: JSON.stringify({ login: stack.facts.GATEHOUSE_LOGIN, password: stack.facts.GATEHOUSE_PASSWORD }),
	});

	await until(() => Number(stack.sql(`SELECT COUNT(*) FROM information_schema.processlist
		WHERE user = 'gatehouse_portal' AND state LIKE 'Waiting for table%'`)[0][0]) > 0);
	const parent = stack.pid('portal');

	process.kill(parent, 'SIGTERM');
	await until(() => logged('pool-stop') > stops);
	await release();
	assert.equal(await answer, 201);
	await until(() => isGone(parent));
	await stack.restart('portal');
	assert.equal(await ask(undefined, '/healthz'), 200);
});
