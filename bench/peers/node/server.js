// The peer in JavaScript: Fastify 5 in a cluster, mysql2 with execute().
'use strict';
const cluster = require('node:cluster');
const crypto = require('node:crypto');
const fs = require('node:fs');

const cfg = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const socket = process.argv[3];
const WORKERS = 2;

if (cluster.isPrimary) {
	fs.rmSync(socket, { force: true });
	for (let i = 0; i < WORKERS; i++) cluster.fork();
	process.on('SIGTERM', () => {
		for (const w of Object.values(cluster.workers)) w.kill();
		process.exit(0);
	});
	return;
}

const fastify = require('fastify');
const mysql = require('mysql2/promise');
const { blake2b } = require('@noble/hashes/blake2.js');
const { Readable } = require('node:stream');

const { sql } = cfg;
const secret = Buffer.from(cfg.secret, 'base64');
const pool = (settings) => {
	const p = mysql.createPool({
		socketPath: cfg.socket, user: cfg.user, password: cfg.password, database: cfg.name,
		charset: 'utf8mb4', dateStrings: true, connectionLimit: 8, maxIdle: 8, idleTimeout: 1e9,
		maxPreparedStatements: 100, flags: ['FOUND_ROWS'],
	});
	p.pool.on('connection', (c) => c.query(`SET time_zone = '+00:00'${settings}`));
	return p;
};
const reads = pool('');
const writes = pool(', autocommit = 0');

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const id = (prefix, n) => {
	let s = '';

	if (n === null || n === 0) return null;
	for (; n > 0; n = Math.floor(n / 32)) s = DIGITS[n % 32] + s;
	return `${prefix}_${s.padStart(13, '0')}`;
};
const idRead = (s) => [...s.slice(4)].reduce((n, c) => n * 32 + DIGITS.indexOf(c), 0);
const stamp = (s) => (s === null ? null : `${s.slice(0, 10)}T${s.slice(11)}Z`);
const dbTime = (ms) => new Date(ms).toISOString().replace('T', ' ').replace('Z', '000');

class Refusal extends Error {
	constructor(statusCode, message) {
		super(message);
		this.statusCode = statusCode;
	}
}

const known = new Map();

async function session(req) {
	const token = /(?:^|; )__Host-gatehouse=([^;]*)/.exec(req.headers.cookie ?? '')?.[1] ?? '';
	const now = Date.now(), t = dbTime(now);
	const idle = dbTime(now - cfg.idle_min * 60000), kept = known.get(token);
	let rows, hash;

	if (token.length !== 43) throw new Refusal(401, 'Please sign in');
	hash = kept?.hash ?? Buffer.from(blake2b(Buffer.from(token), { dkLen: 32 }));
	if (kept && kept.until > now) {
		// Known since a moment ago: does it still live?
		[rows] = await reads.execute(sql.alive, [hash, t, idle]);
		if (rows.length === 0) throw new Refusal(401, 'Please sign in');
		if (['person_ver', 'member_ver', 'main_ver', 'epoch', 'membership_id', 'account_id']
			.every((k) => rows[0][k] === kept.s[k])) return Object.assign(kept.s, rows[0]);
	}
	[rows] = await reads.execute(sql.session, [hash, t, idle, t, t, t, t]);
	if (rows.length === 0) throw new Refusal(401, 'Please sign in');
	rows[0].permissions = cfg.permissions[rows[0].role] ?? [];
	known.set(token, { s: rows[0], hash, until: now + 5000 });
	return rows[0];
}

const app = fastify({ logger: false });
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (req, body, done) => done(null, body));

app.get('/api/v1/session', async (req) => {
	const s = await session(req);
	const account = { account_id: id('acc', s.account_id), account_name: s.account_name,
		account_kind: s.account_kind };
	const login = s.login.toString();

	return {
		person: { id: id('per', s.person_id), login, name: s.name, email: s.email, locale: s.locale,
			time_zone: s.time_zone, theme: s.theme, density: s.density, shortcuts: !!s.shortcuts,
			last_login_at: stamp(s.last_login_at) },
		memberships: [{ id: id('mem', s.membership_id), ...account, kind: s.membership_kind, role: s.role }],
		acting: { membership_id: id('mem', s.membership_id), ...account, role: s.role },
		permissions: s.permissions, visit: null, step: 'done', expires_at: stamp(s.expires_at),
		idle_sec: cfg.idle_min * 60,
	};
});

const counts = new Map();
// Asked once a second: whether the tree's states are the whole.
let sureOf = { key: '' };
async function sure(t, epoch) {
	const key = `${epoch} ${t.slice(0, 19)}`;

	if (sureOf.key !== key) {
		const [[r]] = await reads.execute(sql.sure, []);
		sureOf = { key, until: r.held ? '' : r.due_at ?? '9999' };
	}
	return t < sureOf.until;
}

async function count(acting, t) {
	const last = counts.get(acting);
	let rows;

	if (last && last.until > Date.now()) return last.n;
	[rows] = await reads.execute(sql.count, [acting, 0, 'customer', 'customer', 'customer', '', t, t, t, t, t, t,
		t, '', 0, ...Array(6).fill('')]);
	counts.set(acting, { n: rows[0].n, until: Date.now() + (rows[0].n > 10000 ? 60000 : 15000) });
	return rows[0].n;
}

const text = (b) => (b === null ? null : b.toString());
app.get('/api/v1/accounts', async (req) => {
	const s = await session(req);
	const limit = Number(req.query.limit ?? 50), t = dbTime(Date.now()), acting = s.account_id;
	let rows, total, next = null;

	if (!s.permissions.includes('account.list')) throw new Refusal(403, 'Not allowed');
	if (req.query.q !== 'kind:customer' || ![10, 25, 50, 100].includes(limit))
		throw new Refusal(422, 'Not understood');
	if (!await sure(t, s.epoch)) throw new Error('states to be asked in full');
	[rows] = await reads.execute(sql.list, [acting, 0, 'customer', limit + 1]);
	total = await count(acting, t);
	if (rows.length > limit) {
		rows.pop();
		const last = rows[rows.length - 1];
		next = Buffer.from(`f:name:0:${last.id}:t${last.sort_text}`).toString('base64url');
	}
	const items = rows.map((r) => ({ id: id('acc', r.id), number: r.id + 100000, kind: r.kind, class: r.class,
		origin: r.origin, name: r.name, login: text(r.login), email: r.email, role: r.role, label: r.label,
		external_id: text(r.external_id), contract_no: r.contract_no,
		parent_id: r.id === acting ? null : id('acc', r.parent_id), parent_name: r.id === acting ? null : r.parent_name, state: r.state, last_login_at: stamp(r.last_login_at),
		created_at: stamp(r.created_at), created_by: r.created_by, ver: r.ver }));
	return { items, next, prev: null, total: { value: Math.min(total, 10000), exact: total <= 10000 } };
});

const holdValues = (reason, starts) => JSON.stringify({ kind: 'billing', module: '', reason_code: reason,
	starts_at: stamp(starts) });

// Sessions are looked for only where somebody has signed in of late.
async function setState(db, a, to) {
	if (a.last_login_at !== null && a.last_login_at > dbTime(Date.now() - 8 * 86400000))
		throw new Error('sessions to end');
	await db.execute(sql.set_state, [to, a.id]);
}

const isOurs = (h) => h.kind === 'billing' && h.module === '';

async function pause(db, source, ev, a, event, t) {
	const reason = ev.data.reason ?? 'billing';
	const [rows] = await db.execute(sql.holds_open, [t, t, a.id]);

	if (rows.some(isOurs)) return {};
	await db.execute(sql.hold_insert, [a.id, a.kind, '', 'billing', reason, null, t, null, source.label, t, null,
		null, event, null]);
	await setState(db, a, 'suspended');
	const [[kept]] = await db.execute(sql.kept, [a.id]);

	if (kept.n > 0) throw new Error('keys to end');
	return { changes: { before: { hold: null }, after: { hold: reason } },
		log: ['account.suspend', null, holdValues(reason, t)] };
}

async function unpause(db, source, a, t) {
	const [rows] = await db.execute(sql.holds_open, [t, t, a.id]);
	const left = rows.filter((h) => !isOurs(h) && h.effective && h.module === '').map((h) => h.kind);
	const out = { left };

	for (const h of rows.filter(isOurs)) {
		await db.execute(sql.hold_release, [t, null, source.label, null, h.id]);
		await setState(db, a, left.length ? 'suspended' : a.confirmed_at === null ? 'not_confirmed' : 'active');
		out.log = ['account.resume', holdValues(h.reason_code, h.starts_at), null];
		out.changes = { before: { hold: 'open' }, after: { hold: 'released' } };
	}
	return out;
}

async function apply(db, source, ev, body, ip, t) {
	const { type, subject: { external_id: key, seq } } = ev, sid = source.id;
	const occurred = ev.occurred_at.replace('T', ' ').replace('Z', '');
	const corr = crypto.randomBytes(16).toString('hex');
	const hash = crypto.createHash('sha256').update(body).digest();
	const [r] = await db.execute(sql.event_insert, [sid, ev.id, type, type, 'entity', key, seq, occurred, t, hash,
		body.toString(), null, null, 'applied', null, null, dbTime(Date.now() + 400 * 86400000), null, null, corr,
		'signature']);
	let state = 'applied', answer = null, did = {}, rows, locked;

	if (r.affectedRows !== 1) {
		[rows] = await db.execute(sql.event_find, [sid, ev.id]);
		if (!rows[0].body_sha256.equals(hash)) throw new Error('other body');
		return { id: ev.id, state: rows[0].state, duplicate: true, ...JSON.parse(rows[0].answer ?? '{}') };
	}
	await db.execute(sql.subject, [sid, 'entity', key, seq]);
	[[locked]] = await db.execute(sql.account_lock, [sid, key]);
	if (locked?.base_state !== 'active') throw new Error('no such account');
	const account = locked.id;
	[rows] = await db.execute(sql.state, [sid, ev.id, 'hold.account', ...names, sid, 'entity', key]);
	if ((rows[0].source_ver ?? source.ver) !== source.ver) throw new Error('another source');
	if (rows.some((x) => x.register_name === 'hold.account' && x.applied_seq >= seq)) state = 'noop';
	if (state === 'applied') {
		did = type === 'billing.pause_entity' ? await pause(db, source, ev, locked, r.insertId, t) :
			await unpause(db, source, locked, t);
		if (did.log)
			await db.execute(sql.log, [t, did.log[0], 'billing', sid, source.label, null, null, 'account', account,
				locked.name, account, locked.name, 'success', null, did.log[1], did.log[2], null, ip, null, corr]);
		if (type === 'billing.unpause_entity') {
			const [[above]] = await db.execute(sql.holds_above, []);
			if (Number(above.n) > 0) throw new Error('held above');
			const left = did.left;
			answer = { effective: left.length ? 'suspended' : 'active', remaining: left };
		}
		if (!did.changes) state = 'noop';
		await db.execute(sql.register, [sid, 'entity', key, 'hold.account', seq, occurred, r.insertId]);
	}
	await db.execute(sql.event_finish, [type, account, state, null, answer && JSON.stringify(answer), 0,
		dbTime(Date.now() + 400 * 86400000), t, did.changes ? JSON.stringify(did.changes) : null, null, null, null,
		r.insertId]);
	return { id: ev.id, state, ...answer };
}

// Statements about registers have places for more names than one.
const names = Array(sql.state.split('?').length - 1 - 6).fill('!');
const sources = new Map();
async function sourceOf(db, name, t) {
	const last = sources.get(name);

	if (last && last.until > Date.now()) return last.source;
	const [[source]] = await db.execute(sql.source, [t, name]);
	sources.set(name, { source, until: Date.now() + 5000 });
	return source;
}

app.post('/billing/v1/callbacks/:source', async (req) => {
	const h = req.headers, body = req.body, t = dbTime(Date.now());
	const db = await writes.getConnection();

	try {
		const source = await sourceOf(db, req.params.source, t);
		const mac = crypto.createHmac('sha256', secret).update(`${h['webhook-id']}.${h['webhook-timestamp']}.`)
			.update(body).digest();
		const given = Buffer.from((h['webhook-signature'] ?? '').slice(3), 'base64');
		if (!source || !source.enabled || Math.abs(Date.now() / 1000 - Number(h['webhook-timestamp'])) > 300 ||
			given.length !== 32 || !crypto.timingSafeEqual(mac, given)) throw new Refusal(401, 'Not accepted');
		const ev = JSON.parse(body.toString());
		if (ev.id !== h['webhook-id'] || !ev.subject?.external_id ||
			!['billing.pause_entity', 'billing.unpause_entity'].includes(ev.type)) throw new Refusal(400, 'Not an event');
		const answer = await apply(db, source, ev, body, '127.0.0.1', t);
		await db.query('COMMIT');
		return answer;
	} catch (e) {
		await db.query('ROLLBACK');
		if (!(e instanceof Refusal)) console.error(e);
		throw e instanceof Refusal ? e : new Refusal(503, 'Please try again');
	} finally {
		db.release();
	}
});

const ODD = /^ *[=+\-@\t\r\n'＝＋－＠]/;
const cell = (s) => {
	if (s === null) return '';
	if (ODD.test(s)) s = `'${s}`;
	return s.includes('"') ? s.replaceAll('"', '""') : s;
};

async function* csv(conn, account, root) {
	const ids = new Map();
	const acc = (n) => ids.get(n) ?? (ids.set(n, id('acc', n)), ids.get(n));
	let out = `"${cfg.csv_head.join('","')}"\r\n`;
	const rows = conn.connection.query({ sql: sql.export, rowsAsArray: true, values: [root, root, account, 0,
		'9223372036854775807', '1000-01-01 00:00:00', '9998-12-31 00:00:00', 0, 0, '', ''] })
		.stream({ highWaterMark: 1000 });

	for await (const [seq, at, action, kind, , actor, , , by, tkind, tkey, tlabel, aid, alabel, result, failure,
		before, after, reason, ip, agent, corr] of rows) {
		const target = tkey === null ? '' : tkind === 'account' ? acc(tkey) : id(cfg.prefixes[tkind], tkey);
		out += `"${stamp(at)}","${cell(action)}","${cell(actor)}","${kind}","${cell(by)}","${cell(tlabel)}","${
			tkind}","${target}","${cell(alabel)}","${acc(aid)}","${result}","${cell(failure)}","${cell(before)}","${
			cell(after)}","${cell(reason)}","${cell(ip)}","${cell(agent)}","${corr}","${id('chg', seq)}"\r\n`;
		if (out.length > 65536) {
			yield out;
			out = '';
		}
	}
	yield out;
}

app.get('/export/v1/accounts/:acc/changes.csv', async (req, reply) => {
	const s = await session(req), account = idRead(req.params.acc);
	const [rows] = await reads.execute(sql.account_name, [account, s.account_id]);

	if (!s.permissions.includes('audit.export')) throw new Refusal(403, 'Not allowed');
	if (rows.length === 0) throw new Refusal(404, 'Not found');
	const conn = await reads.getConnection();
	const body = Readable.from(csv(conn, account, s.account_id), { objectMode: false });
	body.on('close', () => conn.release());
	return reply.type('text/csv; charset=utf-8; header=present').send(body);
});

app.listen({ path: socket, backlog: 4096 }).then(() => fs.chmodSync(socket, 0o666));
