// Custom fields: what this account wants to know of all accounts below it.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Bones, Tag } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Icon } from '../../kit/icon.tsx';
import { Menu } from '../../kit/menu.tsx';
import { Empty, Failure } from '../../kit/states.tsx';
import { toast, toastProblem } from '../../kit/toast.tsx';
import { get, patch, remove } from '../../lib/api.ts';
import type { Account, CustomField, CustomFieldImpact, Page } from '../../lib/api.types.ts';
import { total } from '../../lib/format.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { can } from '../../lib/session.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { FieldDialog } from './fields-dialog.tsx';
import type { TabProps } from './sections.ts';

const MAX = 50;
type Open = { field: CustomField | null } | { drop: CustomField } | null;

export default function Fields({ account }: TabProps): JSX.Element {
	const to = `accounts/${account.id}/custom-fields`;
	const { data, problem, reload } = useLoad<Page<CustomField>>(`fields ${account.id}`, (stop) =>
		get(to, {}, stop),
	);
	const [open, setOpen] = useState<Open>(null);
	const items = data?.items ?? [];
	const own = items.filter((one) => one.own);
	const edit = can('account.define_fields');
	const close = (changed: boolean): void => {
		setOpen(null);
		if (changed) reload();
	};
	const move = async (field: CustomField, by: number): Promise<void> => {
		try {
			await patch(`${to}/${field.id}`, { position: field.position + by }, field.ver);
		} catch (error) {
			toastProblem(error);
		}
		reload();
	};
	return (
		<div class="tab">
			<header class="tab-head">
				<div>
					<h2>{t('tab.fields')}</h2>
					<p class="muted">{t('custom.text')}</p>
				</div>
				{edit && (
					<Button
						kind="primary"
						icon="plus"
						disabled={items.length >= MAX}
						onClick={() => setOpen({ field: null })}
					>
						{t('custom.add')}
					</Button>
				)}
			</header>
			{problem && !data && <Failure problem={problem} onRetry={reload} />}
			{!data && !problem && <Bones lines={4} />}
			{data && items.length === 0 && (
				<Empty icon="list-checks" title={t('custom.none')} text={t('custom.noneText')} />
			)}
			{items.length > 0 && (
				<ul class="boxes">
					{items.map((field) => (
						<FieldRow
							key={field.id}
							field={field}
							edit={edit && field.own}
							last={own.length}
							onEdit={() => setOpen({ field })}
							onMove={(by) => void move(field, by)}
							onDrop={() => setOpen({ drop: field })}
						/>
					))}
				</ul>
			)}
			{open && 'field' in open && <FieldDialog to={to} field={open.field} onClose={close} />}
			{open && 'drop' in open && <DropField account={account} to={to} field={open.drop} onClose={close} />}
		</div>
	);
}

function FieldRow(props: {
	field: CustomField;
	edit: boolean;
	last: number;
	onEdit: () => void;
	onMove: (by: number) => void;
	onDrop: () => void;
}): JSX.Element {
	const { field, last } = props;
	return (
		<li class="box">
			<div class="box-main">
				<p class="box-title">
					<b>{field.label}</b>
					<code>{field.key}</code>
					<Tag>{tWord('custom', `type-${field.type}`)}</Tag>
					{field.required && <Tag>{t('field.required')}</Tag>}
					{field.searchable && <Tag icon="search">{t('custom.searchable')}</Tag>}
				</p>
				<p class="box-text">
					{!field.own && (
						<span>
							{field.account_name ? t('custom.from', { name: field.account_name }) : t('custom.fromAbove')}
						</span>
					)}
					{field.choices.length > 0 && <span>{field.choices.join(' · ')}</span>}
					<span>{t(field.in_use ? 'custom.inUse' : 'custom.unused')}</span>
				</p>
			</div>
			{props.edit && (
				<Menu
					class="btn ghost icon-only"
					align="end"
					label={t('list.actsOn', { name: field.label })}
					button={<Icon name="ellipsis" />}
					items={() => [
						{ label: t('act.edit'), icon: 'pencil', run: props.onEdit },
						field.position > 1 && { label: t('custom.up'), icon: 'chevron-up', run: () => props.onMove(-1) },
						field.position < last && {
							label: t('custom.down'),
							icon: 'chevron-down',
							run: () => props.onMove(1),
						},
						{ label: t('act.deleteDots'), icon: 'trash-2', danger: true, group: true, run: props.onDrop },
					]}
				/>
			)}
		</li>
	);
}

/** What goes is said before; of a field in use, its key is typed. */
function DropField(props: {
	account: Account;
	to: string;
	field: CustomField;
	onClose: (done: boolean) => void;
}): JSX.Element | null {
	const { to, field } = props;
	const [found, setFound] = useState<CustomFieldImpact | null>(null);
	useEffect(() => {
		void get<CustomFieldImpact>(`${to}/${field.id}/impact`).then(setFound, (error) => {
			toastProblem(error);
			props.onClose(false);
		});
	}, []);
	if (!found) return null;
	const used = found.accounts > 0;
	return (
		<ActDialog
			title={t('custom.dropTitle', { name: field.label })}
			icon="trash-2"
			tone="bad"
			verb={t('act.delete')}
			{...(used ? { typed: field.key, typedLabel: t('custom.key') } : {})}
			run={async () => {
				await remove(`${to}/${field.id}${used ? '?drop_values=true' : ''}`, field.ver);
				toast(t('toast.deleted', { name: field.label }));
			}}
			onClose={props.onClose}
		>
			<p>
				{used
					? t('custom.dropUsed', {
							n: found.accounts,
							text: total({ value: found.accounts, exact: found.exact }),
						})
					: t('custom.dropUnused')}
			</p>
		</ActDialog>
	);
}
