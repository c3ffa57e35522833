// The old password and a new one; all other sessions end.
import type { JSX } from 'preact';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { toast } from '../../kit/toast.tsx';
import { post } from '../../lib/api.ts';
import { required, useForm } from '../../lib/form.ts';
import { t } from '../../lib/i18n.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { PasswordPair } from '../../parts/password-pair.tsx';
import type { Props } from './email-dialog.tsx';

export function PasswordDialog({ me, onClose }: Props): JSX.Element {
	const form = useForm({ old: '', new: '' });
	const { values, set, errors } = form;
	const submit = async (): Promise<void> => {
		const missing = required(values, ['old', 'new']);
		if (Object.keys(missing).length) return form.fail(missing);
		const problem = await form.run(async () => {
			await post('me/password', values);
		});
		if (problem) return;
		toast(t('me.passwordDone'));
		onClose(true);
	};
	return (
		<Dialog
			title={t('me.passwordTitle')}
			icon="lock"
			onClose={() => onClose(false)}
			onSubmit={() => void submit()}
			keepOpen={form.changed.length > 0}
			foot={
				<>
					<Button onClick={() => onClose(false)}>{t('act.cancel')}</Button>
					<Button kind="primary" type="submit" busy={form.busy}>
						{t('reset.do')}
					</Button>
				</>
			}
		>
			<p class="muted">{t('me.passwordEnds')}</p>
			<PasswordPair login={me.login} values={values} errors={errors} set={set} min={me.password_min} />
			<FormProblem form={form} />
		</Dialog>
	);
}
