// Before and after, field by field, in words and strike-through.
import type { JSX } from 'preact';
import type { Values } from '../lib/api.types.ts';
import { has, t, tWord } from '../lib/i18n.ts';

function show(value: unknown): string {
	if (value === null || value === undefined || value === '') return '–';
	if (typeof value === 'boolean') return t(value ? 'word.yes' : 'word.no');
	if (typeof value === 'object') return JSON.stringify(value);
	return String(value);
}

/** Fields whose values are words of ours, and where these stand. */
const WORDS: Record<string, string> = {
	hold: 'holdReason',
	reason_code: 'holdReason',
	kind: 'holdKind',
	class: 'class',
	origin: 'origin',
};

/** What the server stores in place of a secret. */
const MASKED = '[set]';

export function word(field: string, value: unknown): string {
	if (typeof value === 'string' && (field === 'state' || field === 'status')) return tWord('state', value);
	if (value === MASKED) return t('secret.set');
	if (typeof value === 'string') {
		const group = WORDS[field];
		if (group && has(`${group}.${value}`)) return tWord(group, value);
	}
	return show(value);
}

export function fieldName(field: string): string {
	return tWord('fieldName', field);
}

export function changedFields(before: Values | null, after: Values | null): string[] {
	const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
	return [...names].filter(
		(name) => JSON.stringify(before?.[name] ?? null) !== JSON.stringify(after?.[name] ?? null),
	);
}

export function Diff({ before, after }: { before: Values | null; after: Values | null }): JSX.Element | null {
	const names = changedFields(before, after);
	if (names.length === 0) return null;
	return (
		<table class="diff">
			<thead>
				<tr>
					<th scope="col">{t('conflict.field')}</th>
					<th scope="col">{t('diff.before')}</th>
					<th scope="col">{t('diff.after')}</th>
				</tr>
			</thead>
			<tbody>
				{names.map((name) => (
					<tr key={name}>
						<th scope="row">{fieldName(name)}</th>
						<td>
							{before && name in before ? <del>{word(name, before[name])}</del> : <span class="none">–</span>}
						</td>
						<td>
							{after && name in after ? <ins>{word(name, after[name])}</ins> : <span class="none">–</span>}
						</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}
