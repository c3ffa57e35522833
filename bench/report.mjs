// Writes bench/report/report.md from what the runs left in the state folder.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const state = process.argv[2], here = dirname(fileURLToPath(import.meta.url));
const read = (name) => (existsSync(join(state, name)) ? JSON.parse(readFileSync(join(state, name))) : null);
const main = read('main.json'), million = read('lists-million.json'), few = read('lists-hundred-thousand.json');
const counted = read('instructions.json');
const lines = [];
const put = (...l) => lines.push(...l);
const table = (head, rows) => put(`| ${head.join(' | ')} |`, `| ${head.map(() => '---').join(' | ')} |`,
	...rows.map((r) => `| ${r.join(' | ')} |`), '');
const n = (v, digits = 0) => (v === undefined ? '' : v.toFixed(digits));

put('# Measurements', '',
	'Made by `./dev bench` (see [bench/README.md](../README.md) for what is measured and how).  Two cores, a shared',
	'machine: ratios hold, absolute rates do not.  Every contender stands behind the same nginx, on the same MariaDB',
	'(durable: every commit is flushed) and runs the same SQL; a peer is measured only after its JSON, its CSV and the',
	'rows its callbacks leave were found equal to ours.', '');
if (main) {
	put(`Rounds of ${main.length.seconds} s, ${main.length.rounds} of them, interleaved; given is the median of the ratios of`,
		'each round, with least and most: for requests the ratio of processor time a request (nginx, database, contender and',
		'generator together), with the ratio of rates beside it; where both cores are full the two agree.',
		`Generator of the GETs: ${main.generator}; 16 connections.  Load average before`,
		`and after: ${main.load.join('; ')}.  Rounds kept: ${main.rounds.kept}, of them with more than 0.1 core taken by others:`,
		`${main.rounds.noisy}; dropped as disturbed: ${main.rounds.dropped}.  Peers that could not be had: ${main.missing.join(', ')}.`, '');
	if (main.rounds.stalled > 0)
		put(`Of the durable rounds kept, ${main.rounds.stalled} had a flush of the disk that took more than 20 ms (fewer quiet`,
			'ones could be had).', '');
	if (main.rounds.noisy > 0)
		put('**The machine was busy with other work during noisy rounds**: read these figures as an order, not as a result.', '');
	if (main.broken?.length) put('Parts that ended early:', '', ...main.broken.map((b) => `* ${b}`), '');
	put('## Goals', '');
	table(['goal', 'what', 'must', 'stretch', 'measured', 'verdict'],
		main.goals.map((g) => [g.id, `${g.what} ${g.note}`.trim(), g.must, g.stretch, g.value, g.verdict]));
	put('## Cost of a request', '', 'Processor time by group in microseconds a request, median of the rounds.', '');
	for (const [what, by] of Object.entries(main.costs)) {
		if (what === 'export') continue;
		put(`### ${what}`, '');
		table(['contender', 'requests/s', 'nginx', 'database', 'contender’s own', 'generator'],
			Object.entries(by).map(([who, c]) => [who, n(c.rate), n(c.us.nginx), n(c.us.database),
				n(who === 'php' ? c.us.php : who === 'node' ? c.us.node : who === 'go' ? c.us.go : c.us.ours), n(c.us.generator)]));
	}
	if (main.exportRows)
		put('### export', '', `${main.exportRows.rows} rows; ours ${n(main.exportRows.perSecond / 1e6, 2)} million rows a second, to the last byte.`, '');
	if (main.costs.export)
		table(['contender', 'seconds'], Object.entries(main.costs.export).map(([who, c]) => [who, n(1 / c.rate, 2)]));
}
if (few || million) {
	put('## Lists at a hundred thousand and at a million accounts (G16)', '',
		'Milliseconds of a page of 50 as a client sees it, median of nine, and rows that the server read for it',
		'(`Handler_read%`, the session’s own included).  A count of matches is capped at 10,000 and remembered for up to a',
		'minute by the pool, so that few pages pay for it.', '');
	const names = Object.keys((million ?? few).out);
	table(['list', 'ms at 100,000', 'ms at 1,000,000', 'ratio', 'rows read at 100,000', 'at 1,000,000'], names.map((k) => {
		const a = few?.out[k], b = million?.out[k];
		return [k, n(a?.ms, 1), n(b?.ms, 1), a && b ? n(b.ms / a.ms, 2) : '', n(a?.reads), n(b?.reads)];
	}));
}
if (counted) {
	put('## Instructions a request in our own process (G14)', '', 'By callgrind, without a web server.', '');
	table(['request', 'must', 'counted', 'written down before', 'verdict'], Object.entries(counted.now).map(([kind, is]) =>
		[kind, `≤ ${counted.goals[kind]}`, is, counted.known[kind] ?? '', is <= counted.goals[kind] ? 'PASS' : 'MISS']));
}
mkdirSync(join(here, 'report'), { recursive: true });
writeFileSync(join(here, 'report', 'report.md'), `${lines.join('\n').replace(/\n+$/, '')}\n`);
console.log('bench/report/report.md is written');
