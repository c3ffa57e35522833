// What can be put into a group, found by words.
import { get } from '../lib/api.ts';
import type { AccountItem, Group, Page } from '../lib/api.types.ts';
import { tWord } from '../lib/i18n.ts';
import type { Pickable } from './pick-many.tsx';

type Find = (words: string, stop: AbortSignal) => Promise<Pickable[]>;

export function findersOf(group: Group): Find {
	return async (words, stop) => {
		const q = `parent:${group.account_id} ${words}`.trim();
		const page = await get<Page<AccountItem>>('accounts', { q, limit: 50 }, stop);
		return page.items.map((one) => ({
			id: one.id,
			name: one.name,
			hint: [one.parent_name, tWord('state', one.state)].filter(Boolean).join(' · '),
		}));
	};
}
