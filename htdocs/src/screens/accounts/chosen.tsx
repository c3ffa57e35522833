// Which accounts of the list are ticked; what can be done with them is loaded with the first.
import { signal } from '@preact/signals';
import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Column } from '../../kit/grid.tsx';
import { Tick } from '../../kit/switch.tsx';
import { toastProblem } from '../../kit/toast.tsx';
import type { AccountItem } from '../../lib/api.types.ts';
import { t, withWords } from '../../lib/i18n.ts';
import type { Pages } from '../../lib/pages.ts';
import { can } from '../../lib/session.ts';

export const chosen = signal<ReadonlyMap<string, AccountItem>>(new Map());

export function chooseNone(): void {
	if (chosen.peek().size) chosen.value = new Map();
}

function choose(item: AccountItem, on: boolean): void {
	const next = new Map(chosen.peek());
	if (on) next.set(item.id, item);
	else next.delete(item.id);
	chosen.value = next;
}

const ACTS = ['account.suspend', 'account.resume', 'account.terminate', 'member.reset_password'];

function AccountTick({ item }: { item: AccountItem }): JSX.Element {
	return (
		<Tick
			label={t('bulk.choose', { name: item.name })}
			on={chosen.value.has(item.id)}
			onChange={(on) => choose(item, on)}
		/>
	);
}

/** The column with a tick before it, for whom there is something to do with the ticked. */
export function ticked(column: Column<AccountItem>): Column<AccountItem> {
	if (!ACTS.some((act) => can(act))) return column;
	return {
		...column,
		cell: (item) => (
			<span class="who">
				<AccountTick item={item} />
				{column.cell(item)}
			</span>
		),
	};
}

export interface BulkProps {
	pages: Pages<AccountItem>;
	/** What the list is filtered by, as the server understands it. */
	filter: string;
}

/** What is ticked belongs to this list: with another filter it is another one. */
export function Bulk(props: BulkProps): JSX.Element | null {
	const any = chosen.value.size > 0;
	const [Bar, setBar] = useState<ComponentType<BulkProps> | null>(null);
	useEffect(() => chooseNone, [props.filter]);
	useEffect(() => {
		if (any && !Bar) withWords(import('./bulk.tsx')).then((it) => setBar(() => it.BulkBar), toastProblem);
	}, [any]);
	return any && Bar ? <Bar {...props} /> : null;
}
