// Two people changed one role: its words and each permission of it are chosen one by one.
import type { JSX } from 'preact';
import { get } from '../lib/api.ts';
import type { Role, RoleFull } from '../lib/api.types.ts';
import type { Field } from '../lib/form.ts';
import { t, tWord } from '../lib/i18n.ts';
import { type Clash, ConflictDialog } from './conflict.tsx';
import { lastChange } from './last-change.ts';
import { nameOfRole, permName } from './member-words.tsx';
import { fieldsOf, type RoleFields, type Say, type Says, saysOf } from './role-fields.ts';

/** Fields and permissions beside each other: a permission has a point in its name. */
type Flat = Record<string, string>;
export interface Met {
	clash: Clash<Flat>;
	theirs: RoleFull;
}

export async function meet(
	base: RoleFull,
	fields: RoleFields,
	says: Says,
	known: { key: string }[],
): Promise<Met> {
	const flat = (some: RoleFields, said: Says): Flat => ({
		...some,
		...Object.fromEntries(known.map(({ key }) => [key, said[key] ?? 'inherit'])),
	});
	const theirs = await get<RoleFull>(`roles/${base.id}`);
	const who = theirs.owner_account_id ? await lastChange(theirs.owner_account_id, 'role.update') : undefined;
	const was = flat(fieldsOf(base, false), saysOf(base));
	const clash = { was, theirs: flat(fieldsOf(theirs, false), saysOf(theirs)), mine: flat(fields, says), who };
	return { clash, theirs };
}

function labelOf(name: string): string {
	const labels: Record<string, string> = {
		name: t('col.name'),
		description: t('roles.description'),
		kind: t('user.kind'),
		parent_role_id: t('roles.parent'),
	};
	return labels[name] ?? permName(name);
}

function wordsOf(name: string, value: string, roles: Role[]): string {
	if (name === 'kind') return tWord('roles', `kind-${value}`);
	if (name === 'parent_role_id') {
		const parent = roles.find((one) => one.id === value);
		return parent ? nameOfRole(parent) : t(value ? 'roles.unknown' : 'roles.noParent');
	}
	if (!name.includes('.')) return value || '–';
	return value === 'inherit' ? t('roles.inherit') : tWord('access', value);
}

export function RoleConflict(props: {
	met: Met;
	roles: Role[];
	onClose: () => void;
	onDone: (theirs: RoleFull, fields: RoleFields, says: Says) => void;
}): JSX.Element {
	const { met, roles, onClose, onDone } = props;
	const done = ({ name = '', description = '', kind = '', parent_role_id = '', ...says }: Flat): void =>
		onDone(met.theirs, { name, description, kind, parent_role_id }, says as Record<string, Say>);
	return (
		<ConflictDialog
			clash={met.clash}
			labels={Object.fromEntries(Object.keys(met.clash.mine).map((name) => [name, labelOf(name)]))}
			words={(name: string, value: Field | undefined) => wordsOf(name, String(value ?? ''), roles)}
			onClose={onClose}
			onDone={done}
		/>
	);
}
