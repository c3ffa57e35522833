// A whole private installation for a test, and clients for it.
import { execFile, execFileSync } from 'node:child_process';
import net from 'node:net';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const script = resolve(here, '../lib/stack.sh');

const client = (facts) => ['--no-defaults', `--socket=${facts.GATEHOUSE_DB}`, '--user=root', '--batch',
	'--skip-column-names', 'gatehouse', '-e'];

/** Starts a stack; words are those of tests/lib/stack.sh ("--accounts", "50", "key=value"). */
export async function startStack(...words) {
	// The folder of ./dev test, which ends what a test that was cut off has left.
	const root = process.env.GATEHOUSE_SCRATCH ?? (readdirSync('/dev').includes('shm') ? '/dev/shm' : tmpdir());
	const dir = mkdtempSync(join(root, 'gh-e2e-'));
	const sh = (...args) => run('bash', [script, args[0], dir, ...args.slice(1)]);
	let facts;

	try {
		facts = Object.fromEntries(
			(await sh('start', ...words)).stdout
				.trim()
				.split('\n')
				.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
		);
	} catch (e) {
		await sh('drop').catch(() => {});
		throw e;
	}
	return {
		dir,
		facts,
		url: facts.GATEHOUSE_URL,
		/** Rows of a statement, as arrays of texts. */
		sql: (text) =>
			execFileSync('mariadb', [...client(facts), text], {
				encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'],
			})
				.split('\n')
				.filter((line) => line !== '')
				.map((line) => line.split('\t')),
		/** A statement that takes long; meanwhile kept-alive connections are looked after. */
		fill: (text) => run('mariadb', [...client(facts), text]),
		ctl: (...args) =>
			execFileSync(facts.GATEHOUSE_CTL, [`--config=${facts.GATEHOUSE_CONF}`, ...args], {
				encoding: 'utf8',
			}),
		pid: (name) => Number(readFileSync(join(dir, 'pids', name), 'utf8')),
		kill: (name) => sh('kill', name).catch(() => {}),
		restart: (name) => sh('restart', name),
		drop: () => sh('drop'),
	};
}

/** The children of a process: the workers of a pool's parent. */
export function childrenOf(pid) {
	return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number);
}

/** Memory of a process in KiB that stays: "VmRSS" of /proc. */
export function residentKib(pid) {
	return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
}

/** Signs in; answers a function that calls the API with the session's cookie. */
export async function signIn(stack, login = stack.facts.GATEHOUSE_LOGIN, password = stack.facts.GATEHOUSE_PASSWORD) {
	const origin = new URL(stack.url).origin;
	const base = stack.url.replace(/\/$/, '');
	const answer = await fetch(`${base}/api/v1/session`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', origin },
		body: JSON.stringify({ login, password }),
	});

	if (answer.status !== 201) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
	const cookie = answer.headers.getSetCookie()[0].split(';')[0];

	const call = (path, options = {}) =>
		fetch(`${base}${path}`, {
			...options,
			headers: {
				cookie,
				origin,
				...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
				...options.headers,
			},
		});

	return Object.assign(call, { cookie });
}

let counter = 0;

/** A client of JSON around what signIn() answers: api('POST', path, body, headers). */
export const apiOf = (call) => async (method, path, body, headers = {}) => {
	const answer = await call(path, {
		method,
		body: method === 'GET' ? undefined : JSON.stringify(body ?? {}),
		headers: { ...(method === 'POST' ? { 'idempotency-key': `e2e-${process.pid}-${++counter}` } : {}), ...headers },
	});
	const text = await answer.text();

	return { status: answer.status, headers: answer.headers, text, body: /json/.test(answer.headers.get('content-type')) ? JSON.parse(text) : text };
};

/** An account below a parent with one person, who can sign in with the administrator's password. */
export async function makeAccount(stack, api, parent, kind, login, more = {}) {
	const made = await api('POST', '/api/v1/accounts', {
		parent_id: parent, kind, class: 'organisation', name: `Account ${login}`, login, email: `${login}@e2e.example`, ...more,
	});

	if (made.status !== 201) throw new Error(`${login}: ${made.status} ${made.text}`);
	stack.sql(`UPDATE person p JOIN person a ON a.login = '${stack.facts.GATEHOUSE_LOGIN}'
		SET p.password_hash = a.password_hash, p.state = 'active', p.email_verified_at = UTC_TIMESTAMP(6) WHERE p.login = '${login}';
		UPDATE account SET confirmed_at = UTC_TIMESTAMP(6) WHERE id = ${keyOf(made.body.id)} AND kind = 'customer';
		UPDATE account_tree SET own_state = 'active' WHERE descendant_id = ${keyOf(made.body.id)}`);
	return made.body;
}

/** Bytes to the web server as they are; what it answers until it closes. */
export function rawHttp(stack, text) {
	const { hostname, port } = new URL(stack.url);

	return new Promise((done, fail) => {
		const socket = net.connect(Number(port), hostname);
		let got = '';

		socket.setEncoding('latin1');
		socket.on('data', (data) => (got += data));
		socket.on('error', fail);
		socket.on('close', () => {
			const [head, ...body] = got.split('\r\n\r\n');
			const [line, ...rest] = head.split('\r\n');

			done({
				status: Number(line.split(' ')[1]),
				headers: Object.fromEntries(rest.map((l) => [l.slice(0, l.indexOf(':')).toLowerCase(), l.slice(l.indexOf(':') + 2)])),
				body: body.join('\r\n\r\n'),
			});
		});
		socket.write(text);
	});
}

/** Asks again until it is so. */
export async function eventually(what, check, tries = 600) {
	for (let i = 0; i < tries; i++) {
		if (await check()) return;
		await pause(100);
	}
	throw new Error(`did not happen: ${what}`);
}

/** A billing source's sender, signing by the foreign library. */
export function billingSender(stack, source, secret) {
	const hook = new Webhook(secret);
	const base = stack.url.replace(/\/$/, '');

	return {
		/** An event's body and id, not yet sent. */
		make(type, subject, data = {}, more = {}) {
			const id = more.id ?? `evt_${process.pid}_${++counter}`;

			return {
				id,
				body: JSON.stringify({
					id,
					type,
					occurred_at: new Date().toISOString(),
					version: 1,
					subject: { kind: 'entity', ...subject },
					data,
					...more,
				}),
			};
		},
		async send(event, options = {}) {
			const at = new Date();

			return fetch(`${base}/billing/v1/callbacks/${source}`, {
				method: 'POST',
				body: event.body,
				...options,
				headers: {
					'content-type': 'application/json',
					'webhook-id': event.id,
					'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
					'webhook-signature': hook.sign(event.id, at, event.body),
					...options.headers,
				},
			});
		},
	};
}

/** The key inside a public id ("acc_0000000000ABC"): Crockford's base32. */
export function keyOf(id) {
	return [...id.slice(4)].reduce((n, c) => n * 32n + BigInt('0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(c)), 0n);
}

/** The public id of a key: keyOf() the other way round. */
export function idOf(prefix, key) {
	const digits = [...BigInt(key).toString(32)].map((d) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[Number.parseInt(d, 32)]);

	return `${prefix}_${digits.join('').padStart(13, '0')}`;
}

export const pause = (msec) => new Promise((done) => setTimeout(done, msec));

/** The mails a stack's mail server got for an address, oldest first (started with --mail). */
export async function mailsTo(stack, address) {
	const all = await (await fetch(`${stack.facts.GATEHOUSE_MAIL}/email`)).json();

	return all
		.filter((mail) => mail.to.some((to) => to.address === address))
		.map((mail) => ({ ...mail, kind: mail.headers['x-gatehouse-mail'] }));
}

/** The newest mail of a kind to an address, once it is there; after: how many to pass over. */
export async function waitForMail(stack, address, kind, { after = 0, tries = 600 } = {}) {
	let found = [];

	await eventually(`a mail ${kind} to ${address}`, async () => {
		found = (await mailsTo(stack, address)).filter((mail) => mail.kind === kind);
		return found.length > after;
	}, tries);
	return found.at(-1);
}

/** The address behind a mail's button. */
export function linkIn(mail) {
	return /^https?:\/\/\S+$/m.exec(mail.text)[0];
}
