// Asking for an account of one's own, where the provider takes registrations.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Bones } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Text } from '../../kit/field.tsx';
import { Password } from '../../kit/password.tsx';
import { Failure } from '../../kit/states.tsx';
import { get, post } from '../../lib/api.ts';
import type { RegistrationHost } from '../../lib/api.types.ts';
import { orNull, required, useForm } from '../../lib/form.ts';
import { t } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { prefs } from '../../lib/prefs.ts';
import { route } from '../../lib/router.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { Frame, Told, ToSignIn } from './frame.tsx';

export default function Register(): JSX.Element {
	const code = route.value.query.get('reseller');
	const { data, problem, reload } = useLoad<RegistrationHost>(`registration ${code ?? ''}`, (stop) =>
		get('registration', { host: location.hostname, reseller_code: code }, stop),
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
	return <RegisterForm host={data} code={code} onDone={() => setSent(true)} />;
}

const LABELS = { name: 'col.name', company: 'register.company', email: 'col.email' } as const;
const FILL = { name: 'name', company: 'organization', email: 'email' } as const;

function RegisterForm(props: {
	host: RegistrationHost;
	code: string | null;
	onDone: () => void;
}): JSX.Element {
	const { host, code, onDone } = props;
	const form = useForm({ name: '', company: '', email: '', password: '' });
	const { values, set, errors } = form;
	const submit = async (): Promise<void> => {
		const missing = required(values, ['name', 'email', 'password']);
		if (Object.keys(missing).length) return form.fail(missing);
		const problem = await form.run(async () => {
			await post('registration', {
				email: values.email.trim(),
				name: values.name.trim(),
				company: orNull(values.company),
				language: prefs.peek().locale,
				password: values.password,
				reseller_code: code,
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
			text={t(host.mode === 'approval' ? 'register.textApproval' : 'register.text')}
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
				min={host.password_min}
				onInput={(value) => set('password', value)}
			/>
			<Button kind="primary" type="submit" busy={form.busy}>
				{t('register.do')}
			</Button>
		</Frame>
	);
}
