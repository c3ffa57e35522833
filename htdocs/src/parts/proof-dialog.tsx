// Asks for the password again, and for a code where the person has a second step.
import type { JSX } from 'preact';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { Text } from '../kit/field.tsx';
import { get, post } from '../lib/api.ts';
import { required, useForm } from '../lib/form.ts';
import { t } from '../lib/i18n.ts';
import { useLoad } from '../lib/load.ts';
import { session } from '../lib/session.ts';
import { FormProblem } from './form-problem.tsx';
import type { Answered } from './proof.tsx';

export function ProofDialog({ onDone }: { onDone: Answered }): JSX.Element {
	const me = useLoad<{ two_step: boolean }>('me', (stop) => get('me', {}, stop));
	const form = useForm({ password: '', code: '' });
	const { values, set, errors } = form;
	const twoStep = me.data?.two_step ?? false;
	const submit = async (): Promise<void> => {
		const missing = required(values, twoStep ? ['password', 'code'] : ['password']);
		if (Object.keys(missing).length) return form.fail(missing);
		const { password } = values;
		const body = twoStep ? { password, code: values.code.trim() } : { password };
		const problem = await form.run(async () => {
			await post('session/proof', body);
		});
		if (!problem) return onDone(true);
		set('code', '');
	};
	return (
		<Dialog
			title={t('proof.title')}
			icon="lock"
			onClose={() => onDone(false)}
			onSubmit={() => void submit()}
			keepOpen
			foot={
				<>
					<Button onClick={() => onDone(false)}>{t('act.cancel')}</Button>
					<Button kind="primary" type="submit" busy={form.busy} disabled={me.loading}>
						{t('proof.do')}
					</Button>
				</>
			}
		>
			<p class="muted">{t('proof.text')}</p>
			{/* Tells password managers whose password it is. */}
			<input
				type="text"
				class="sr-only"
				name="login"
				autocomplete="username"
				value={session.value?.person.login ?? ''}
				readOnly
				tabIndex={-1}
				aria-hidden="true"
			/>
			<Text
				name="password"
				type="password"
				label={t('signIn.password')}
				value={values.password}
				error={errors.password}
				autocomplete="current-password"
				autofocus
				onInput={(value) => set('password', value)}
			/>
			{twoStep && (
				<Text
					name="code"
					label={t('otp.code')}
					hint={t('otp.hint')}
					value={values.code}
					error={errors.code}
					autocomplete="one-time-code"
					onInput={(value) => set('code', value)}
				/>
			)}
			<FormProblem form={form} />
		</Dialog>
	);
}
