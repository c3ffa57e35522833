// Captures the product's own statements, and starts the peers with them.
import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { callbacks, facts, ours, resetSubjects, say, sleep, sql, url } from './bench.mjs';

// Names of statements, by what is in their text.
const STATEMENTS = {
	session: /^SELECT p\.id AS person_id.* FROM session s /,
	alive: /^SELECT s\.last_seen_at, s\.expires_at, s\.factor_at/,
	list: /SELECT STRAIGHT_JOIN .*FORCE INDEX \(ix_tree_kind\)/,
	sure: /^SELECT \(\(SELECT MIN\(sr\.account_id\)/,
	count: /SELECT COUNT\(\*\) AS n, 0 AS seen .*ix_tree_kind/,
	account_name: /^SELECT a\.name AS .*FROM account a WHERE a\.id = \?/,
	export: /FORCE INDEX \(ix_change_account\).*FIND_IN_SET/,
	source: /FROM billing_source s LEFT JOIN billing_secret/,
	event_insert: /^INSERT INTO billing_event /,
	event_find: /^SELECT .*FROM billing_event .*WHERE .*source_id = \? AND .*event_id = \?/,
	event_finish: /^UPDATE billing_event SET type = /,
	subject: /^INSERT INTO billing_subject /,
	state: /AS remembered/,
	account_lock: /^SELECT a\.id AS id, a\.parent_id.*FOR UPDATE/,
	hold_insert: /^INSERT INTO hold /,
	hold_release: /^UPDATE hold SET released_at/,
	holds_open: /FROM hold h FORCE INDEX \(uq_hold_open\) WHERE h\.account_id = \? AND h\.open_slot = 1$/,
	set_state: /^UPDATE account_tree SET own_state/,
	kept: /^SELECT COUNT\(\*\) AS n FROM membership m WHERE m\.account_id = \? AND \(.*api_key/,
	holds_above: /^SELECT COUNT\(\*\) AS n FROM hold h FORCE INDEX \(ix_hold_above\)/,
	log: /^INSERT INTO change_log /,
	register: /^INSERT INTO billing_register .*VALUES \(\?, \?, \?, \?, \?, \?, \?\) ON/,
};

const problem = async (r) => new Error(`${r.url}: ${r.status} ${await r.text()}`);

export async function signIn(login = facts.login, password = facts.password) {
	const r = await fetch(`${ours}/api/v1/session`, { method: 'POST', body: JSON.stringify({ login, password }),
		headers: { 'Content-Type': 'application/json', Origin: ours, 'Idempotency-Key': `"${Math.random()}"` } });

	if (r.status !== 201) throw await problem(r);
	return { cookie: r.headers.getSetCookie()[0].split(';')[0], session: await r.json() };
}

export const ACCOUNT = (() => {
	const n = Number(sql(`SELECT MIN(id) FROM account WHERE kind = 'customer' AND state = 'active'`)[0][0]);
	let s = '';

	for (let v = n; v > 0; v = Math.floor(v / 32)) s = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[v % 32] + s;
	return { number: n, id: `acc_${s.padStart(13, '0')}` };
})();
export const LIST = '/api/v1/accounts?q=kind:customer&limit=50';
export const EXPORT = `/export/v1/accounts/${ACCOUNT.id}/changes.csv`;

/** The general log has been on since before our pools started. */
export async function capture(cookie) {
	const headers = { Cookie: cookie }, found = {}, missing = [];
	const last = sql(`SELECT CONCAT(at) FROM change_log WHERE account_id = ${ACCOUNT.number} ORDER BY seq LIMIT 1`);
	const from = `${last[0][0].replace(' ', 'T')}Z`.replace('.000000', '');
	const to = from.replace(/T.*/, 'T23:59:59Z');

	for (let i = 0; i < 40; i++) await fetch(ours + LIST, { headers });
	const csv = await fetch(`${ours}${EXPORT}?from=${from}&to=${to}`, { headers });
	if (csv.status !== 200) throw await problem(csv);
	const head = (await csv.text()).split('\r\n')[0];
	resetSubjects();
	await callbacks(ours, ['--connections', 1, '--subjects', 1, '--rate', 20, '--seconds', 1, '--repeat', 50]);
	sql('SET GLOBAL general_log = 0');
	const log = readFileSync(`${facts.dir}/bench/general.log`, 'utf8');
	for (const [, text] of log.matchAll(/ Prepare\t(.*)$/gm))
		for (const [name, pattern] of Object.entries(STATEMENTS))
			if (pattern.test(text)) found[name] ??= text;
	for (const name of Object.keys(STATEMENTS)) if (!found[name]) missing.push(name);
	// What is not seen any more: the peers fail at it, and are not measured there.
	for (const name of missing) found[name] = 'SELECT 1 AS nothing';
	if (missing.length) say(`statements not seen: ${missing.join(', ')}`);
	return { sql: found, csv_head: head.slice(1, -1).split('","') };
}

const php = (v) => {
	if (Array.isArray(v)) return `[${v.map(php).join(', ')}]`;
	if (typeof v === 'object') return `[${Object.entries(v).map(([k, x]) => `${php(k)} => ${php(x)}`).join(', ')}]`;
	return typeof v === 'number' ? String(v) : `'${v.replace(/[\\']/g, '\\$&')}'`;
};

function start(name, words) {
	const log = openSync(`${facts.dir}/log/${name}.log`, 'a');
	const child = spawn(words[0], words.slice(1), { detached: true, stdio: ['ignore', log, log],
		cwd: `${facts.top}/bench` });

	child.on('error', () => {});
	if (child.pid) writeFileSync(`${facts.dir}/pids/${name}`, String(child.pid));
	child.unref();
	return child.pid;
}

const FPM = (dir, run) => `[global]
error_log = ${dir}/log/php.log
daemonize = no
[www]
user = root
group = root
listen = ${run}/php.sock
listen.backlog = 4096
listen.mode = 0666
pm = static
pm.max_children = 24
catch_workers_output = yes
`;

/** Starts what can be had; { name: address } and the names of those missing. */
export async function startPeers(captured, permissions) {
	const config = {
		socket: facts.db, user: 'gatehouse_migrate', password: facts.dbPassword, name: 'gatehouse',
		secret: facts.secret.replace('whsec_', ''), idle_min: 30, permissions,
		prefixes: { account: 'acc', person: 'per', hold: 'hld', contact: 'con', job: 'job' }, ...captured,
	};
	const file = `${facts.dir}/bench/peers.json`, out = {}, missing = [];
	const known = { php: 1, node: 2, go: 3 };

	writeFileSync(file, JSON.stringify(config, null, '\t'), { mode: 0o600 });
	writeFileSync(`${facts.dir}/bench/config.php`, `<?php return ${php(config)};\n`, { mode: 0o600 });
	writeFileSync(`${facts.dir}/bench/fpm.conf`, FPM(facts.dir, facts.run));
	for (const s of ['php', 'node', 'go']) rmSync(`${facts.run}/${s}.sock`, { force: true });
	start('php', ['php-fpm8.2', '-R', '--fpm-config', `${facts.dir}/bench/fpm.conf`, '-d', 'opcache.enable=1',
		'-d', 'opcache.validate_timestamps=0', '-d', 'opcache.jit_buffer_size=64M', '-d', 'opcache.jit=tracing',
		'-d', 'memory_limit=512M']);
	start('node', [process.execPath, 'peers/node/server.js', file, `${facts.run}/node.sock`]);
	start('go', [`${facts.state}/bin/peer-go`, file, `${facts.run}/go.sock`]);
	for (const [name, n] of Object.entries(known)) {
		for (let i = 0; i < 60 && !existsSync(`${facts.run}/${name}.sock`); i++) await sleep(100);
		if (existsSync(`${facts.run}/${name}.sock`)) out[name] = url(n);
		else missing.push(name);
	}
	if (missing.length) say(`missing: ${missing.join(', ')}`);
	return { peers: out, missing };
}
