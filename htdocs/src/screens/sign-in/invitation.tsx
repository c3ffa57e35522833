// Accepting an invitation: somebody new chooses a password, who is known gives his own.
// It signs nobody in.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Bones, Facts } from '../../kit/bits.tsx';
import { Button, LinkButton } from '../../kit/button.tsx';
import { Text } from '../../kit/field.tsx';
import { Password } from '../../kit/password.tsx';
import { Failure } from '../../kit/states.tsx';
import { asProblem, type Problem, post } from '../../lib/api.ts';
import type { InvitationLook } from '../../lib/api.types.ts';
import { orNull, required, useForm } from '../../lib/form.ts';
import { day } from '../../lib/format.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { href, secret } from '../../lib/router.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { BadLink, Frame, Told } from './frame.tsx';

export default function Invitation(): JSX.Element {
	const token = secret.value;
	const [look, setLook] = useState<InvitationLook | null>(null);
	const [failed, setFailed] = useState<Problem | null>(null);
	const [done, setDone] = useState(false);
	const ask = (): void => {
		if (!token) return;
		setFailed(null);
		post<InvitationLook>('invitations/look', { token }).then(setLook, (error: unknown) =>
			setFailed(asProblem(error)),
		);
	};
	useEffect(ask, [token]);
	if (done) return <Joined account={look?.account_name ?? ''} />;
	if (!token || failed?.code === 'link-not-valid') return <BadLink />;
	if (failed) {
		return (
			<Frame title={t('invited.title')}>
				<Failure problem={failed} onRetry={ask} />
			</Frame>
		);
	}
	if (!look) {
		return (
			<Frame title={t('invited.title')}>
				<Bones lines={5} />
			</Frame>
		);
	}
	return <Accept look={look} token={token} onDone={() => setDone(true)} />;
}

function Joined({ account }: { account: string }): JSX.Element {
	return (
		<Told title={t('invited.done')} text={t('invited.doneText', { account })}>
			<LinkButton kind="primary" href={href('sign-in')}>
				{t('signIn.do')}
			</LinkButton>
		</Told>
	);
}

function Accept(props: { look: InvitationLook; token: string; onDone: () => void }): JSX.Element {
	const { look, token } = props;
	const whole = `${look.first_name} ${look.last_name}`;
	const form = useForm({ name: whole, password: '' });
	const { values, set, errors } = form;
	const submit = async (): Promise<void> => {
		const missing = required(values, look.known ? ['password'] : ['name', 'password']);
		if (Object.keys(missing).length) return form.fail(missing);
		const { password } = values;
		const name = look.known ? null : orNull(values.name);
		const problem = await form.run(async () => {
			await post('invitations/accept', { token, password, name });
		});
		if (problem?.status === 401) set('password', '');
		if (problem) return;
		secret.value = null;
		props.onDone();
	};
	return (
		<Frame
			title={t('invited.to', { account: look.account_name })}
			text={t('invited.by', { name: look.invited_by })}
			onSubmit={() => void submit()}
		>
			<Facts
				empty={false}
				items={[
					[t('col.email'), look.email],
					[t('invite.role'), tWord('role', look.role_name, look.role_name)],
					[t('invite.until'), look.member_until ? day(look.member_until) : null],
					[t('invite.expires'), day(look.expires_at)],
				]}
			/>
			<FormProblem form={form} />
			{!look.known && (
				<Text
					name="name"
					label={t('col.name')}
					value={values.name}
					error={errors.name}
					autocomplete="name"
					onInput={(value) => set('name', value)}
				/>
			)}
			<input
				type="text"
				class="sr-only"
				name="login"
				autocomplete="username"
				value={look.email}
				readOnly
				tabIndex={-1}
				aria-hidden="true"
			/>
			{look.known ? (
				<Password
					name="password"
					label={t('invited.own')}
					hint={t('invited.ownHint')}
					value={values.password}
					error={errors.password}
					autocomplete="current-password"
					autofocus
					onInput={(value) => set('password', value)}
				/>
			) : (
				<Password
					name="password"
					label={t('reset.password')}
					value={values.password}
					error={errors.password}
					autocomplete="new-password"
					min={look.password_min}
					autofocus
					onInput={(value) => set('password', value)}
				/>
			)}
			<Button kind="primary" type="submit" busy={form.busy}>
				{t('invited.do')}
			</Button>
		</Frame>
	);
}
