// Told when an account changed, so that list, pane and card show the same.
import { useEffect, useRef } from 'preact/hooks';
import { get } from './api.ts';
import type { Account } from './api.types.ts';
import { keep } from './load.ts';

type Listener = (account: Account) => void;
const listeners = new Set<Listener>();

export function accountKey(id: string): string {
	return `account ${id}`;
}

export function fetchAccount(id: string, signal?: AbortSignal): Promise<Account> {
	return get<Account>(`accounts/${id}`, {}, signal);
}

export function tellAccount(account: Account): void {
	keep(accountKey(account.id), account);
	for (const listener of listeners) listener(account);
}

/** Reads the account as it stands now and tells everyone who shows it. */
export async function refreshAccount(id: string): Promise<Account> {
	const account = await fetchAccount(id);
	tellAccount(account);
	return account;
}

export function useAccountChanges(listener: Listener): void {
	const latest = useRef(listener);
	latest.current = listener;
	useEffect(() => {
		const mine: Listener = (account) => latest.current(account);
		listeners.add(mine);
		return () => {
			listeners.delete(mine);
		};
	}, []);
}
