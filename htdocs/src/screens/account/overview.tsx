import type { JSX } from 'preact';
import { Chip, Copy, Facts, MailTo, Panel, Time } from '../../kit/bits.tsx';
import { Icon, type IconName } from '../../kit/icon.tsx';
import { get } from '../../lib/api.ts';
import type { Account, BillingEvent, Page } from '../../lib/api.types.ts';
import { day, number } from '../../lib/format.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { languageName } from '../../lib/languages.ts';
import { useLoad } from '../../lib/load.ts';
import { href } from '../../lib/router.ts';
import { can } from '../../lib/session.ts';
import { RecentChanges } from '../../parts/change-line.tsx';
import { eventLabel } from '../../parts/event-words.ts';
import InGroups from '../../parts/in-groups.tsx';
import { addressLine, MapLink } from '../../parts/place.tsx';
import { Reasons } from '../../parts/reasons.tsx';
import { EventChip, roleName } from '../../parts/words.tsx';
import type { TabProps } from './sections.ts';

function Tile(props: {
	label: string;
	value: number;
	icon: IconName;
	note?: string | undefined;
	to?: string;
	warn?: boolean;
}): JSX.Element {
	const inner = (
		<>
			<span class="tile-label">
				<Icon name={props.icon} /> {props.label}
			</span>
			<b class="tile-value">{number(props.value)}</b>
			<small class={props.warn ? 'tile-warn' : ''}>{props.note ?? ' '}</small>
		</>
	);
	return props.to ? (
		<a class="tile" href={props.to}>
			{inner}
		</a>
	) : (
		<div class="tile">{inner}</div>
	);
}

export default function Overview({ account }: TabProps): JSX.Element {
	const { counts } = account;
	const to = `accounts/${account.id}`;
	return (
		<div class="tab stack">
			<h2 class="sr-only">{t('tab.overview')}</h2>
			<Reasons account={account} />
			<div class="tiles">
				<Tile label={t('stat.members')} value={counts.members} icon="users" note={roleName(account.role)} />
				<Tile
					label={t('tab.sites')}
					value={counts.sites}
					icon="map-pin"
					to={href(`${to}/sites`)}
					note={account.city ?? undefined}
				/>
				<Tile label={t('tab.cameras')} value={counts.cameras} icon="camera" to={href(`${to}/cameras`)} />
				{can('billing_event.list') && (
					<Tile
						label={t('stat.open')}
						value={counts.open_events}
						icon="inbox"
						to={href(`${to}/billing-events`, counts.open_events ? { state: 'quarantined' } : {})}
						note={counts.open_events ? t('stat.needDecision') : t('stat.nothingOpen')}
						warn={counts.open_events > 0}
					/>
				)}
			</div>
			<div class="columns">
				<div class="stack">
					<Contact account={account} />
					<Numbers account={account} />
					{can('group.list') && <InGroups account={account} />}
				</div>
				<div class="stack">
					{can('audit.list') && (
						<Panel title={t('log.recent')} action={<a href={href(`${to}/changes`)}>{t('act.viewAll')}</a>}>
							<RecentChanges id={account.id} count={6} />
						</Panel>
					)}
					{can('billing_event.list') && <RecentEvents account={account} />}
				</div>
			</div>
		</div>
	);
}

function Contact({ account }: { account: Account }): JSX.Element {
	const address = addressLine(account);
	return (
		<Panel
			title={t('pane.contact')}
			action={<a href={href(`accounts/${account.id}/profile`)}>{t('tab.profile')}</a>}
		>
			<Facts
				items={[
					[
						t('col.login'),
						account.login && <Copy text={account.login} label={t('col.login')} mono={false} />,
					],
					[t('col.email'), account.email && <MailTo to={account.email} />],
					[t('col.phone'), account.phone && <a href={`tel:${account.phone}`}>{account.phone}</a>],
					[t('col.lastLogin'), account.last_login_at ? <Time at={account.last_login_at} /> : null],
					[
						t('person.language'),
						[languageName(account.locale), account.time_zone].filter(Boolean).join(' · '),
					],
					[
						t('place.address'),
						(address || account.latitude !== null) && (
							<>
								{address} <MapLink place={account} />
							</>
						),
					],
				]}
			/>
		</Panel>
	);
}

function Numbers({ account }: { account: Account }): JSX.Element {
	return (
		<Panel title={t('card.numbers')}>
			<Facts
				items={[
					[
						t('col.parent'),
						account.parent_id && (
							<a href={href(`accounts/${account.parent_id}/overview`)}>{account.parent_name}</a>
						),
					],
					[t('col.kind'), tWord('class', account.class)],
					[
						t('col.external'),
						account.external_id && <Copy text={account.external_id} label={t('col.external')} />,
					],
					[
						t('col.contract'),
						account.contract_no && <Copy text={account.contract_no} label={t('col.contract')} />,
					],
					[t('card.tenant'), <Copy key="t" text={account.tenant_id} label={t('card.tenant')} />],
					[t('card.source'), account.source_name],
					[t('card.generation'), number(account.generation)],
					[t('col.created'), `${day(account.created_at)} · ${account.created_by}`],
					[t('card.updated'), <Time key="u" at={account.updated_at} />],
				]}
			/>
		</Panel>
	);
}

function RecentEvents({ account }: { account: Account }): JSX.Element {
	const to = `accounts/${account.id}/billing-events`;
	const { data, problem } = useLoad<Page<BillingEvent>>(
		`recent events ${account.id}`,
		(signal) => get(`accounts/${account.id}/billing-events`, { limit: 10 }, signal),
		10_000,
	);
	return (
		<Panel title={t('nav.events')} action={<a href={href(to)}>{t('act.viewAll')}</a>}>
			{problem && <p class="muted">{problem.message}</p>}
			<ul class="recent" style={{ '--n': '5' }}>
				{data?.items.length === 0 && <li class="muted">{t('event.none')}</li>}
				{!data &&
					!problem &&
					[0, 1, 2].map((at) => (
						<li key={at}>
							<span class={`bone w${at}`} />
						</li>
					))}
				{data?.items.slice(0, 5).map((event) => (
					<li key={event.id}>
						<a class="recent-text" href={href(to, { event: event.id })}>
							{eventLabel(event)}
						</a>
						{event.state === 'applied' ? (
							<Chip tone="good" quiet>
								{tWord('eventState', event.state)}
							</Chip>
						) : (
							<EventChip state={event.state} reason={event.state_reason} />
						)}
						<Time at={event.received_at} />
					</li>
				))}
			</ul>
		</Panel>
	);
}
