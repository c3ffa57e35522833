// The account asks for two-step verification: it is set up before anything else.
import type { JSX } from 'preact';
import { Button } from '../../kit/button.tsx';
import { toastProblem } from '../../kit/toast.tsx';
import { t } from '../../lib/i18n.ts';
import { loadSession } from '../../lib/session.ts';
import { useEnrolment } from '../../parts/enrolment.tsx';
import { Frame } from './frame.tsx';
import { SignOut } from './sign-out.tsx';

export default function Enrol(): JSX.Element {
	const enrolment = useEnrolment(() => void loadSession().catch(toastProblem));
	const { codes } = enrolment;
	return (
		<Frame
			wide
			title={t(codes ? 'recovery.title' : 'enrol.title')}
			text={codes ? undefined : t('enrol.text')}
			onSubmit={() => void enrolment.submit()}
			links={codes ? undefined : <SignOut />}
		>
			{enrolment.body}
			{enrolment.next && (
				<Button kind="primary" type="submit" busy={enrolment.busy} disabled={!enrolment.ready}>
					{enrolment.next}
				</Button>
			)}
		</Frame>
	);
}
