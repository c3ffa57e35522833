// The groups of an account, of one kind.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Bones } from '../kit/bits.tsx';
import { Button } from '../kit/button.tsx';
import { Icon } from '../kit/icon.tsx';
import { type Item, Menu } from '../kit/menu.tsx';
import { Empty, Failure } from '../kit/states.tsx';
import { get } from '../lib/api.ts';
import type { Group, GroupKind, Page } from '../lib/api.types.ts';
import { day, number } from '../lib/format.ts';
import { t, tWord } from '../lib/i18n.ts';
import { useKeys } from '../lib/keys.ts';
import { type Loaded, useLoad } from '../lib/load.ts';
import { href, route, setQuery } from '../lib/router.ts';
import { can } from '../lib/session.ts';
import { GroupDialog, RemoveGroup } from './group-dialog.tsx';
import { ListSearch } from './list-search.tsx';

const REFRESH = 15_000;

export function useGroups(accountId: string | null, kind: GroupKind): Loaded<Page<Group>> {
	return useLoad<Page<Group>>(
		accountId && `groups ${accountId} ${kind}`,
		(stop) => get(`accounts/${accountId}/groups`, { kind }, stop),
		REFRESH,
	);
}

export function GroupList(props: {
	account: { id: string; name: string };
	kind: GroupKind;
	heading: 'h1' | 'h2';
	title: string;
}): JSX.Element {
	const { account, kind } = props;
	const { data, problem, reload } = useGroups(account.id, kind);
	const [open, setOpen] = useState<Group | 'new' | null>(null);
	const [dropping, setDropping] = useState<Group | null>(null);
	const q = route.value.query.get('q') ?? '';
	const words = q.toLowerCase().split(/\s+/).filter(Boolean);
	const items = (data?.items ?? []).filter((group) => {
		const text = `${group.name} ${group.description ?? ''}`.toLowerCase();
		return words.every((word) => text.includes(word));
	});
	const Title = props.heading;
	const add = (): void => setOpen('new');
	useKeys(
		can('group.add')
			? [{ keys: 'n', label: tWord('group', `add-${kind}`), group: t('keys.list'), run: add }]
			: [],
	);
	const done = (saved: boolean): void => {
		setOpen(null);
		setDropping(null);
		if (saved) reload();
	};
	return (
		<div class="stack">
			<header class="tab-head">
				<div>
					<Title>{props.title}</Title>
					<p class="muted">{tWord('group', `text-${kind}`)}</p>
				</div>
				{can('group.add') && (
					<Button kind="primary" icon="plus" onClick={add}>
						{tWord('group', `add-${kind}`)}
					</Button>
				)}
			</header>
			<ListSearch label={t('group.search')} value={q} onChange={(now) => setQuery({ q: now }, true)} />
			{problem && !data && <Failure problem={problem} onRetry={reload} />}
			{!data && !problem && <Bones lines={6} />}
			{data && items.length === 0 && (
				<Empty
					icon={words.length ? 'search' : 'layers'}
					title={t(words.length ? 'group.nothing' : 'group.none')}
					text={words.length ? '' : tWord('group', `none-${kind}`)}
				/>
			)}
			<ul class="boxes">
				{items.map((group) => (
					<GroupRow
						key={group.id}
						group={group}
						onEdit={() => setOpen(group)}
						onDrop={() => setDropping(group)}
					/>
				))}
			</ul>
			{open && (
				<GroupDialog accountId={account.id} kind={kind} group={open === 'new' ? null : open} onClose={done} />
			)}
			{dropping && <RemoveGroup group={dropping} onClose={done} />}
		</div>
	);
}

function GroupRow(props: { group: Group; onEdit: () => void; onDrop: () => void }): JSX.Element {
	const { group } = props;
	const items: (Item | false)[] = [
		{ label: t('act.open'), icon: 'eye', href: href(`groups/${group.id}`) },
		can('group.edit') && { label: t('act.edit'), icon: 'pencil', run: props.onEdit },
		can('group.remove') && {
			label: t('act.deleteDots'),
			icon: 'trash-2',
			danger: true,
			group: true,
			run: props.onDrop,
		},
	];
	return (
		<li class="box">
			<span class="box-icon">
				<Icon name="layers" size={18} />
			</span>
			<div class="box-main">
				<p class="box-title">
					<a class="row-link" href={href(`groups/${group.id}`)}>
						{group.name}
					</a>
				</p>
				{group.description && <p class="box-text">{group.description}</p>}
				<p class="box-text">
					<span>{t('group.members', { n: group.members, text: number(group.members) })}</span>
					<span>
						{day(group.created_at)} · {group.created_by}
					</span>
				</p>
			</div>
			<Menu
				class="btn ghost icon-only"
				align="end"
				label={t('list.actsOn', { name: group.name })}
				button={<Icon name="ellipsis" />}
				items={() => items}
			/>
		</li>
	);
}
