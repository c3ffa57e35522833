// Placing a hold. Quick (suspend): reason and end. Full: kind, module and start, too.
import type { JSX } from 'preact';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { Area, Choice, Select, Text } from '../kit/field.tsx';
import { toast, toastProblem } from '../kit/toast.tsx';
import { post } from '../lib/api.ts';
import type { AccountItem, Hold } from '../lib/api.types.ts';
import { refreshAccount } from '../lib/bus.ts';
import { instant, required, useForm } from '../lib/form.ts';
import { t, tWord } from '../lib/i18n.ts';
import { release } from './acts.tsx';
import { FormProblem } from './form-problem.tsx';
import { ImpactNote } from './impact.tsx';

const KINDS = ['admin', 'security', 'abuse', 'vacation'] as const;
const MODULES = ['', 'cameras', 'intercoms'] as const;
const REASONS = [
	'customer_request',
	'non_payment',
	'contract',
	'misuse',
	'security_incident',
	'other',
] as const;

async function undo(account: AccountItem, hold: Hold): Promise<void> {
	try {
		await release(account.id, hold.id, t('hold.undone'));
		await refreshAccount(account.id);
		toast(t('toast.enabled', { name: account.name }));
	} catch (error) {
		toastProblem(error);
	}
}

export function HoldDialog(props: {
	account: AccountItem;
	onClose: () => void;
	quick?: boolean;
}): JSX.Element {
	const { account, onClose, quick } = props;
	const form = useForm({
		kind: 'admin' as string,
		reason_code: 'customer_request' as string,
		reason_text: '',
		starts_at: '',
		ends_at: '',
		module: '' as string,
	});
	const { values, set, errors } = form;
	const submit = async (): Promise<void> => {
		const missing = required(values, ['reason_text']);
		if (Object.keys(missing).length) return form.fail(missing);
		const problem = await form.run(async () => {
			const hold = await post<Hold>(`accounts/${account.id}/holds`, {
				kind: values.kind,
				reason_code: values.reason_code,
				reason_text: values.reason_text.trim(),
				starts_at: instant(values.starts_at),
				ends_at: instant(values.ends_at),
				module: values.module,
			});
			await refreshAccount(account.id);
			const later = new Date(hold.starts_at).getTime() > Date.now();
			const key = later ? 'toast.holdScheduled' : values.module ? 'toast.holdPlaced' : 'toast.suspended';
			toast(t(key, { name: account.name }), {
				act: { label: t('act.undo'), run: () => void undo(account, hold) },
			});
		});
		if (!problem) onClose();
	};
	return (
		<Dialog
			title={t(quick ? 'suspend.title' : 'hold.title', { name: account.name })}
			icon="pause"
			tone="warn"
			onClose={onClose}
			onSubmit={submit}
			keepOpen={form.changed.length > 0}
			foot={
				<>
					<Button onClick={onClose}>{t('act.cancel')}</Button>
					<Button kind="primary" type="submit" busy={form.busy}>
						{t(quick ? 'act.suspend' : 'hold.place')}
					</Button>
				</>
			}
		>
			<ImpactNote account={account} action="suspend" />
			{!quick && (
				<Choice
					name="kind"
					label={t('hold.kind')}
					value={values.kind}
					options={KINDS.map((kind) => [kind, tWord('holdKind', kind)])}
					onInput={(value) => set('kind', value)}
				/>
			)}
			<Select
				name="reason_code"
				label={t('hold.reason')}
				value={values.reason_code}
				error={errors.reason_code}
				options={REASONS.map((code) => [code, tWord('holdReason', code)])}
				onInput={(value) => set('reason_code', value)}
			/>
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
			{!quick && (
				<Choice
					name="module"
					label={t('hold.module')}
					value={values.module}
					options={MODULES.map((module) => [module, tWord('module', module || 'all')])}
					onInput={(value) => set('module', value)}
				/>
			)}
			<div class="row2">
				{!quick && (
					<Text
						name="starts_at"
						type="datetime-local"
						label={t('hold.starts')}
						value={values.starts_at}
						error={errors.starts_at}
						hint={t('hold.startsHint')}
						onInput={(value) => set('starts_at', value)}
					/>
				)}
				<Text
					name="ends_at"
					type="datetime-local"
					label={t('hold.ends')}
					value={values.ends_at}
					error={errors.ends_at}
					hint={t('hold.endsHint')}
					onInput={(value) => set('ends_at', value)}
				/>
			</div>
			<FormProblem form={form} />
		</Dialog>
	);
}
