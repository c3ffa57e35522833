import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { Banner } from '../kit/bits.tsx';
import { Button } from '../kit/button.tsx';
import { Text } from '../kit/field.tsx';
import { Mark } from '../kit/icon.tsx';
import { problemText, problemTitle } from '../kit/states.tsx';
import { required, useForm } from '../lib/form.ts';
import { LANGUAGES, t } from '../lib/i18n.ts';
import { prefs, setPrefs } from '../lib/prefs.ts';
import { route } from '../lib/router.ts';
import { signIn } from '../lib/session.ts';

export function SignIn(): JSX.Element {
	const form = useForm({ login: '', password: '' });
	const { values, set, errors, problem } = form;
	useEffect(() => {
		document.title = `${t('signIn.title')} · Gatehouse`;
	}, [prefs.value.locale]);
	const submit = async (event: Event): Promise<void> => {
		event.preventDefault();
		const missing = required(values, ['login', 'password']);
		if (Object.keys(missing).length) return form.fail(missing);
		const failed = await form.run(() => signIn(values.login.trim(), values.password));
		if (failed) set('password', '');
	};
	return (
		<main class="alone">
			<form class="sign-in" onSubmit={submit} noValidate>
				<Mark />
				<h1>{t('signIn.title')}</h1>
				<p class="muted">{t(route.value.query.get('next') ? 'signIn.back' : 'signIn.text')}</p>
				{problem && (
					<Banner tone="bad" icon="circle-alert" role="alert">
						<strong>{problem.status === 401 ? t('signIn.wrong') : problemTitle(problem)}</strong>{' '}
						{problem.status === 401
							? t('signIn.wrongText')
							: problem.retryAfter
								? t('signIn.wait', { seconds: problem.retryAfter })
								: problemText(problem)}
					</Banner>
				)}
				<Text
					name="login"
					label={t('signIn.login')}
					value={values.login}
					error={errors.login}
					autocomplete="username"
					autofocus
					onInput={(value) => set('login', value)}
				/>
				<Text
					name="password"
					type="password"
					label={t('signIn.password')}
					value={values.password}
					error={errors.password}
					autocomplete="current-password"
					onInput={(value) => set('password', value)}
				/>
				<Button kind="primary" type="submit" busy={form.busy}>
					{t('signIn.do')}
				</Button>
			</form>
			<nav class="sign-in-foot" aria-label={t('person.language')}>
				{Object.entries(LANGUAGES).map(([locale, name]) => (
					<button
						key={locale}
						type="button"
						lang={locale}
						class="link"
						aria-pressed={prefs.value.locale === locale}
						onClick={() => void setPrefs({ locale }, false)}
					>
						{name}
					</button>
				))}
			</nav>
		</main>
	);
}
