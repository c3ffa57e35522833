// The link that confirms a new address. It acts by a button and not by being
// opened, because mail servers open links, too.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button, LinkButton } from '../../kit/button.tsx';
import { post } from '../../lib/api.ts';
import { useForm } from '../../lib/form.ts';
import { t } from '../../lib/i18n.ts';
import { href, secret } from '../../lib/router.ts';
import { loadSession } from '../../lib/session.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { BadLink, Frame, Told } from './frame.tsx';

export default function Email(): JSX.Element {
	const token = secret.value;
	const form = useForm({});
	const [state, setState] = useState<'ask' | 'done' | 'half'>('ask');
	const submit = async (): Promise<void> => {
		await form.run(async () => {
			const answer = await post<{ state: 'changed' | 'waiting' }>('me/email/confirm', { token });
			secret.value = null;
			setState(answer.state === 'waiting' ? 'half' : 'done');
			void loadSession().catch(() => {});
		});
	};
	if (state !== 'ask') {
		return (
			<Told
				title={t(state === 'half' ? 'email.half' : 'email.done')}
				text={t(state === 'half' ? 'email.halfText' : 'email.doneText')}
			>
				<LinkButton kind="primary" href={href('me')}>
					{t('person.me')}
				</LinkButton>
			</Told>
		);
	}
	if (!token || form.problem?.code === 'link-not-valid') return <BadLink />;
	return (
		<Frame title={t('email.title')} text={t('email.text')} onSubmit={() => void submit()}>
			<FormProblem form={form} />
			<Button kind="primary" type="submit" busy={form.busy}>
				{t('email.do')}
			</Button>
		</Frame>
	);
}
