// The link that confirms the address of a registration.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import { post } from '../../lib/api.ts';
import { useForm } from '../../lib/form.ts';
import { t } from '../../lib/i18n.ts';
import { secret } from '../../lib/router.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { BadLink, Frame, Told, ToSignIn } from './frame.tsx';

export default function Registration(): JSX.Element {
	const token = secret.value;
	const form = useForm({});
	const [state, setState] = useState('');
	const submit = async (): Promise<void> => {
		await form.run(async () => {
			const answer = await post<{ state: string }>('registration/confirm', { token });
			secret.value = null;
			setState(answer.state);
		});
	};
	if (state === 'approved') return <Told title={t('register.approved')} text={t('register.approvedText')} />;
	if (state) {
		return (
			<Told icon="clock" title={t('register.pending')} text={t('register.pendingText')}>
				<p class="sign-in-links">
					<ToSignIn />
				</p>
			</Told>
		);
	}
	if (!token || form.problem?.code === 'link-not-valid') return <BadLink />;
	return (
		<Frame title={t('email.title')} text={t('register.confirmText')} onSubmit={() => void submit()}>
			<FormProblem form={form} />
			<Button kind="primary" type="submit" busy={form.busy}>
				{t('email.do')}
			</Button>
		</Frame>
	);
}
