// Logging in as a user: who may, where the question stands, and the tab it opens.
import { signal } from '@preact/signals';
import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Item } from '../kit/menu.tsx';
import { toast, toastProblem } from '../kit/toast.tsx';
import { get, post } from '../lib/api.ts';
import type { AccountItem, Visit } from '../lib/api.types.ts';
import { t, withWords } from '../lib/i18n.ts';
import { useLoad } from '../lib/load.ts';
import { route } from '../lib/router.ts';
import { can, session } from '../lib/session.ts';
import { openVisit, visitHref } from '../lib/visit.ts';
import { withProof } from './proof.tsx';

export interface Visited {
	account: Pick<AccountItem, 'id' | 'name'>;
	/** Null: the main user of the account. */
	member: { id: string; name: string } | null;
	onDone?: (() => void) | undefined;
}
const asked = signal<Visited | null>(null);

export function askVisit(account: Visited['account'], member: Visited['member'], onDone?: () => void): void {
	asked.value = { account, member, onDone };
}

/** Staff of accounts above act as users below, never out of a visit. */
export function mayVisit(account: { id: string; kind?: string }): boolean {
	const who = session.value;
	if (!who || who.visit || account.kind === 'platform' || account.id === who.acting.account_id) return false;
	return can('support.request') && can('support.impersonate');
}

export function visitItems(account: AccountItem): Item[] {
	if (!mayVisit(account)) return [];
	return [{ label: t('act.loginAsDots'), icon: 'eye', run: () => askVisit(account, null) }];
}

/** What the account says of such visits: always, on_request, never; null: not known. */
/** Undefined: not known yet; null: not for the caller to know. */
export function usePolicy(accountId: string): string | null | undefined {
	const { data, loading } = useLoad<{ effective: { key: string; value: unknown }[] }>(
		can('policy.view') ? `policy ${accountId}` : null,
		(stop) => get(`accounts/${accountId}/policy`, {}, stop),
	);
	if (loading) return undefined;
	const hit = data?.effective.find((one) => one.key === 'support_access');
	return typeof hit?.value === 'string' ? hit.value : null;
}

/** Begins the visit in a tab of its own; a browser that lets no tab open is given the link. */
export async function startVisit(grantId: string): Promise<void> {
	const visit = await withProof(() => post<Visit>('visits', { grant_id: grantId }));
	openVisit(visit.id);
	toast(t('visit.opened', { user: visit.member_name }), {
		link: { label: t('visit.openTab'), href: visitHref(visit.id), blank: true },
		seconds: 20,
	});
}

/** Where the dialog stands: once in the page. */
export function VisitHost(): JSX.Element | null {
	const now = asked.value;
	const [View, setView] = useState<ComponentType<Visited & { onClose: () => void }> | null>(null);
	const close = (): void => {
		asked.value = null;
	};
	useEffect(() => {
		if (!now || View) return;
		withWords(import('./visit-dialog.tsx')).then(
			(module) => setView(() => module.VisitDialog),
			(error: unknown) => {
				toastProblem(error);
				close();
			},
		);
	}, [now]);
	const page = route.value.path.join('/');
	useEffect(close, [page]);
	return now && View && <View {...now} onClose={close} />;
}
