// How the words of people look: state, kind, roles, sections of permissions.
import type { JSX } from 'preact';
import { Chip, Tag, type Tone } from '../kit/bits.tsx';
import type { Member, MemberKind, MemberState, RoleGiven } from '../lib/api.types.ts';
import { day } from '../lib/format.ts';
import { t, tWord } from '../lib/i18n.ts';

const TONES: Record<MemberState, Tone> = {
	invited: 'info',
	active: 'good',
	suspended: 'warn',
	expired: 'bad',
	not_confirmed: 'info',
	removed: 'idle',
};

export const MEMBER_STATES: MemberState[] = ['active', 'not_confirmed', 'invited', 'suspended', 'expired'];

export function MemberChip({ state }: { state: MemberState }): JSX.Element {
	return (
		<Chip tone={TONES[state] ?? 'idle'} quiet={state === 'active'}>
			{tWord('memberState', state)}
		</Chip>
	);
}

/** Beside the state: the password lets nobody in. */
export function LockedChip({ locked }: { locked: boolean }): JSX.Element | null {
	if (!locked) return null;
	return (
		<Chip tone="bad" title={t('user.lockedHint')}>
			{t('user.locked')}
		</Chip>
	);
}

export function KindTag({ kind }: { kind: MemberKind }): JSX.Element {
	return <Tag icon={kind === 'support' ? 'clock' : undefined}>{tWord('memberKind', kind)}</Tag>;
}

/** A built-in role has a word of every language; one of an account's own is called as its people call it. */
export function nameOfRole(role: { builtin: string | null; name: string }): string {
	return role.builtin ? tWord('role', role.builtin, role.name) : role.name;
}

function nameGiven(role: RoleGiven, home: string): string {
	const name = nameOfRole(role);
	if (!role.scope_account_id || role.scope_account_id === home) return name;
	return t('user.roleAt', { name, account: role.scope_name ?? '' });
}

export function rolesOf(member: Member): string {
	if (member.roles.length === 0) return labelOfRoles(member.role);
	return member.roles.map((role) => nameGiven(role, member.account_id)).join(', ');
}

/** The label of lists: keys of built-in roles and names, with commas between. */
export function labelOfRoles(label: string | null): string {
	return (label ?? '')
		.split(', ')
		.map((one) => tWord('role', one, one))
		.join(', ');
}

export function untilText(at: string | null): string {
	return at ? t('user.until', { at: day(at) }) : '';
}

export function permName(key: string): string {
	return tWord('perm', key);
}
export function sectionName(section: string): string {
	return tWord('permSection', section);
}
