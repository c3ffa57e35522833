// The shapes of people, roles, rights and policies as the screens use them.
export type MemberKind = 'main' | 'sub' | 'staff' | 'support';
export type MemberState = 'invited' | 'active' | 'suspended' | 'expired' | 'not_confirmed' | 'removed';
export type Origin = 'manual' | 'billing' | 'self';
export type Effect = 'allow' | 'deny';

export interface RoleGiven {
	role_id: string;
	name: string;
	builtin: string | null;
	scope_account_id: string | null;
	scope_name: string | null;
}

export interface Member {
	id: string;
	person_id: string;
	account_id: string;
	account_name: string;
	kind: MemberKind;
	login: string;
	name: string;
	email: string | null;
	phone: string | null;
	origin: Origin;
	state: MemberState;
	label: string | null;
	role: string;
	roles: RoleGiven[];
	parent_membership_id: string | null;
	parent_name: string | null;
	expires_at: string | null;
	two_step: boolean;
	last_login_at: string | null;
	created_at: string;
	created_by: string;
	ver: number;
	allowed: string[];
}

export interface Sign {
	id: string;
	created_at: string;
	last_seen_at: string | null;
	expires_at: string;
	ip: string | null;
	user_agent: string | null;
	current: boolean;
}

export interface PersonPlace {
	membership_id: string;
	account_id: string;
	account_name: string;
	kind: MemberKind;
	role: string;
	parent_name: string | null;
	state: MemberState;
	expires_at: string | null;
}

export interface PersonItem {
	id: string;
	login: string;
	name: string;
	email: string | null;
	origin: Origin;
	state: MemberState;
	memberships: PersonPlace[];
	last_login_at: string | null;
	created_at: string;
}

export interface PersonCard extends PersonItem {
	phone: string | null;
	locale: string | null;
	two_step: boolean;
	sessions: number;
	created_by: string;
	ver: number;
}

export interface Role {
	id: string;
	builtin: string | null;
	name: string;
	description: string | null;
	kind: 'admin' | 'guard';
	owner_account_id: string | null;
	owner_name: string | null;
	parent_role_id: string | null;
	parent_name: string | null;
	members: number | null;
	children: number;
	editable: boolean;
	ver: number;
	created_at: string | null;
	created_by: string | null;
}

export interface RoleLine {
	permission: string;
	section: string;
	own: Effect | 'inherit';
	effective: boolean;
	from: string | null;
}
export interface RoleFull extends Role {
	permissions: RoleLine[];
}

export interface Permission {
	key: string;
	section: string;
	kinds: string[];
}

export interface RolePreview {
	gain: string[];
	lose: string[];
	members_total: number;
	members: {
		membership_id: string;
		name: string;
		account_name: string;
		gain: string[];
		lose: string[];
	}[];
}

export interface Switch {
	permission: string;
	section: string;
	roles: boolean;
	switch: Effect | 'none';
	effective: boolean;
	step: string;
}
export interface MemberAccess {
	switches: Switch[];
	ver: number;
}
export interface AccessPreview {
	gain: string[];
	lose: string[];
	subs: { membership_id: string; name: string; lose: string[] }[];
}

export interface WhyStep {
	step: string;
	passed: boolean;
	detail: string | null;
	name: string | null;
	link: string | null;
}
export interface Why {
	allowed: boolean;
	steps: WhyStep[];
}

export interface PolicyOwn {
	require_two_step: boolean | null;
	users_may_change_email: boolean | null;
	users_may_change_password: boolean | null;
	idle_min: number | null;
	absolute_min: number | null;
	ip_allow: string | null;
	support_access: string | null;
	self_registration: string | null;
	registration_role_id: string | null;
}
export interface PolicyValue {
	key: keyof PolicyOwn;
	value: string | null;
	account_id: string | null;
	account_name: string | null;
	origin: 'own' | 'above' | 'default';
}
export interface AreaState {
	area: string;
	on: boolean;
	own: 'on' | 'off' | null;
	account_id: string | null;
	account_name: string | null;
	concerns: string | null;
	possible: boolean;
}
export interface Policy {
	own: PolicyOwn;
	effective: PolicyValue[];
	areas: AreaState[];
	ver: number;
}
export interface PolicyPreview {
	people: number;
	must_enrol: number;
	signed_out: number;
}
