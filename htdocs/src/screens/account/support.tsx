// Support access: who asked to act as a user here, who decided, and each visit.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Banner, Bones } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Empty, Failure } from '../../kit/states.tsx';
import { get } from '../../lib/api.ts';
import type { Page, SupportGrant, Visit } from '../../lib/api.types.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { usePages } from '../../lib/pages.ts';
import { More } from '../../parts/change-log.tsx';
import { askVisit, mayVisit, usePolicy } from '../../parts/visit.tsx';
import type { TabProps } from './sections.ts';
import { GrantRow, VisitRow } from './support-rows.tsx';

const REFRESH = 10_000;

export default function Support({ account }: TabProps): JSX.Element {
	const policy = usePolicy(account.id);
	const [turn, setTurn] = useState(0);
	/** What stands below is drawn when the height above is known. */
	const [ready, setReady] = useState(false);
	return (
		<div class="tab">
			<header class="tab-head">
				<div>
					<h2>{t('tab.support')}</h2>
					<p class="muted">{t('support.text')}</p>
				</div>
				{mayVisit(account) && (
					<Button icon="eye" onClick={() => askVisit(account, null, () => setTurn((n) => n + 1))}>
						{t('act.loginAsDots')}
					</Button>
				)}
			</header>
			{policy && (
				<Banner tone="info" icon="shield">
					{tWord('supportPolicy', policy)}
				</Banner>
			)}
			{policy === undefined ? (
				<Bones lines={4} />
			) : (
				<Grants id={account.id} turn={turn} onReady={() => setReady(true)} />
			)}
			{ready && <Visits id={account.id} turn={turn} />}
		</div>
	);
}

function Grants(props: { id: string; turn: number; onReady: () => void }): JSX.Element {
	const { id, turn, onReady } = props;
	const to = `accounts/${id}/support-grants`;
	const pages = usePages<SupportGrant>(
		`${to} ${turn}`,
		(cursor, stop) => get<Page<SupportGrant>>(to, { limit: 25, cursor }, stop),
		{ every: REFRESH, newestFirst: true },
	);
	const items = pages.items.value;
	const known = pages.ready.value || Boolean(pages.problem.value);
	useEffect(() => {
		if (known) onReady();
	}, [known]);
	return (
		<section class="panel flush" aria-labelledby="grants">
			<header class="panel-head">
				<h3 id="grants">{t('support.grants')}</h3>
			</header>
			{pages.problem.value && items.length === 0 && (
				<Failure problem={pages.problem.value} onRetry={() => void pages.again()} />
			)}
			{pages.ready.value && items.length === 0 && (
				<Empty icon="shield" title={t('support.none')} text={t('support.noneText')} />
			)}
			<ul class="holds">
				{items.map((one) => (
					<GrantRow key={one.id} grant={one} put={(next) => pages.put(next)} />
				))}
			</ul>
			{pages.busy.value && <Bones lines={3} class="pad" />}
			<More onMore={() => void pages.more()} on={Boolean(pages.next.value)} />
		</section>
	);
}

function Visits({ id, turn }: { id: string; turn: number }): JSX.Element {
	const to = `accounts/${id}/visits`;
	const pages = usePages<Visit>(
		`${to} ${turn}`,
		(cursor, stop) => get<Page<Visit>>(to, { limit: 25, cursor }, stop),
		{ every: REFRESH, newestFirst: true },
	);
	const items = pages.items.value;
	return (
		<section class="panel flush" aria-labelledby="visits">
			<header class="panel-head">
				<h3 id="visits">{t('support.visits')}</h3>
			</header>
			{pages.problem.value && items.length === 0 && (
				<Failure problem={pages.problem.value} onRetry={() => void pages.again()} />
			)}
			{pages.ready.value && items.length === 0 && <p class="muted pad">{t('support.noVisits')}</p>}
			<ul class="holds">
				{items.map((one) => (
					<VisitRow key={one.id} visit={one} />
				))}
			</ul>
			{pages.busy.value && <Bones lines={3} class="pad" />}
			<More onMore={() => void pages.more()} on={Boolean(pages.next.value)} />
		</section>
	);
}
