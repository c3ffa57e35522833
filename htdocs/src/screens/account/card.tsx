// The card of an account: the header on every tab, the rail, and the tab.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Bones } from '../../kit/bits.tsx';
import { LinkButton } from '../../kit/button.tsx';
import { Icon } from '../../kit/icon.tsx';
import { Empty, Failure } from '../../kit/states.tsx';
import { asProblem } from '../../lib/api.ts';
import type { Account } from '../../lib/api.types.ts';
import { accountKey, fetchAccount, useAccountChanges } from '../../lib/bus.ts';
import { number } from '../../lib/format.ts';
import { t } from '../../lib/i18n.ts';
import { useKeys } from '../../lib/keys.ts';
import { useLoad } from '../../lib/load.ts';
import { go, href } from '../../lib/router.ts';
import { section } from '../../lib/section.ts';
import { useTitle } from '../../lib/title.ts';
import { CardHead } from './head.tsx';
import { groups, loadTab, type Section, type TabProps, tabOf } from './sections.ts';

const REFRESH = 10_000;

export default function Card({ rest }: { rest: string[] }): JSX.Element {
	const [id = '', tab = 'overview'] = rest;
	const { data, problem, reload, put } = useLoad<Account>(
		accountKey(id),
		(signal) => fetchAccount(id, signal),
		REFRESH,
	);
	useAccountChanges((account) => account.id === id && put(account));
	useTitle(data?.name ?? '');
	section.value = data?.kind === 'reseller' ? 'resellers' : 'customers';
	const all = groups(data).flatMap((group) => group.sections);
	const at = all.findIndex((one) => one.id === tab);
	const step = (by: number): void => {
		const next = all[(at + by + all.length) % all.length];
		if (next) go(href(`accounts/${id}/${next.id}`));
	};
	useKeys([
		{ keys: '[', label: t('keys.previousTab'), group: t('keys.card'), run: () => step(-1) },
		{ keys: ']', label: t('keys.nextTab'), group: t('keys.card'), run: () => step(1) },
	]);
	if (problem && !data) return <NotHere status={problem.status} problem={problem} reload={reload} />;
	if (!data) return <Skeleton />;
	return (
		<section class="card account" aria-label={data.name}>
			<CardHead account={data} />
			<div class="acc-body">
				<Rail id={id} tab={tab} account={data} />
				<div class="acc-main" id="acc-main" key={id + tab}>
					<TabView section={all[at]} account={data} put={put} reload={reload} />
				</div>
			</div>
		</section>
	);
}

/** Nothing of it stays when the account comes, so nothing moves. */
function Skeleton(): JSX.Element {
	return (
		<section class="card account" aria-busy="true" aria-label={t('pane.account')}>
			<div class="acc-skeleton">
				<span class="bone acc-bone" />
				<Bones lines={6} />
			</div>
		</section>
	);
}

function NotHere(props: {
	status: number;
	problem: ReturnType<typeof asProblem>;
	reload: () => void;
}): JSX.Element {
	return (
		<section class="card">
			<h1 class="sr-only">{t('pane.account')}</h1>
			{props.status === 404 ? (
				<Empty icon="circle-help" title={t('notFound.account')} text={t('notFound.text')}>
					<LinkButton href={href('customers')}>{t('nav.customers')}</LinkButton>
				</Empty>
			) : (
				<Failure problem={props.problem} onRetry={props.reload} />
			)}
		</section>
	);
}

function Rail({ id, tab, account }: { id: string; tab: string; account: Account }): JSX.Element {
	useEffect(() => {
		document.querySelector('.rail [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
	}, [tab]);
	return (
		<nav class="rail" aria-label={t('rail.label')}>
			{groups(account).map((group) => (
				<div key={group.label} class="rail-group">
					<span class="rail-title">{t(group.label)}</span>
					{group.sections.map((one) => {
						const count = one.count?.(account);
						return (
							<a
								key={one.id}
								class="rail-item"
								href={href(`accounts/${id}/${one.id}`)}
								aria-current={one.id === tab ? 'page' : undefined}
							>
								<Icon name={one.icon} />
								<span>{t(one.label)}</span>
								{count ? <span class="rail-count">{number(count)}</span> : null}
							</a>
						);
					})}
				</div>
			))}
		</nav>
	);
}

function TabView({ section: one, ...props }: TabProps & { section: Section | undefined }): JSX.Element {
	const [, redraw] = useState(0);
	const [problem, setProblem] = useState<unknown>(null);
	const View = one ? tabOf(one.id) : null;
	useEffect(() => {
		if (one && !tabOf(one.id)) loadTab(one).then(() => redraw((n) => n + 1), setProblem);
	}, [one]);
	if (!one) return <Empty icon="circle-help" title={t('notFound.title')} text={t('notFound.text')} />;
	if (problem) return <Failure problem={asProblem(problem)} />;
	return View ? <View {...props} /> : <Bones lines={6} />;
}
