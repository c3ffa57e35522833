// G16: a million accounts.  Time of a page against the set of a hundred
// thousand, and how many rows of tables the server reads for it: those it counts
// for the portal's user, so that nobody else's are among them, nor our own look.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { facts, median, ours, say, sql } from './lib/bench.mjs';
import { signIn } from './lib/peers.mjs';

const { cookie } = await signIn();
const headers = { Cookie: cookie };
const COLD_ROWS = 20000; // a count is capped, and remembered for some seconds

async function page(path) {
	const began = performance.now();
	const r = await fetch(ours + path, { headers });
	const body = await r.json();

	if (r.status !== 200) throw new Error(`${path}: ${r.status} ${JSON.stringify(body)}`);
	return { ms: performance.now() - began, body };
}

sql('SET GLOBAL userstat = 1');
const reads = () => Number(sql("SELECT ROWS_READ FROM information_schema.USER_STATISTICS WHERE USER = 'gatehouse_portal'")[0]?.[0] ?? 0);

/** The cursor many pages on: the middle of the list. */
async function deep(q, pages) {
	let cursor = '';

	for (let i = 0; i < pages; i++) {
		const { body } = await page(`/api/v1/accounts?limit=100&q=${q}${cursor}`);
		if (!body.next) break;
		cursor = `&cursor=${body.next}`;
	}
	return cursor;
}

const name = sql("SELECT name FROM account WHERE kind = 'customer' AND class = 'person' AND name LIKE '% %' ORDER BY id LIMIT 1 OFFSET 5000")[0][0]
	.toLowerCase().split(' ');
const word = name[0];
const number = sql("SELECT id + 100000 FROM account WHERE kind = 'customer' ORDER BY id LIMIT 1 OFFSET 7000")[0][0];
const cases = {
	'first page': '',
	'customers': 'kind:customer',
	'newest first': '&sort=-created',
	'by last sign-in': '&sort=-last_login',
	'a common first name': encodeURIComponent(word),
	'a number': number,
	'three letters': encodeURIComponent([...word].slice(0, 3).join('')),
	'that name, sorted by name': `${encodeURIComponent(word)}&sort=name`,
	'three words': encodeURIComponent(`${name[0]} ${name.at(-1)} example`),
	'three words, by last sign-in': `${encodeURIComponent(`example ${name[0]} ${name.at(-1)}`)}&sort=-last_login`,
	'suspended': 'status:suspended',
	'terminated customers': 'kind:customer%20status:terminated',
	'a word among the active': `status:active%20${encodeURIComponent(word)}`,
};
const out = {};

for (const [name, q] of Object.entries(cases)) {
	const path = `/api/v1/accounts?limit=50&q=${q}`, ms = [], read = [];
	let total;

	const cold = (await page(path)).ms;
	for (let i = 0; i < 9; i++) {
		const a = reads();
		const p = await page(path);
		read.push(reads() - a);
		ms.push(p.ms);
		total = p.body.total;
	}
	out[name] = { cold, ms: median(ms), reads: median(read), most: Math.max(...read), total };
}
for (const [name, q] of Object.entries({ 'page 61': '', 'customers, page 61': 'kind:customer' })) {
	const cursor = await deep(q, 30), ms = [], read = [];
	const path = `/api/v1/accounts?limit=50&q=${q}${cursor}`;

	for (let i = 0; i < 9; i++) {
		const a = reads();
		ms.push((await page(path)).ms);
		read.push(reads() - a);
	}
	out[name] = { cold: ms[0], ms: median(ms), reads: median(read), most: Math.max(...read) };
}
sql('SET GLOBAL userstat = 0');
const accounts = Number(sql('SELECT COUNT(*) FROM account')[0][0]);
const kind = accounts > 500000 ? 'million' : 'hundred-thousand';

writeFileSync(`${facts.state}/lists-${kind}.json`, JSON.stringify({ accounts, coldRows: COLD_ROWS, out }, null, '\t'));
say(`${accounts} accounts`);
for (const [name, r] of Object.entries(out))
	say(`  ${name.padEnd(26)} ${r.ms.toFixed(1).padStart(8)} ms (first ${r.cold.toFixed(1)}), ${r.reads} rows read, ${
		r.total ? `${r.total.exact ? '' : 'more than '}${r.total.value} match` : ''}`);
if (kind === 'million' && !existsSync(`${facts.state}/lists-hundred-thousand.json`))
	say('  (no figures of the hundred thousand to compare with)');
else if (kind === 'million')
	say(`  first page against a hundred thousand: ${(out['first page'].ms / JSON.parse(readFileSync(
		`${facts.state}/lists-hundred-thousand.json`)).out['first page'].ms).toFixed(2)}×`);
