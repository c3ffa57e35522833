// Nobody wins by doing less: the same answers, the same files, the same rows.
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { facts, callbacks, ours, resetSubjects, say, sql } from './bench.mjs';
import { EXPORT, LIST } from './peers.mjs';

const sorted = (v) => (Array.isArray(v) ? v.map(sorted) :
	v && typeof v === 'object' ? Object.fromEntries(Object.keys(v).sort().map((k) => [k, sorted(v[k])])) : v);

async function json(base, path, cookie) {
	const r = await fetch(base + path, { headers: { Cookie: cookie } });

	return `${r.status} ${JSON.stringify(sorted(await r.json()))}`;
}

/** Lines without the export's own line of the log. */
function csvHash(base, cookie) {
	const text = execFileSync('bash', ['-c',
		'curl -sS -H "Cookie: $1" "$2" | grep -v export.run | sha256sum', '-', cookie, base + EXPORT]);

	return text.toString().split(' ')[0];
}

/** What two callbacks about one customer left in the tables, without times and keys. */
function rows() {
	const account = `(SELECT id FROM account WHERE external_id = 'B-0' AND billing_source_id =
		(SELECT id FROM billing_source WHERE name = 'bench'))`;

	return JSON.stringify([
		sql(`SELECT type, original_type, subject_kind, subject_key, attempts, account_id, state, state_reason, answer,
			changes, tries, DATEDIFF(due_at, received_at), applied_at IS NULL, LENGTH(body_sha256), ver
			FROM billing_event WHERE subject_key = 'B-0' ORDER BY seq DESC LIMIT 4`),
		sql(`SELECT kind, module, reason_code, placed_by_label, starts_at = placed_at, ends_at, released_by_label,
			open_slot, ver FROM hold WHERE account_id = ${account} ORDER BY id DESC LIMIT 2`),
		sql(`SELECT action, actor_kind, actor_id, actor_label, target_kind, target_id, target_label, account_label,
			result, REGEXP_REPLACE(before_values, '20[0-9TZ:.-]*', ''), REGEXP_REPLACE(after_values, '20[0-9TZ:.-]*', ''),
			reason, ip FROM change_log WHERE account_id = ${account} ORDER BY seq DESC LIMIT 4`),
		sql(`SELECT depth, own_state FROM account_tree WHERE descendant_id = ${account} ORDER BY depth`),
		sql(`SELECT name FROM billing_register WHERE subject_key = 'B-0'`),
	], null, 1).replaceAll('2000-', '');
}

const digest = (s) => createHash('sha256').update(s).digest('hex').slice(0, 16);

/** { peer: [what differs] } */
export async function prove(peers, cookie) {
	const want = {}, differs = {};
	const look = async (base) => {
		const out = { session: await json(base, '/api/v1/session', cookie), list: await json(base, LIST, cookie),
			csv: csvHash(base, cookie) };

		resetSubjects();
		const r = await callbacks(base, ['--connections', 1, '--subjects', 1, '--requests', 8, '--seconds', 30]);
		out.callbacks = `${r.bad} ${r.done} ${rows()}`;
		return out;
	};

	Object.assign(want, await look(ours));
	for (const [name, base] of Object.entries(peers)) {
		const have = await look(base).catch((e) => {
			say(`${name}: ${e.message}`);
			return {};
		});

		differs[name] = Object.keys(want).filter((k) => want[k] !== have[k]);
		for (const k of differs[name]) {
			say(`${name}: ${k} differs (${digest(want[k])}, ${digest(have[k] ?? '')})`);
			if (process.env.BENCH_SHOW) say(`${want[k].slice(0, 3000)}\n${(have[k] ?? '').slice(0, 3000)}`);
		}
	}
	say(`equal: ${Object.keys(differs).filter((n) => differs[n].length === 0).join(', ') || 'none'}`);
	return differs;
}

export const leftovers = () => execFileSync('ls', [`${facts.dir}/spool`]).toString();
