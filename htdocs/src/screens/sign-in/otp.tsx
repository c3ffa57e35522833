// The second step: a code of the app, or one of the recovery codes.
import type { JSX } from 'preact';
import { Button } from '../../kit/button.tsx';
import { Text } from '../../kit/field.tsx';
import { post } from '../../lib/api.ts';
import type { Session } from '../../lib/api.types.ts';
import { required, useForm } from '../../lib/form.ts';
import { t } from '../../lib/i18n.ts';
import { putSession } from '../../lib/session.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { Frame } from './frame.tsx';
import { SignOut } from './sign-out.tsx';

export default function Otp(): JSX.Element {
	const form = useForm({ code: '' });
	const submit = async (): Promise<void> => {
		const missing = required(form.values, ['code']);
		if (Object.keys(missing).length) return form.fail(missing);
		const problem = await form.run(async () => {
			await putSession(await post<Session>('session/otp', { code: form.values.code.trim() }));
		});
		if (!problem) return;
		form.put({ code: '' });
		document.querySelector<HTMLElement>('[name=code]')?.focus();
	};
	return (
		<Frame title={t('otp.title')} text={t('otp.text')} onSubmit={() => void submit()} links={<SignOut />}>
			<FormProblem form={form} />
			<Text
				name="code"
				label={t('otp.code')}
				hint={t('otp.hint')}
				value={form.values.code}
				error={form.errors.code}
				autocomplete="one-time-code"
				autofocus
				onInput={(value) => form.set('code', value)}
			/>
			<Button kind="primary" type="submit" busy={form.busy}>
				{t('otp.do')}
			</Button>
		</Frame>
	);
}
