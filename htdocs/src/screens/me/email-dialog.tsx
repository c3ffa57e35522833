// A new address holds when both mailboxes have confirmed it.
import type { JSX } from 'preact';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { Text } from '../../kit/field.tsx';
import { toast } from '../../kit/toast.tsx';
import { post } from '../../lib/api.ts';
import type { MyDetails } from '../../lib/api.types.ts';
import { required, useForm } from '../../lib/form.ts';
import { t } from '../../lib/i18n.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { withProof } from '../../parts/proof.tsx';

export interface Props {
	me: MyDetails;
	onClose: (changed: boolean) => void;
}

export function EmailDialog({ me, onClose }: Props): JSX.Element {
	const form = useForm({ email: '' });
	const links = me.email ? 2 : 1;
	const submit = async (): Promise<void> => {
		const missing = required(form.values, ['email']);
		if (Object.keys(missing).length) return form.fail(missing);
		const email = form.values.email.trim();
		const problem = await form.run(async () => {
			await withProof(() => post('me/email', { email }));
		});
		if (problem) return;
		toast(t('me.emailSent', { email, n: links }));
		onClose(true);
	};
	return (
		<Dialog
			title={t('me.emailTitle')}
			icon="mail"
			onClose={() => onClose(false)}
			onSubmit={() => void submit()}
			keepOpen={form.changed.length > 0}
			foot={
				<>
					<Button onClick={() => onClose(false)}>{t('act.cancel')}</Button>
					<Button kind="primary" type="submit" busy={form.busy}>
						{t('me.emailDo', { n: links })}
					</Button>
				</>
			}
		>
			<p class="muted">{me.email ? t('me.emailBoth', { email: me.email }) : t('me.emailOne')}</p>
			<Text
				name="email"
				type="email"
				label={t('me.newEmail')}
				value={form.values.email}
				error={form.errors.email}
				autocomplete="email"
				onInput={(value) => form.set('email', value)}
			/>
			<FormProblem form={form} />
		</Dialog>
	);
}
