// A name for a view, and whether others see it.
import type { JSX } from 'preact';
import { Check, Text } from '../kit/field.tsx';
import { patch, post } from '../lib/api.ts';
import type { SavedView } from '../lib/api.types.ts';
import { t } from '../lib/i18n.ts';
import { can, session } from '../lib/session.ts';
import { EditDialog, useEdit } from './edit-dialog.tsx';
import type { Shown } from './views-menu.tsx';

export interface ViewDialogProps {
	list: SavedView['list'];
	view: SavedView | null;
	now: Shown;
	onClose: (saved: SavedView | null) => void;
}
type Fields = { name: string; shared: boolean };

export function ViewDialog({ list, view, now, onClose }: ViewDialogProps): JSX.Element {
	let saved: SavedView | null = view;
	const edit = useEdit<SavedView, Fields>(view, {
		fieldsOf: (one) => ({ name: one?.name ?? '', shared: one?.shared ?? false }),
		needed: ['name'],
		send: async (values, start) => {
			const name = values.name.trim();
			const { shared } = values;
			saved = start
				? await patch<SavedView>(`views/${start.id}`, { name, shared }, start.ver)
				: await post<SavedView>('views', { list, name, shared, ...now });
		},
		onClose: (done) => onClose(done ? saved : null),
	});
	const { values, set, errors } = edit.form;
	const labels = { name: t('col.name'), shared: t('views.share') };
	const shares = can('policy.edit_preferences') && (view?.mine ?? true);
	return (
		<EditDialog
			edit={edit}
			title={view ? t('views.editOne', { name: view.name }) : t('views.saveAs')}
			icon="bookmark"
			labels={labels}
		>
			<Text
				name="name"
				label={labels.name}
				required
				autofocus
				maxLength={100}
				value={values.name}
				error={errors.name}
				hint={t('views.what')}
				onInput={(v) => set('name', v)}
			/>
			<Check
				name="shared"
				label={labels.shared}
				value={values.shared}
				error={errors.shared}
				disabled={!shares}
				hint={
					shares
						? t('views.shareHint', { name: session.value?.acting.account_name ?? '' })
						: t(view && !view.mine ? 'views.notYours' : 'views.mayNotShare')
				}
				onInput={(v) => set('shared', v)}
			/>
		</EditDialog>
	);
}
