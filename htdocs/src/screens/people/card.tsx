// The card of a person: who he is, where he belongs and as what, where he is
// signed in, and what he did.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Avatar, Bones, Copy, Facts, MailTo, Panel, Time } from '../../kit/bits.tsx';
import { LinkButton } from '../../kit/button.tsx';
import { Icon } from '../../kit/icon.tsx';
import { Empty, Failure } from '../../kit/states.tsx';
import { get } from '../../lib/api.ts';
import type { PersonCard as Card } from '../../lib/api.types.ts';
import { day, number } from '../../lib/format.ts';
import { t } from '../../lib/i18n.ts';
import { languageName } from '../../lib/languages.ts';
import { useLoad } from '../../lib/load.ts';
import { href } from '../../lib/router.ts';
import { can } from '../../lib/session.ts';
import { useTitle } from '../../lib/title.ts';
import { type Asked, MemberDialog } from '../../parts/member-acts.tsx';
import { LockedChip, MemberChip } from '../../parts/member-words.tsx';
import { OriginTag } from '../../parts/words.tsx';
import { PersonLog } from './log.tsx';
import { Places, Sessions } from './places.tsx';

export function PersonCard({ id }: { id: string }): JSX.Element {
	const { data, problem, reload } = useLoad<Card>(
		`person ${id}`,
		(stop) => get(`people/${id}`, {}, stop),
		15_000,
	);
	const [asked, setAsked] = useState<Asked | null>(null);
	useTitle(data?.name ?? t('nav.people'));
	if (problem && !data)
		return (
			<section class="card">
				<h1 class="sr-only">{t('nav.people')}</h1>
				{problem.status === 404 ? (
					<Empty icon="circle-help" title={t('people.notFound')} text={t('notFound.text')}>
						<LinkButton href={href('people')}>{t('nav.people')}</LinkButton>
					</Empty>
				) : (
					<Failure problem={problem} onRetry={reload} />
				)}
			</section>
		);
	if (!data)
		return (
			<section key="bones" class="card account" aria-busy="true" aria-label={t('nav.people')}>
				<div class="acc-skeleton">
					<span class="bone acc-bone" />
					<Bones lines={6} />
				</div>
			</section>
		);
	return (
		<section class="card account" aria-label={data.name}>
			<Head person={data} />
			<div class="acc-main">
				<div class="tab stack">
					<div class="columns person">
						<div class="stack">
							<Details person={data} />
							<Places person={data} onAsk={setAsked} onDone={reload} />
						</div>
						<Sessions person={data} />
						{can('audit.list') && <PersonLog person={data} />}
					</div>
				</div>
			</div>
			{asked && (
				<MemberDialog
					asked={asked}
					onClose={(done) => {
						setAsked(null);
						if (done) reload();
					}}
				/>
			)}
		</section>
	);
}

function Head({ person }: { person: Card }): JSX.Element {
	return (
		<header class="acc-head">
			<nav class="crumbs" aria-label={t('card.path')}>
				<ol>
					<li>
						<a href={href('people')}>{t('nav.people')}</a>
					</li>
					<li>
						<Icon name="chevron-right" size={14} />
						<span aria-current="page">{person.name}</span>
					</li>
				</ol>
			</nav>
			<div class="acc-title">
				<Avatar name={person.name} size={48} round />
				<div class="acc-names">
					<div class="acc-name">
						<h1>{person.name}</h1>
						<MemberChip state={person.state} />
						<LockedChip locked={person.locked} />
					</div>
					<div class="acc-meta">
						<Copy text={person.id} label="ID" />
						<span>{person.login}</span>
						<span>{t('card.since', { at: day(person.created_at) })}</span>
						<OriginTag origin={person.origin} />
					</div>
				</div>
			</div>
		</header>
	);
}

function Details({ person }: { person: Card }): JSX.Element {
	return (
		<Panel title={t('people.details')}>
			<Facts
				items={[
					[t('col.login'), <Copy key="l" text={person.login} label={t('col.login')} mono={false} />],
					[t('col.email'), person.email && <MailTo to={person.email} />],
					[t('col.phone'), person.phone && <a href={`tel:${person.phone}`}>{person.phone}</a>],
					[t('person.language'), languageName(person.locale)],
					[t('user.twoStep'), t(person.two_step ? 'word.yes' : 'word.no')],
					[t('people.sessions'), number(person.sessions)],
					[t('col.lastLogin'), person.last_login_at ? <Time at={person.last_login_at} /> : t('user.never')],
					[t('col.created'), `${day(person.created_at)} · ${person.created_by ?? ''}`],
				]}
			/>
			{person.origin === 'billing' && <p class="muted">{t('people.billing')}</p>}
		</Panel>
	);
}
