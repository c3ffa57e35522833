// Invented accounts for tools/mock.mjs.
const FIRST = [
	'Ann',
	'Imani',
	'Jürgen',
	'Łukasz',
	'Zoë',
	'美咲',
	'Олена',
	'Μαρία',
	'Amara',
	'Søren',
	'Leila',
	'Tomás',
	'Priya',
	'Kwame',
];
const LAST = [
	'Lee',
	'Okafor',
	'Müller',
	'Wójcik',
	'Lindqvist',
	'田中',
	'Коваленко',
	'Παππά',
	'Whitfield',
	'Sørensen',
	'Haddad',
	'Núñez',
	'Nair',
	'Mensah',
];
const PLACE = [
	'Northgate',
	'Falcon',
	'Harbour',
	'Cedar',
	'Kestrel',
	'Juniper',
	'Meadow',
	'Sterling',
	'Union',
	'Lantern',
	'Königsallee',
	'Żoliborz',
];
const TRADE = [
	'Breweries',
	'Motors',
	'Data Centres',
	'Pharmacy',
	'Car Parks',
	'Academy',
	'Foods',
	'Farms',
	'Jewellers',
	'Sports Club',
	'Hausverwaltung',
	'Housing Association',
];

let seed = 7;
export const rnd = (n) => {
	seed = (seed * 1103515245 + 12345) % 2147483648;
	return (seed >>> 9) % n;
};
export const pick = (list) => list[rnd(list.length)];
export const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString().replace('Z', '000Z');
export const id = (prefix, n) => `${prefix}_${n.toString(32).toUpperCase().padStart(13, '0')}`;

function account(n, kind, parent) {
	const person = kind === 'customer' && rnd(3) > 0;
	const name =
		kind === 'platform'
			? 'Gatehouse Demo'
			: person
				? `${pick(FIRST)} ${pick(LAST)}`
				: `${pick(PLACE)} ${pick(TRADE)}`;
	const login = kind === 'customer' ? `c${100000 + n}` : null;
	const roll = rnd(20);
	const state =
		kind !== 'customer'
			? 'active'
			: roll < 2
				? 'suspended'
				: roll < 4
					? 'not_confirmed'
					: roll === 4
						? 'terminated'
						: 'active';
	const origin = kind === 'customer' && rnd(2) ? 'billing' : 'manual';
	return {
		id: id('acc', n),
		number: 100000 + n,
		kind,
		class: person ? 'person' : 'organisation',
		origin,
		name,
		login,
		email: kind === 'customer' ? `${login}@mail.example` : null,
		role: kind === 'customer' ? 'customer-owner' : null,
		external_id: origin === 'billing' ? `C-${100000 + n}` : null,
		contract_no: rnd(2) ? `K-${n}` : null,
		parent_id: parent?.id ?? null,
		parent_name: parent?.name ?? null,
		state,
		last_login_at: state === 'not_confirmed' || kind !== 'customer' ? null : ago(rnd(4000000)),
		created_at: ago(rnd(60000000) + 4000000),
		created_by: origin === 'billing' ? 'acme billing' : 'Imani Okafor',
		ver: 1,
		tenant_id: '0b2cde6c-52d2-4d3c-9a63-0d1c4f1f6f00',
		generation: 1,
		type: null,
		phone: kind === 'customer' ? `+49 30 ${1000000 + rnd(8999999)}` : null,
		purge_at: state === 'terminated' ? ago(-2000000) : null,
		terminated_at: state === 'terminated' ? ago(600000) : null,
		confirmed_at: null,
		locale: 'de',
		time_zone: 'Europe/Berlin',
		payer: name,
		tax_included: false,
		tax_number: null,
		billing_extra: origin === 'billing' ? { invoice_group: 'B2C', iban_tail: '4711' } : null,
		country: 'DE',
		region: 'Berlin',
		city: 'Berlin',
		postcode: '10115',
		street: 'Invalidenstraße',
		house: String(1 + rnd(120)),
		latitude: 52.53,
		longitude: 13.38,
		updated_at: ago(rnd(900000)),
		source_name: origin === 'billing' ? 'acme' : null,
		holds: state === 'suspended' ? [hold(n, rnd(2) ? 'billing' : 'admin')] : [],
		contacts: [],
		sites: [],
		parent,
	};
}

let holds = 0;
export function hold(account, kind, more = {}) {
	return {
		id: id('hld', ++holds),
		account_id: id('acc', account),
		kind,
		module: '',
		reason_code: kind === 'billing' ? 'non_payment' : 'customer_request',
		reason_text: kind === 'billing' ? 'invoice 4711' : 'Customer is away',
		placed_at: ago(rnd(800000)),
		placed_by: kind === 'billing' ? 'acme billing' : 'Imani Okafor',
		starts_at: ago(800000),
		ends_at: null,
		event_id: null,
		released_at: null,
		released_by: null,
		release_text: null,
		open: true,
		effective: true,
		ver: 1,
		...more,
	};
}

export function makeAccounts(count) {
	const root = account(1, 'platform', null);
	const all = [root];
	for (let n = 2; n <= 9; n++) all.push(account(n, 'reseller', n < 5 ? root : all[n - 4]));
	while (all.length < count) all.push(account(all.length + 1, 'customer', all[1 + rnd(8)]));
	for (const one of all.slice(1)) {
		one.contacts = [
			{
				id: id('con', one.number),
				role: 'owner',
				name: one.name,
				email: one.email,
				phone: one.phone,
				note: null,
				ver: 1,
				created_at: one.created_at,
				updated_at: one.created_at,
			},
		];
		one.sites = [0, 1].slice(0, one.class === 'organisation' ? 2 : 1).map((k) => ({
			id: id('sit', one.number * 2 + k),
			parent_site_id: null,
			kind: k === 0 && one.class === 'organisation' ? 'hq' : 'location',
			name: k ? 'Warehouse' : 'Head office',
			external_id: null,
			csa_code: null,
			contract_no: null,
			origin: 'manual',
			country: 'DE',
			region: null,
			city: 'Berlin',
			postcode: '10115',
			street: 'Invalidenstraße',
			house: '7',
			latitude: 52.53,
			longitude: 13.38,
			cameras: 2,
			ver: 1,
			created_at: one.created_at,
			updated_at: one.created_at,
		}));
	}
	return all;
}

const TYPES = [
	'new_entity',
	'pause_entity',
	'unpause_entity',
	'update_login',
	'create_location',
	'create_location_unknown_csa',
	'attach_camera',
	'detach_camera',
	'unknown_type',
];
export function makeEvents(accounts) {
	return Array.from({ length: 400 }, (_, n) => {
		const of = accounts[10 + rnd(300)];
		const type = pick(TYPES);
		const bad = type.startsWith('create_location_unknown') || type === 'unknown_type';
		return {
			id: id('evt', 1000 - n),
			event_id: `evt_01J9Z8Y7Q2K4T3${n}`,
			type: `billing.${type}`,
			label: `Billing. ${type}`,
			original_type: bad ? 'billing.create_location' : `billing.${type}`,
			subject_kind: 'entity',
			subject_key: of.external_id ?? `C-${of.number}`,
			subject_seq: 40 + n,
			occurred_at: ago(n * 900 + 30),
			received_at: ago(n * 900),
			attempts: 1 + rnd(2),
			state: bad ? 'quarantined' : rnd(6) ? 'applied' : 'noop',
			state_reason: bad ? 'unknown_csa' : null,
			account_id: of.id,
			account_name: of.name,
			source_name: 'acme',
			log_extra: { crm_ticket: '88123' },
			applied_at: bad ? null : ago(n * 900),
			gap_before: null,
			replay_of: null,
			dismissed_why: null,
			ver: 1,
			payload: {
				id: `evt_${n}`,
				type: `billing.${type}`,
				subject: { kind: 'entity', external_id: of.external_id, seq: 40 + n },
				data: { login: of.login, password: '[set]', csa: '7700000001234' },
			},
			changes: bad ? null : { before: { state: 'active' }, after: { state: 'suspended' } },
			correlation_id: `${n}`.padStart(32, 'c'),
		};
	});
}

const ACTIONS = [
	'account.update',
	'hold.place',
	'hold.release',
	'account.create',
	'account.export',
	'contact.create',
	'site.update',
	'session.create',
	'account.terminate',
];
export function makeChanges(accounts) {
	return Array.from({ length: 700 }, (_, n) => {
		const of = accounts[10 + rnd(300)];
		const action = pick(ACTIONS);
		return {
			id: id('chg', 5000 - n),
			at: ago(n * 4000),
			action,
			actor_kind: rnd(5) ? 'person' : 'billing',
			actor_id: id('per', 1),
			actor_label: rnd(2) ? 'Imani Okafor' : 'Jonas Lindqvist',
			impersonator_label: null,
			target_kind: 'account',
			target_id: of.id,
			target_label: of.name,
			account_id: of.id,
			account_label: of.name,
			result: rnd(9) ? 'success' : 'denied',
			failure: null,
			before: { phone: '+49 30 1', state: 'active' },
			after: { phone: '+49 30 2', state: 'suspended' },
			reason: rnd(2) ? 'Asked for by the customer' : null,
			ip: '203.0.113.90',
			user_agent: 'Mozilla/5.0 (X11; Linux x86_64)',
			correlation_id: `${n}`.padStart(32, 'a'),
		};
	});
}
