// What a role says of each permission, what it inherits, and what it gives in the end.
import type { JSX } from 'preact';
import { Chip } from '../kit/bits.tsx';
import { Choice } from '../kit/field.tsx';
import type { RoleFull } from '../lib/api.types.ts';
import { t, tWord } from '../lib/i18n.ts';
import { nameOfRole } from './member-words.tsx';
import { PermSections, PermWords } from './perm-sections.tsx';
import { useRole } from './role-editor.tsx';
import type { Say, Says } from './role-fields.ts';

interface Line {
	permission: string;
	section: string;
	own: Say;
	/** By whom it is inherited, and what. */
	above: boolean;
	gives: boolean;
	from: string | null;
}

function linesOf(
	known: { key: string; section: string }[],
	role: RoleFull | null,
	parent: RoleFull | null,
	says: Says,
): Line[] {
	const given = new Map(parent?.permissions.map((line) => [line.permission, line.effective]));
	const stored = new Map(role?.permissions.map((line) => [line.permission, line]));
	return known.map(({ key, section }) => {
		const own = says[key] ?? 'inherit';
		const above = given.get(key) ?? false;
		const builtin = role?.builtin ? (stored.get(key)?.effective ?? false) : above;
		return {
			permission: key,
			section,
			own,
			above,
			gives: own === 'inherit' ? builtin : own === 'allow',
			from: own === 'inherit' && builtin && parent ? nameOfRole(parent) : null,
		};
	});
}

/** A section whose list is denied is closed. */
function closed(lines: Line[]): Set<string> {
	return new Set(
		lines
			.filter((line) => line.permission === `${line.section}.list` && line.own === 'deny')
			.map((line) => line.section),
	);
}

export function RolePermissions(props: {
	known: { key: string; section: string }[];
	role: RoleFull | null;
	parent: string;
	says: Says;
	was: Says;
	off: boolean;
	onSay: (key: string, effect: Say) => void;
}): JSX.Element {
	const { says, was, off } = props;
	const parent = useRole(props.parent || null);
	const lines = linesOf(props.known, props.role, parent.data ?? null, says);
	const shut = closed(lines);
	const gives = (line: Line): boolean => line.gives && !shut.has(line.section);
	return (
		<PermSections<Line>
			lines={lines}
			only={t(off ? 'roles.onlyGiven' : 'access.onlySet')}
			isOnly={(line) => (off ? gives(line) : line.own !== 'inherit')}
			note={(some) => t('access.count', { n: some.filter(gives).length, all: some.length })}
			row={(line) => (
				<>
					<PermWords
						line={line}
						note={
							<>
								{line.from && <span>{t('roles.inherited', { name: line.from })}</span>}
								{shut.has(line.section) && <span>{t('roles.sectionClosed')}</span>}
							</>
						}
					/>
					{props.role && says[line.permission] !== was[line.permission] && !off && (
						<Chip tone="info">{t('access.changed')}</Chip>
					)}
					<Chip tone={gives(line) ? 'good' : 'idle'} quiet>
						{t(gives(line) ? 'access.may' : 'access.mayNot')}
					</Chip>
					{!off && (
						<Choice
							name={line.permission}
							label={tWord('perm', line.permission)}
							class="perm-choice"
							value={line.own}
							options={[
								['inherit', t('roles.inherit')],
								['allow', t('access.allow')],
								['deny', t('access.deny')],
							]}
							onInput={(value) => props.onSay(line.permission, value as Say)}
						/>
					)}
				</>
			)}
		/>
	);
}
