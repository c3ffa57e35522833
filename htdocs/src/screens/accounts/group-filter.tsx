// The filter of the list by one of the groups of the account one acts for.
import type { JSX } from 'preact';
import { Filter, Options } from '../../kit/filter.tsx';
import { get } from '../../lib/api.ts';
import type { Group, Page } from '../../lib/api.types.ts';
import { t } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { setQuery } from '../../lib/router.ts';
import { can, session } from '../../lib/session.ts';

export function useOwnGroups(on: boolean): Group[] {
	const mine = session.value?.acting.account_id;
	const asks = on && mine && can('group.list');
	const { data } = useLoad<Page<Group>>(asks ? `groups ${mine} account` : null, (stop) =>
		get(`accounts/${mine}/groups`, { kind: 'account' }, stop),
	);
	return data?.items ?? [];
}

/** One of another account is named by itself. */
function useName(id: string | null, own: Group[]): string | null {
	const known = own.find((one) => one.id === id)?.name;
	const { data, problem } = useLoad<Group>(id && !known ? `group ${id}` : null, (stop) =>
		get(`groups/${id}`, {}, stop),
	);
	return id && (known ?? data?.name ?? (problem ? id : '…'));
}

export function GroupFilter({ group }: { group: string | null }): JSX.Element | null {
	const own = useOwnGroups(true);
	const name = useName(group, own);
	if (!can('group.list') || (own.length === 0 && !group)) return null;
	return (
		<Filter label={t('list.group')} value={name} onClear={() => setQuery({ group: null, peek: null })}>
			{(close) => (
				<Options
					label={t('list.group')}
					options={own.map((one) => ({ value: one.id, label: one.name }))}
					chosen={group ? [group] : []}
					onChange={([one]) => setQuery({ group: one ?? null, peek: null })}
					close={close}
				/>
			)}
		</Filter>
	);
}
