// One role: its words, what it inherits, and what it says itself of each
// permission. A built-in one is read, and copied to be changed.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Banner, Bones, Tag } from '../kit/bits.tsx';
import { Button, LinkButton } from '../kit/button.tsx';
import { Failure } from '../kit/states.tsx';
import { toast } from '../kit/toast.tsx';
import { get, patch, post } from '../lib/api.ts';
import type { Effect, Role, RoleFull, RolePreview } from '../lib/api.types.ts';
import { orNull, required, useForm } from '../lib/form.ts';
import { t } from '../lib/i18n.ts';
import { useLeaveGuard } from '../lib/leave.ts';
import { useLoad } from '../lib/load.ts';
import { setQuery, withQuery } from '../lib/router.ts';
import { can } from '../lib/session.ts';
import { FormProblem } from './form-problem.tsx';
import { nameOfRole } from './member-words.tsx';
import { RoleDetails } from './role-details.tsx';
import { RolePermissions } from './role-permissions.tsx';
import { RolePreviewDialog } from './role-preview.tsx';
import { type At, BackToRoles, RemoveRole } from './role-screen.tsx';
import { onSaveKey, SaveBar } from './save-bar.tsx';
import { usePermissions } from './why-dialog.tsx';

export type Say = Effect | 'inherit';
export type Says = Record<string, Say>;
export type RoleFields = { name: string; description: string; kind: string; parent_role_id: string };

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

function fieldsOf(role: RoleFull | null, copy: boolean): RoleFields {
	return {
		name: role ? (copy ? t('roles.copyOf', { name: nameOfRole(role) }) : role.name) : '',
		description: role?.description ?? '',
		kind: role?.kind ?? 'admin',
		parent_role_id: role?.parent_role_id ?? '',
	};
}

/** A copy of a built-in role says itself what that one gives. */
function saysOf(role: RoleFull | null): Says {
	if (!role) return {};
	const flat = Boolean(role.builtin);
	const say = (line: RoleFull['permissions'][number]): Say =>
		flat ? (line.effective ? 'allow' : 'inherit') : line.own;
	return Object.fromEntries(role.permissions.map((line) => [line.permission, say(line)]));
}

function listOf(says: Says): { permission: string; effect: Say }[] {
	return Object.entries(says)
		.filter(([, effect]) => effect !== 'inherit')
		.map(([permission, effect]) => ({ permission, effect }));
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
	const [clash, setClash] = useState(false);
	const form = useForm<RoleFields>(fieldsOf(base, id === null && copy !== null));
	const { values } = form;
	const was = saysOf(id ? base : null);
	const said = props.known.filter(({ key }) => (says[key] ?? 'inherit') !== (was[key] ?? 'inherit')).length;
	const n = said + form.changed.length;
	const edit = id ? Boolean(base?.editable) && can('role.edit') : can('role.add');
	useLeaveGuard(edit && n > 0);

	const save = async (): Promise<void> => {
		const body = {
			name: values.name.trim(),
			description: orNull(values.description),
			kind: values.kind,
			parent_role_id: orNull(values.parent_role_id),
			permissions: listOf(says),
		};
		let after: RoleFull | null = null;
		const problem = await form.run(async () => {
			if (id && base) after = await patch<RoleFull>(`roles/${id}`, body, base.ver);
			else after = await post<RoleFull>(`accounts/${account.id}/roles`, body);
		});
		setPreview(null);
		if (problem?.status === 412 && id) {
			setBase(await get<RoleFull>(`roles/${id}`));
			setClash(true);
		}
		if (problem || !after) return;
		done(await get<RoleFull>(`roles/${(after as RoleFull).id}`));
	};
	const done = (after: RoleFull): void => {
		setClash(false);
		setBase(after);
		setSays(saysOf(after));
		form.reset(fieldsOf(after, false));
		props.put(after);
		props.onSaved();
		toast(t('toast.saved'));
		if (!id) setTimeout(() => setQuery({ role: after.id, copy: null }, true));
	};
	/** Where nobody has it nobody gains or loses. */
	const look = async (): Promise<void> => {
		const missing = required(values, ['name']);
		if (Object.keys(missing).length) return form.fail(missing);
		if (!id || (said === 0 && !form.changed.includes('parent_role_id'))) return save();
		const body = { permissions: listOf(says), parent_role_id: orNull(values.parent_role_id) };
		await form.run(async () => setPreview(await post<RolePreview>(`roles/${id}/preview`, body)));
	};
	const discard = (): void => {
		setSays(saysOf(base));
		setClash(false);
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
			{clash && (
				<Banner tone="warn" icon="triangle-alert" role="alert">
					{t('roles.changedMeanwhile')}
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
			<FormProblem form={clash ? { problem: null } : form} shown={Object.values(form.errors).map(String)} />
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
