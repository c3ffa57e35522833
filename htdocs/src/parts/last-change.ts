// Who changed something last, for those who may read the change log.
import { get } from '../lib/api.ts';
import type { Change, Page } from '../lib/api.types.ts';
import { relative } from '../lib/format.ts';
import { can } from '../lib/session.ts';

/** With `action`, of its entries alone. */
export async function lastChange(account: string, action?: string): Promise<string | undefined> {
	if (!can('audit.list')) return undefined;
	try {
		const page = await get<Page<Change>>(`accounts/${account}/changes`, { limit: 10, action });
		const last = page.items[0];
		return last && `${last.actor_label} (${relative(last.at)})`;
	} catch {
		return undefined;
	}
}
