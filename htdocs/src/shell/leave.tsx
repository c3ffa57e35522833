// Leaving a form with changes asks once.
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { t } from '../lib/i18n.ts';
import { guard } from '../lib/router.ts';

const waiting = signal<(() => void) | null>(null);

/** While `dirty`, another page is only opened after a question. */
export function useLeaveGuard(dirty: boolean): void {
	useEffect(() => {
		if (!dirty) return;
		guard.stay = (leave) => {
			waiting.value = leave;
			return true;
		};
		const unload = (event: BeforeUnloadEvent): void => event.preventDefault();
		addEventListener('beforeunload', unload);
		return () => {
			guard.stay = null;
			removeEventListener('beforeunload', unload);
		};
	}, [dirty]);
}

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
