// The shapes of the HTTP API, as its OpenAPI document describes them.
export type State = 'active' | 'suspended' | 'not_confirmed' | 'terminated' | 'purged';
export type Kind = 'platform' | 'reseller' | 'customer';
export type Class = 'person' | 'organisation';
export type Origin = 'manual' | 'billing' | 'self';
export type Module = '' | 'cameras' | 'intercoms';
export type HoldKind = 'billing' | 'admin' | 'security' | 'abuse' | 'vacation' | 'parent' | 'expiry';

export interface Total {
	value: number;
	exact: boolean;
}
export interface Page<T> {
	items: T[];
	next: string | null;
	prev: string | null;
	total: Total;
}

export interface Person {
	id: string;
	login: string;
	name: string;
	email: string | null;
	locale: string | null;
	time_zone: string | null;
	theme: 'system' | 'light' | 'dark';
	density: 'cosy' | 'compact';
	shortcuts: boolean;
	last_login_at: string | null;
}
export interface Acting {
	membership_id: string;
	account_id: string;
	account_name: string;
	account_kind: Kind;
	role: string;
}
export interface Session {
	person: Person;
	acting: Acting;
	permissions: string[];
	step: string;
	expires_at: string;
	idle_sec: number;
}

export interface AccountItem {
	id: string;
	number: number;
	kind: Kind;
	class: Class;
	origin: Origin;
	name: string;
	login: string | null;
	email: string | null;
	role: string | null;
	external_id: string | null;
	contract_no: string | null;
	parent_id: string | null;
	parent_name: string | null;
	state: State;
	last_login_at: string | null;
	created_at: string;
	created_by: string;
	ver: number;
}
export interface Reason {
	hold_id: string;
	account_id: string;
	account_name: string;
	kind: HoldKind;
	module: Module;
	reason_code: string;
	reason_text: string | null;
	placed_by: string;
	placed_at: string;
	starts_at: string;
	ends_at: string | null;
	effective: boolean;
	own: boolean;
}
export interface Locked {
	field: string;
	event_id: string;
	event_type: string;
	set_at: string;
}
export interface Address {
	country: string | null;
	region: string | null;
	city: string | null;
	postcode: string | null;
	street: string | null;
	house: string | null;
	latitude: number | null;
	longitude: number | null;
}
export interface Counts {
	contacts: number;
	sites: number;
	cameras: number;
	members: number;
	open_events: number;
}
export interface Account extends AccountItem, Address {
	tenant_id: string;
	generation: number;
	type: string | null;
	phone: string | null;
	purge_at: string | null;
	terminated_at: string | null;
	confirmed_at: string | null;
	locale: string | null;
	time_zone: string | null;
	payer: string | null;
	tax_included: boolean;
	tax_number: string | null;
	billing_extra: Record<string, unknown> | null;
	updated_at: string;
	source_name: string | null;
	reasons: Reason[];
	path: { id: string; name: string; kind: Kind }[];
	locked: Locked[];
	counts: Counts;
	allowed: string[];
}

export interface Hold {
	id: string;
	account_id: string;
	kind: HoldKind;
	module: Module;
	reason_code: string;
	reason_text: string | null;
	placed_at: string;
	placed_by: string;
	starts_at: string;
	ends_at: string | null;
	event_id: string | null;
	released_at: string | null;
	released_by: string | null;
	release_text: string | null;
	open: boolean;
	effective: boolean;
	ver: number;
}
export interface Impact {
	action: string;
	accounts: number;
	members: number;
	sessions: number;
	sites: number;
	cameras: number;
	purge_at: string | null;
	effects: { module: string; effect: string }[];
	warnings: string[];
}

export type ContactRole = 'owner' | 'billing' | 'technical' | 'emergency';
export interface Contact {
	id: string;
	role: ContactRole;
	name: string;
	email: string | null;
	phone: string | null;
	note: string | null;
	ver: number;
	created_at: string;
	updated_at: string;
}
export type SiteKind = 'hq' | 'department' | 'company' | 'building' | 'entrance' | 'apartment' | 'location';
export interface Site extends Address {
	id: string;
	parent_site_id: string | null;
	kind: SiteKind;
	name: string;
	external_id: string | null;
	csa_code: string | null;
	contract_no: string | null;
	origin: Origin;
	cameras: number;
	ver: number;
	created_at: string;
	updated_at: string;
}
export type CameraStatus = 'active' | 'partial' | 'inactive' | 'empty' | 'initial';
export interface Camera {
	id: string;
	kind: string;
	name: string;
	status: CameraStatus;
	site_id: string | null;
	site_name: string | null;
	vendor: string | null;
	model: string | null;
	mac: string | null;
	serial: string | null;
	external_id: string | null;
	service: string | null;
	archive_days: number | null;
	enabled: boolean;
	attached_at: string | null;
}

export type * from './log.types.ts';
