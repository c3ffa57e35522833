// Terminating asks for the name to be typed; restoring asks for a reason.
import type { JSX } from 'preact';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { Area, Text } from '../kit/field.tsx';
import { toast } from '../kit/toast.tsx';
import { post } from '../lib/api.ts';
import type { Account, AccountItem } from '../lib/api.types.ts';
import { refreshAccount } from '../lib/bus.ts';
import { required, useForm } from '../lib/form.ts';
import { day } from '../lib/format.ts';
import { t } from '../lib/i18n.ts';
import { href } from '../lib/router.ts';
import { FormProblem } from './form-problem.tsx';
import { ImpactNote } from './impact.tsx';
import { withProof } from './proof.tsx';

interface Props {
	account: AccountItem;
	onClose: () => void;
}

export function TerminateDialog({ account, onClose }: Props): JSX.Element {
	const form = useForm({ confirm_name: '', reason_text: '' });
	const { values, set, errors } = form;
	const typed = values.confirm_name === account.name;
	const submit = async (): Promise<void> => {
		const missing = required(values, ['reason_text', 'confirm_name']);
		if (!missing.confirm_name && !typed) missing.confirm_name = t('error.name-differs');
		if (Object.keys(missing).length) return form.fail(missing);
		const problem = await form.run(async () => {
			const body = { reason_text: values.reason_text.trim(), confirm_name: values.confirm_name };
			await withProof(() => post<Account>(`accounts/${account.id}/terminate`, body));
			const after = await refreshAccount(account.id);
			toast(t('toast.terminated', { name: account.name, at: after.purge_at ? day(after.purge_at) : '' }), {
				link: { label: t('tab.life'), href: href(`accounts/${account.id}/life-cycle`) },
			});
		});
		if (!problem) onClose();
	};
	return (
		<Dialog
			title={t('terminate.title', { name: account.name })}
			icon="trash-2"
			tone="bad"
			onClose={onClose}
			onSubmit={submit}
			keepOpen={form.changed.length > 0}
			foot={
				<>
					<Button onClick={onClose}>{t('act.cancel')}</Button>
					<Button kind="danger" type="submit" busy={form.busy} disabled={!typed}>
						{t('act.terminate')}
					</Button>
				</>
			}
		>
			<ImpactNote account={account} action="terminate" />
			<Area
				name="reason_text"
				label={t('hold.reasonText')}
				required
				rows={2}
				value={values.reason_text}
				error={errors.reason_text}
				onInput={(value) => set('reason_text', value)}
			/>
			<p class="typed">
				{t('terminate.typeName')} <code>{account.name}</code>
			</p>
			<Text
				name="confirm_name"
				label={t('terminate.confirm')}
				value={values.confirm_name}
				error={errors.confirm_name}
				onInput={(value) => set('confirm_name', value)}
			/>
			<FormProblem form={form} />
		</Dialog>
	);
}

export function RestoreDialog({ account, onClose }: Props): JSX.Element {
	const form = useForm({ reason_text: '' });
	const submit = async (): Promise<void> => {
		const missing = required(form.values, ['reason_text']);
		if (Object.keys(missing).length) return form.fail(missing);
		const problem = await form.run(async () => {
			await post<Account>(`accounts/${account.id}/restore`, { reason_text: form.values.reason_text.trim() });
			await refreshAccount(account.id);
			toast(t('toast.restored', { name: account.name }));
		});
		if (!problem) onClose();
	};
	return (
		<Dialog
			title={t('restore.title', { name: account.name })}
			icon="rotate-ccw"
			tone="good"
			onClose={onClose}
			onSubmit={submit}
			foot={
				<>
					<Button onClick={onClose}>{t('act.cancel')}</Button>
					<Button kind="primary" type="submit" busy={form.busy}>
						{t('act.restore')}
					</Button>
				</>
			}
		>
			<ImpactNote account={account} action="restore" />
			<Area
				name="reason_text"
				label={t('hold.reasonText')}
				required
				rows={2}
				value={form.values.reason_text}
				error={form.errors.reason_text}
				onInput={(value) => form.set('reason_text', value)}
			/>
			<FormProblem form={form} />
		</Dialog>
	);
}
