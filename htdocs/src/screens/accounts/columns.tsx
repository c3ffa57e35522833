// The columns of the list of accounts; which are shown is the reader's choice.
import { Avatar, Time } from '../../kit/bits.tsx';
import type { Column } from '../../kit/grid.tsx';
import type { AccountItem } from '../../lib/api.types.ts';
import { day } from '../../lib/format.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { href } from '../../lib/router.ts';
import { loginOf, OriginTag, roleName, StateChip } from '../../parts/words.tsx';

type Col = Column<AccountItem>;

const none = <span class="none">–</span>;

export const DEFAULT_COLUMNS = ['status', 'role', 'label', 'parent', 'last_login', 'created_by', 'origin'];

export function isUsual(id: string): boolean {
	return id === 'name' || DEFAULT_COLUMNS.includes(id);
}

export function accountColumns(): Col[] {
	return [
		{
			id: 'name',
			label: t('col.name'),
			sort: 'name',
			phone: 'main',
			cell: (item) => (
				<span class="who">
					<Avatar name={item.name} />
					<span class="who-text">
						<a class="row-link" href={href(`accounts/${item.id}/overview`)}>
							{item.name}
						</a>
						<small>{second(item)}</small>
					</span>
				</span>
			),
		},
		{
			id: 'status',
			label: t('col.status'),
			width: '128px',
			phone: 'top',
			cell: (item) => <StateChip state={item.state} />,
		},
		{
			id: 'role',
			label: t('col.role'),
			width: '128px',
			rank: 3,
			cell: (item) => roleName(item.role) || none,
		},
		{ id: 'label', label: t('user.label'), width: '112px', rank: 4, cell: (item) => item.label ?? none },
		{ id: 'kind', label: t('col.kind'), width: '120px', rank: 3, cell: (item) => tWord('class', item.class) },
		{
			id: 'parent',
			label: t('col.parent'),
			width: '168px',
			rank: 2,
			cell: (item) =>
				item.parent_id ? (
					<a class="quiet-link" href={href(`accounts/${item.parent_id}/overview`)}>
						{item.parent_name}
					</a>
				) : (
					none
				),
		},
		{
			id: 'number',
			label: t('col.number'),
			width: '96px',
			rank: 3,
			cell: (item) => <span class="num">{item.number}</span>,
		},
		{
			id: 'external_id',
			label: t('col.external'),
			width: '120px',
			rank: 3,
			cell: (item) => item.external_id ?? none,
		},
		{
			id: 'contract_no',
			label: t('col.contract'),
			width: '120px',
			rank: 3,
			cell: (item) => item.contract_no ?? none,
		},
		{
			id: 'last_login',
			label: t('col.lastLogin'),
			width: '124px',
			sort: 'last_login',
			down: true,
			phone: 'foot',
			cell: (item) => <Time at={item.last_login_at} />,
		},
		{
			id: 'created',
			label: t('col.created'),
			width: '120px',
			sort: 'created',
			down: true,
			rank: 3,
			cell: (item) => <time dateTime={item.created_at}>{day(item.created_at)}</time>,
		},
		{ id: 'created_by', label: t('col.createdBy'), width: '116px', rank: 4, cell: (item) => item.created_by },
		{
			id: 'origin',
			label: t('col.origin'),
			width: '100px',
			rank: 3,
			cell: (item) => <OriginTag origin={item.origin} />,
		},
	];
}

/** The second line: e-mail of registration, else login, else the number. */
function second(item: AccountItem): string {
	if (item.email && item.login && item.email !== item.login) return `${item.email} · ${item.login}`;
	return loginOf(item);
}
