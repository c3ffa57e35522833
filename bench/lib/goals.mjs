// The goals: what is measured, and what must come out.
import { CONNECTIONS, ROUNDS, SECONDS, callbacks, cost, costRatio, dbloop, facts, get, interleave, median, option, ours, program, quick,
	ratio, resetSubjects, say, sleep, sql } from './bench.mjs';
import { EXPORT, LIST } from './peers.mjs';

export const results = { goals: [], costs: {}, raw: {} };
const only = option('--only')?.split(',');
export const wanted = (...ids) => !only || ids.some((id) => only.includes(id));

const show = (v) => (v === null || v === undefined ? 'missing' : typeof v === 'number' ? v.toFixed(2) :
	typeof v === 'string' ? v : `${v.median.toFixed(2)} (${v.min.toFixed(2)}–${v.max.toFixed(2)})`);

/** One line of the table.  least: must be at least; most: at most. */
export function goal(id, what, value, { must, stretch, most, unit = '×', note = '' }) {
	const v = value?.median ?? value;
	const reaches = (bound) => (most ? v <= bound : v >= bound);
	const known = typeof v === 'number' && !Number.isNaN(v);
	const verdict = !known ? 'missing' : !reaches(must) ? 'MISS' :
		stretch !== undefined && reaches(stretch) ? 'PASS, stretch' : 'PASS';
	const line = { id, what, must: `${most ? '≤' : '≥'} ${must}${unit}`,
		stretch: stretch === undefined ? '' : `${stretch}${unit}`, value: known ? `${show(value)}${unit}` : 'missing',
		verdict, note };

	results.goals.push(line);
	say(`${id.padEnd(4)} ${verdict.padEnd(14)} ${what}: ${line.value}, must ${line.must} ${note}`);
}

/** Something that is so or not. */
export function fact(id, what, holds, note = '') {
	results.goals.push({ id, what, must: 'yes', stretch: '', value: holds ? 'yes' : 'no',
		verdict: holds ? 'PASS' : 'MISS', note });
	say(`${id.padEnd(4)} ${(holds ? 'PASS' : 'MISS').padEnd(14)} ${what} ${note}`);
}

function note(name, rs) {
	results.raw[name] = rs;
	results.costs[name] = {};
	for (const c of Object.keys(rs[0])) {
		const by = cost(rs, c);

		results.costs[name][c] = { rate: median(rs.map((r) => r[c].rate)), us: by };
		say(`     ${name} ${c.padEnd(6)} ${results.costs[name][c].rate.toFixed(0).padStart(8)}/s  µs each: ${
			Object.entries(by).filter(([, v]) => v >= 1).map(([k, v]) => `${k} ${v.toFixed(0)}`).join(', ')}`);
	}
}

const PEERS = { php: 'PHP-FPM', node: 'Fastify', go: 'Go' };

/**
 * By processor time a request first: where both cores are full that is the
 * ratio of the rates, and it still holds where other work takes a share of them.
 */
export function against(id, rs, bounds) {
	for (const [name, [must, stretch]] of Object.entries(bounds)) {
		const known = rs[0].ours && rs[0][name];

		goal(id, name === 'db' ? 'share of the database-only loop' : `against ${PEERS[name]}`,
			known ? costRatio(rs, 'ours', name) : null,
			{ must, stretch, note: known ? `(rate ${show(ratio(rs, 'ours', name))}×)` : '' });
	}
}

/** What takes one request at a time is judged by its time. */
function againstTime(id, rs, bounds) {
	for (const [name, [must, stretch]] of Object.entries(bounds))
		goal(id, `against ${PEERS[name]}`, rs[0][name] ? ratio(rs, 'ours', name) : null, { must, stretch });
}

async function warm(contenders, sec = (name) => (name === 'node' ? 5 : 2)) {
	for (const [name, run] of Object.entries(contenders)) await run(sec(name));
}

export async function reads(peers, cookie) {
	const all = { ours, ...peers }, headers = [`Cookie: ${cookie}`];
	const token = cookie.split('=')[1];

	for (const [id, name, path, mode] of [['G1', 'session', '/api/v1/session', 'session'], ['G2', 'list', LIST, 'list']]) {
		if (!wanted(id, id === 'G2' ? 'G3' : id)) continue;
		const c = {};

		for (const [who, base] of Object.entries(all)) c[who] = (sec = SECONDS) => get(base + path, headers, sec);
		c.db = (sec = SECONDS) => dbloop(mode, ['--token', token, '--seconds', sec]);
		await warm(c);
		const rs = await interleave(Object.fromEntries(Object.entries(c).map(([k, run]) => [k, () => run()])));
		note(name, rs);
		if (id === 'G1') {
			against('G1', rs, { php: [2.6, 3], node: [2, 2.4], go: [1.25, 1.4] });
			continue;
		}
		against('G2', rs, { php: [1.9, 2.3], node: [2, 2.6], go: [1.5, 1.8] });
		against('G3', rs, { db: [0.6, 0.7] });
	}
}

export async function writes(peers) {
	const all = { ours, ...peers }, c = {};

	if (wanted('G5')) {
		for (const [who, base] of Object.entries(all))
			c[who] = (sec = SECONDS) => callbacks(base, ['--seconds', sec]);
		c.db = (sec = SECONDS) => dbloop('callbacks', ['--source', 'bench', '--subjects', 1600, '--seconds', sec]);
		for (const [who, run] of Object.entries(c)) {
			resetSubjects();
			await run(who === 'node' ? 4 : 1);
		}
		const rs = await interleave(Object.fromEntries(Object.entries(c).map(([k, run]) => [k, () => run()])),
			resetSubjects, ROUNDS, true);
		note('callbacks', rs);
		against('G5', rs, { php: [1.8, 2.1], node: [2, 2.5], go: [1.35, 1.6], db: [0.6, 0.7] });
		const failed = (who) => rs.reduce((n, r) => n + (r[who]?.bad ?? 0), 0);

		fact('G5', 'no callback failed', failed('ours') + failed('db') === 0,
			Object.keys(peers).filter(failed).map((who) => `(of ${who}: ${failed(who)})`).join(' '));
	}
	if (wanted('G6')) await repeats();
}

/** Of two runs of ours. */
function costOfOurs(rs) {
	const each = (m) => ['nginx', 'database', 'ours'].reduce((n, g) => n + (m.machine.used[g] ?? 0), 0) / m.done;

	return median(rs.map((r) => each(r.plain) / each(r.repeats)));
}

async function repeats() {
	const mark = Number(sql('SELECT COALESCE(MAX(seq), 0) FROM billing_event')[0][0]);
	/* What a peer still works on is not ours: runs are numbered by the clock of load.c. */
	const since = Number(process.hrtime.bigint() / 1000000n % 10000000000n);
	let sent = 0;
	const run = (percent) => async () => {
		const r = await callbacks(ours, ['--seconds', SECONDS, '--repeat', percent]);

		sent += r.done - r.repeats;
		return r;
	};
	// 100: every event is sent twice, so half of the requests are repeats.
	const rs = await interleave({ plain: run(0), repeats: run(100) }, resetSubjects, quick ? 2 : 3, true);
	const [[stored, applied, doubles]] = sql(`SELECT COUNT(*), SUM(state = 'applied'), SUM(n <> 1) FROM (SELECT e.state,
		(SELECT COUNT(*) FROM change_log l WHERE l.correlation_id = e.correlation_id) AS n FROM billing_event e
		WHERE e.seq > ${mark} AND SUBSTRING_INDEX(SUBSTRING(e.event_id, 3), '-', 1) >= ${since}) x`);

	note('repeats', rs);
	goal('G6', 'callbacks, half of them repeats, against none', ratio(rs, 'repeats', 'plain'), { must: 1,
		note: `(by processor time ${show(costOfOurs(rs))}×)` });
	fact('G6', 'nothing lost, nothing twice', Number(stored) === sent && Number(applied) === sent && Number(doubles) === 0,
		`${sent} events sent, ${stored} stored, ${applied} applied, ${doubles} without exactly one line in the log`);
}

// --- exports -------------------------------------------------------------------

const CURL = ['curl', '-sS', '-f', '-o', '/dev/null', '-w', '%{size_download} %{time_total}'];

export async function download(address, cookie, more = []) {
	const { out, cpu } = await program([...CURL, ...more, '-H', `Cookie: ${cookie}`, address]);
	const [bytes, sec] = out.split(' ').map(Number);

	return { done: 1, bad: bytes > 0 ? 0 : 1, rate: 1 / sec, sec, bytes, cpu };
}

/** The server's own: the same statement into a file. */
async function outfile(statement, account) {
	const path = `${facts.dir}/files/export.csv`;
	const values = [1, 1, account, 0, '9223372036854775807', "'1000-01-01'", "'9998-12-31'", 0, 0, "''", "''"];
	const text = statement.replace(/ FROM change_log/, () => ` INTO OUTFILE '${path}' CHARACTER SET utf8mb4
		FIELDS TERMINATED BY ',' ENCLOSED BY '"' ESCAPED BY '"' LINES TERMINATED BY '\\r\\n' FROM change_log`)
		.replace(/\?/g, () => values.shift());

	await program(['rm', '-f', path]);
	const began = performance.now();
	const { cpu } = await program(['mariadb', '--no-defaults', `--socket=${facts.db}`, `--user=${facts.dbUser}`,
		'gatehouse', '-e', text]);
	const sec = (performance.now() - began) / 1000;

	await program(['rm', '-f', path]);
	return { done: 1, bad: 0, rate: 1 / sec, sec, cpu };
}

export async function exports(peers, cookie, statement, account) {
	const c = {};

	if (!wanted('G7')) return;
	for (const [who, base] of Object.entries({ ours, ...peers })) c[who] = () => download(base + EXPORT, cookie);
	c.outfile = () => outfile(statement, account);
	for (const run of Object.values(c)) await run();
	const rs = await interleave(c);

	note('export', rs);
	const rows = Number(sql(`SELECT COUNT(*) FROM change_log WHERE account_id = ${account}`)[0][0]);
	results.exportRows = { rows, perSecond: rows * median(rs.map((r) => r.ours.rate)) };
	goal('G7', 'against SELECT … INTO OUTFILE', ratio(rs, 'ours', 'outfile'), { must: 0.9, stretch: 1.3 });
	againstTime('G7', rs, { php: [1], node: [2.2], go: [1.4] });
	await sleep(200);
}

export { CONNECTIONS };
