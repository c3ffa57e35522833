// Life cycle: an exemption keeps holds of billing from stopping the account until a date.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Panel } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { Area, Text } from '../../kit/field.tsx';
import { toast } from '../../kit/toast.tsx';
import { post } from '../../lib/api.ts';
import type { Account } from '../../lib/api.types.ts';
import { refreshAccount } from '../../lib/bus.ts';
import { instant, required, useForm } from '../../lib/form.ts';
import { day } from '../../lib/format.ts';
import { t } from '../../lib/i18n.ts';
import { can } from '../../lib/session.ts';
import { FormProblem } from '../../parts/form-problem.tsx';

export function Exemption({ account }: { account: Account }): JSX.Element | null {
	const [open, setOpen] = useState(false);
	const until = account.exempt_until;
	const exempt = until !== null && new Date(until).getTime() > Date.now();
	if (!account.source_name || (!exempt && !can('account.exempt'))) return null;
	return (
		<Panel title={t('exempt.title')}>
			<div class="ending">
				{exempt ? (
					<p>
						{t('exempt.now', { at: day(until) })}{' '}
						{t('exempt.by', { who: account.exempt_by ?? '', reason: account.exempt_reason ?? '' })}
					</p>
				) : (
					<p>{t('exempt.none')}</p>
				)}
				{can('account.exempt') && (
					<Button onClick={() => setOpen(true)}>{t(exempt ? 'exempt.end' : 'exempt.dots')}</Button>
				)}
			</div>
			{open && <ExemptionDialog account={account} ends={exempt} onClose={() => setOpen(false)} />}
		</Panel>
	);
}

function ExemptionDialog({
	account,
	ends,
	onClose,
}: {
	account: Account;
	ends: boolean;
	onClose: () => void;
}): JSX.Element {
	const form = useForm({ until_at: '', reason_text: '' });
	const { values, set, errors } = form;
	const name = account.name;
	const submit = async (): Promise<void> => {
		const missing = required(values, ends ? ['reason_text'] : ['until_at', 'reason_text']);
		if (Object.keys(missing).length) return form.fail(missing);
		const problem = await form.run(async () => {
			const reason_text = values.reason_text.trim();
			if (ends) await post(`accounts/${account.id}/exemption/end`, { reason_text });
			else
				await post(`accounts/${account.id}/exemption`, {
					until_at: instant(values.until_at),
					reason_text,
				});
			await refreshAccount(account.id);
			toast(t(ends ? 'exempt.ended' : 'exempt.done', { name }));
		});
		if (!problem) onClose();
	};
	return (
		<Dialog
			title={t(ends ? 'exempt.endTitle' : 'exempt.dialog', { name })}
			icon="play"
			tone={ends ? 'warn' : 'good'}
			onClose={onClose}
			onSubmit={() => void submit()}
			keepOpen={form.changed.length > 0}
			foot={
				<>
					<Button onClick={onClose}>{t('act.cancel')}</Button>
					<Button kind="primary" type="submit" busy={form.busy}>
						{t(ends ? 'exempt.end' : 'exempt.do')}
					</Button>
				</>
			}
		>
			{ends ? (
				<p>{t('exempt.endText')}</p>
			) : (
				<Text
					name="until_at"
					type="datetime-local"
					label={t('exempt.until')}
					required
					value={values.until_at}
					error={errors.until_at}
					hint={t('exempt.untilHint')}
					onInput={(value) => set('until_at', value)}
				/>
			)}
			<Area
				name="reason_text"
				label={t('hold.reasonText')}
				required
				value={values.reason_text}
				error={errors.reason_text}
				hint={t('hold.reasonHint')}
				rows={2}
				onInput={(value) => set('reason_text', value)}
			/>
			<FormProblem form={form} />
		</Dialog>
	);
}
