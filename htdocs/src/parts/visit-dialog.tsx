// Asking to act as a user: why, for how long, and whether anything may be changed.
// What the account's policy says is told before.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Banner } from '../kit/bits.tsx';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { Area, Choice, Select, Text } from '../kit/field.tsx';
import { toast } from '../kit/toast.tsx';
import { get, post } from '../lib/api.ts';
import type { Page, SupportGrant } from '../lib/api.types.ts';
import { orNull, required, useForm } from '../lib/form.ts';
import { day } from '../lib/format.ts';
import { t, tWord } from '../lib/i18n.ts';
import { useLoad } from '../lib/load.ts';
import { href } from '../lib/router.ts';
import { can } from '../lib/session.ts';
import { FormProblem } from './form-problem.tsx';
import { startVisit, usePolicy, type Visited } from './visit.tsx';

const MINUTES = ['15', '30', '60', '240', '1440'];

/** What was asked before: leave that is there, a request that waits, or the last that nobody answered. */
function useAsked({ account, member }: Visited): { found?: SupportGrant; lapsed?: SupportGrant } {
	const to = `accounts/${account.id}/support-grants`;
	const { data } = useLoad<Page<SupportGrant>>(can('support.list') ? `my ${to}` : null, (stop) =>
		get(to, { limit: 25 }, stop),
	);
	const mine = (data?.items ?? []).filter((one) => one.mine && (!member || one.membership_id === member.id));
	const found = mine.find((one) => one.state === 'requested' || one.allowed.includes('start'));
	const last = mine[0];
	if (found) return { found };
	return last?.state === 'expired' && !last.decided_at ? { lapsed: last } : {};
}

export function VisitDialog(props: Visited & { onClose: () => void }): JSX.Element {
	const { account, member, onDone, onClose } = props;
	const policy = usePolicy(account.id);
	const { found, lapsed } = useAsked(props);
	const [made, setMade] = useState<SupportGrant | null>(null);
	const [mute, setMute] = useState(false);
	const have = made ?? found;
	const form = useForm({ reason: '', ticket_no: '', minutes: '60', mode: 'look' });
	const { values, set, errors } = form;
	const waits = have?.state === 'requested';
	const never = policy === 'never' && !have;
	const request = (): Promise<SupportGrant> =>
		post<SupportGrant>(`accounts/${account.id}/support-grants`, {
			membership_id: member?.id ?? null,
			reason: values.reason.trim(),
			ticket_no: orNull(values.ticket_no),
			minutes: Number(values.minutes),
			may_write: values.mode === 'write',
		});
	const submit = async (): Promise<void> => {
		const missing = have ? {} : required(values, ['reason']);
		if (Object.keys(missing).length) return form.fail(missing);
		const problem = await form.run(async () => {
			const grant = have ?? (await request());
			setMade(grant);
			if (grant.state === 'active') await startVisit(grant.id);
			else toast(t('visit.asked', { account: account.name }));
		});
		setMute(problem?.code === 'nobody-decides');
		onDone?.();
		if (!problem) onClose();
	};
	const verb = have || policy !== 'on_request' ? 'visit.start' : 'visit.ask';
	return (
		<Dialog
			title={t('visit.title', { user: have?.member_name ?? member?.name ?? account.name })}
			icon="eye"
			tone="warn"
			onClose={onClose}
			onSubmit={() => void submit()}
			keepOpen={form.changed.length > 0}
			foot={
				<>
					<Button onClick={onClose}>{t(waits || never ? 'act.close' : 'act.cancel')}</Button>
					{!waits && !never && (
						<Button kind="primary" type="submit" busy={form.busy}>
							{t(verb)}
						</Button>
					)}
				</>
			}
		>
			{policy && (
				<Banner tone={never ? 'bad' : 'info'} icon="shield">
					{tWord('supportPolicy', policy)}
				</Banner>
			)}
			{lapsed && !have && (
				<Banner tone="warn" icon="clock">
					{t('visit.lapsed', { at: day(lapsed.created_at), reason: lapsed.reason })}
				</Banner>
			)}
			{have ? <Have grant={have} /> : !never && !mute && <Fields values={values} set={set} errors={errors} />}
			{!mute && <p class="muted">{t('visit.logged')}</p>}
			<FormProblem form={form} />
			{mute && <NobodyDecides id={account.id} />}
		</Dialog>
	);
}

/** What would let somebody answer, and where; the page that opens closes this one. */
function NobodyDecides({ id }: { id: string }): JSX.Element {
	return (
		<Banner tone="info" icon="info">
			{t(can('account.edit_areas') ? 'visit.nobodyDo' : 'visit.nobodyAsk')}{' '}
			{can('policy.view') && (
				<a href={href(`accounts/${id}/configuration`, { at: 'areas' })}>{t('visit.nobodyLink')}</a>
			)}
		</Banner>
	);
}

function Have({ grant }: { grant: SupportGrant }): JSX.Element {
	return (
		<p>
			{t(grant.state === 'requested' ? 'visit.waits' : 'visit.have', { reason: grant.reason })}{' '}
			{t(grant.may_write ? 'support.write' : 'support.look')}.
		</p>
	);
}

interface Values {
	reason: string;
	ticket_no: string;
	minutes: string;
	mode: string;
}

function Fields(props: {
	values: Values;
	set: (name: keyof Values, value: string) => void;
	errors: Partial<Record<string, string>>;
}): JSX.Element {
	const { values, set, errors } = props;
	const write = can('support.impersonate_write');
	return (
		<>
			<Area
				name="reason"
				label={t('visit.reason')}
				hint={t('visit.reasonHint')}
				required
				rows={2}
				value={values.reason}
				error={errors.reason}
				onInput={(value) => set('reason', value)}
			/>
			<div class="row2">
				<Text
					name="ticket_no"
					label={t('visit.ticket')}
					value={values.ticket_no}
					error={errors.ticket_no}
					maxLength={64}
					onInput={(value) => set('ticket_no', value)}
				/>
				<Select
					name="minutes"
					label={t('visit.howLong')}
					hint={t('visit.howLongHint')}
					value={values.minutes}
					error={errors.minutes}
					options={MINUTES.map((n) => [n, t('support.minutes', { n: Number(n) })])}
					onInput={(value) => set('minutes', value)}
				/>
			</div>
			<Choice
				name="mode"
				label={t('visit.mode')}
				hint={write ? undefined : t('visit.noWrite')}
				disabled={!write}
				value={values.mode}
				options={[
					['look', t('support.look')],
					['write', t('support.write')],
				]}
				onInput={(value) => set('mode', value)}
			/>
		</>
	);
}
