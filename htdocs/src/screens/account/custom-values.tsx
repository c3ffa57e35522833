// What stands in the fields that resellers above defined for this account.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Facts, Panel } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Select, Text } from '../../kit/field.tsx';
import { get, patch } from '../../lib/api.ts';
import type { Account, CustomValue, CustomValues } from '../../lib/api.types.ts';
import { type Form, orNull } from '../../lib/form.ts';
import { date, number } from '../../lib/format.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { can } from '../../lib/session.ts';
import { EditDialog, useEdit } from '../../parts/edit-dialog.tsx';

type Values = Record<string, string>;

/** The names of the fields are those of the server's complaints. */
const nameOf = (field: CustomValue): string => `values/${field.key}`;

export function CustomFields({ account }: { account: Account }): JSX.Element | null {
	const path = `accounts/${account.id}/custom-values`;
	const { data, put } = useLoad<CustomValues>(`custom ${account.id}`, (stop) => get(path, {}, stop), 15_000);
	const [open, setOpen] = useState(false);
	if (!data?.fields.length) return null;
	return (
		<Panel
			id="custom-fields"
			title={t('custom.title')}
			action={
				can('account.edit') && (
					<Button small icon="pencil" onClick={() => setOpen(true)}>
						{t('act.edit')}
					</Button>
				)
			}
		>
			<Facts items={data.fields.map((field) => [field.label, shown(field)])} />
			{open && (
				<ValuesDialog
					path={path}
					values={data}
					onClose={(saved) => {
						setOpen(false);
						if (saved) void get<CustomValues>(path).then(put);
					}}
				/>
			)}
		</Panel>
	);
}

function shown({ type, value }: CustomValue): string | null {
	if (value === null) return null;
	if (type === 'yes_no') return tWord('word', value);
	if (type === 'number') return number(Number(value), { maximumFractionDigits: 6 });
	if (type === 'date') return date(`${value}T00:00:00Z`, { dateStyle: 'medium', timeZone: 'UTC' });
	return value;
}

/** A number as people type it: a comma is a point. */
function sent(field: CustomValue, text: string | undefined): string | null {
	const value = orNull(text);
	return value !== null && field.type === 'number' ? value.replace(',', '.') : value;
}

function ValuesDialog(props: {
	path: string;
	values: CustomValues;
	onClose: (saved: boolean) => void;
}): JSX.Element {
	const { fields } = props.values;
	const edit = useEdit<CustomValues, Values>(props.values, {
		fieldsOf: (all) =>
			Object.fromEntries((all?.fields ?? []).map((field) => [nameOf(field), field.value ?? ''])),
		needed: fields.filter((field) => field.required).map(nameOf),
		send: (now, start) => {
			const known = start?.fields ?? fields;
			const body = Object.fromEntries(known.map((field) => [field.key, sent(field, now[nameOf(field)])]));
			return patch(props.path, { values: body }, start?.ver);
		},
		onClose: props.onClose,
	});
	return (
		<EditDialog
			edit={edit}
			title={t('custom.editTitle')}
			icon="pencil"
			labels={Object.fromEntries(fields.map((field) => [nameOf(field), field.label]))}
		>
			{fields.map((field) => (
				<ValueField key={field.key} field={field} form={edit.form} />
			))}
		</EditDialog>
	);
}

function ValueField({ field, form }: { field: CustomValue; form: Form<Values> }): JSX.Element {
	const name = nameOf(field);
	const common = {
		name,
		label: field.label,
		required: field.required,
		value: form.values[name] ?? '',
		error: form.errors[name],
		onInput: (value: string) => form.set(name, value),
	};
	if (field.type === 'choice')
		return (
			<Select
				{...common}
				options={[['', '–'], ...field.choices.map((one): [string, string] => [one, one])]}
			/>
		);
	if (field.type === 'yes_no')
		return (
			<Select
				{...common}
				options={[
					['', '–'],
					['yes', t('word.yes')],
					['no', t('word.no')],
				]}
			/>
		);
	if (field.type === 'date') return <Text {...common} type="date" />;
	if (field.type === 'number') return <Text {...common} inputMode="decimal" />;
	return <Text {...common} maxLength={500} />;
}
