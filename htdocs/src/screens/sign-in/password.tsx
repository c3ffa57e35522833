// The password was set by somebody else: one's own is chosen before anything else.
import type { JSX } from 'preact';
import { Button } from '../../kit/button.tsx';
import { post } from '../../lib/api.ts';
import { required, useForm } from '../../lib/form.ts';
import { t } from '../../lib/i18n.ts';
import { loadSession, session } from '../../lib/session.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { PasswordPair } from '../../parts/password-pair.tsx';
import { Frame } from './frame.tsx';
import { PASSWORD_MIN } from './rule.ts';
import { SignOut } from './sign-out.tsx';

export default function ChoosePassword(): JSX.Element {
	const form = useForm({ old: '', new: '' });
	const { values, set, errors } = form;
	const submit = async (): Promise<void> => {
		const missing = required(values, ['old', 'new']);
		if (Object.keys(missing).length) return form.fail(missing);
		await form.run(async () => {
			await post('me/password', values);
			await loadSession();
		});
	};
	return (
		<Frame
			title={t('reset.title')}
			text={t('choose.text')}
			onSubmit={() => void submit()}
			links={<SignOut />}
		>
			<FormProblem form={form} />
			<PasswordPair
				login={session.value?.person.login}
				values={values}
				errors={errors}
				set={set}
				min={PASSWORD_MIN}
				hint={t('password.ruleOr', { n: PASSWORD_MIN })}
			/>
			<Button kind="primary" type="submit" busy={form.busy}>
				{t('reset.do')}
			</Button>
		</Frame>
	);
}
