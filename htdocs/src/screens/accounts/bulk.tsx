// What is done to all ticked accounts, or to all that match: told before, then a job.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import type { IconName } from '../../kit/icon.tsx';
import { total } from '../../lib/format.ts';
import { t } from '../../lib/i18n.ts';
import { can } from '../../lib/session.ts';
import { type BulkAct, BulkDialog } from './bulk-dialog.tsx';
import { type BulkProps, chooseNone, chosen } from './chosen.tsx';

/** Accounts a request names one by one. */
const NAMED_MOST = 200;

const acts = (): { act: BulkAct; icon: IconName; label: string; on: boolean }[] => [
	{ act: 'suspend', icon: 'pause', label: t('act.suspendDots'), on: can('account.suspend') },
	{ act: 'enable', icon: 'play', label: `${t('act.enable')}…`, on: can('account.resume') },
	{ act: 'reset-password', icon: 'mail', label: t('bulk.reset'), on: can('member.reset_password') },
	{ act: 'terminate', icon: 'trash-2', label: t('act.terminateDots'), on: can('account.terminate') },
];

export function BulkBar({ pages, filter }: BulkProps): JSX.Element {
	const [all, setAll] = useState(false);
	const [asked, setAsked] = useState<BulkAct | null>(null);
	const items = pages.items.value;
	const found = pages.total.value;
	const n = chosen.value.size;
	const text = found ? total(found) : '';
	const many = !all && n > NAMED_MOST;
	const others = found && (!found.exact || found.value > n);
	const shown = (): void => {
		setAll(false);
		chosen.value = new Map(items.map((one) => [one.id, one]));
	};
	return (
		<div class="bulkbar" role="region" aria-label={t('bulk.label')}>
			<b role="status">{all ? t('bulk.chosenAll', { text }) : t('bulk.chosen', { n })}</b>
			{acts()
				.filter(({ act, on }) => on && (act !== 'reset-password' || !all || can('system.password_reset_all')))
				.map(({ act, icon, label }) => (
					<Button key={act} small icon={icon} disabled={many} onClick={() => setAsked(act)}>
						{label}
					</Button>
				))}
			{many && <span class="bad-text">{t('bulk.tooMany')}</span>}
			<span class="push" />
			{!all && items.length > n && (
				<Button small kind="ghost" onClick={shown}>
					{t('bulk.shown')}
				</Button>
			)}
			{!all && others && (
				<Button small kind="ghost" onClick={() => setAll(true)}>
					{t('bulk.all', { text })}
				</Button>
			)}
			<Button small kind="ghost" onClick={chooseNone}>
				{t('bulk.none')}
			</Button>
			{asked && (
				<BulkDialog
					act={asked}
					set={all ? { q: filter } : { account_ids: [...chosen.value.keys()] }}
					onClose={(done) => {
						setAsked(null);
						if (done) chooseNone();
					}}
				/>
			)}
		</div>
	);
}
