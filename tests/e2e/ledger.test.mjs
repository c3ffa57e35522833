// Nothing acknowledged is lost and nothing is applied twice, while workers and
// the database are killed at random under load.
//
// Each sender owns some customers and writes down every answer it got.  An
// event without an answer is sent again, as it was, until it has one.  In the
// end the database must say what the ledger says.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { billingSender, childrenOf, pause, startStack } from './lib.mjs';

const SENDERS = 8;
const CUSTOMERS = 6; // a sender
const SECONDS = Number(process.env.LEDGER_SECONDS ?? 40);

let stack;
let hook;

before(async () => {
	stack = await startStack('--accounts', '20');
	hook = billingSender(stack, 'ledger', stack.ctl('source', 'add', 'ledger').trim());
});
after(() => stack?.drop());

// The senders stop when something went wrong elsewhere.
let broken = false;

/** Sends until there is an answer; counts what it took. */
async function sendUntilAnswered(event, counts) {
	while (!broken) {
		try {
			const answer = await hook.send(event, { signal: AbortSignal.timeout(20_000) });
			const text = await answer.text();

			if (answer.status < 300) return JSON.parse(text);
			if (![429, 502, 503, 504].includes(answer.status))
				throw new Error(`${answer.status} ${text}`);
			counts.refused++;
		} catch (e) {
			if (/^\d{3} /.test(e.message)) throw e;
			counts.cut++;
		}
		await pause(100);
	}
	throw new Error('stopped');
}

async function sender(number, until, counts) {
	const ledger = [];
	const customers = Array.from({ length: CUSTOMERS }, (_, i) => ({
		external_id: `L-${number}-${i}`,
		seq: 0,
		paused: false,
		events: 0,
	}));
	const say = async (customer, type, data) => {
		const event = hook.make(type, { external_id: customer.external_id, seq: ++customer.seq }, data);
		const answer = await sendUntilAnswered(event, counts);

		ledger.push({ id: event.id, state: answer.state });
		customer.events++;
		// Some answers get lost: a sender that did not hear sends again.
		if (customer.seq % 7 === 0) {
			const again = await sendUntilAnswered(event, counts);

			assert.equal(again.duplicate, true, 'a repeat says that it is one');
		}
	};

	for (const c of customers)
		await say(c, 'billing.new_entity', {
			login: c.external_id.toLowerCase(), password: 'long enough to be good', type: 'b2c',
			name: `Ledger ${c.external_id}`, status: 'active',
		});
	while (Date.now() < until) {
		const c = customers[Math.floor(Math.random() * customers.length)];

		c.paused = !c.paused;
		await say(c, c.paused ? 'billing.pause_entity' : 'billing.unpause_entity',
			c.paused ? { reason: 'non_payment' } : {});
	}
	return { ledger, customers };
}

async function killer(until, counts) {
	while (Date.now() < until) {
		await pause(400 + Math.random() * 900);
		if (broken) return;
		// Each at least once, however few rounds there is time for.
		if (counts.workers > 0 && (counts.database === 0 || Math.random() < 0.25)) {
			await stack.kill('mariadb');
			await stack.restart('mariadb');
			counts.database++;
		} else {
			const workers = childrenOf(stack.pid('billing'));
			const victim = workers[Math.floor(Math.random() * workers.length)];

			if (victim) {
				try {
					process.kill(victim, 'SIGKILL');
					counts.workers++;
				} catch {
					// It had ended by itself meanwhile.
				}
			}
		}
	}
}

test('no acknowledged event is lost and none is applied twice', { timeout: 600_000 }, async () => {
	const counts = { refused: 0, cut: 0, workers: 0, database: 0 };
	const until = Date.now() + SECONDS * 1000;
	const stopping = (e) => {
		broken = true;
		throw e;
	};
	const [, ...results] = await Promise.all([
		killer(until, counts).catch(stopping),
		...Array.from({ length: SENDERS }, (_, i) => sender(i, until, counts).catch(stopping)),
	]);
	const ledger = results.flatMap((r) => r.ledger);
	const customers = results.flatMap((r) => r.customers);
	const stored = new Map(stack.sql(`SELECT e.event_id, e.state FROM billing_event e
		JOIN billing_source s ON s.id = e.source_id WHERE s.name = 'ledger'`));

	console.log(`acknowledged ${ledger.length}, refused ${counts.refused}, cut ${counts.cut}, ` +
		`kills: ${counts.workers} workers, ${counts.database} databases`);
	assert.ok(counts.workers > 0 && counts.database > 0, 'the test kills both');
	assert.ok(counts.refused + counts.cut > 0, 'the kills are felt');
	assert.equal(stored.size, ledger.length, 'as many events as were acknowledged');
	for (const entry of ledger) assert.equal(stored.get(entry.id), entry.state, entry.id);

	const holds = new Map(
		stack.sql(`SELECT CONVERT(a.external_id USING utf8mb4), SUM(h.open_slot IS NOT NULL), COUNT(h.id)
			FROM account a LEFT JOIN hold h ON h.account_id = a.id
			WHERE a.external_id LIKE 'L-%' GROUP BY a.id`).map(([id, open, all]) => [id, { open, all }]),
	);
	const logged = new Map(
		stack.sql(`SELECT CONVERT(a.external_id USING utf8mb4), SUM(c.action = 'account.suspend'),
			SUM(c.action = 'account.resume'), SUM(c.action = 'account.create')
			FROM account a JOIN change_log c ON c.account_id = a.id
			WHERE a.external_id LIKE 'L-%' GROUP BY a.id`).map(([id, ...n]) => [id, n.map(Number)]),
	);

	assert.equal(holds.size, customers.length, 'one account a customer');
	for (const c of customers) {
		const toggles = c.seq - 1;
		const pauses = Math.ceil(toggles / 2);

		assert.equal(Number(holds.get(c.external_id).open ?? 0), c.paused ? 1 : 0, `${c.external_id} is as billing said last`);
		assert.equal(Number(holds.get(c.external_id).all), pauses, `${c.external_id}: each pause once`);
		assert.deepEqual(logged.get(c.external_id), [pauses, toggles - pauses, 1],
			`${c.external_id}: each change once in the log`);
	}
});
