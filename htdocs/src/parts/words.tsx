// How an account's words look: state, kind, origin, reasons.
import type { JSX } from 'preact';
import { Chip, Tag, type Tone } from '../kit/bits.tsx';
import type {
	AccountItem,
	CameraStatus,
	EventState,
	JobState,
	Module,
	Origin,
	Reason,
	State,
} from '../lib/api.types.ts';
import { day } from '../lib/format.ts';
import { t, tWord } from '../lib/i18n.ts';

export const STATES: State[] = ['active', 'suspended', 'not_confirmed', 'terminated', 'purged'];

const TONES: Record<State, Tone> = {
	active: 'good',
	suspended: 'warn',
	not_confirmed: 'info',
	terminated: 'bad',
	purged: 'idle',
};

export function StateChip({ state }: { state: State }): JSX.Element {
	return (
		<Chip tone={TONES[state] ?? 'idle'} quiet={state === 'active'}>
			{tWord('state', state)}
		</Chip>
	);
}

const EVENT_TONES: Record<EventState, Tone> = {
	received: 'info',
	applied: 'good',
	noop: 'idle',
	deferred: 'info',
	quarantined: 'warn',
	rejected: 'bad',
	failed: 'bad',
	dead: 'bad',
	replayed: 'idle',
	dismissed: 'idle',
};

export const EVENT_STATES = Object.keys(EVENT_TONES) as EventState[];

export function EventChip({ state, reason }: { state: EventState; reason?: string | null }): JSX.Element {
	return (
		<Chip
			tone={EVENT_TONES[state] ?? 'idle'}
			quiet={state === 'applied' || state === 'noop'}
			title={reason ? tWord('eventReason', reason) : undefined}
		>
			{tWord('eventState', state)}
		</Chip>
	);
}

const JOB_TONES: Record<JobState, Tone> = {
	queued: 'idle',
	running: 'info',
	succeeded: 'good',
	partial: 'warn',
	failed: 'bad',
	cancelled: 'idle',
};

export function JobChip({ state }: { state: JobState }): JSX.Element {
	return (
		<Chip tone={JOB_TONES[state] ?? 'idle'} quiet={state === 'succeeded'}>
			{tWord('jobState', state)}
		</Chip>
	);
}

const CAMERA_TONES: Record<CameraStatus, Tone> = {
	active: 'good',
	partial: 'warn',
	inactive: 'bad',
	empty: 'idle',
	initial: 'info',
};

export function CameraChip({ status }: { status: CameraStatus }): JSX.Element {
	return (
		<Chip tone={CAMERA_TONES[status] ?? 'idle'} quiet={status === 'active'}>
			{tWord('camera', status)}
		</Chip>
	);
}

export function OriginTag({ origin }: { origin: Origin }): JSX.Element {
	return (
		<Tag
			icon={origin === 'billing' ? 'receipt' : origin === 'self' ? 'user' : 'user-cog'}
			title={tWord('originLong', origin)}
		>
			{tWord('origin', origin)}
		</Tag>
	);
}

export function roleName(role: string | null): string {
	return tWord('role', role);
}
export function moduleName(module: Module): string {
	return tWord('module', module || 'all');
}

/** What people call the person of an account: its login, else its e-mail. */
export function loginOf(item: AccountItem): string {
	return item.login ?? item.email ?? String(item.number);
}

/** One sentence for one reason why an account, or a module of it, stands still. */
export function reasonText(reason: Reason): string {
	const what = tWord('holdKind', reason.kind);
	const text = reason.reason_text || tWord('holdReason', reason.reason_code);
	const whole = text ? `${what}: ${text}` : what;
	return reason.module ? `${moduleName(reason.module)} – ${whole}` : whole;
}

export function reasonSpan(reason: { starts_at: string; ends_at: string | null }): string {
	const later = new Date(reason.starts_at).getTime() > Date.now();
	const from = later
		? t('hold.from', { at: day(reason.starts_at) })
		: t('hold.since', { at: day(reason.starts_at) });
	return reason.ends_at ? `${from} ${t('hold.until', { at: day(reason.ends_at) })}` : from;
}
