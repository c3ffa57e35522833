// Who is in a group, and who is away from it; put in and taken out, several at once.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Avatar, Bones, Chip, Tag } from '../kit/bits.tsx';
import { Button } from '../kit/button.tsx';
import { Empty, Failure } from '../kit/states.tsx';
import { Tick } from '../kit/switch.tsx';
import { toast, toastProblem } from '../kit/toast.tsx';
import { get, post } from '../lib/api.ts';
import type { Group, GroupMember, Page, State } from '../lib/api.types.ts';
import { day, number } from '../lib/format.ts';
import { t, tWord } from '../lib/i18n.ts';
import { useKeys } from '../lib/keys.ts';
import { type Pages, usePages } from '../lib/pages.ts';
import { href, route, setQuery, withQuery } from '../lib/router.ts';
import { can } from '../lib/session.ts';
import { More } from './change-log.tsx';
import { findersOf } from './group-find.ts';
import { ListSearch } from './list-search.tsx';
import { PickMany } from './pick-many.tsx';
import { StateChip } from './words.tsx';

const REFRESH = 15_000;
const BATCH = 200;

export function GroupMembers({ group, reload }: { group: Group; reload: () => void }): JSX.Element {
	const { query } = route.value;
	const away = query.get('state') === 'away';
	const q = query.get('q') ?? '';
	const pages = usePages<GroupMember>(
		`group ${group.id} ${away} ${q}`,
		(cursor, stop) =>
			get<Page<GroupMember>>(
				`groups/${group.id}/members`,
				{ state: away ? 'away' : 'in', q, limit: 50, cursor },
				stop,
			),
		{ every: REFRESH },
	);
	const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
	const [adding, setAdding] = useState(false);
	const may = can('group.assign');
	const items = pages.items.value;
	useKeys(
		may
			? [{ keys: 'n', label: t('group.addMembers'), group: t('keys.list'), run: () => setAdding(true) }]
			: [],
	);
	const changed = (): void => {
		setChosen(new Set());
		void pages.start();
		reload();
	};
	const take = async (ids: string[]): Promise<void> => {
		try {
			for (let at = 0; at < ids.length; at += BATCH)
				await post(`groups/${group.id}/members/remove`, { member_ids: ids.slice(at, at + BATCH) });
			toast(t('group.taken', { n: ids.length, name: group.name }));
		} catch (error) {
			toastProblem(error);
		}
		changed();
	};
	const inside = group.members - (group.away ?? 0);
	return (
		<>
			<div class="group-tools">
				<ListSearch
					label={t('group.searchMembers')}
					value={q}
					onChange={(now) => setQuery({ q: now }, true)}
				/>
				<nav class="segments" aria-label={t('group.which')}>
					<a class="segment" href={withQuery({ state: null })} aria-current={away ? undefined : 'page'}>
						<span>{t('group.in', { text: number(inside) })}</span>
					</a>
					<a class="segment" href={withQuery({ state: 'away' })} aria-current={away ? 'page' : undefined}>
						<span>{t('group.away', { text: number(group.away ?? 0) })}</span>
					</a>
				</nav>
				<span class="push" />
				{may && (
					<Button icon="plus" onClick={() => setAdding(true)}>
						{t('group.addMembers')}
					</Button>
				)}
			</div>
			{away && <p class="muted">{tWord('group', `awayText-${group.kind}`)}</p>}
			{pages.problem.value && items.length === 0 && (
				<Failure problem={pages.problem.value} onRetry={() => void pages.again()} />
			)}
			{pages.ready.value && items.length === 0 && (
				<Empty
					icon={q ? 'search' : 'layers'}
					title={t(q ? 'group.nothing' : away ? 'group.noneAway' : 'group.empty')}
				/>
			)}
			<Members
				group={group}
				items={items}
				chosen={may ? chosen : null}
				onChoose={setChosen}
				onTake={(id) => void take([id])}
			/>
			{pages.busy.value && <Bones lines={4} />}
			<More onMore={() => void pages.more()} on={Boolean(pages.next.value)} />
			{chosen.size > 0 && (
				<Chosen pages={pages} chosen={chosen} onChoose={setChosen} onTake={() => void take([...chosen])} />
			)}
			{adding && (
				<PickMany
					title={t('group.addTo', { name: group.name })}
					search={t('group.searchMembers')}
					find={findersOf(group)}
					run={async (member_ids) => {
						await post(`groups/${group.id}/members`, { member_ids });
						toast(t('group.put', { n: member_ids.length, name: group.name }));
					}}
					onClose={(done) => {
						setAdding(false);
						if (done) changed();
					}}
				/>
			)}
		</>
	);
}

function Chosen(props: {
	pages: Pages<GroupMember>;
	chosen: ReadonlySet<string>;
	onChoose: (ids: ReadonlySet<string>) => void;
	onTake: () => void;
}): JSX.Element {
	return (
		<div class="bulkbar" role="region" aria-label={t('user.bulk')}>
			<b role="status">{t('user.chosen', { n: props.chosen.size })}</b>
			<Button small icon="minus" onClick={props.onTake}>
				{t('group.take')}
			</Button>
			<span class="push" />
			<Button
				small
				kind="ghost"
				onClick={() => props.onChoose(new Set(props.pages.items.peek().map((one) => one.id)))}
			>
				{t('user.chooseAll')}
			</Button>
			<Button small kind="ghost" onClick={() => props.onChoose(new Set())}>
				{t('user.chooseNone')}
			</Button>
		</div>
	);
}

function Members(props: {
	group: Group;
	items: GroupMember[];
	chosen: ReadonlySet<string> | null;
	onChoose: (ids: ReadonlySet<string>) => void;
	onTake: (id: string) => void;
}): JSX.Element {
	const { group, chosen } = props;
	const choose = (id: string, on: boolean): void => {
		const next = new Set(chosen);
		if (on) next.add(id);
		else next.delete(id);
		props.onChoose(next);
	};
	return (
		<ul class="boxes">
			{props.items.map((member) => (
				<li key={member.id} class="box member">
					{chosen && (
						<Tick
							label={t('user.choose', { name: member.name })}
							on={chosen.has(member.id)}
							onChange={(on) => choose(member.id, on)}
						/>
					)}
					<Avatar name={member.name} />
					<div class="box-main">
						<p class="box-title">
							<Name group={group} member={member} />
							<MemberState group={group} member={member} />
						</p>
						<p class="box-text">
							<span>{t('group.since', { at: day(member.added_at), name: member.added_by })}</span>
						</p>
					</div>
					{chosen && (
						<Button
							kind="ghost"
							icon="minus"
							label={t('group.takeOne', { name: member.name })}
							onClick={() => props.onTake(member.id)}
						/>
					)}
				</li>
			))}
		</ul>
	);
}

function Name({ group, member }: { group: Group; member: GroupMember }): JSX.Element {
	if (group.kind !== 'account' || !can('account.view')) return <b>{member.name}</b>;
	return (
		<a class="row-link" href={href(`accounts/${member.id}/overview`)}>
			{member.name}
		</a>
	);
}

function MemberState({ group, member }: { group: Group; member: GroupMember }): JSX.Element {
	return (
		<>
			<Tag>{tWord('kind', member.detail)}</Tag>
			{group.kind === 'account' ? (
				<StateChip state={member.state as State} />
			) : (
				<Chip tone={member.away ? 'warn' : 'good'} quiet={!member.away}>
					{tWord('state', member.state)}
				</Chip>
			)}
		</>
	);
}
