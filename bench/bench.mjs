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

// A peer that answers something else is not measured.
for (const name of Object.keys(peers)) if (differs[name].length > 0) delete peers[name];
await reads(peers, cookie);
await writes(peers);
await exports(peers, cookie, captured.sql.export, ACCOUNT.number);
await beside(cookie);
Object.assign(results, { quick, rounds: rounds(), length: { rounds: ROUNDS, seconds: SECONDS }, generator,
	missing: [...missing, 'Directus'], differs, load: [started, loadavg()] });
writeFileSync(`${facts.state}/main.json`, JSON.stringify(results, null, '\t'));
say(`rounds kept ${results.rounds.kept}, of them noisy ${results.rounds.noisy}, dropped ${results.rounds.dropped}`);
