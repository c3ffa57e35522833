// Asking for an account of one's own, where the provider takes registrations.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Bones } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Text } from '../../kit/field.tsx';
import { Password } from '../../kit/password.tsx';
import { Failure } from '../../kit/states.tsx';
import { get, post } from '../../lib/api.ts';
import { orNull, required, useForm } from '../../lib/form.ts';
import { t } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { prefs } from '../../lib/prefs.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { Frame, Told, ToSignIn } from './frame.tsx';
import { PASSWORD_MIN } from './rule.ts';

export default function Register(): JSX.Element {
	const { data, problem, reload } = useLoad<{ mode: string }>('registration', (stop) =>
		get('registration', { host: location.host }, stop),
	);
	const [sent, setSent] = useState(false);
	if (sent) {
		return (
			<Told icon="mail" title={t('register.sent')} text={t('register.sentText')}>
				<p class="sign-in-links">
					<ToSignIn />
				</p>
			</Told>
		);
	}
	if (!data) {
		return (
			<Frame title={t('register.title')} links={<ToSignIn />}>
				{problem ? <Failure problem={problem} onRetry={reload} /> : <Bones lines={5} />}
			</Frame>
		);
	}
	if (data.mode === 'off') {
		return (
			<Told icon="info" title={t('register.off')} text={t('register.offText')}>
				<p class="sign-in-links">
					<ToSignIn />
				</p>
			</Told>
		);
	}
	return <RegisterForm approval={data.mode === 'approval'} onDone={() => setSent(true)} />;
}

const LABELS = { name: 'col.name', company: 'register.company', email: 'col.email' } as const;
const FILL = { name: 'name', company: 'organization', email: 'email' } as const;

function RegisterForm({ approval, onDone }: { approval: boolean; onDone: () => void }): JSX.Element {
	const form = useForm({ name: '', company: '', email: '', password: '' });
	const { values, set, errors } = form;
	const submit = async (): Promise<void> => {
		const missing = required(values, ['name', 'email', 'password']);
		if (Object.keys(missing).length) return form.fail(missing);
		const problem = await form.run(async () => {
			await post('registration', {
				host: location.host,
				email: values.email.trim(),
				name: values.name.trim(),
				company: orNull(values.company),
				language: prefs.peek().locale,
				password: values.password,
			});
		});
		if (!problem) onDone();
	};
	const text = (name: keyof typeof LABELS): JSX.Element => (
		<Text
			name={name}
			type={name === 'email' ? 'email' : 'text'}
			label={t(LABELS[name])}
			value={values[name]}
			error={errors[name]}
			autocomplete={FILL[name]}
			autofocus={name === 'name'}
			onInput={(value) => set(name, value)}
		/>
	);
	return (
		<Frame
			title={t('register.title')}
			text={t(approval ? 'register.textApproval' : 'register.text')}
			onSubmit={() => void submit()}
			links={<ToSignIn />}
		>
			<FormProblem form={form} />
			{text('name')}
			{text('company')}
			{text('email')}
			<Password
				name="password"
				label={t('signIn.password')}
				value={values.password}
				error={errors.password}
				autocomplete="new-password"
				min={PASSWORD_MIN}
				onInput={(value) => set('password', value)}
			/>
			<Button kind="primary" type="submit" busy={form.busy}>
				{t('register.do')}
			</Button>
		</Frame>
	);
}
