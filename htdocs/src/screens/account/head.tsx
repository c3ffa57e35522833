// The header of the card, the same on every tab.
import type { JSX } from 'preact';
import { Avatar, Copy } from '../../kit/bits.tsx';
import { Icon } from '../../kit/icon.tsx';
import { Menu } from '../../kit/menu.tsx';
import type { Account } from '../../lib/api.types.ts';
import { day } from '../../lib/format.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { href } from '../../lib/router.ts';
import { can } from '../../lib/session.ts';
import { copyItem, lifeItems } from '../../parts/acts.tsx';
import { LifeButtons } from '../../parts/life-buttons.tsx';
import { visitItems } from '../../parts/visit.tsx';
import { OriginTag, reasonText, StateChip } from '../../parts/words.tsx';

function Crumbs({ account }: { account: Account }): JSX.Element | null {
	const list = account.kind === 'reseller' ? 'resellers' : 'customers';
	const above = account.path.filter((one) => one.id !== account.id);
	const all = can('account.list');
	if (!all && above.length === 0) return null;
	return (
		<nav class="crumbs" aria-label={t('card.path')}>
			<ol>
				{all && (
					<li>
						<a href={href(list)}>{t(list === 'resellers' ? 'nav.resellers' : 'nav.customers')}</a>
					</li>
				)}
				{above.map((one) => (
					<li key={one.id}>
						<Icon name="chevron-right" size={14} />
						<a href={href(`accounts/${one.id}/overview`)}>{one.name}</a>
					</li>
				))}
				<li>
					<Icon name="chevron-right" size={14} />
					<span aria-current="page">{account.name}</span>
				</li>
			</ol>
		</nav>
	);
}

/** All reasons in one line beside the state; the tabs show them at length. */
function Why({ account }: { account: Account }): JSX.Element | null {
	const now = account.reasons.filter((one) => one.effective);
	if (now.length === 0) return null;
	return (
		<a class="why" href={href(`accounts/${account.id}/life-cycle`)}>
			{now.map((one) => (one.own ? reasonText(one) : `${one.account_name}: ${reasonText(one)}`)).join(' · ')}
		</a>
	);
}

export function CardHead({ account }: { account: Account }): JSX.Element {
	return (
		<header class="acc-head">
			<Crumbs account={account} />
			<div class="acc-title">
				<Avatar name={account.name} size={48} />
				<div class="acc-names">
					<div class="acc-name">
						<h1>{account.name}</h1>
						<StateChip state={account.state} />
						<Why account={account} />
					</div>
					<div class="acc-meta">
						<Copy text={account.id} label="ID" />
						<Copy text={String(account.number)} label={t('col.number')} mono={false} />
						{account.login && <span>{account.login}</span>}
						<span>{tWord('kind', account.kind)}</span>
						<span>{t('card.since', { at: day(account.created_at) })}</span>
						<OriginTag origin={account.origin} />
					</div>
				</div>
				<div class="acc-acts">
					<LifeButtons account={account} />
					<Menu
						class="btn plain icon-only"
						align="end"
						label={t('list.actsOn', { name: account.name })}
						button={<Icon name="ellipsis" />}
						items={() => [...visitItems(account), copyItem(account), ...lifeItems(account)]}
					/>
				</div>
			</div>
		</header>
	);
}
