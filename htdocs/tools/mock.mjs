// A stand-in for the server while the front end is worked on, on 127.0.0.1:18200
// (MOCK_PORT). It keeps nothing and checks little; no test of the product uses it.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { ago, hold, id, makeAccounts, makeChanges, makeEvents, rnd } from './mock-data.mjs';

const accounts = makeAccounts(3000);
const byId = new Map(accounts.map((one) => [one.id, one]));
const events = makeEvents(accounts);
const changes = makeChanges(accounts);
const jobs = [];
let signedIn = true;
const dist = new URL('../dist/', import.meta.url);
const person = {
	id: id('per', 1),
	login: 'admin',
	name: 'Imani Okafor',
	email: 'imani@demo.example',
	locale: null,
	time_zone: null,
	theme: 'system',
	density: 'cosy',
	shortcuts: true,
	last_login_at: ago(9000),
};
const PERMISSIONS = [
	'account.list',
	'account.view',
	'account.create',
	'account.edit',
	'account.edit_billing',
	'account.edit_location',
	'account.suspend',
	'account.resume',
	'account.resume.security',
	'account.terminate',
	'account.restore',
	'account.export',
	'audit.list',
	'audit.view',
	'audit.view_before_after',
	'audit.export',
	'billing_event.list',
	'billing_event.view',
	'billing_event.view_payload',
	'billing_event.replay',
	'billing_event.dismiss',
	'billing_event.map',
	'billing_source.list',
	'job.list',
	'job.cancel',
	'device.list',
];
const session = () => ({
	person,
	memberships: [],
	acting: {
		membership_id: id('mem', 1),
		account_id: accounts[0].id,
		account_name: accounts[0].name,
		account_kind: 'platform',
		role: 'platform-admin',
	},
	permissions: PERMISSIONS,
	step: 'done',
	expires_at: ago(-9000),
	idle_sec: 1800,
});

class Fault extends Error {
	constructor(status, code, more = {}) {
		super(code);
		Object.assign(this, {
			status,
			body: { type: `#/problems/${code}`, title: code.replace(/-/g, ' '), status, ...more },
		});
	}
}
const above = (one) => (one ? [one, ...above(one.parent)] : []);
function reasonsOf(one) {
	return above(one).flatMap((each) =>
		each.holds
			.filter((h) => h.open)
			.map((h) => ({
				hold_id: h.id,
				account_id: each.id,
				account_name: each.name,
				kind: h.kind,
				module: h.module,
				reason_code: h.reason_code,
				reason_text: h.reason_text,
				placed_by: h.placed_by,
				placed_at: h.placed_at,
				starts_at: h.starts_at,
				ends_at: h.ends_at,
				effective: true,
				own: each === one,
			})),
	);
}
function stateOf(one) {
	if (one.state === 'terminated') return one.state;
	if (reasonsOf(one).some((r) => !r.module)) return 'suspended';
	return one.last_login_at || one.kind !== 'customer' ? 'active' : 'not_confirmed';
}
function item(one) {
	const { parent, holds, contacts, sites, ...rest } = one;
	return { ...rest, state: stateOf(one) };
}
function full(one) {
	const open = events.filter((e) => e.account_id === one.id && e.state === 'quarantined').length;
	return {
		...item(one),
		reasons: reasonsOf(one),
		path: above(one)
			.reverse()
			.slice(0, -1)
			.map(({ id, name, kind }) => ({ id, name, kind })),
		locked:
			one.origin === 'billing'
				? ['name', 'contract_no', 'payer'].map((field) => ({
						field,
						event_id: events[3].id,
						event_type: 'billing.new_entity',
						set_at: one.created_at,
					}))
				: [],
		counts: {
			contacts: one.contacts.length,
			sites: one.sites.length,
			cameras: 4,
			members: 3,
			open_events: open,
		},
		allowed: [],
	};
}
function page(list, query) {
	const limit = Number(query.get('limit') ?? 50);
	const at = Number(query.get('cursor') ?? 0);
	return {
		items: list.slice(at, at + limit),
		next: at + limit < list.length ? String(at + limit) : null,
		prev: null,
		total: { value: list.length, exact: true },
	};
}
function listAccounts(query) {
	let list = accounts;
	for (const word of (query.get('q') ?? '').split(/\s+/).filter(Boolean)) {
		const [key, value] = word.split(':');
		if (key === 'kind') list = list.filter((one) => one.kind === value);
		else if (key === 'status') list = list.filter((one) => stateOf(one) === value);
		else if (key === 'parent')
			list = list.filter((one) =>
				above(one)
					.slice(1)
					.some((up) => up.id === value),
			);
		else if (value !== undefined)
			throw new Fault(422, 'invalid', { errors: [{ pointer: '/q', code: 'unknown-token' }] });
		else
			list = list.filter((one) =>
				`${one.name} ${one.login} ${one.email} ${one.number} ${one.phone}`
					.toLowerCase()
					.split(/\s+/)
					.some((w) => w.startsWith(word.toLowerCase())),
			);
	}
	const sort = query.get('sort') ?? 'name';
	const field = { name: 'name', created: 'created_at', last_login: 'last_login_at' }[sort.replace('-', '')];
	list = [...list].sort((a, b) => String(a[field] ?? '').localeCompare(String(b[field] ?? '')));
	if (sort.startsWith('-')) list.reverse();
	return page(list.map(item), query);
}
function checked(one, request) {
	const match = request.headers['if-match'];
	if (!match) throw new Fault(428, 'precondition-required');
	if (match !== `"v${one.ver}"`)
		throw new Fault(412, 'version', { current: one.parent === undefined ? one : full(one) });
}
function oneAccount([aid, part, sub, act], method, body, query, request) {
	const one = byId.get(aid);
	if (!one) throw new Fault(404, 'not-found');
	if (!part && method === 'PATCH') {
		checked(one, request);
		Object.assign(one, body, { ver: one.ver + 1 });
	}
	if (!part) return full(one);
	if (part === 'impact')
		return {
			action: query.get('action'),
			accounts: 1,
			members: 3,
			sessions: 2,
			sites: 2,
			cameras: 4,
			purge_at: ago(-2678400),
			effects: [
				{ module: 'login', effect: 'block' },
				{ module: 'live', effect: 'block' },
				{ module: 'recording', effect: 'continue' },
				{ module: 'door_keys', effect: 'continue' },
			],
			warnings: [],
		};
	if (part === 'changes')
		return page(
			changes.filter((c) => filterChange(c, query)).map((c) => ({ ...c, account_id: one.id })),
			query,
		);
	if (part === 'billing-events')
		return page(
			events.filter((e) => filterEvent(e, query) && (e.account_id === one.id || rnd(40) === 0)),
			query,
		);
	if (part === 'devices')
		return page(
			['Loading dock', 'Gate', 'Car park north', 'Lobby'].map((name, n) => ({
				id: id('dev', n),
				kind: 'camera',
				name,
				status: ['active', 'partial', 'inactive', 'initial'][n],
				site_id: one.sites[0]?.id,
				site_name: one.sites[0]?.name,
				vendor: 'Axis',
				model: 'P3245',
				mac: '11:22:33:44:55:66',
				serial: `SN${n}`,
				external_id: `CAM-${n}`,
				service: '8MP',
				archive_days: 30,
				enabled: true,
				attached_at: ago(90000),
			})),
			query,
		);
	if (part === 'terminate') {
		if (body.confirm_name !== one.name)
			throw new Fault(422, 'invalid', { errors: [{ pointer: '/confirm_name', code: 'name-differs' }] });
		Object.assign(one, { state: 'terminated', terminated_at: ago(0), purge_at: ago(-2678400) });
		return full(one);
	}
	if (part === 'restore') {
		Object.assign(one, { state: 'active', terminated_at: null, purge_at: null });
		return full(one);
	}
	if (part === 'holds') {
		if (method === 'GET') return { items: [...one.holds].reverse() };
		if (act === 'release') {
			const h = one.holds.find((x) => x.id === sub);
			Object.assign(h, {
				open: false,
				effective: false,
				released_at: ago(0),
				released_by: person.name,
				release_text: body.reason_text,
			});
			one.ver++;
			return h;
		}
		const made = hold(one.number - 100000, body.kind, {
			...body,
			starts_at: body.starts_at ?? ago(0),
			placed_at: ago(0),
			placed_by: person.name,
		});
		one.holds.push(made);
		one.ver++;
		return made;
	}
	const list = one[part];
	if (method === 'GET' && !sub)
		return { items: list, next: null, prev: null, total: { value: list.length, exact: true } };
	if (method === 'POST') {
		const made = {
			id: id(part.slice(0, 3), rnd(1e9)),
			ver: 1,
			created_at: ago(0),
			updated_at: ago(0),
			cameras: 0,
			origin: 'manual',
			...body,
		};
		list.push(made);
		return made;
	}
	const hit = list.find((x) => x.id === sub);
	checked(hit, request);
	if (method === 'DELETE') {
		one[part] = list.filter((x) => x !== hit);
		return null;
	}
	return Object.assign(hit, body, { ver: hit.ver + 1 });
}
const filterChange = (c, query) =>
	!query.getAll('action').length || query.getAll('action').includes(c.action);
const filterEvent = (e, query) =>
	(!query.getAll('type').length || query.getAll('type').includes(e.type)) &&
	(!query.get('state') || query.get('state') === e.state);
function startJob() {
	const job = {
		id: id('job', jobs.length + 1),
		kind: 'export',
		state: 'running',
		label: 'Export',
		person_label: person.name,
		total: 3000,
		done: 0,
		failed: 0,
		message: null,
		file_name: 'export.csv',
		bytes: null,
		file_url: null,
		expires_at: ago(-86400),
		created_at: ago(0),
		finished_at: null,
		ver: 1,
	};
	jobs.unshift(job);
	const timer = setInterval(() => {
		job.done = Math.min(job.total, job.done + 400);
		if (job.done < job.total && job.state === 'running') return;
		clearInterval(timer);
		if (job.state === 'running')
			Object.assign(job, {
				state: 'succeeded',
				bytes: 182000,
				file_url: `export/v1/files/${job.id}`,
				finished_at: ago(0),
			});
	}, 500);
	return job;
}
function route(method, path, body, query, request) {
	if (path[0] === 'session') {
		if (method === 'POST') {
			if (body.password === 'wrong') throw new Fault(401, 'sign-in-failed');
			signedIn = true;
		}
		if (method === 'DELETE') {
			signedIn = false;
			return null;
		}
		if (path[1] === 'found') return { session: signedIn ? session() : null };
		if (!signedIn) throw new Fault(401, 'not-signed-in');
		return session();
	}
	if (!signedIn) throw new Fault(401, 'not-signed-in');
	if (path[0] === 'me') return Object.assign(person, body);
	if (path[0] === 'accounts' && path.length === 1) {
		if (method === 'GET') return listAccounts(query);
		const n = accounts.length + 1;
		const made = {
			...accounts[20],
			...body,
			id: id('acc', n),
			number: 100000 + n,
			state: 'active',
			last_login_at: null,
			holds: [],
			contacts: [],
			sites: [],
			ver: 1,
			created_at: ago(0),
			parent: byId.get(body.parent_id),
			parent_name: byId.get(body.parent_id)?.name,
		};
		accounts.push(made);
		byId.set(made.id, made);
		return full(made);
	}
	if (path[0] === 'accounts') return oneAccount(path.slice(1), method, body, query, request);
	if (path[0] === 'changes')
		return page(
			changes.filter((c) => filterChange(c, query)),
			query,
		);
	if (path[0] === 'billing-sources')
		return {
			items: [
				{
					id: id('src', 1),
					name: 'acme',
					label: 'Acme billing',
					mode: 'signed',
					enabled: true,
					parent_account_id: accounts[0].id,
					parent_name: accounts[0].name,
					auto_provisioning: true,
					secrets: 2,
					last_event_at: ago(60),
					open_events: 12,
				},
			],
		};
	if (path[0] === 'billing-events') {
		if (path.length === 1)
			return page(
				events.filter((e) => filterEvent(e, query)),
				query,
			);
		const hit = events.find((e) => e.id === path[1]);
		if (path[2]) hit.state = { replay: 'replayed', dismiss: 'dismissed', map: 'applied' }[path[2]];
		return hit;
	}
	if (path[0] === 'jobs') {
		if (path.length === 1) return page(jobs, query);
		const job = jobs.find((one) => one.id === path[1]);
		if (path[2] === 'cancel') job.state = 'cancelled';
		return job;
	}
	throw new Fault(404, 'not-found');
}
const TYPES = {
	html: 'text/html',
	js: 'text/javascript',
	css: 'text/css',
	svg: 'image/svg+xml',
	woff2: 'font/woff2',
	txt: 'text/plain',
};
const CSP =
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
async function file(path, answer) {
	const name = path === '/' ? 'index.html' : path.slice(1);
	try {
		const data = await readFile(new URL(name, dist));
		answer.writeHead(200, {
			'Content-Type': TYPES[name.split('.').pop()] ?? 'application/octet-stream',
			'Content-Security-Policy': CSP,
		});
		answer.end(data);
	} catch {
		answer.writeHead(404).end();
	}
}
createServer(async (request, answer) => {
	const url = new URL(request.url, 'http://mock');
	if (!/^\/(api|export)\//.test(url.pathname)) return file(url.pathname, answer);
	let raw = '';
	for await (const piece of request) raw += piece;
	await new Promise((go) => setTimeout(go, 30));
	let status = 200;
	let body;
	try {
		if (url.pathname.startsWith('/export/')) {
			status = 202;
			body = startJob();
		} else
			body = route(
				request.method,
				url.pathname.slice(8).split('/'),
				raw ? JSON.parse(raw) : {},
				url.searchParams,
				request,
			);
		if (body === null) status = 204;
	} catch (error) {
		status = error.status ?? 500;
		body = error.body ?? { type: '#/problems/internal', title: String(error.stack), status };
	}
	answer.writeHead(status, {
		'Content-Type': status < 400 ? 'application/json' : 'application/problem+json',
		'X-Request-Id': id('req', rnd(1e9)),
	});
	answer.end(body === null ? undefined : JSON.stringify(body));
}).listen(Number(process.env.MOCK_PORT ?? 18200), '127.0.0.1', () =>
	console.log('mock on http://127.0.0.1:18200/'),
);
