// The roles usable at an account, and the editor of one of them.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Bones, Tag } from '../kit/bits.tsx';
import { Button, LinkButton } from '../kit/button.tsx';
import { Icon } from '../kit/icon.tsx';
import { type Item, Menu } from '../kit/menu.tsx';
import { Empty, Failure } from '../kit/states.tsx';
import { toast } from '../kit/toast.tsx';
import { remove } from '../lib/api.ts';
import type { Role } from '../lib/api.types.ts';
import { day, number } from '../lib/format.ts';
import { t, tWord } from '../lib/i18n.ts';
import { useKeys } from '../lib/keys.ts';
import { go, route, setQuery, withQuery } from '../lib/router.ts';
import { can } from '../lib/session.ts';
import { ActDialog } from './act-dialog.tsx';
import { ListSearch } from './list-search.tsx';
import { useRoles } from './member-roles.tsx';
import { nameOfRole } from './member-words.tsx';
import { RoleEditor } from './role-editor.tsx';

export interface At {
	id: string;
	name: string;
	kind: string;
}

export function RoleScreen({ account, heading }: { account: At; heading: 'h1' | 'h2' }): JSX.Element {
	const shown = route.value.query.get('role');
	const copy = route.value.query.get('copy');
	const roles = useRoles(account.id);
	if (shown)
		return (
			<RoleEditor
				key={shown + (copy ?? '')}
				id={shown === 'new' ? null : shown}
				copy={copy}
				account={account}
				roles={roles.data?.items ?? []}
				heading={heading}
				onSaved={roles.reload}
			/>
		);
	return <RoleList account={account} heading={heading} roles={roles} />;
}

function RoleList(props: {
	account: At;
	heading: 'h1' | 'h2';
	roles: ReturnType<typeof useRoles>;
}): JSX.Element {
	const { data, problem, reload } = props.roles;
	const [dropping, setDropping] = useState<Role | null>(null);
	const q = route.value.query.get('q') ?? '';
	const words = q.toLowerCase().split(/\s+/).filter(Boolean);
	const all = data?.items ?? [];
	const items = all.filter((role) => {
		const text = `${nameOfRole(role)} ${role.description ?? ''} ${parentOf(role, all)}`.toLowerCase();
		return words.every((word) => text.includes(word));
	});
	const Title = props.heading;
	const add = (): void => setQuery({ role: 'new', copy: null });
	useKeys(can('role.add') ? [{ keys: 'n', label: t('roles.add'), group: t('keys.list'), run: add }] : []);
	return (
		<div class="stack">
			<header class="tab-head">
				<div>
					<Title>{t('nav.roles')}</Title>
					<p class="muted">{t('roles.text', { name: props.account.name })}</p>
				</div>
				{can('role.add') && (
					<Button kind="primary" icon="plus" onClick={add}>
						{t('roles.add')}
					</Button>
				)}
			</header>
			<ListSearch label={t('roles.search')} value={q} onChange={(now) => setQuery({ q: now }, true)} />
			{problem && !data && <Failure problem={problem} onRetry={reload} />}
			{!data && !problem && <Bones lines={8} />}
			{data && items.length === 0 && <Empty icon="search" title={t('roles.nothing')} />}
			<ul class="boxes">
				{items.map((role) => (
					<RoleRow key={role.id} role={role} parent={parentOf(role, all)} onDrop={() => setDropping(role)} />
				))}
			</ul>
			{dropping && (
				<RemoveRole
					role={dropping}
					onClose={(done) => {
						setDropping(null);
						if (done) reload();
					}}
				/>
			)}
		</div>
	);
}

function itemsOf(role: Role, onDrop: () => void): Item[] {
	const items: Item[] = [];
	const to = (change: Record<string, string | null>) => () => go(withQuery(change));
	items.push({
		label: role.editable ? t('act.edit') : t('act.open'),
		icon: role.editable ? 'pencil' : 'eye',
		run: to({ role: role.id, copy: null }),
	});
	if (can('role.add'))
		items.push({ label: t('roles.copy'), icon: 'copy', run: to({ role: 'new', copy: role.id }) });
	if (role.editable && can('role.remove'))
		items.push({ label: t('act.deleteDots'), icon: 'trash-2', danger: true, group: true, run: onDrop });
	return items;
}

/** What the reader calls the role above: a built-in one has a word of his language. */
function parentOf(role: Role, all: Role[]): string {
	const parent = all.find((one) => one.id === role.parent_role_id);
	return parent ? nameOfRole(parent) : (role.parent_name ?? '');
}

function RoleRow(props: { role: Role; parent: string; onDrop: () => void }): JSX.Element {
	const { role, parent, onDrop } = props;
	return (
		<li class="box">
			<span class="box-icon">
				<Icon name={role.builtin ? 'lock' : 'shield'} size={18} />
			</span>
			<div class="box-main">
				<p class="box-title">
					<a class="row-link" href={withQuery({ role: role.id, copy: null })}>
						{nameOfRole(role)}
					</a>
					{role.builtin && <Tag icon="lock">{t('roles.builtin')}</Tag>}
					<Tag>{tWord('roles', `kind-${role.kind}`)}</Tag>
				</p>
				<p class="box-text">{role.builtin ? tWord('roleText', role.builtin, '') : role.description}</p>
				<p class="box-text">
					{parent && <span>{t('roles.parentIs', { name: parent })}</span>}
					{role.members !== null && (
						<span>{t('roles.members', { n: role.members, text: number(role.members) })}</span>
					)}
					{role.children > 0 && <span>{t('roles.children', { n: role.children })}</span>}
					{!role.builtin && role.owner_name && <span>{t('roles.owner', { name: role.owner_name })}</span>}
					{!role.builtin && role.created_at && (
						<span>
							{day(role.created_at)} · {role.created_by}
						</span>
					)}
				</p>
			</div>
			<Menu
				class="btn ghost icon-only"
				align="end"
				label={t('list.actsOn', { name: nameOfRole(role) })}
				button={<Icon name="ellipsis" />}
				items={() => itemsOf(role, onDrop)}
			/>
		</li>
	);
}

export function RemoveRole({ role, onClose }: { role: Role; onClose: (done: boolean) => void }): JSX.Element {
	const used = (role.members ?? 0) > 0 || role.children > 0;
	return (
		<ActDialog
			title={t('roles.removeTitle', { name: role.name })}
			icon="trash-2"
			tone="bad"
			verb={t('act.delete')}
			onClose={onClose}
			run={async () => {
				await remove(`roles/${role.id}`, role.ver);
				toast(t('toast.deleted', { name: role.name }));
			}}
		>
			<p>{used ? t('roles.used', { members: role.members ?? 0, n: role.children }) : t('roles.unused')}</p>
		</ActDialog>
	);
}

export function BackToRoles(): JSX.Element {
	return (
		<LinkButton href={withQuery({ role: null, copy: null })} icon="undo-2" kind="ghost" small>
			{t('nav.roles')}
		</LinkButton>
	);
}
