// The people of an account, or its sub-users: the list, the pane of one of them,
// and what is done to several at once.
import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import { Count } from '../../kit/count.tsx';
import { Grid } from '../../kit/grid.tsx';
import { Icon } from '../../kit/icon.tsx';
import { Menu } from '../../kit/menu.tsx';
import { Empty } from '../../kit/states.tsx';
import { get } from '../../lib/api.ts';
import type { Account, Member, Page } from '../../lib/api.types.ts';
import { language, t } from '../../lib/i18n.ts';
import { useKeys } from '../../lib/keys.ts';
import { usePages } from '../../lib/pages.ts';
import { usePeek } from '../../lib/peek.ts';
import { route, setQuery } from '../../lib/router.ts';
import { can } from '../../lib/session.ts';
import { ListSearch } from '../../parts/list-search.tsx';
import { type Asked, MemberDialog, memberItems, resume } from '../../parts/member-acts.tsx';
import { MemberPane } from '../../parts/member-pane.tsx';
import { MEMBER_STATES } from '../../parts/member-words.tsx';
import { StateFilter } from '../../parts/state-filter.tsx';
import { AddUser } from './users-add.tsx';
import { BulkBar } from './users-bulk.tsx';
import { chooseNone, memberColumns } from './users-columns.tsx';
import { ResetAll } from './users-reset.tsx';

const REFRESH = 10_000;

export function MemberList({ account, subs }: { account: Account; subs: boolean }): JSX.Element {
	const { query } = route.value;
	const filter = { q: query.get('q') ?? '', state: query.get('state'), sort: query.get('sort') };
	const path = `accounts/${account.id}/members`;
	const kind = subs ? 'sub' : query.get('kind');
	const pages = usePages<Member>(
		`${path} ${subs} ${kind} ${JSON.stringify(filter)}`,
		(cursor, stop) => get<Page<Member>>(path, { ...filter, kind, limit: 50, cursor }, stop),
		{ every: REFRESH },
	);
	const peek = usePeek(pages, 'user');
	const [asked, setAsked] = useState<Asked | null>(null);
	const [adding, setAdding] = useState(false);
	const [resetting, setResetting] = useState(false);
	const again = (): void => void pages.refresh();
	const mayAdd = can('member.add') && account.state !== 'terminated';
	const mayResetAll = !subs && mayAdd && can('system.password_reset_all');
	useEffect(() => chooseNone, []);
	useKeys([
		...peek.keys,
		...(mayAdd
			? [{ keys: 'n', label: t('user.add'), group: t('keys.card'), run: () => setAdding(true) }]
			: []),
	]);
	const flip = useCallback((member: Member): void => {
		if (member.state === 'suspended') void resume(member, again);
		else setAsked({ act: 'suspend', member });
	}, []);
	const columns = useMemo(() => memberColumns(subs, flip), [subs, language.value]);
	const menu = useCallback(
		(member: Member) => (
			<Menu
				class="btn ghost icon-only row-menu"
				label={t('list.actsOn', { name: member.name })}
				align="end"
				button={<Icon name="ellipsis" />}
				items={() => memberItems(member, setAsked, again)}
			/>
		),
		[language.value, pages],
	);
	const title = t(subs ? 'tab.subUsers' : 'tab.users');
	return (
		<div class="events-in">
			<div class="events-list">
				<header class="tab-head">
					<h2>{title}</h2>
					<Count of={pages.total.value} words="user.count" />
					<span class="push" />
					{mayResetAll && (
						<Button
							icon="mail"
							class="fold"
							label={t('user.resetAllDots')}
							onClick={() => setResetting(true)}
						>
							{t('user.resetAllDots')}
						</Button>
					)}
					{mayAdd && (
						<Button kind="primary" icon="user-plus" onClick={() => setAdding(true)}>
							{t(subs ? 'user.addSub' : 'user.add')}
						</Button>
					)}
				</header>
				<div class="tools">
					<ListSearch label={t('user.search')} value={filter.q} onChange={(q) => setQuery({ q }, true)} />
					<StateFilter words="memberState" states={MEMBER_STATES} />
				</div>
				<Grid<Member>
					label={title}
					pages={pages}
					columns={columns}
					cursor={peek.cursor}
					onCursor={peek.setCursor}
					onOpen={peek.open}
					current={peek.shown}
					sort={filter.sort ?? 'name'}
					onSort={(sort) => setQuery({ sort: sort === 'name' ? null : sort })}
					menu={menu}
					empty={<Nobody subs={subs} some={Boolean(filter.q || filter.state)} />}
				/>
				<BulkBar pages={pages} account={account} onDone={again} />
			</div>
			{peek.shown && (
				<MemberPane
					path={path}
					id={peek.shown}
					item={pages.items.value[peek.at]}
					first={peek.at === 0}
					last={peek.at === pages.items.value.length - 1 && !pages.next.value}
					onStep={peek.step}
					onClose={peek.close}
					onAsk={setAsked}
					onDone={again}
				/>
			)}
			{asked && (
				<MemberDialog
					asked={asked}
					onClose={(done) => {
						setAsked(null);
						if (!done) return;
						if (asked.act === 'remove') {
							if (peek.shown === asked.member.id) peek.close();
							pages.drop(asked.member.id);
						}
						again();
					}}
				/>
			)}
			{resetting && <ResetAll account={account} onClose={() => setResetting(false)} />}
			{adding && (
				<AddUser
					account={account}
					sub={subs}
					onClose={(made) => {
						setAdding(false);
						if (made) void pages.start();
					}}
				/>
			)}
		</div>
	);
}

function Nobody({ subs, some }: { subs: boolean; some: boolean }): JSX.Element {
	if (some)
		return (
			<Empty icon="search" title={t('user.nothing')} text={t('user.nothingText')}>
				<Button onClick={() => setQuery({ q: null, state: null })}>{t('filter.clearAll')}</Button>
			</Empty>
		);
	if (subs) return <Empty icon="users" title={t('user.noSubs')} text={t('user.noSubsText')} />;
	return <Empty icon="users" title={t('user.none')} text={t('user.noneText')} />;
}
