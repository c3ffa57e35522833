// One person, several accounts: for which of them he acts.
import type { Item } from '../kit/menu.tsx';
import { toast, toastProblem } from '../kit/toast.tsx';
import { post } from '../lib/api.ts';
import type { Session } from '../lib/api.types.ts';
import { t, tWord } from '../lib/i18n.ts';
import { jobs } from '../lib/jobs.ts';
import { dropAll } from '../lib/load.ts';
import { go, guard } from '../lib/router.ts';
import { putSession, session } from '../lib/session.ts';

/** Nothing that was seen as the one is shown as the other. */
async function actFor(membership_id: string, account_id: string): Promise<void> {
	const now = await post<Session>('session/acting', { membership_id, account_id });
	dropAll();
	jobs.value = [];
	await putSession(now);
	go('#/');
	toast(t('person.actingNow', { name: now.acting.account_name }));
}

export function actingItems(): Item[] {
	const who = session.value;
	if (!who || who.visit || who.memberships.length < 2) return [];
	return who.memberships.map(({ id, account_id, account_name, role }, at) => ({
		label: account_name,
		hint: tWord('role', role),
		checked: id === who.acting.membership_id,
		one: true as const,
		run: () => {
			if (id === who.acting.membership_id) return;
			const act = (): void => void actFor(id, account_id).catch(toastProblem);
			if (!guard.stay?.(act)) act();
		},
		...(at === 0 ? { group: t('person.actFor') } : {}),
	}));
}
