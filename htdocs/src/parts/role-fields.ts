// A role as its editor holds it: its words, and what it says itself of each permission.
import type { Effect, RoleFull } from '../lib/api.types.ts';
import { t } from '../lib/i18n.ts';
import { nameOfRole } from './member-words.tsx';

export type Say = Effect | 'inherit';
export type Says = Record<string, Say>;
export type RoleFields = { name: string; description: string; kind: string; parent_role_id: string };

export function fieldsOf(role: RoleFull | null, copy: boolean): RoleFields {
	return {
		name: role ? (copy ? t('roles.copyOf', { name: nameOfRole(role) }) : role.name) : '',
		description: role?.description ?? '',
		kind: role?.kind ?? 'admin',
		parent_role_id: role?.parent_role_id ?? '',
	};
}

/** A copy of a built-in role says itself what that one gives. */
export function saysOf(role: RoleFull | null): Says {
	if (!role) return {};
	const flat = Boolean(role.builtin);
	const say = (line: RoleFull['permissions'][number]): Say =>
		flat ? (line.effective ? 'allow' : 'inherit') : line.own;
	return Object.fromEntries(role.permissions.map((line) => [line.permission, say(line)]));
}

export function listOf(says: Says): { permission: string; effect: Say }[] {
	return Object.entries(says)
		.filter(([, effect]) => effect !== 'inherit')
		.map(([permission, effect]) => ({ permission, effect }));
}

export function differing(known: { key: string }[], a: Says, b: Says): number {
	return known.filter(({ key }) => (a[key] ?? 'inherit') !== (b[key] ?? 'inherit')).length;
}
