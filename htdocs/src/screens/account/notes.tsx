// Notes about the account: written by those above it, never shown to its own people.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Bones, Tag, Time } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Area, Check } from '../../kit/field.tsx';
import { Icon } from '../../kit/icon.tsx';
import { Menu } from '../../kit/menu.tsx';
import { Empty, Failure } from '../../kit/states.tsx';
import { toast, toastProblem } from '../../kit/toast.tsx';
import { get, patch, post, remove } from '../../lib/api.ts';
import type { Note, Page } from '../../lib/api.types.ts';
import { t } from '../../lib/i18n.ts';
import { usePages } from '../../lib/pages.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { More } from '../../parts/change-log.tsx';
import { EditDialog, useEdit } from '../../parts/edit-dialog.tsx';
import type { TabProps } from './sections.ts';

type Open = { note: Note | null } | { drop: Note } | null;

export default function Notes({ account }: TabProps): JSX.Element {
	const to = `accounts/${account.id}/notes`;
	const pages = usePages<Note>(to, (cursor, stop) => get<Page<Note>>(to, { limit: 25, cursor }, stop));
	const [open, setOpen] = useState<Open>(null);
	const items = pages.items.value;
	const close = (changed: boolean): void => {
		setOpen(null);
		if (changed) void pages.start();
	};
	const pin = async (note: Note): Promise<void> => {
		try {
			await patch(`${to}/${note.id}`, { pinned: !note.pinned }, note.ver);
		} catch (error) {
			toastProblem(error);
		}
		await pages.start();
	};
	return (
		<div class="tab">
			<header class="tab-head">
				<div>
					<h2>{t('tab.notes')}</h2>
					<p class="muted">{t('note.text')}</p>
				</div>
				<Button kind="primary" icon="plus" onClick={() => setOpen({ note: null })}>
					{t('note.add')}
				</Button>
			</header>
			{pages.problem.value && items.length === 0 && (
				<Failure problem={pages.problem.value} onRetry={() => void pages.again()} />
			)}
			{pages.ready.value && items.length === 0 && (
				<Empty icon="file-text" title={t('note.none')} text={t('note.noneText')} />
			)}
			{items.length > 0 && (
				<ul class="boxes">
					{items.map((note) => (
						<NoteRow
							key={note.id}
							note={note}
							onEdit={() => setOpen({ note })}
							onPin={() => void pin(note)}
							onDrop={() => setOpen({ drop: note })}
						/>
					))}
				</ul>
			)}
			{pages.busy.value && items.length === 0 && <Bones lines={4} />}
			<More onMore={() => void pages.more()} on={Boolean(pages.next.value)} />
			{open && 'note' in open && <NoteDialog to={to} note={open.note} onClose={close} />}
			{open && 'drop' in open && (
				<ActDialog
					title={t('note.dropTitle')}
					icon="trash-2"
					tone="bad"
					verb={t('act.delete')}
					run={async () => {
						await remove(`${to}/${open.drop.id}`, open.drop.ver);
						toast(t('note.dropped'));
					}}
					onClose={close}
				>
					<p>{t('note.dropText', { name: open.drop.author })}</p>
				</ActDialog>
			)}
		</div>
	);
}

function NoteRow(props: {
	note: Note;
	onEdit: () => void;
	onPin: () => void;
	onDrop: () => void;
}): JSX.Element {
	const { note } = props;
	const changed = note.updated_at > note.created_at;
	return (
		<li class="box">
			<div class="box-main">
				<p class="note-text">{note.text}</p>
				<p class="box-text">
					{note.pinned && <Tag icon="map-pin">{t('note.pinned')}</Tag>}
					<b>{note.author}</b>
					<Time at={note.created_at} />
					{changed && (
						<span>
							{t('note.changed')} <Time at={note.updated_at} />
						</span>
					)}
				</p>
			</div>
			<Menu
				button={<Icon name="ellipsis" />}
				class="btn ghost icon-only"
				align="end"
				label={t('note.acts', { name: note.author })}
				items={() => [
					note.mine && { label: t('act.edit'), icon: 'pencil', run: props.onEdit },
					{ label: t(note.pinned ? 'note.unpin' : 'note.pin'), icon: 'map-pin', run: props.onPin },
					{ label: t('act.deleteDots'), icon: 'trash-2', danger: true, group: true, run: props.onDrop },
				]}
			/>
		</li>
	);
}

type Fields = { text: string; pinned: boolean };

function NoteDialog(props: {
	to: string;
	note: Note | null;
	onClose: (saved: boolean) => void;
}): JSX.Element {
	const edit = useEdit<Note, Fields>(props.note, {
		fieldsOf: (note) => ({ text: note?.text ?? '', pinned: note?.pinned ?? false }),
		needed: ['text'],
		send: (now, start) => (start ? patch(`${props.to}/${start.id}`, now, start.ver) : post(props.to, now)),
		onClose: props.onClose,
	});
	const { values, set, errors } = edit.form;
	const labels = { text: t('note.words'), pinned: t('note.pin') };
	return (
		<EditDialog
			edit={edit}
			title={t(edit.base ? 'note.editTitle' : 'note.add')}
			icon="file-text"
			labels={labels}
			wide
		>
			<Area
				name="text"
				label={labels.text}
				required
				rows={7}
				hint={t('note.hint')}
				value={values.text}
				error={errors.text}
				onInput={(v) => set('text', v)}
			/>
			<Check name="pinned" label={labels.pinned} value={values.pinned} onInput={(v) => set('pinned', v)} />
		</EditDialog>
	);
}
