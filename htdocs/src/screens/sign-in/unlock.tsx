// The link for who was locked out. It acts by a button and not by being opened,
// because mail servers open links, too.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import { post } from '../../lib/api.ts';
import { useForm } from '../../lib/form.ts';
import { t } from '../../lib/i18n.ts';
import { secret } from '../../lib/router.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { BadLink, Frame, Told } from './frame.tsx';

export default function Unlock(): JSX.Element {
	const token = secret.value;
	const form = useForm({});
	const [done, setDone] = useState(false);
	const submit = async (): Promise<void> => {
		await form.run(async () => {
			await post('session/unlock', { token });
			secret.value = null;
			setDone(true);
		});
	};
	if (done) return <Told title={t('unlock.done')} text={t('unlock.doneText')} />;
	if (!token || form.problem?.code === 'link-not-valid') return <BadLink />;
	return (
		<Frame title={t('unlock.title')} text={t('unlock.text')} onSubmit={() => void submit()}>
			<FormProblem form={form} />
			<Button kind="primary" type="submit" busy={form.busy}>
				{t('unlock.do')}
			</Button>
		</Frame>
	);
}
