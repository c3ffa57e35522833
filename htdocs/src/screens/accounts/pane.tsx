// The examination pane: the account under the cursor, with the ways to the next
// one and to everything that can be done to it.
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Avatar, Bones, Copy, Facts, MailTo, Time } from '../../kit/bits.tsx';
import { Button, Kbd, LinkButton } from '../../kit/button.tsx';
import { Icon } from '../../kit/icon.tsx';
import { Menu } from '../../kit/menu.tsx';
import { Failure } from '../../kit/states.tsx';
import type { Account, AccountItem, Total } from '../../lib/api.types.ts';
import { accountKey, fetchAccount, useAccountChanges } from '../../lib/bus.ts';
import { day, number, total } from '../../lib/format.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { href } from '../../lib/router.ts';
import { can } from '../../lib/session.ts';
import { copyItem, lifeItems, linkItems } from '../../parts/acts.tsx';
import { RecentChanges } from '../../parts/change-line.tsx';
import { LifeButtons } from '../../parts/life-buttons.tsx';
import { Reasons } from '../../parts/reasons.tsx';
import { OriginTag, roleName, StateChip } from '../../parts/words.tsx';

interface Props {
	id: string;
	item: AccountItem | undefined;
	at: number;
	count: Total | null;
	onStep: (by: number) => void;
	onClose: () => void;
	onOpen: () => void;
}

export function Pane(props: Props): JSX.Element {
	const { id, item, at, count } = props;
	const body = useRef<HTMLDivElement>(null);
	const { data, problem, reload, put } = useLoad<Account>(
		accountKey(id),
		(signal) => fetchAccount(id, signal),
		10_000,
	);
	useAccountChanges((account) => account.id === id && put(account));
	useEffect(() => body.current?.scrollTo(0, 0), [id]);
	const account: AccountItem | Account | undefined = data ?? item;
	return (
		<section class="card pane" aria-label={t('pane.label')}>
			<header class="pane-head">
				<Button
					kind="ghost"
					icon="chevron-up"
					label={t('keys.previous')}
					onClick={() => props.onStep(-1)}
					disabled={at === 0}
				/>
				<Button
					kind="ghost"
					icon="chevron-down"
					label={t('keys.next')}
					onClick={() => props.onStep(1)}
					disabled={Boolean(count?.exact) && at + 1 === count?.value}
				/>
				{at >= 0 && count && (
					<span class="pane-at">{t('pane.at', { n: number(at + 1), total: total(count) })}</span>
				)}
				<span class="pane-keys">
					<Kbd>J</Kbd>
					<Kbd>K</Kbd>
				</span>
				<span class="push" />
				<LinkButton kind="ghost" icon="maximize-2" href={href(`accounts/${id}/overview`)}>
					{t('act.open')}
				</LinkButton>
				<Button kind="ghost" icon="x" label={t('keys.closePane')} onClick={props.onClose} />
			</header>
			<div
				class="pane-body"
				ref={body}
				tabIndex={0}
				role="group"
				aria-label={account?.name ?? t('pane.label')}
			>
				{problem && !account && <Failure problem={problem} onRetry={reload} />}
				{!problem && !account && <Bones lines={8} />}
				{account && <PaneTop account={account} />}
				{data && <PaneMore account={data} />}
				{!data && account && <Bones lines={6} class="pane-bones" />}
			</div>
			{account && <PaneFoot account={account} />}
		</section>
	);
}

function PaneTop({ account }: { account: AccountItem }): JSX.Element {
	return (
		<div class="pane-top">
			<Avatar name={account.name} size={44} />
			<div>
				<h2>{account.name}</h2>
				<p class="pane-sub">
					<StateChip state={account.state} />
					<Copy text={String(account.number)} label={t('col.number')} />
				</p>
			</div>
		</div>
	);
}

function PaneMore({ account }: { account: Account }): JSX.Element {
	const { counts } = account;
	const to = `accounts/${account.id}`;
	return (
		<>
			<Reasons account={account} />
			<div class="strip">
				<Stat label={t('stat.members')} value={counts.members} />
				<Stat label={t('tab.sites')} value={counts.sites} href={href(`${to}/sites`)} />
				<Stat label={t('tab.cameras')} value={counts.cameras} href={href(`${to}/cameras`)} />
			</div>
			{counts.open_events > 0 && can('billing_event.list') && (
				<a class="pane-alert" href={href(`${to}/billing-events`, { state: 'quarantined' })}>
					<Icon name="triangle-alert" /> {t('stat.openEvents', { n: counts.open_events })}
					<Icon name="chevron-right" />
				</a>
			)}
			<h3>{t('pane.contact')}</h3>
			<Facts
				items={[
					[t('col.login'), account.login],
					[t('col.email'), account.email && <MailTo to={account.email} />],
					[t('col.phone'), account.phone && <a href={`tel:${account.phone}`}>{account.phone}</a>],
					[t('col.lastLogin'), account.last_login_at && <Time key="t" at={account.last_login_at} />],
				]}
			/>
			<h3>{t('pane.account')}</h3>
			<Facts
				items={[
					[
						t('col.parent'),
						account.parent_id && (
							<a href={href(`accounts/${account.parent_id}/overview`)}>{account.parent_name}</a>
						),
					],
					[t('col.role'), roleName(account.role)],
					[t('user.label'), account.label],
					[t('col.kind'), tWord('class', account.class)],
					[t('col.external'), account.external_id],
					[t('col.contract'), account.contract_no],
					[t('col.origin'), <OriginTag key="o" origin={account.origin} />],
					[t('col.created'), `${day(account.created_at)} · ${account.created_by}`],
				]}
			/>
			{can('audit.list') && (
				<>
					<div class="pane-row">
						<h3>{t('pane.recent')}</h3>
						<a href={href(`${to}/changes`)}>{t('act.viewAll')}</a>
					</div>
					<RecentChanges id={account.id} count={5} />
				</>
			)}
		</>
	);
}

function Stat({ label, value, href: to }: { label: string; value: number; href?: string }): JSX.Element {
	const inner = (
		<>
			<span>{label}</span>
			<b>{number(value)}</b>
		</>
	);
	return to ? <a href={to}>{inner}</a> : <div>{inner}</div>;
}

function PaneFoot({ account }: { account: AccountItem | Account }): JSX.Element {
	return (
		<footer class="pane-foot">
			<LifeButtons account={account} />
			{can('account.edit') && (
				<LinkButton icon="pencil" href={href(`accounts/${account.id}/profile`)}>
					{t('act.edit')}
				</LinkButton>
			)}
			<span class="push" />
			<Menu
				class="btn plain icon-only"
				align="end"
				label={t('list.actsOn', { name: account.name })}
				button={<Icon name="ellipsis" />}
				items={() => [...linkItems(account), copyItem(account), ...lifeItems(account)]}
			/>
		</footer>
	);
}
