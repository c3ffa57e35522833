// Instructions a request in our own process (G14), counted by callgrind.
//
// A pool of one worker runs under callgrind and is driven over its socket,
// without a web server: a run of few requests and one of many, each from start
// to end, so that the difference is the requests' alone.  The counts stand in
// instructions.txt: one that rose by more than 3 % fails.  With
// GATEHOUSE_UPDATE=1 the file is written anew.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { facts, ours, say, sleep } from './lib/bench.mjs';
import { ask, dial, request } from './lib/fastcgi.mjs';

const RISE = 1.03;
const FILE = join(dirname(fileURLToPath(import.meta.url)), 'instructions.txt');
const GOALS = { health: 12_000, session: 60_000, list: 300_000 };
const COUNTS = { health: [200, 2200], session: [200, 1200], list: [50, 250] };
// What the processor does in one instruction callgrind would count once a byte.
const TUNABLES = 'glibc.cpu.x86_rep_stosb_threshold=1073741824:glibc.cpu.x86_rep_movsb_threshold=1073741824';
const socketPath = `${facts.run}/portal.sock`;
let cookie = '';

const paths = () => ({
	health: request('GET', '/healthz'),
	session: request('GET', '/api/v1/session', { HTTP_COOKIE: cookie }),
	list: request('GET', '/api/v1/accounts?q=kind:customer&limit=50', { HTTP_COOKIE: cookie }),
});

async function connected() {
	for (let i = 0; i < 600; i++) {
		try {
			return await dial(socketPath);
		} catch {
			await sleep(100);
		}
	}
	throw new Error('the pool does not come up under callgrind');
}

async function good(socket, bytes) {
	const answer = await ask(socket, bytes);

	if (answer.status >= 300) throw new Error(`${answer.status}: ${answer.body}`);
	return answer;
}

async function signIn(socket) {
	const answer = await good(socket, request('POST', '/api/v1/session', {
		HTTP_ORIGIN: ours, HTTP_IDEMPOTENCY_KEY: '"instructions"',
	}, JSON.stringify({ login: facts.login, password: facts.password })));

	cookie = /^Set-Cookie: ([^;]+)/im.exec(answer.head)[1];
}

/** What the worker of the pool executed in its life: that of its parent is far less. */
function executed(dir) {
	const totals = readdirSync(dir).map((name) => /^(?:summary|totals): (\d+)/m.exec(readFileSync(join(dir, name), 'utf8')));

	return Math.max(...totals.map((m) => Number(m?.[1] ?? 0)));
}

/** A pool's whole life with so many requests of a kind. */
async function life(kind, n) {
	const dir = mkdtempSync(join(facts.dir, 'callgrind-'));
	rmSync(socketPath, { force: true });
	const pool = spawn('valgrind', ['--tool=callgrind', `--callgrind-out-file=${dir}/%p`,
		`${facts.build}/gatehouse`, `--config=${facts.conf}`, '--pool=portal'], { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, GLIBC_TUNABLES: TUNABLES } });
	const ended = new Promise((done) => pool.once('close', done));
	let words = '';

	pool.stderr.on('data', (b) => { words += b; });
	try {
		const socket = await connected();

		if (!cookie && kind !== 'health') await signIn(socket);
		for (let i = 0; i < n; i++) await good(socket, paths()[kind]);
		socket.destroy();
		pool.kill('SIGTERM');
		await ended;
		return executed(dir);
	} catch (e) {
		say(words.split('\n').slice(-20).join('\n'));
		throw e;
	} finally {
		pool.kill('SIGKILL');
		rmSync(dir, { recursive: true, force: true });
	}
}

/** Of one request: the life with many less the life with few. */
async function instructions(kind) {
	const [few, many] = COUNTS[kind];

	if (!cookie && kind !== 'health') await life(kind, 1);
	return Math.round((await life(kind, many) - await life(kind, few)) / (many - few));
}

const known = Object.fromEntries(readFileSync(FILE, 'utf8').split('\n').filter((l) => l && !l.startsWith('#'))
	.map((l) => l.split(/\s+/)).map(([kind, n]) => [kind, Number(n)]));
const now = {};
let failed = false;

for (const kind of Object.keys(GOALS)) {
	now[kind] = await instructions(kind);
	const rose = known[kind] && now[kind] > known[kind] * RISE;
	const change = known[kind] ? `, ${((now[kind] / known[kind] - 1) * 100).toFixed(1)} % from ${known[kind]}` : '';

	failed ||= rose;
	say(`G14  ${(now[kind] <= GOALS[kind] ? 'PASS' : 'MISS').padEnd(14)} ${kind}: ${now[kind]} instructions, must ≤ ${
		GOALS[kind]}${change}${rose ? ': ROSE' : ''}`);
}
writeFileSync(`${facts.state}/instructions.json`, JSON.stringify({ now, known, goals: GOALS }));
if (process.env.GATEHOUSE_UPDATE) {
	const lines = Object.entries(now).map(([kind, n]) => `${kind.padEnd(8)} ${n}`);
	const head = readFileSync(FILE, 'utf8').split('\n').filter((l) => l.startsWith('#'));

	writeFileSync(FILE, `${[...head, ...lines].join('\n')}\n`);
	say('bench/instructions.txt is written');
} else if (failed) {
	say('What rose by more than 3 % is to be mended, or, with good reason, written down: GATEHOUSE_UPDATE=1');
	process.exitCode = 1;
}
