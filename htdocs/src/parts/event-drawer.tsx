// One billing event: what came, what it did, why it waits, and what to do with it.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Banner, Bones, Copy, Facts } from '../kit/bits.tsx';
import { Button } from '../kit/button.tsx';
import { Failure } from '../kit/states.tsx';
import { toast, toastProblem } from '../kit/toast.tsx';
import { get, post } from '../lib/api.ts';
import type { BillingEvent, BillingEventFull, Values } from '../lib/api.types.ts';
import { refreshAccount } from '../lib/bus.ts';
import { exact } from '../lib/format.ts';
import { t, tWord } from '../lib/i18n.ts';
import { useLoad } from '../lib/load.ts';
import { href } from '../lib/router.ts';
import { can } from '../lib/session.ts';
import { changedFields, Diff, fieldName, word } from './diff.tsx';
import { DismissDialog, MapDialog } from './event-dialogs.tsx';
import { eventLabel, typeLabel } from './event-words.ts';
import { EventChip } from './words.tsx';

interface Props {
	id: string;
	item: BillingEvent | undefined;
	first: boolean;
	last: boolean;
	inside: boolean;
	onStep: (by: number) => void;
	onClose: () => void;
	onChange: (event: BillingEvent) => void;
}

const WAITS = ['quarantined', 'dead', 'rejected', 'failed', 'deferred'];

export function EventDrawer(props: Props): JSX.Element {
	const { id, item } = props;
	const { data, problem, reload, put } = useLoad<BillingEventFull>(
		`event ${id}`,
		(signal) => get(`billing-events/${id}`, {}, signal),
		10_000,
	);
	const event = data ?? item;
	const changed = (next: BillingEventFull): void => {
		put(next);
		props.onChange(next);
		reload();
		if (next.account_id) refreshAccount(next.account_id).catch(() => {});
	};
	return (
		<section class={`card pane${props.inside ? ' inside' : ''}`} aria-label={t('event.drawer')}>
			<header class="pane-head">
				<Button
					kind="ghost"
					icon="chevron-up"
					label={t('keys.previous')}
					onClick={() => props.onStep(-1)}
					disabled={props.first}
				/>
				<Button
					kind="ghost"
					icon="chevron-down"
					label={t('keys.next')}
					onClick={() => props.onStep(1)}
					disabled={props.last}
				/>
				<span class="pane-at">{t('event.one')}</span>
				<span class="push" />
				<Button kind="ghost" icon="x" label={t('keys.closePane')} onClick={props.onClose} />
			</header>
			<div
				class="pane-body"
				tabIndex={0}
				role="group"
				aria-label={event ? eventLabel(event) : t('event.one')}
			>
				{problem && !data && <Failure problem={problem} onRetry={reload} />}
				{!event && !problem && <Bones lines={8} />}
				{event && <Top event={event} />}
				{data && <Body event={data} />}
			</div>
			{data && (data.replayable || data.dismissible || data.mappable) && (
				<Foot event={data} onChange={changed} />
			)}
		</section>
	);
}

function Top({ event }: { event: BillingEvent }): JSX.Element {
	const waits = WAITS.includes(event.state);
	return (
		<>
			<div class="event-top">
				<h2>{eventLabel(event)}</h2>
				<p class="pane-sub">
					<EventChip state={event.state} />
					<span class="mono muted">{event.type}</span>
				</p>
			</div>
			{event.state_reason && (
				<Banner tone={waits ? 'warn' : 'idle'} icon={waits ? 'triangle-alert' : 'info'}>
					<strong>{tWord('eventReason', event.state_reason)}</strong>
					{event.original_type !== event.type && (
						<p>{t('event.sentAs', { type: typeLabel(event.original_type) })}</p>
					)}
				</Banner>
			)}
			{event.dismissed_why && (
				<Banner tone="idle" icon="ban">
					{t('event.dismissedWhy', { why: event.dismissed_why })}
				</Banner>
			)}
		</>
	);
}

function Body({ event }: { event: BillingEventFull }): JSX.Element {
	const extra = Object.entries(event.log_extra ?? {}).map(([key, value]) => `${key}: ${String(value)}`);
	return (
		<>
			<Facts
				empty={false}
				items={[
					[t('event.requestId'), <Copy key="i" text={event.event_id} label={t('event.requestId')} />],
					[t('event.source'), event.source_name],
					[t('event.verified'), tWord('eventProof', event.verified_by ?? 'none')],
					[
						t('event.account'),
						event.account_id && (
							<a href={href(`accounts/${event.account_id}/overview`)}>{event.account_name}</a>
						),
					],
					[t('event.subject'), `${tWord('subjectKind', event.subject_kind)} ${event.subject_key}`],
					[t('event.seq'), event.subject_seq],
					[t('event.occurred'), exact(event.occurred_at)],
					[t('event.created'), exact(event.received_at)],
					[t('event.appliedAt'), event.applied_at && exact(event.applied_at)],
					[t('event.attempts'), event.attempts],
					[t('event.gap'), event.gap_before],
					[
						t('event.replayOf'),
						event.replay_of && (
							<a href={href('billing-events', { event: event.replay_of })}>{event.replay_of}</a>
						),
					],
					[t('event.extra'), extra.join(', ')],
					[t('log.correlation'), <Copy key="c" text={event.correlation_id} label={t('log.correlation')} />],
				]}
			/>
			<div class="pane-row">
				<h3>{t('event.changes')}</h3>
				{event.account_id && can('audit.list') && (
					<a href={href(`accounts/${event.account_id}/changes`, { correlation: event.correlation_id })}>
						{t('event.inLog')}
					</a>
				)}
			</div>
			<Changes changes={event.changes} />
			<Answer answer={event.answer} />
			{event.payload && (
				<>
					<h3>{t('event.payload')}</h3>
					<pre class="payload" tabIndex={0}>
						{JSON.stringify(event.payload, null, 2)}
					</pre>
				</>
			)}
		</>
	);
}

/** What the sender was told beside the state: above all which fields were wrong. */
function Answer({ answer }: { answer: Values | null }): JSX.Element | null {
	const names = Object.keys(answer ?? {});
	if (!answer || names.length === 0) return null;
	const errors = Object.entries((answer.errors ?? {}) as Values);
	const facts = errors.length ? errors : Object.entries(answer);
	const text = (value: unknown): string => {
		if (Array.isArray(value)) return value.map(text).join(' ');
		return value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value);
	};
	return (
		<>
			<h3>{t('event.answer')}</h3>
			<Facts items={facts.map(([name, value]) => [name, text(value)])} />
		</>
	);
}

/** {before, after}, or one such pair a thing it changed. */
function Changes({ changes }: { changes: Values | null }): JSX.Element {
	if (!changes || Object.keys(changes).length === 0) return <p class="muted">{t('event.noChanges')}</p>;
	const before = (changes.before ?? null) as Values | null;
	const after = (changes.after ?? null) as Values | null;
	if (('before' in changes || 'after' in changes) && changedFields(before, after).length) {
		return <Diff before={before} after={after} />;
	}
	/* A secret is the same word before and after: that it was set is all there is to say. */
	if (after && changedFields(null, after).every((name) => typeof after[name] !== 'object'))
		return (
			<Facts items={Object.entries(after).map(([name, value]) => [fieldName(name), word(name, value)])} />
		);
	return <pre class="payload">{JSON.stringify(changes, null, 2)}</pre>;
}

function Foot({
	event,
	onChange,
}: {
	event: BillingEventFull;
	onChange: (event: BillingEventFull) => void;
}): JSX.Element {
	const [busy, setBusy] = useState(false);
	const [open, setOpen] = useState<'map' | 'dismiss' | null>(null);
	const replay = async (): Promise<void> => {
		setBusy(true);
		try {
			const next = await post<BillingEventFull>(`billing-events/${event.id}/replay`);
			onChange(next);
			toast(t('event.replayed', { state: tWord('eventState', next.state) }));
		} catch (error) {
			toastProblem(error);
		}
		setBusy(false);
	};
	const done = (next: BillingEventFull | null): void => {
		setOpen(null);
		if (next) onChange(next);
	};
	return (
		<footer class="pane-foot">
			{event.mappable && can('billing_event.map') && (
				<Button kind="primary" icon="map-pin" onClick={() => setOpen('map')}>
					{t('event.map')}
				</Button>
			)}
			{event.replayable && can('billing_event.replay') && (
				<Button icon="rotate-ccw" busy={busy} onClick={() => void replay()}>
					{t('event.replay')}
				</Button>
			)}
			<span class="push" />
			{event.dismissible && can('billing_event.dismiss') && (
				<Button icon="ban" onClick={() => setOpen('dismiss')}>
					{t('event.dismiss')}
				</Button>
			)}
			{open === 'map' && <MapDialog event={event} payload={event.payload} onClose={done} />}
			{open === 'dismiss' && <DismissDialog event={event} onClose={done} />}
		</footer>
	);
}
