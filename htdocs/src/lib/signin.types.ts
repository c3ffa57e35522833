// The shapes of signing in, invitations, registrations, keys and support.
import type { Me } from '../gen/api.ts';

export type MyDetails = Me & {
	email_pending: string | null;
	phone: string | null;
	origin: 'manual' | 'billing' | 'self';
	may_change_name: boolean;
	must_change: boolean;
	password_min: number;
	may_change_email: boolean;
	may_change_password: boolean;
	two_step: boolean;
	two_step_required: boolean;
	recovery_left: number;
};
export interface FactorSetup {
	secret: string;
	uri: string;
}
export interface RecoveryCodes {
	recovery_codes: string[];
}
export interface OwnSession {
	id: string;
	created_at: string;
	last_seen_at: string;
	expires_at: string;
	ip: string | null;
	user_agent: string | null;
	current: boolean;
}
export interface ApiKey {
	id: string;
	name: string;
	hint: string;
	person_id: string;
	person_name: string;
	permissions: string[];
	state: 'active' | 'expired' | 'revoked';
	created_at: string;
	expires_at: string;
	last_used_at: string | null;
	revoked_at: string | null;
	revoked_why: string | null;
	ver: number;
}
export type NewApiKey = ApiKey & { key: string };
export interface Invitation {
	id: string;
	email: string;
	first_name: string;
	last_name: string;
	language: string;
	role_id: string;
	role_name: string;
	kind: 'staff' | 'support';
	member_until: string | null;
	state: 'sent' | 'expired' | 'accepted' | 'revoked';
	sent_at: string;
	expires_at: string;
	sent_count: number;
	invited_by: string;
	accepted_at: string | null;
	person_id: string | null;
	membership_id: string | null;
	advise_against: boolean;
	ver: number;
	created_at: string;
	allowed: string[];
}
export interface InvitationRole {
	role_id: string;
	name: string;
	builtin: string | null;
	kind: 'admin' | 'guard';
	advise_against: boolean;
	grantable: boolean;
}
export interface InvitationImpact {
	state: Invitation['state'];
	removes_user: boolean;
	person_id: string | null;
	membership_id: string | null;
	name: string | null;
	login: string | null;
	sessions: number;
	other_accounts: number;
}
export interface InvitationLook {
	account_name: string;
	invited_by: string;
	email: string;
	first_name: string;
	last_name: string;
	language: string;
	role_name: string;
	kind: string;
	expires_at: string;
	member_until: string | null;
	known: boolean;
	password_min: number;
}
export interface RegistrationHost {
	mode: 'off' | 'approval' | 'automatic';
	password_min: number;
}
export interface Registration {
	id: string;
	email: string;
	name: string;
	company: string | null;
	language: string;
	state: 'pending' | 'approved' | 'rejected';
	parent_account_id: string;
	parent_name: string;
	account_id: string | null;
	decided_by: string | null;
	decided_at: string | null;
	ver: number;
	created_at: string;
	allowed: string[];
}
export interface SupportGrant {
	id: string;
	account_id: string;
	operator_label: string;
	mine: boolean;
	membership_id: string | null;
	member_name: string | null;
	may_write: boolean;
	reason: string;
	ticket_no: string | null;
	minutes: number;
	state: 'requested' | 'active' | 'refused' | 'revoked' | 'expired';
	decided_by: string | null;
	decided_at: string | null;
	starts_at: string | null;
	expires_at: string | null;
	visits: number;
	ver: number;
	created_at: string;
	allowed: string[];
}
export interface Visit {
	id: string;
	grant_id: string;
	account_id: string;
	account_name: string;
	operator_label: string;
	mine: boolean;
	membership_id: string;
	member_name: string;
	may_write: boolean;
	live: boolean;
	reason: string;
	started_at: string;
	expires_at: string;
	ended_at: string | null;
	end_reason: string | null;
}
