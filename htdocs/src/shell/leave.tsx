// The question before a form with changes is left.
import type { JSX } from 'preact';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { t } from '../lib/i18n.ts';
import { waiting } from '../lib/leave.ts';
import { guard } from '../lib/router.ts';

export function LeaveGuard(): JSX.Element | null {
	const leave = waiting.value;
	if (!leave) return null;
	const stay = (): void => {
		waiting.value = null;
	};
	const drop = (): void => {
		waiting.value = null;
		guard.stay = null;
		leave();
	};
	return (
		<Dialog
			title={t('leave.title')}
			icon="triangle-alert"
			tone="warn"
			onClose={stay}
			onSubmit={stay}
			foot={
				<>
					<Button onClick={drop}>{t('leave.drop')}</Button>
					<Button kind="primary" type="submit">
						{t('leave.stay')}
					</Button>
				</>
			}
		>
			<p>{t('leave.text')}</p>
		</Dialog>
	);
}
