// The shapes of the change log, of billing events and of jobs.
export type Values = Record<string, unknown>;
export interface Change {
	id: string;
	at: string;
	action: string;
	actor_kind: 'person' | 'billing' | 'system' | 'api';
	actor_id: string | null;
	actor_label: string;
	impersonator_label: string | null;
	target_kind: string;
	target_id: string | null;
	target_label: string;
	account_id: string;
	account_label: string;
	result: 'success' | 'denied' | 'failed';
	failure: string | null;
	before: Values | null;
	after: Values | null;
	reason: string | null;
	ip: string | null;
	user_agent: string | null;
	correlation_id: string;
}

export type EventState =
	| 'received'
	| 'applied'
	| 'noop'
	| 'deferred'
	| 'quarantined'
	| 'rejected'
	| 'failed'
	| 'dead'
	| 'replayed'
	| 'dismissed';
export interface BillingEvent {
	id: string;
	event_id: string;
	type: string;
	label: string;
	original_type: string;
	subject_kind: string;
	subject_key: string;
	subject_seq: number | null;
	occurred_at: string;
	received_at: string;
	attempts: number;
	state: EventState;
	state_reason: string | null;
	account_id: string | null;
	account_name: string | null;
	source_name: string;
	log_extra: Values | null;
	applied_at: string | null;
	gap_before: number | null;
	replay_of: string | null;
	dismissed_why: string | null;
	ver: number;
}
export interface BillingEventFull extends BillingEvent {
	payload: Values;
	changes: Values | null;
	answer: Values | null;
	correlation_id: string;
	replayable: boolean;
	dismissible: boolean;
	mappable: boolean;
}
export interface BillingSource {
	id: string;
	name: string;
	label: string;
	mode: 'signed' | 'legacy';
	enabled: boolean;
	parent_account_id: string;
	parent_name: string;
	auto_provisioning: boolean;
	secrets: number;
	last_event_at: string | null;
	open_events: number;
}

export type JobState = 'queued' | 'running' | 'succeeded' | 'partial' | 'failed' | 'cancelled';
export interface Job {
	id: string;
	kind: string;
	state: JobState;
	label: string;
	person_label: string;
	total: number | null;
	done: number;
	failed: number;
	message: string | null;
	file_name: string | null;
	bytes: number | null;
	file_url: string | null;
	expires_at: string | null;
	created_at: string;
	finished_at: string | null;
	ver: number;
}
