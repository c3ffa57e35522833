// Where the link of a mail leads: a new password, which ends every session.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button, LinkButton } from '../../kit/button.tsx';
import { Password } from '../../kit/password.tsx';
import { post } from '../../lib/api.ts';
import { required, useForm } from '../../lib/form.ts';
import { t } from '../../lib/i18n.ts';
import { href, secret } from '../../lib/router.ts';
import { loadSession } from '../../lib/session.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { Frame, Told, ToSignIn } from './frame.tsx';
import { PASSWORD_MIN } from './rule.ts';

export default function Reset(): JSX.Element {
	const token = secret.value;
	const form = useForm({ password: '' });
	const [done, setDone] = useState(false);
	const submit = async (): Promise<void> => {
		const missing = required(form.values, ['password']);
		if (Object.keys(missing).length) return form.fail(missing);
		const problem = await form.run(async () => {
			await post('session/reset', { token, password: form.values.password });
		});
		if (problem) return;
		secret.value = null;
		setDone(true);
		void loadSession().catch(() => {});
	};
	if (done) return <Told title={t('reset.done')} text={t('reset.doneText')} />;
	if (!token || form.problem?.code === 'link-not-valid') return <BadReset />;
	return (
		<Frame
			title={t('reset.title')}
			text={t('reset.text')}
			onSubmit={() => void submit()}
			links={<ToSignIn />}
		>
			<FormProblem form={form} />
			<Password
				name="password"
				label={t('reset.password')}
				value={form.values.password}
				error={form.errors.password}
				autocomplete="new-password"
				min={PASSWORD_MIN}
				hint={t('password.ruleOr', { n: PASSWORD_MIN })}
				autofocus
				onInput={(value) => form.set('password', value)}
			/>
			<Button kind="primary" type="submit" busy={form.busy}>
				{t('reset.do')}
			</Button>
		</Frame>
	);
}

function BadReset(): JSX.Element {
	return (
		<Told icon="circle-alert" title={t('link.bad')} text={t('link.badText')}>
			<LinkButton kind="primary" href={href('forgot')}>
				{t('forgot.again')}
			</LinkButton>
		</Told>
	);
}
