// Everybody in the accounts one sees, each once, by who made him.
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { Avatar, Time } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Count } from '../../kit/count.tsx';
import { type Column, Grid } from '../../kit/grid.tsx';
import { Empty } from '../../kit/states.tsx';
import { get } from '../../lib/api.ts';
import type { Page, PersonItem, SavedView } from '../../lib/api.types.ts';
import { openDefault } from '../../lib/default-view.ts';
import { day } from '../../lib/format.ts';
import { language, t, tWord } from '../../lib/i18n.ts';
import { useKeys } from '../../lib/keys.ts';
import { usePages } from '../../lib/pages.ts';
import { usePeek } from '../../lib/peek.ts';
import { go, href, type Query, route, setQuery, withQuery } from '../../lib/router.ts';
import { can } from '../../lib/session.ts';
import { useTitle } from '../../lib/title.ts';
import { joinQuery, splitTokens } from '../../lib/tokens.ts';
import { ListSearch } from '../../parts/list-search.tsx';
import { labelOfRoles, MemberChip } from '../../parts/member-words.tsx';
import { ViewsButton } from '../../parts/views-button.tsx';
import { OriginTag } from '../../parts/words.tsx';

const KINDS = ['billing', 'manual', 'self', 'sub'] as const;
const REFRESH = 15_000;

/** Where he belongs: the first of his accounts, and how many more. */
function Places({ person }: { person: PersonItem }): JSX.Element {
	const [first, ...more] = person.memberships;
	if (!first) return <span class="none">–</span>;
	const place = can('account.view') ? (
		<a class="quiet-link" href={href(`accounts/${first.account_id}/users`)}>
			{first.account_name}
		</a>
	) : (
		<span>{first.account_name}</span>
	);
	const second = [
		labelOfRoles(first.role),
		first.parent_name && t('people.subOf', { name: first.parent_name }),
		more.length > 0 && t('people.more', { n: more.length }),
	];
	return (
		<span class="who-text">
			{place}
			<small>{second.filter(Boolean).join(' · ')}</small>
		</span>
	);
}

function columns(): Column<PersonItem>[] {
	return [
		{
			id: 'name',
			label: t('col.name'),
			sort: 'name',
			phone: 'main',
			cell: (person) => (
				<span class="who">
					<Avatar name={person.name} round />
					<span class="who-text">
						<a class="row-link" href={href(`people/${person.id}`)}>
							{person.name}
						</a>
						<small>
							{person.email && person.email !== person.login
								? `${person.email} · ${person.login}`
								: person.login}
						</small>
					</span>
				</span>
			),
		},
		{ id: 'place', label: t('people.account'), width: '28%', cell: (person) => <Places person={person} /> },
		{
			id: 'state',
			label: t('col.status'),
			width: '138px',
			phone: 'top',
			cell: (person) => <MemberChip state={person.state} />,
		},
		{
			id: 'origin',
			label: t('col.origin'),
			width: '108px',
			rank: 2,
			cell: (person) => <OriginTag origin={person.origin} />,
		},
		{
			id: 'last_login',
			label: t('col.lastLogin'),
			width: '128px',
			sort: 'last_login',
			down: true,
			rank: 2,
			phone: 'foot',
			cell: (person) => <Time at={person.last_login_at} />,
		},
		{
			id: 'created',
			label: t('col.created'),
			width: '118px',
			sort: 'created',
			down: true,
			rank: 3,
			cell: (person) => <time dateTime={person.created_at}>{day(person.created_at)}</time>,
		},
	];
}

const PAGE = 50;

function queryOf(view: SavedView | null): Query {
	const { words, tokens } = splitTokens(view?.q ?? '', ['kind']);
	return { q: words, kind: tokens.kind ?? null, sort: view?.sort ?? null };
}

export function PeopleList(): JSX.Element {
	useState(() => openDefault('people'));
	const { query } = route.value;
	const asked = { q: query.get('q') ?? '', kind: query.get('kind'), sort: query.get('sort') };
	const pages = usePages<PersonItem>(
		`people ${JSON.stringify(asked)}`,
		(cursor, stop) => get<Page<PersonItem>>('people', { ...asked, limit: PAGE, cursor }, stop),
		{ every: REFRESH },
	);
	const peek = usePeek(pages, 'peek');
	const open = (person: PersonItem): void => go(href(`people/${person.id}`));
	useTitle(t('nav.people'));
	useKeys([
		...peek.keys,
		{
			keys: 'o',
			label: t('keys.openPage'),
			group: t('keys.list'),
			run: () =>
				peek.soon(() => {
					const person = peek.current();
					if (person) open(person);
				}),
		},
	]);
	const list = useMemo(columns, [language.value]);
	return (
		<section class="card list" aria-label={t('nav.people')}>
			<header class="head">
				<h1>{t('nav.people')}</h1>
				<Count of={pages.total.value} words="user.count" />
			</header>
			<div class="tools">
				<ListSearch label={t('people.search')} value={asked.q} onChange={(q) => setQuery({ q }, true)} />
				<nav class="segments" aria-label={t('people.kinds')}>
					{[null, ...KINDS].map((kind) => (
						<a
							key={kind ?? 'all'}
							class="segment"
							href={withQuery({ kind, peek: null })}
							aria-current={asked.kind === kind ? 'page' : undefined}
						>
							<span>{kind ? tWord('people', `kind-${kind}`) : t('people.all')}</span>
						</a>
					))}
				</nav>
				<span class="push" />
				<ViewsButton
					list="people"
					now={{
						q: joinQuery({ kind: asked.kind }, asked.q),
						columns: [],
						sort: asked.sort,
						page_size: PAGE,
					}}
					toQuery={queryOf}
				/>
			</div>
			<Grid<PersonItem>
				label={t('nav.people')}
				pages={pages}
				columns={list}
				cursor={peek.cursor}
				onCursor={peek.setCursor}
				onOpen={open}
				sort={asked.sort ?? (asked.q ? '' : 'name')}
				onSort={(sort) => setQuery({ sort: sort === 'name' ? null : sort })}
				empty={
					<Empty icon="search" title={t('user.nothing')} text={t('user.nothingText')}>
						<Button onClick={() => setQuery({ q: null, kind: null })}>{t('filter.clearAll')}</Button>
					</Empty>
				}
			/>
		</section>
	);
}
