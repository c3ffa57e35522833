// The columns of the list of an account's people.
import { signal } from '@preact/signals';
import { Avatar, Time } from '../../kit/bits.tsx';
import type { Column } from '../../kit/grid.tsx';
import { Switch, Tick } from '../../kit/switch.tsx';
import type { Member } from '../../lib/api.types.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { withQuery } from '../../lib/router.ts';
import { can } from '../../lib/session.ts';
import { mayDo } from '../../parts/member-acts.tsx';
import { MemberChip, rolesOf, untilText } from '../../parts/member-words.tsx';

/** Ticked members; kept while the reader scrolls, gone with the list. */
export const chosen = signal<ReadonlyMap<string, Member>>(new Map());

export function chooseNone(): void {
	chosen.value = new Map();
}

export function choose(member: Member, on: boolean): void {
	const next = new Map(chosen.peek());
	if (on) next.set(member.id, member);
	else next.delete(member.id);
	chosen.value = next;
}

const chooses = (): boolean => can('member.suspend') || can('member.reset_password');

/** Where nothing can be done with the chosen there is nothing to choose. */
function MemberTick({ member }: { member: Member }) {
	const acts = ['suspend', 'resume', 'reset-password'] as const;
	if (!acts.some((act) => mayDo(member, act))) return chooses() ? <span class="row-tick" /> : null;
	return (
		<Tick
			label={t('user.choose', { name: member.name })}
			on={chosen.value.has(member.id)}
			onChange={(on) => choose(member, on)}
		/>
	);
}

/** The switch of a row: on while the member may sign in. */
function StateSwitch({ member, onSwitch }: { member: Member; onSwitch: (member: Member) => void }) {
	const on = member.state !== 'suspended';
	if (!mayDo(member, on ? 'suspend' : 'resume')) return null;
	const label = t(on ? 'user.switchOff' : 'user.switchOn', { name: member.name });
	return <Switch label={label} on={on} onChange={() => onSwitch(member)} />;
}

export function memberColumns(subs: boolean, onSwitch: (member: Member) => void): Column<Member>[] {
	const none = <span class="none">–</span>;
	const all: (Column<Member> | false)[] = [
		{
			id: 'name',
			label: t('col.name'),
			sort: 'name',
			phone: 'main',
			cell: (member) => (
				<span class="who">
					<MemberTick member={member} />
					<Avatar name={member.name} />
					<span class="who-text">
						<a class="row-link" href={withQuery({ user: member.id })}>
							{member.name}
						</a>
						<small>{member.email ?? member.login}</small>
					</span>
				</span>
			),
		},
		{
			id: 'state',
			label: t('col.status'),
			width: '168px',
			phone: 'top',
			cell: (member) => (
				<span class="state-cell">
					<StateSwitch member={member} onSwitch={onSwitch} />
					<MemberChip state={member.state} />
				</span>
			),
		},
		subs && {
			id: 'parent',
			label: t('user.mainUser'),
			width: '120px',
			rank: 1,
			cell: (member) => member.parent_name ?? none,
		},
		{
			id: 'role',
			label: t('col.role'),
			width: '118px',
			rank: 2,
			cell: (member) => (
				<span class="who-text" title={rolesOf(member)}>
					<span>{rolesOf(member) || none}</span>
					{member.kind === 'support' && <small>{tWord('memberKind', 'support')}</small>}
				</span>
			),
		},
		{
			id: 'label',
			label: t('user.label'),
			width: '136px',
			rank: subs ? 4 : 3,
			cell: (member) =>
				member.label || member.expires_at ? (
					<span class="who-text">
						<span>{member.label}</span>
						<small>{untilText(member.expires_at)}</small>
					</span>
				) : (
					none
				),
		},
		{
			id: 'last_login',
			label: t('col.lastLogin'),
			width: '124px',
			sort: 'last_login',
			down: true,
			rank: 2,
			phone: 'foot',
			cell: (member) => <Time at={member.last_login_at} />,
		},
		{
			id: 'created_by',
			label: t('col.createdBy'),
			width: '118px',
			rank: 3,
			cell: (member) => (
				<span class="who-text">
					<span>{member.created_by}</span>
					<small>
						<Time at={member.created_at} />
					</small>
				</span>
			),
		},
	];
	return all.filter((one) => one !== false);
}
