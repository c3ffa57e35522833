// One role: its words, what it inherits, and what it says itself of each
// permission. A built-in one is read, and copied to be changed.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Banner, Bones, Tag } from '../kit/bits.tsx';
import { Button, LinkButton } from '../kit/button.tsx';
import { Failure } from '../kit/states.tsx';
import { toast } from '../kit/toast.tsx';
import { get, patch, post } from '../lib/api.ts';
import type { Role, RoleFull, RolePreview } from '../lib/api.types.ts';
import { orNull, required, useForm } from '../lib/form.ts';
import { t } from '../lib/i18n.ts';
import { useLeaveGuard } from '../lib/leave.ts';
import { useLoad } from '../lib/load.ts';
import { setQuery, withQuery } from '../lib/router.ts';
import { can } from '../lib/session.ts';
import { FormProblem } from './form-problem.tsx';
import { nameOfRole } from './member-words.tsx';
import { type Met, meet, RoleConflict } from './role-conflict.tsx';
import { RoleDetails } from './role-details.tsx';
import { differing, fieldsOf, listOf, type RoleFields, type Says, saysOf } from './role-fields.ts';
import { RolePermissions } from './role-permissions.tsx';
import { RolePreviewDialog } from './role-preview.tsx';
import { type At, BackToRoles, RemoveRole } from './role-screen.tsx';
import { onSaveKey, SaveBar } from './save-bar.tsx';
import { usePermissions } from './why-dialog.tsx';

interface Props {
	/** Null: a new one. */
	id: string | null;
	copy: string | null;
	account: At;
	roles: Role[];
	heading: 'h1' | 'h2';
	onSaved: () => void;
}

export function useRole(id: string | null) {
	return useLoad<RoleFull>(id && `role ${id}`, (stop) => get(`roles/${id}`, {}, stop));
}

export function RoleEditor(props: Props): JSX.Element {
	const source = useRole(props.id ?? props.copy);
	const all = usePermissions();
	const problem = source.problem ?? all.problem;
	if (problem && !source.data)
		return (
			<div class="stack">
				<BackToRoles />
				<Failure problem={problem} onRetry={source.reload} />
			</div>
		);
	if (source.loading || !all.data) return <Bones lines={10} />;
	const known = all.data.items;
	return <Editor {...props} source={source.data ?? null} known={known} put={source.put} />;
}

/** What is to be saved, and on which state of the role. */
interface Draft {
	fields: RoleFields;
	said: Says;
	on: RoleFull | null;
}

type EditorProps = Props & {
	source: RoleFull | null;
	known: { key: string; section: string }[];
	put: (role: RoleFull) => void;
};

function Editor(props: EditorProps): JSX.Element {
	const { id, copy, account, roles } = props;
	const [base, setBase] = useState(props.source);
	const [says, setSays] = useState<Says>(() => saysOf(base));
	const [preview, setPreview] = useState<RolePreview | null>(null);
	const [dropping, setDropping] = useState(false);
	const [met, setMet] = useState<Met | null>(null);
	const form = useForm<RoleFields>(fieldsOf(base, id === null && copy !== null));
	const { values } = form;
	const was = saysOf(id ? base : null);
	const n = differing(props.known, says, was) + form.changed.length;
	const draft: Draft = { fields: values, said: says, on: base };
	const edit = id ? Boolean(base?.editable) && can('role.edit') : can('role.add');
	useLeaveGuard(edit && n > 0);

	const save = async ({ fields, said: now, on }: Draft = draft): Promise<void> => {
		const body = {
			name: fields.name.trim(),
			description: orNull(fields.description),
			kind: fields.kind,
			parent_role_id: orNull(fields.parent_role_id),
			permissions: listOf(now),
		};
		let after: RoleFull | null = null;
		const problem = await form.run(async () => {
			if (id && on) after = await patch<RoleFull>(`roles/${id}`, body, on.ver);
			else after = await post<RoleFull>(`accounts/${account.id}/roles`, body);
		});
		if (problem?.status === 412 && on) setMet(await meet(on, fields, now, props.known));
		setPreview(null);
		if (problem || !after) return;
		done(await get<RoleFull>(`roles/${(after as RoleFull).id}`));
	};
	/** What was chosen of both stands on theirs, and is looked at once more. */
	const choose = (on: RoleFull, fields: RoleFields, now: Says): void => {
		setMet(null);
		setBase(on);
		setSays(now);
		form.reset(fieldsOf(on, false));
		form.put(fields);
		props.put(on);
		void look({ fields, said: now, on });
	};
	const done = (after: RoleFull): void => {
		setBase(after);
		setSays(saysOf(after));
		form.reset(fieldsOf(after, false));
		props.put(after);
		props.onSaved();
		toast(t('toast.saved'));
		if (!id) setTimeout(() => setQuery({ role: after.id, copy: null }, true));
	};
	/** Where nobody has it nobody gains or loses. */
	const look = async (now: Draft = draft): Promise<void> => {
		const { fields, said: effects, on } = now;
		const missing = required(fields, ['name']);
		if (Object.keys(missing).length) return form.fail(missing);
		const same = differing(props.known, effects, saysOf(on)) === 0;
		if (!id || (same && fields.parent_role_id === fieldsOf(on, false).parent_role_id)) return save(now);
		const body = { permissions: listOf(effects), parent_role_id: orNull(fields.parent_role_id) };
		await form.run(async () => setPreview(await post<RolePreview>(`roles/${id}/preview`, body)));
	};
	const discard = (): void => {
		setSays(saysOf(base));
		form.reset(fieldsOf(base, id === null && copy !== null));
		if (!id) setQuery({ role: null, copy: null });
	};
	const Title = props.heading;
	return (
		<form
			class="stack role-editor"
			noValidate
			onSubmit={(event) => {
				event.preventDefault();
				void look();
			}}
			onKeyDown={onSaveKey(() => edit && n > 0 && void look())}
		>
			<div>
				<BackToRoles />
			</div>
			<header class="tab-head">
				<div>
					<Title>{id && base ? nameOfRole(base) : t('roles.new')}</Title>
					{base?.builtin && id && <Tag icon="lock">{t('roles.builtin')}</Tag>}
				</div>
				<span class="push" />
				{id && can('role.add') && (
					<LinkButton href={withQuery({ role: 'new', copy: id })} icon="copy">
						{t('roles.copy')}
					</LinkButton>
				)}
				{id && edit && can('role.remove') && (
					<Button icon="trash-2" class="danger-text" onClick={() => setDropping(true)}>
						{t('act.deleteDots')}
					</Button>
				)}
			</header>
			{id && !edit && (
				<Banner tone="info" icon="lock">
					{t(base?.builtin ? 'roles.locked' : 'roles.readOnly')}
				</Banner>
			)}
			<RoleDetails form={form} roles={roles.filter((one) => one.id !== id)} off={!edit} />
			<RolePermissions
				known={props.known}
				role={id ? base : null}
				parent={values.parent_role_id}
				says={says}
				was={was}
				off={!edit}
				onSay={(key, effect) => setSays({ ...says, [key]: effect })}
			/>
			<FormProblem form={met ? { problem: null } : form} shown={Object.values(form.errors).map(String)} />
			{edit && (
				<SaveBar n={n} busy={form.busy} onDiscard={discard} verb={id ? undefined : t('roles.create')} />
			)}
			{preview && (
				<RolePreviewDialog
					name={values.name}
					preview={preview}
					busy={form.busy}
					onClose={() => setPreview(null)}
					onSave={() => void save()}
				/>
			)}
			{met && <RoleConflict met={met} roles={roles} onClose={() => setMet(null)} onDone={choose} />}
			{dropping && base && (
				<RemoveRole
					role={base}
					onClose={(gone) => {
						setDropping(false);
						if (gone) {
							props.onSaved();
							setQuery({ role: null, copy: null }, true);
						}
					}}
				/>
			)}
		</form>
	);
}
