// Life cycle: the state and its reasons, the holds open and released, and the end.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Bones, Chip, Panel, Tag, Time } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { Area } from '../../kit/field.tsx';
import { Failure } from '../../kit/states.tsx';
import { toast } from '../../kit/toast.tsx';
import { get } from '../../lib/api.ts';
import type { Account, Hold } from '../../lib/api.types.ts';
import { refreshAccount, useAccountChanges } from '../../lib/bus.ts';
import { useForm } from '../../lib/form.ts';
import { day, exact } from '../../lib/format.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { href } from '../../lib/router.ts';
import { can } from '../../lib/session.ts';
import { ask, may, release } from '../../parts/acts.tsx';
import { FormProblem } from '../../parts/form-problem.tsx';
import { Reasons } from '../../parts/reasons.tsx';
import { moduleName, reasonSpan, StateChip } from '../../parts/words.tsx';
import { Exemption } from './life-exemption.tsx';
import type { TabProps } from './sections.ts';

export default function Life({ account }: TabProps): JSX.Element {
	const { data, problem, reload } = useLoad<{ items: Hold[] }>(
		`holds ${account.id}`,
		(signal) => get(`accounts/${account.id}/holds`, {}, signal),
		10_000,
	);
	useAccountChanges((changed) => changed.id === account.id && reload());
	const [releasing, setReleasing] = useState<Hold | null>(null);
	const ended = account.state === 'terminated' || account.state === 'purged';
	const open = data?.items.filter((hold) => hold.open) ?? [];
	const past = data?.items.filter((hold) => !hold.open) ?? [];
	return (
		<div class="tab stack">
			<header class="tab-head">
				<div>
					<h2>{t('tab.life')}</h2>
					<p class="muted">{t('life.text')}</p>
				</div>
				{!ended && can('account.suspend') && (
					<Button icon="pause" onClick={() => ask('hold', account)}>
						{t('hold.placeDots')}
					</Button>
				)}
			</header>
			<div class="life-state">
				<span>{t('life.now')}</span> <StateChip state={account.state} />
			</div>
			<Reasons account={account} others />
			<Panel title={t('life.open')} flush>
				{problem && !data && <Failure problem={problem} onRetry={reload} />}
				{!data && !problem && <Bones lines={2} class="pad" />}
				{data && open.length === 0 && <p class="muted pad">{t('life.noneOpen')}</p>}
				<ul class="holds">
					{open.map((hold) => (
						<HoldRow key={hold.id} hold={hold} account={account} onRelease={() => setReleasing(hold)} />
					))}
				</ul>
			</Panel>
			{past.length > 0 && (
				<Panel title={t('life.past')} flush>
					<ul class="holds">
						{past.map((hold) => (
							<HoldRow key={hold.id} hold={hold} account={account} />
						))}
					</ul>
				</Panel>
			)}
			{!ended && (data || problem) && <Exemption account={account} />}
			{(data || problem) && may(account, 'move') && <Place account={account} />}
			{(data || problem) && <Ending account={account} />}
			{releasing && <ReleaseDialog account={account} hold={releasing} onClose={() => setReleasing(null)} />}
		</div>
	);
}

function mayRelease(hold: Hold): boolean {
	if (!hold.open || hold.kind === 'billing' || hold.kind === 'parent') return false;
	return hold.kind === 'security' ? can('account.resume.security') : can('account.resume');
}

function HoldRow({
	hold,
	account,
	onRelease,
}: {
	hold: Hold;
	account: Account;
	onRelease?: () => void;
}): JSX.Element {
	return (
		<li class="hold">
			<div class="hold-main">
				<p class="hold-title">
					<b>{tWord('holdKind', hold.kind)}</b>
					{hold.module && <Tag>{moduleName(hold.module)}</Tag>}
					{hold.open && (
						<Chip tone={hold.effective ? 'warn' : 'info'} quiet={!hold.effective}>
							{t(hold.effective ? 'hold.effective' : 'hold.scheduled')}
						</Chip>
					)}
				</p>
				<p>{[tWord('holdReason', hold.reason_code), hold.reason_text].filter(Boolean).join(': ')}</p>
				<p class="hold-meta">
					<span title={exact(hold.placed_at)}>
						{t('hold.placedBy', { who: hold.placed_by, at: day(hold.placed_at) })}
					</span>
					{(hold.ends_at || day(hold.starts_at) !== day(hold.placed_at)) && <span>{reasonSpan(hold)}</span>}
					{hold.event_id && (
						<a href={href(`accounts/${account.id}/billing-events`, { event: hold.event_id })}>
							{t('hold.event')}
						</a>
					)}
					{hold.released_at && (
						<span>
							{t('hold.releasedBy', { who: hold.released_by ?? '' })} <Time at={hold.released_at} />
							{hold.release_text && `: ${hold.release_text}`}
						</span>
					)}
				</p>
			</div>
			{onRelease && mayRelease(hold) && (
				<Button small onClick={onRelease}>
					{t('hold.release')}
				</Button>
			)}
			{hold.open && hold.kind === 'billing' && <span class="muted">{t('hold.billingOnly')}</span>}
		</li>
	);
}

function ReleaseDialog({
	account,
	hold,
	onClose,
}: {
	account: Account;
	hold: Hold;
	onClose: () => void;
}): JSX.Element {
	const form = useForm({ reason_text: '' });
	const submit = async (): Promise<void> => {
		const problem = await form.run(async () => {
			await release(account.id, hold.id, form.values.reason_text.trim());
			const after = await refreshAccount(account.id);
			toast(t(after.state === 'suspended' ? 'toast.released' : 'toast.enabled', { name: account.name }));
		});
		if (!problem) onClose();
	};
	return (
		<Dialog
			title={t('hold.releaseTitle', { kind: tWord('holdKind', hold.kind), name: account.name })}
			icon="play"
			tone="good"
			onClose={onClose}
			onSubmit={() => void submit()}
			foot={
				<>
					<Button onClick={onClose}>{t('act.cancel')}</Button>
					<Button kind="primary" type="submit" busy={form.busy}>
						{t('hold.release')}
					</Button>
				</>
			}
		>
			<Area
				name="reason_text"
				label={t('hold.reasonText')}
				value={form.values.reason_text}
				error={form.errors.reason_text}
				hint={t('hold.reasonHint')}
				onInput={(value) => form.set('reason_text', value)}
			/>
			<FormProblem form={form} />
		</Dialog>
	);
}

function Place({ account }: { account: Account }): JSX.Element {
	return (
		<Panel title={t('move.panel')}>
			<div class="ending">
				<p>{t('move.text', { parent: account.parent_name ?? '' })}</p>
				<Button icon="corner-up-right" onClick={() => ask('move', account)}>
					{t('act.moveDots')}
				</Button>
			</div>
		</Panel>
	);
}

function Ending({ account }: { account: Account }): JSX.Element | null {
	if (may(account, 'restore')) {
		return (
			<Panel title={t('life.restore')}>
				<div class="ending">
					<p>{t('life.restoreText', { at: account.purge_at ? day(account.purge_at) : '' })}</p>
					<Button icon="rotate-ccw" onClick={() => ask('restore', account)}>
						{t('act.restoreDots')}
					</Button>
				</div>
			</Panel>
		);
	}
	if (!may(account, 'terminate')) return null;
	return (
		<Panel title={t('life.end')} class="danger-panel">
			<div class="ending">
				<p>{t('life.endText')}</p>
				<Button icon="trash-2" class="danger-text" onClick={() => ask('terminate', account)}>
					{t('act.terminateDots')}
				</Button>
			</div>
		</Panel>
	);
}
