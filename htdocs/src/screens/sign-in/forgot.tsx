// A new password by mail. The answer is the same whether somebody has the login or not.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import { Text } from '../../kit/field.tsx';
import { post } from '../../lib/api.ts';
import { required, useForm } from '../../lib/form.ts';
import { t } from '../../lib/i18n.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { Frame, Told, ToSignIn } from './frame.tsx';

export default function Forgot(): JSX.Element {
	const form = useForm({ login: '' });
	const [sent, setSent] = useState(false);
	const submit = async (): Promise<void> => {
		const missing = required(form.values, ['login']);
		if (Object.keys(missing).length) return form.fail(missing);
		const problem = await form.run(async () => {
			await post('session/forgot', { login: form.values.login.trim() });
		});
		if (!problem) setSent(true);
	};
	if (sent) {
		return (
			<Told icon="mail" title={t('forgot.sent')} text={t('forgot.sentText')}>
				<p class="sign-in-links">
					<ToSignIn />
				</p>
			</Told>
		);
	}
	return (
		<Frame
			title={t('forgot.title')}
			text={t('forgot.text')}
			onSubmit={() => void submit()}
			links={<ToSignIn />}
		>
			<FormProblem form={form} />
			<Text
				name="login"
				label={t('signIn.login')}
				value={form.values.login}
				error={form.errors.login}
				autocomplete="username"
				autofocus
				onInput={(value) => form.set('login', value)}
			/>
			<Button kind="primary" type="submit" busy={form.busy}>
				{t('forgot.do')}
			</Button>
		</Frame>
	);
}
