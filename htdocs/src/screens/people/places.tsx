// The memberships of a person: in which accounts, as what, and what can be done there.
import type { JSX } from 'preact';
import { Bones, Panel } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Icon } from '../../kit/icon.tsx';
import { Menu } from '../../kit/menu.tsx';
import { get } from '../../lib/api.ts';
import type { Member, PersonCard, PersonPlace } from '../../lib/api.types.ts';
import { t } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { href } from '../../lib/router.ts';
import { can } from '../../lib/session.ts';
import { type Asked, mayDo, memberItems } from '../../parts/member-acts.tsx';
import { SessionList } from '../../parts/member-sessions.tsx';
import { KindTag, labelOfRoles, MemberChip, rolesOf, untilText } from '../../parts/member-words.tsx';

/** Sessions of more are not asked for at once. */
const MOST = 5;

export function Places(props: {
	person: PersonCard;
	onAsk: (asked: Asked) => void;
	onDone: () => void;
}): JSX.Element {
	const { memberships } = props.person;
	return (
		<Panel title={t('people.memberships')}>
			<ul class="lines places">
				{memberships.map((place) => (
					<Place key={place.membership_id} place={place} {...props} />
				))}
			</ul>
		</Panel>
	);
}

export function Sessions({ person }: { person: PersonCard }): JSX.Element {
	const { memberships } = person;
	return (
		<div class="stack">
			{can('member.sessions_view') &&
				memberships.slice(0, MOST).map((place) => (
					<Panel
						key={place.membership_id}
						title={
							memberships.length > 1
								? t('people.sessionsAt', { name: place.account_name })
								: t('people.sessions')
						}
					>
						<SessionsAt place={place} person={person} />
					</Panel>
				))}
		</div>
	);
}

function useMember(place: PersonPlace, person: PersonCard) {
	return useLoad<Member>(`member ${place.membership_id} ${person.ver} ${person.locked}`, (stop) =>
		get(`accounts/${place.account_id}/members/${place.membership_id}`, {}, stop),
	);
}

function Place(props: {
	place: PersonPlace;
	person: PersonCard;
	onAsk: (asked: Asked) => void;
	onDone: () => void;
}): JSX.Element {
	const { place, person } = props;
	const { data: member, reload } = useMember(place, person);
	/** What the membership's own answer says, too: the chip does not change when that comes. */
	const state = place.state === 'active' ? person.state : place.state;
	const done = (): void => {
		reload();
		props.onDone();
	};
	return (
		<li>
			<span class="line-main">
				<b>
					<a href={href(`accounts/${place.account_id}/users`, { user: place.membership_id })}>
						{place.account_name}
					</a>
				</b>
				<small>
					<span>{member ? rolesOf(member) : labelOfRoles(place.role)}</span>
					{place.parent_name && <span>{t('people.subOf', { name: place.parent_name })}</span>}
					{place.expires_at && <span>{untilText(place.expires_at)}</span>}
				</small>
			</span>
			<KindTag kind={place.kind} />
			<MemberChip state={member?.state ?? state} />
			{member && mayDo(member, 'unlock') && (
				<Button icon="lock-open" onClick={() => props.onAsk({ act: 'unlock', member })}>
					{t('user.unlockDots')}
				</Button>
			)}
			<span class="line-menu">
				{member && (
					<Menu
						class="btn ghost icon-only"
						align="end"
						label={t('people.actsAt', { name: place.account_name })}
						button={<Icon name="ellipsis" />}
						items={() =>
							memberItems(member, props.onAsk, done).filter((one) => !one.href?.includes('/people/'))
						}
					/>
				)}
			</span>
		</li>
	);
}

function SessionsAt({ place, person }: { place: PersonPlace; person: PersonCard }): JSX.Element {
	const { data, problem } = useMember(place, person);
	if (problem) return <p class="muted">{problem.message}</p>;
	return data ? <SessionList member={data} /> : <Bones lines={2} />;
}
