// A group: made, changed or removed.
import type { JSX } from 'preact';
import { Area, Text } from '../kit/field.tsx';
import { toast } from '../kit/toast.tsx';
import { patch, post, remove } from '../lib/api.ts';
import type { Group, GroupKind } from '../lib/api.types.ts';
import { orNull } from '../lib/form.ts';
import { t, tWord } from '../lib/i18n.ts';
import { ActDialog } from './act-dialog.tsx';
import { EditDialog, useEdit } from './edit-dialog.tsx';

type Fields = { name: string; description: string };

function fieldsOf(group: Group | null): Fields {
	return { name: group?.name ?? '', description: group?.description ?? '' };
}

export function GroupDialog(props: {
	accountId: string;
	kind: GroupKind;
	group: Group | null;
	onClose: (saved: boolean) => void;
}): JSX.Element {
	const edit = useEdit<Group, Fields>(props.group, {
		fieldsOf,
		needed: ['name'],
		send: (now, start) => {
			const body = { name: now.name.trim(), description: orNull(now.description) };
			return start
				? patch(`groups/${start.id}`, body, start.ver)
				: post(`accounts/${props.accountId}/groups`, { ...body, kind: props.kind });
		},
		onClose: props.onClose,
	});
	const { values, set, errors } = edit.form;
	const labels = { name: t('col.name'), description: t('group.description') };
	return (
		<EditDialog
			edit={edit}
			title={edit.base ? t('group.edit', { name: edit.base.name }) : tWord('group', `add-${props.kind}`)}
			icon="layers"
			labels={labels}
		>
			<Text
				name="name"
				label={labels.name}
				required
				maxLength={100}
				value={values.name}
				error={errors.name}
				onInput={(v) => set('name', v)}
			/>
			<Area
				name="description"
				label={labels.description}
				rows={2}
				value={values.description}
				error={errors.description}
				onInput={(v) => set('description', v)}
			/>
		</EditDialog>
	);
}

export function RemoveGroup(props: { group: Group; onClose: (done: boolean) => void }): JSX.Element {
	const { group } = props;
	return (
		<ActDialog
			title={t('group.removeTitle', { name: group.name })}
			icon="trash-2"
			tone="bad"
			verb={t('act.delete')}
			onClose={props.onClose}
			run={async () => {
				await remove(`groups/${group.id}`, group.ver);
				toast(t('toast.deleted', { name: group.name }));
			}}
		>
			<p>{t('group.removeText', { n: group.members })}</p>
		</ActDialog>
	);
}
