// What can be done to an account, wherever it is shown. The dialogs of these acts
// stand in one place of the page: acts-host.tsx.
import { signal } from '@preact/signals';
import type { Item } from '../kit/menu.tsx';
import { toast, toastProblem } from '../kit/toast.tsx';
import { post } from '../lib/api.ts';
import type { Account, AccountItem, Hold, Reason } from '../lib/api.types.ts';
import { fetchAccount, refreshAccount } from '../lib/bus.ts';
import { t, tWord } from '../lib/i18n.ts';
import { href } from '../lib/router.ts';
import { can } from '../lib/session.ts';

export type Act = 'suspend' | 'hold' | 'terminate' | 'restore' | 'move';
interface Asked {
	act: Act;
	account: AccountItem;
}
export const asked = signal<Asked | null>(null);

export function ask(act: Act, account: AccountItem): void {
	asked.value = { act, account };
}

/** May this be done now? The server's word when the whole account is known, else by permission and state. */
export function may(
	account: AccountItem | Account,
	act: 'suspend' | 'resume' | 'terminate' | 'restore' | 'move',
): boolean {
	if (account.kind === 'platform') return false;
	const { state } = account;
	const ended = state === 'terminated' || state === 'purged';
	if (!can(`account.${act}`)) return false;
	if ('allowed' in account && account.allowed.length && !account.allowed.includes(act)) return false;
	if (act === 'suspend') return !ended && state !== 'suspended';
	if (act === 'resume')
		return state === 'suspended' && !('reasons' in account && !account.reasons.some(releasable));
	if (act === 'terminate' || act === 'move') return !ended;
	return state === 'terminated';
}

/** A person releases the account's own holds, but never one of billing. */
function releasable(reason: Reason): boolean {
	if (!reason.own || reason.module || reason.kind === 'billing' || reason.kind === 'parent') return false;
	return reason.kind !== 'security' || can('account.resume.security');
}

export async function release(accountId: string, holdId: string, text: string): Promise<Hold> {
	return post<Hold>(`accounts/${accountId}/holds/${holdId}/release`, {
		reason_text: text || t('hold.releasedByHand'),
	});
}

async function placeAgain(account: AccountItem, reasons: Reason[]): Promise<void> {
	try {
		for (const { kind, reason_code, reason_text, ends_at, module } of reasons) {
			await post(`accounts/${account.id}/holds`, {
				kind,
				reason_code,
				reason_text: reason_text || tWord('holdKind', kind),
				ends_at,
				module,
			});
		}
		await refreshAccount(account.id);
		toast(t('toast.suspendedAgain', { name: account.name }));
	} catch (error) {
		toastProblem(error);
	}
}

/** Done at once, with Undo; what is left standing is said. */
export async function enable(item: AccountItem): Promise<void> {
	try {
		const account = await fetchAccount(item.id);
		const mine = account.reasons.filter((one) => one.effective && releasable(one));
		for (const reason of mine) await release(item.id, reason.hold_id, '');
		const after = await refreshAccount(item.id);
		const left = after.reasons.filter((one) => one.effective && !one.module);
		const words = left.map((one) => (one.own ? tWord('holdKind', one.kind) : one.account_name)).join(', ');
		const undo = mine.length ? { label: t('act.undo'), run: () => void placeAgain(item, mine) } : undefined;
		const name = item.name;
		if (left.length === 0) toast(t('toast.enabled', { name }), { act: undo });
		else if (mine.length) toast(t('toast.stillSuspended', { name, why: words }), { act: undo, seconds: 12 });
		else toast(t('toast.cannotEnable', { name, why: words }), { tone: 'bad', seconds: 12 });
	} catch (error) {
		toastProblem(error);
	}
}

export function lifeItems(account: AccountItem | Account): Item[] {
	const items: Item[] = [];
	if (may(account, 'suspend'))
		items.push({ label: t('act.suspendDots'), icon: 'pause', run: () => ask('suspend', account) });
	if (may(account, 'resume'))
		items.push({ label: t('act.enable'), icon: 'play', run: () => void enable(account) });
	if (may(account, 'restore'))
		items.push({ label: t('act.restoreDots'), icon: 'rotate-ccw', run: () => ask('restore', account) });
	if (may(account, 'move'))
		items.push({ label: t('act.moveDots'), icon: 'corner-up-right', run: () => ask('move', account) });
	if (may(account, 'terminate')) {
		items.push({
			label: t('act.terminateDots'),
			icon: 'trash-2',
			danger: true,
			group: true,
			run: () => ask('terminate', account),
		});
	}
	return items;
}

export function linkItems(account: AccountItem): Item[] {
	const to = `accounts/${account.id}`;
	const items: Item[] = [{ label: t('act.open'), icon: 'maximize-2', href: href(`${to}/overview`) }];
	if (can('account.edit'))
		items.push({ label: t('act.editProfile'), icon: 'pencil', href: href(`${to}/profile`) });
	if (can('audit.list')) items.push({ label: t('tab.changes'), icon: 'clock', href: href(`${to}/changes`) });
	if (can('billing_event.list'))
		items.push({ label: t('tab.events'), icon: 'receipt', href: href(`${to}/billing-events`) });
	return items;
}

export function copyItem(account: AccountItem): Item {
	return {
		label: t('act.copyId'),
		icon: 'copy',
		group: true,
		run: () =>
			void navigator.clipboard?.writeText(account.id).then(() => toast(t('copy.done'), { seconds: 3 })),
	};
}

export function accountItems(account: AccountItem): Item[] {
	const life = lifeItems(account).map((item, at) => (at === 0 ? { ...item, group: true as const } : item));
	return [...linkItems(account), copyItem(account), ...life];
}
