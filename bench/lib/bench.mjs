// What all measurements share: facts, SQL, generators, rounds, statistics.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { between, look } from './machine.mjs';

export const args = process.argv.slice(2);
export const option = (name, usual) => (args.includes(name) ? args[args.indexOf(name) + 1] : usual);
export const facts = JSON.parse(readFileSync(option('--facts'), 'utf8'));
export const quick = args.includes('--quick');
export const ROUNDS = Number(option('--rounds', quick ? 3 : 5));
export const SECONDS = Number(option('--seconds', quick ? 2 : 4));
export const CONNECTIONS = 16;
export const SUBJECTS = 1600;

export const say = (...words) => console.log(...words);
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
export const url = (n) => `http://127.0.0.1:${facts.port + n}`;
export const ours = url(0);

/** Rows of a statement as arrays of texts. */
export function sql(text) {
	const out = execFileSync('mariadb', ['--no-defaults', `--socket=${facts.db}`, `--user=${facts.dbUser}`,
		'--batch', '--skip-column-names', 'gatehouse', '-e', text],
	{ encoding: 'utf8', maxBuffer: 1 << 28 });

	return out.split('\n').filter((line) => line !== '').map((line) => line.split('\t'));
}

export const pidOf = (name) => Number(readFileSync(`${facts.dir}/pids/${name}`, 'utf8'));

/** Process ids by group, for those that run. */
export function groups() {
	const out = { harness: process.pid };

	for (const [group, names] of Object.entries({ nginx: ['nginx'], database: ['mariadb'],
		ours: ['portal', 'billing'], php: ['php'], node: ['node'], go: ['go'] }))
		out[group] = names.filter((n) => existsSync(`${facts.dir}/pids/${n}`)).map(pidOf);
	return out;
}

/** Runs a program; its output, and the processor time it and its children took. */
export function program(words) {
	return new Promise((done, failed) => {
		const child = spawn('bash', ['-c', '"$@"; status=$?; times >&2; exit $status', '-', ...words],
			{ stdio: ['ignore', 'pipe', 'pipe'] });
		let out = '', err = '';

		child.stdout.on('data', (b) => { out += b; });
		child.stderr.on('data', (b) => { err += b; });
		child.on('close', (status) => {
			const lines = err.trimEnd().split('\n');
			const sec = lines.slice(-2).join(' ').matchAll(/(\d+)m([\d.]+)s/g);
			let cpu = 0;

			for (const m of sec) cpu += Number(m[1]) * 60 + Number(m[2]);
			if (status !== 0) failed(new Error(`${words[0]}: ${err}${out}`));
			else done({ out, err: lines.slice(0, -2).join('\n'), cpu });
		});
	});
}

const haveWrk = (() => {
	try {
		execFileSync('wrk', ['-v'], { stdio: 'ignore' });
		return true;
	} catch (e) {
		return e.code !== 'ENOENT';
	}
})();
export const generator = haveWrk ? 'wrk, one thread' : 'bench/load.c';

/** Closed loop of GETs. */
export async function get(address, headers, seconds = SECONDS, connections = CONNECTIONS) {
	if (!haveWrk) return load(address, headers, ['--connections', connections, '--seconds', seconds]);
	const { out, cpu } = await program(['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--latency',
		...headers.flatMap((h) => ['-H', h]), address]);
	const requests = Number(/(\d+) requests in/.exec(out)?.[1] ?? 0);
	const bad = Number(/Non-2xx or 3xx responses: (\d+)/.exec(out)?.[1] ?? 0) +
		(/Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(out)?.slice(1)
			.reduce((a, b) => a + Number(b), 0) ?? 0);

	return { done: requests - bad, bad, rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(out)?.[1] ?? 0), cpu };
}

/** bench/load.c: latencies, open loops, signed callbacks. */
export async function load(address, headers, words) {
	const { out, cpu } = await program([`${facts.state}/bin/load`, '--url', address,
		...headers.flatMap((h) => ['--header', h]), ...words.map(String)]);

	return { ...JSON.parse(out), cpu };
}

export const callbacks = (base, words = []) => load(`${base}/billing/v1/callbacks/bench`, [],
	['--callbacks', facts.secret, '--subjects', SUBJECTS, '--connections', CONNECTIONS, ...words]);

export async function dbloop(mode, words) {
	const { out, cpu } = await program([`${facts.state}/bin/dbloop`, '--config', facts.conf, '--mode', mode,
		'--threads', CONNECTIONS, ...words.map(String)]);

	return { ...JSON.parse(out), cpu };
}

/** Subjects as if no callback of ours had come: not paused, nothing in order yet. */
export function resetSubjects() {
	sql(`DELETE r FROM billing_register r JOIN billing_source s ON s.id = r.source_id WHERE s.name = 'bench';
		DELETE b FROM billing_subject b JOIN billing_source s ON s.id = b.source_id WHERE s.name = 'bench';
		DELETE h FROM hold h JOIN account a ON a.id = h.account_id JOIN billing_source s
			ON s.id = a.billing_source_id WHERE s.name = 'bench' AND h.kind = 'billing';
		UPDATE account_tree t JOIN account a ON a.id = t.descendant_id JOIN billing_source s
			ON s.id = a.billing_source_id SET t.own_state = IF(a.confirmed_at IS NULL, 'not_confirmed', 'active')
			WHERE s.name = 'bench' AND a.state = 'active' AND t.own_state = 'suspended';
		UPDATE account a JOIN billing_source s ON s.id = a.billing_source_id
			SET a.last_login_at = NULL WHERE s.name = 'bench'`);
}

// --- statistics --------------------------------------------------------------

export function median(v) {
	const s = [...v].sort((a, b) => a - b);

	return s.length % 2 ? s[(s.length - 1) / 2] : (s[s.length / 2 - 1] + s[s.length / 2]) / 2;
}

const QUIET = 0.1; // cores of others that a round bears
const STALL_MS = 20; // of the disk that a durable round bears
let dropped = 0, kept = 0, noisy = 0, stalled = 0;
export const rounds = () => ({ dropped, kept, noisy, stalled });

/** Flushes a file of its own until it is ended; the longest flush in milliseconds. */
async function probe() {
	const file = await open(`${facts.dir}/fsync.probe`, 'w');
	let over = false, most = 0;
	const run = (async () => {
		for (let i = 0; !over; i++) {
			await file.write(`${i}\n`, (i % 100) * 8);
			const began = performance.now();
			await file.datasync();
			most = Math.max(most, performance.now() - began);
			await sleep(50);
		}
	})();

	return async () => {
		over = true;
		await run;
		await file.close();
		return most;
	};
}

async function measured(run, durable) {
	const end = durable ? await probe() : async () => 0;
	const g = groups(), before = look(g);
	const r = await run();
	const machine = between(before, look(g), r.cpu ?? 0);

	return { ...r, machine, stall: await end() };
}

/**
 * Interleaved rounds: { name: function } -> [{ name: result }].  A round that
 * others or the disk disturbed is made again, half as often again at most; when
 * there are still too few, the least disturbed of them count, and are counted.
 */
export async function interleave(contenders, before = () => {}, wanted = ROUNDS, durable = false) {
	const all = [];
	const worst = (r) => Math.max(...Object.values(r).map((m) => m.machine.others));
	const hung = (r) => Math.max(...Object.values(r).map((m) => m.stall)) > STALL_MS;
	const good = (r) => worst(r) <= QUIET && !hung(r);

	for (let i = 0; i < wanted * 1.6 && all.filter(good).length < wanted; i++) {
		const round = {};

		for (const [name, run] of Object.entries(contenders)) {
			await before();
			round[name] = await measured(run, durable);
			if (round[name].bad) say(`  ${name}: ${round[name].bad} requests failed (${round[name].first_bad ?? ''})`);
		}
		all.push(round);
	}
	all.sort((a, b) => hung(a) - hung(b) || worst(a) - worst(b));
	const out = all.slice(0, wanted);
	dropped += all.length - out.length;
	kept += out.length;
	noisy += out.filter((r) => worst(r) > QUIET).length;
	stalled += out.filter(hung).length;
	return out;
}

export function ratio(rs, a, b, of = 'rate') {
	const v = rs.filter((r) => r[a] && r[b] && r[b][of] > 0).map((r) => r[a][of] / r[b][of]);

	return v.length ? { median: median(v), min: Math.min(...v), max: Math.max(...v) } : null;
}

/** All processor time of a run, the generator's too, in microseconds a request. */
const whole = (name, m) => ['nginx', 'database', 'ours', 'php', 'node', 'go', 'generator']
	.filter((g) => ['nginx', 'database', 'generator', name].includes(g))
	.reduce((n, g) => n + (m.machine.used[g] ?? 0), 0) * 1e6 / Math.max(1, m.done);

/** How many times what a costs does b cost. */
export function costRatio(rs, a, b) {
	const v = rs.filter((r) => r[a] && r[b]).map((r) => whole(b, r[b]) / whole(a, r[a]));

	return v.length ? { median: median(v), min: Math.min(...v), max: Math.max(...v) } : null;
}

/** Microseconds of processor a request, by group. */
export function cost(rs, name) {
	const out = {};

	for (const g of ['nginx', 'database', 'ours', 'php', 'node', 'go', 'generator'])
		out[g] = median(rs.map((r) => (r[name].machine.used[g] ?? 0) * 1e6 / Math.max(1, r[name].done)));
	return out;
}
