// A custom field: made, or changed; its key and type stay what they are.
import type { JSX } from 'preact';
import { Area, Check, Select, Text } from '../../kit/field.tsx';
import { patch, post } from '../../lib/api.ts';
import type { CustomField } from '../../lib/api.types.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { EditDialog, useEdit } from '../../parts/edit-dialog.tsx';

const TYPES = ['text', 'number', 'date', 'choice', 'yes_no'] as const;

type Fields = {
	label: string;
	key: string;
	type: string;
	choices: string;
	required: boolean;
	searchable: boolean;
};

function fieldsOf(one: CustomField | null): Fields {
	return {
		label: one?.label ?? '',
		key: one?.key ?? '',
		type: one?.type ?? 'text',
		choices: one?.choices.join('\n') ?? '',
		required: one?.required ?? false,
		searchable: one?.searchable ?? false,
	};
}

/** A key that follows from the words, until somebody types one. */
function keyOf(label: string): string {
	return label
		.normalize('NFD')
		.replace(/\p{M}/gu, '')
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, '_')
		.replace(/^[_0-9]+|_+$/g, '')
		.slice(0, 40);
}

function bodyOf(now: Fields, made: boolean): Record<string, unknown> {
	const { label, key, type, required, searchable } = now;
	const lines = now.choices.split('\n').map((one) => one.trim());
	const choices = type === 'choice' ? lines.filter(Boolean) : [];
	const body = { label: label.trim(), choices, required, searchable };
	return made ? { ...body, key, type } : body;
}

export function FieldDialog(props: {
	to: string;
	field: CustomField | null;
	onClose: (saved: boolean) => void;
}): JSX.Element {
	const edit = useEdit<CustomField, Fields>(props.field, {
		fieldsOf,
		needed: ['label', 'key'],
		send: (now, start) =>
			start
				? patch(`${props.to}/${start.id}`, bodyOf(now, false), start.ver)
				: post(props.to, bodyOf(now, true)),
		onClose: props.onClose,
	});
	const { values, set, put, errors } = edit.form;
	const old = props.field !== null;
	const labels = {
		label: t('custom.label'),
		key: t('custom.key'),
		type: t('custom.type'),
		choices: t('custom.choices'),
		required: t('custom.required'),
		searchable: t('custom.searchableText'),
	};
	return (
		<EditDialog
			edit={edit}
			title={edit.base ? t('custom.changeTitle', { name: edit.base.label }) : t('custom.add')}
			icon="list-checks"
			labels={labels}
		>
			<Text
				name="label"
				label={labels.label}
				required
				maxLength={100}
				value={values.label}
				error={errors.label}
				onInput={(v) =>
					old || values.key !== keyOf(values.label) ? set('label', v) : put({ label: v, key: keyOf(v) })
				}
			/>
			<div class="row2">
				<Text
					name="key"
					label={labels.key}
					required
					disabled={old}
					hint={t('custom.keyHint')}
					maxLength={40}
					value={values.key}
					error={errors.key}
					onInput={(v) => set('key', v)}
				/>
				<Select
					name="type"
					label={labels.type}
					disabled={old}
					value={values.type}
					error={errors.type}
					options={TYPES.map((type) => [type, tWord('custom', `type-${type}`)])}
					onInput={(v) => set('type', v)}
				/>
			</div>
			{values.type === 'choice' && (
				<Area
					name="choices"
					label={labels.choices}
					required
					hint={t('custom.choicesHint')}
					rows={4}
					value={values.choices}
					error={errors.choices}
					onInput={(v) => set('choices', v)}
				/>
			)}
			<Check
				name="required"
				label={labels.required}
				hint={t('custom.requiredHint')}
				value={values.required}
				onInput={(v) => set('required', v)}
			/>
			<Check
				name="searchable"
				label={labels.searchable}
				value={values.searchable}
				onInput={(v) => set('searchable', v)}
			/>
		</EditDialog>
	);
}
