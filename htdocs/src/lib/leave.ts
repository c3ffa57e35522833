// Leaving a form with changes asks once.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { guard } from './router.ts';

/** What to do when the reader decides to leave; shell/leave.tsx asks him. */
export const waiting = signal<(() => void) | null>(null);

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
