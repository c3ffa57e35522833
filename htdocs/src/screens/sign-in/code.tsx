// The first password of somebody invited: a code by mail, then the password with it.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import { Text } from '../../kit/field.tsx';
import { Password } from '../../kit/password.tsx';
import { post } from '../../lib/api.ts';
import { required, useForm } from '../../lib/form.ts';
import { t } from '../../lib/i18n.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { Frame, Told, ToSignIn } from './frame.tsx';
import { PASSWORD_MIN } from './rule.ts';

export default function Code(): JSX.Element {
	const form = useForm({ login: '', code: '', password: '' });
	const [step, setStep] = useState<'ask' | 'use' | 'done'>('ask');
	const [sent, setSent] = useState(false);
	const { values, set, errors } = form;
	useEffect(() => {
		const next = values.login ? 'code' : 'login';
		if (step === 'use') document.querySelector<HTMLElement>(`[name=${next}]`)?.focus();
	}, [step]);
	const send = async (): Promise<void> => {
		const problem = await form.run(async () => {
			await post('session/code', { login: values.login.trim() });
		});
		if (problem) return;
		setSent(true);
		setStep('use');
	};
	const use = async (): Promise<void> => {
		const problem = await form.run(async () => {
			const { password } = values;
			await post('session/code/use', { login: values.login.trim(), code: values.code.trim(), password });
		});
		if (!problem) setStep('done');
		else if (problem.code === 'wrong-code') {
			form.put({ code: '' });
			document.querySelector<HTMLElement>('[name=code]')?.focus();
		}
	};
	const submit = (): void => {
		const missing = required(values, step === 'ask' ? ['login'] : ['login', 'code', 'password']);
		if (Object.keys(missing).length) form.fail(missing);
		else void (step === 'ask' ? send() : use());
	};
	if (step === 'done') return <Told title={t('code.done')} text={t('code.doneText')} />;
	return (
		<Frame
			title={t('code.title')}
			text={t(step === 'ask' ? 'code.text' : sent ? 'code.sent' : 'code.haveText')}
			onSubmit={submit}
			links={
				<>
					<button
						type="button"
						class="link"
						onClick={() => (step === 'ask' ? setStep('use') : setStep('ask'))}
					>
						{t(step === 'ask' ? 'code.have' : 'code.again')}
					</button>
					<ToSignIn />
				</>
			}
		>
			<FormProblem form={form} />
			<Text
				name="login"
				label={t('signIn.login')}
				value={values.login}
				error={errors.login}
				autocomplete="username"
				autofocus
				onInput={(value) => set('login', value)}
			/>
			{step === 'use' && (
				<>
					<Text
						name="code"
						label={t('code.code')}
						value={values.code}
						error={errors.code}
						autocomplete="one-time-code"
						inputMode="numeric"
						onInput={(value) => set('code', value)}
					/>
					<Password
						name="password"
						label={t('reset.password')}
						value={values.password}
						error={errors.password}
						autocomplete="new-password"
						min={PASSWORD_MIN}
						hint={t('password.ruleOr', { n: PASSWORD_MIN })}
						onInput={(value) => set('password', value)}
					/>
				</>
			)}
			<Button kind="primary" type="submit" busy={form.busy}>
				{t(step === 'ask' ? 'code.send' : 'code.do')}
			</Button>
		</Frame>
	);
}
