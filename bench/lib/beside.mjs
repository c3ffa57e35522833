// What happens beside the main thing: memory and safety of exports, latencies
// while exports run, many connections.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { SECONDS, callbacks, facts, load, median, ours, pidOf, program, quick, resetSubjects, sleep, sql }
	from './bench.mjs';
import { download, fact, goal, results, wanted } from './goals.mjs';
import { family, residentKiB } from './machine.mjs';
import { EXPORT, signIn } from './peers.mjs';

const RATE = 300;

const PASSWORD = 'bench exporter 20261122';

/** People who may export: one export at a time a person. */
async function makeExporters(n) {
	const file = `${facts.dir}/secrets/bench_password`;

	writeFileSync(file, PASSWORD, { mode: 0o600 });
	for (let i = 0; i < n; i++)
		await program([`${facts.build}/gatehousectl`, `--config=${facts.conf}`, 'admin', 'create', '--login',
			`bench-exporter-${i}`, '--password-file', file, '--name', `Exporter ${i}`]);
}

/** Each with a session of his own, so young that he may have the log. */
async function exporters(n) {
	const out = [];

	for (let i = 0; i < n; i++) out.push((await signIn(`bench-exporter-${i}`, PASSWORD)).cookie);
	return out;
}

const pool = () => family(pidOf('billing')).slice(1);

/** Most resident memory that the process with the export has while it runs, and at rest before. */
async function memory(address, cookie) {
	const rest = new Map(pool().map((pid) => [pid, residentKiB(pid)]));
	const most = new Map(rest);
	let over = false;
	const run = download(address, cookie).finally(() => { over = true; });

	while (!over) {
		for (const pid of pool()) most.set(pid, Math.max(most.get(pid) ?? 0, residentKiB(pid)));
		await sleep(10);
	}
	await run;
	return { most: Math.max(...most.values()) / 1024,
		grown: Math.max(...[...most].map(([pid, n]) => n - (rest.get(pid) ?? n))) / 1024 };
}

async function memories(cookie) {
	const newest = sql(`SELECT CONCAT(at) FROM change_log WHERE reason IS NULL OR reason <> '' ORDER BY seq DESC
		LIMIT 1 OFFSET 10000`)[0][0];
	const from = `${newest.replace(' ', 'T').slice(0, 19)}Z`;
	const all = `${ours}/export/v1/changes.csv`;
	const small = await memory(`${all}?from=${from}`, cookie);
	const large = await memory(all, cookie);
	const rows = sql('SELECT COUNT(*) FROM change_log')[0][0];

	results.memory = { small, large, rows };
	goal('G8', `resident memory of a billing process while it exports ${rows} rows`, large.most,
		{ must: 16, stretch: 8, most: true, unit: ' MiB' });
	goal('G8', 'more of it than for about ten thousand rows', Math.max(0, large.most - small.most),
		{ must: 1, most: true, unit: ' MiB', note: `(grown by ${large.grown.toFixed(1)} MiB)` });
}

/** A client that does not read for a while and then wants the rest. */
function stalled(cookie, ms) {
	return new Promise((done, failed) => {
		const rq = request(ours + EXPORT, { headers: { Cookie: cookie } }, async (rs) => {
			let bytes = 0;

			rs.pause();
			rs.socket.pause();
			await sleep(ms);
			rs.on('data', (b) => { bytes += b.length; });
			rs.on('end', () => done({ bytes, said: Number(rs.headers['content-length']) }));
			rs.on('error', failed);
			rs.resume();
		});

		rq.on('error', failed);
		rq.end();
	});
}

const exporting = () => Number(sql(`SELECT COUNT(*) FROM information_schema.processlist
	WHERE info LIKE '%FIND_IN_SET%' AND info NOT LIKE '%processlist%'`)[0][0]);

/** Milliseconds from the client's end to that of the statement. */
async function aborted(cookie) {
	const curl = spawn('curl', ['-sS', '-o', '/dev/null', '-H', `Cookie: ${cookie}`, ours + EXPORT], { stdio: 'ignore' });

	for (let i = 0; i < 200 && exporting() === 0; i++) await sleep(5);
	const seen = exporting() > 0;
	curl.kill('SIGKILL');
	const began = performance.now();
	while (exporting() > 0 && performance.now() - began < 20000) await sleep(5);
	return seen ? performance.now() - began : NaN;
}

/** The process that exports dies: the client must not get a whole-looking file. */
async function broken(cookie) {
	const done = new Promise((end) => {
		const curl = spawn('curl', ['-sS', '-f', '-o', '/dev/null', '-H', `Cookie: ${cookie}`, ours + EXPORT],
			{ stdio: 'ignore' });
		curl.on('close', (status) => end(status !== 0));
	});

	for (let i = 0; i < 200 && exporting() === 0; i++) await sleep(5);
	for (const pid of pool()) process.kill(pid, 'SIGKILL');
	const failed = await done;
	await sleep(1500);
	return failed;
}

async function safety(cookies) {
	const sec = quick ? 15 : 130;
	const s = await stalled(cookies[0], sec * 1000);
	const ms = [];

	fact('G9', `a client that stalls for ${sec} s gets the whole file`, s.bytes > 0 && s.bytes === s.said,
		`${s.bytes} bytes`);
	for (let i = 0; i < 3; i++) {
		ms.push(await aborted(cookies[1 + i]));
		await sleep(300);
	}
	goal('G9', 'a gone client frees its worker after', median(ms), { must: 250, most: true, unit: ' ms' });
	fact('G9', 'an export whose process dies is no file', await broken(cookies[4]));
}

const paced = () => callbacks(ours, ['--rate', RATE, '--seconds', quick ? 5 : 8]);

/** Downloads of a finished file at a few KiB a second. */
async function slowClients(n, cookie) {
	const r = await fetch(ours + EXPORT, { headers: { Cookie: cookie, Prefer: 'respond-async' } });
	let job = await r.json();

	for (let i = 0; i < 300 && ['queued', 'running'].includes(job.state); i++) {
		await sleep(100);
		job = await (await fetch(`${ours}/api/v1/jobs/${job.id}`, { headers: { Cookie: cookie } })).json();
	}
	const clients = [];
	for (let i = 0; i < n; i++)
		clients.push(spawn('curl', ['-sS', '-o', '/dev/null', '--limit-rate', '20k', '-H', `Cookie: ${cookie}`,
			`${ours}/${job.file_url}`], { stdio: 'ignore' }));
	await sleep(1000);
	return { end: () => clients.forEach((c) => c.kill()), alive: () => clients.filter((c) => c.exitCode === null).length };
}

async function latencies(cookies) {
	const tail = { idle: [], exports: [], slow: [] }, api = { idle: [], slow: [] };
	const p99 = (r) => r.p99_us / 1000;
	const session = () => load(`${ours}/api/v1/session`, [`Cookie: ${cookies[0]}`],
		['--rate', RATE, '--seconds', quick ? 3 : 5, '--connections', 16]);
	let bad = 0, ran = 0, alive = 0;

	for (let i = 0; i < (quick ? 2 : 3); i++) {
		let r, over = false;

		resetSubjects();
		r = await paced();
		tail.idle.push(p99(r));
		bad += r.bad;
		resetSubjects();
		const running = cookies.slice(0, 8).map(async (c) => {
			while (!over) {
				await download(ours + EXPORT, c).then(() => { ran++; }, () => sleep(200));
			}
		});
		await sleep(300);
		r = await paced();
		over = true;
		tail.exports.push(p99(r));
		bad += r.bad;
		await Promise.all(running);
		api.idle.push(p99(await session()));
		const slow = await slowClients(64, cookies[8]);
		resetSubjects();
		r = await paced();
		tail.slow.push(p99(r));
		bad += r.bad;
		api.slow.push(p99(await session()));
		alive = slow.alive();
		slow.end();
	}
	const m = Object.fromEntries(Object.entries(tail).map(([k, v]) => [k, median(v)]));

	results.latency = { tail, api, ran };
	goal('G10', `p99 of callbacks at ${RATE}/s while 8 ask for exports, against idle`, m.exports / m.idle,
		{ must: 5, stretch: 2.5, most: true, note: `(${m.idle.toFixed(1)} ms idle, ${ran} exports ended meanwhile)` });
	goal('G10', 'that p99', m.exports, { must: 15, most: true, unit: ' ms' });
	goal('G10', 'with slow clients, against idle', m.slow / m.idle, { must: 1.5, most: true });
	goal('G11', 'p99 of the API with 64 slow export clients, against idle', median(api.slow) / median(api.idle),
		{ must: 1.5, most: true, note: `(${alive} of 64 still reading at the end)` });
	fact('G10', 'no callback failed beside exports', bad === 0);
}

async function connections(cookie) {
	const one = (n) => load(`${ours}/api/v1/session`, [`Cookie: ${cookie}`],
		['--connections', n, '--seconds', SECONDS]);
	const many = await one(512), few = [];

	for (let i = 0; i < 3; i++) few.push(await one(16));
	fact('G15', '512 connections at once, no error', many.bad === 0, `${many.done} answered, ${many.bad} failed`);
	goal('G15', 'p99 over p50 with 16 connections', median(few.map((r) => r.p99_us / r.p50_us)),
		{ must: 5, most: true });
}

export async function beside(cookie) {
	if (wanted('G8')) await memories(cookie);
	if (!wanted('G9', 'G10', 'G11', 'G15')) return;
	if (wanted('G15')) await connections(cookie);
	if (!wanted('G9', 'G10', 'G11')) return;
	await makeExporters(9);
	if (wanted('G10', 'G11')) await latencies(await exporters(9));
	if (wanted('G9')) await safety(await exporters(9));
}
