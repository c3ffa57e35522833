import type { JSX } from 'preact';
import { toastProblem } from '../../kit/toast.tsx';
import { t } from '../../lib/i18n.ts';
import { signOut } from '../../lib/session.ts';

/** Back from a step to the beginning. */
export function SignOut(): JSX.Element {
	return (
		<button type="button" class="link" onClick={() => void signOut().catch(toastProblem)}>
			{t('otp.other')}
		</button>
	);
}
