// The measurements of ./dev bench on the set of a hundred thousand accounts.
import { writeFileSync } from 'node:fs';
import { ROUNDS, SECONDS, facts, generator, quick, rounds, say } from './lib/bench.mjs';
import { prove } from './lib/equal.mjs';
import { exports, reads, results, writes } from './lib/goals.mjs';
import { loadavg } from './lib/machine.mjs';
import { ACCOUNT, capture, signIn, startPeers } from './lib/peers.mjs';
import { beside } from './lib/beside.mjs';

const started = loadavg();
const { cookie, session } = await signIn();
const captured = await capture(cookie);
const { peers, missing } = await startPeers(captured, { [session.acting.role]: session.permissions });
const differs = await prove(peers, cookie);

// A peer is not measured where it answers something else.
const fit = (...parts) => Object.fromEntries(Object.entries(peers)
	.filter(([name]) => !parts.some((p) => differs[name].includes(p))));

/** What goes wrong in one part is said, and the others go on. */
async function part(name, run) {
	try {
		await run();
	} catch (e) {
		say(`${name}: ${e.stack}`);
		results.broken.push(`${name}: ${e.message}`);
	}
}
results.broken = [];
await part('reads', () => reads(fit('session', 'list'), cookie));
await part('writes', () => writes(fit('callbacks')));
// The log is handed out to who proved a moment ago who he is.
const again = async () => (await signIn()).cookie;
await part('exports', async () => exports(fit('csv'), await again(), captured.sql.export, ACCOUNT.number));
await part('beside', async () => beside(await again()));
Object.assign(results, { quick, rounds: rounds(), length: { rounds: ROUNDS, seconds: SECONDS }, generator,
	missing: [...missing, 'Directus'], differs, load: [started, loadavg()] });
writeFileSync(`${facts.state}/main.json`, JSON.stringify(results, null, '\t'));
say(`rounds kept ${results.rounds.kept}, of them noisy ${results.rounds.noisy}, dropped ${results.rounds.dropped}`);
