import type { JSX } from 'preact';
import { Banner } from '../kit/bits.tsx';
import { Button } from '../kit/button.tsx';
import { Text } from '../kit/field.tsx';
import { Password } from '../kit/password.tsx';
import { problemText, problemTitle } from '../kit/states.tsx';
import type { Problem } from '../lib/api.ts';
import { get } from '../lib/api.ts';
import type { RegistrationHost } from '../lib/api.types.ts';
import { required, useForm } from '../lib/form.ts';
import { t } from '../lib/i18n.ts';
import { useLoad } from '../lib/load.ts';
import { href, route } from '../lib/router.ts';
import { signIn } from '../lib/session.ts';
import { Frame } from './sign-in/frame.tsx';

export default function SignIn(): JSX.Element {
	const form = useForm({ login: '', password: '' });
	const { values, set, errors, problem } = form;
	const submit = async (): Promise<void> => {
		const missing = required(values, ['login', 'password']);
		if (Object.keys(missing).length) return form.fail(missing);
		const failed = await form.run(() => signIn(values.login.trim(), values.password));
		if (!failed) return;
		set('password', '');
		if (failed.status === 401) document.querySelector<HTMLElement>('[name=password]')?.focus();
	};
	return (
		<Frame
			title={t('signIn.title')}
			text={t(route.value.query.get('next') ? 'signIn.back' : 'signIn.text')}
			onSubmit={() => void submit()}
			links={
				<>
					<a href={href('forgot')}>{t('signIn.forgot')}</a>
					<a href={href('code')}>{t('signIn.code')}</a>
					<Register />
				</>
			}
		>
			{problem && <Refused problem={problem} />}
			<Text
				name="login"
				label={t('signIn.login')}
				value={values.login}
				error={errors.login}
				autocomplete="username"
				autofocus
				onInput={(value) => set('login', value)}
			/>
			<Password
				name="password"
				label={t('signIn.password')}
				value={values.password}
				error={errors.password}
				autocomplete="current-password"
				onInput={(value) => set('password', value)}
			/>
			<Button kind="primary" type="submit" busy={form.busy}>
				{t('signIn.do')}
			</Button>
		</Frame>
	);
}

function Refused({ problem }: { problem: Problem }): JSX.Element {
	const wrong = problem.status === 401;
	return (
		<Banner tone="bad" icon="circle-alert" role="alert">
			<strong>{wrong ? t('signIn.wrong') : problemTitle(problem)}</strong>{' '}
			{wrong
				? t('signIn.wrongText')
				: problem.retryAfter
					? t('signIn.wait', { seconds: problem.retryAfter })
					: problemText(problem)}
		</Banner>
	);
}

/** Only where this address takes registrations. */
function Register(): JSX.Element | null {
	const { data } = useLoad<RegistrationHost>('registration ', (stop) =>
		get('registration', { host: location.hostname }, stop),
	);
	if (!data || data.mode === 'off') return null;
	return <a href={href('register')}>{t('signIn.register')}</a>;
}
