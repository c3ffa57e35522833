// Why an account stands still: every reason, not only the one that wins.
import type { JSX } from 'preact';
import { Banner } from '../kit/bits.tsx';
import type { Account, Reason } from '../lib/api.types.ts';
import { day } from '../lib/format.ts';
import { t } from '../lib/i18n.ts';
import { href } from '../lib/router.ts';
import { reasonSpan, reasonText } from './words.tsx';

function ReasonLine({ reason, current }: { reason: Reason; current: string }): JSX.Element {
	return (
		<li>
			<span class="reason-what">{reasonText(reason)}</span>
			<small>
				{!reason.own && reason.account_id && reason.account_id !== current && (
					<>
						<a href={href(`accounts/${reason.account_id}/life-cycle`)}>
							{t('reason.from', { name: reason.account_name })}
						</a>
						{' · '}
					</>
				)}
				{reason.placed_by && `${reason.placed_by} · `}
				{reasonSpan(reason)}
			</small>
		</li>
	);
}

/** `others` leaves out the account's own, where these stand in a list of their own. */
export function Reasons({ account, others }: { account: Account; others?: boolean }): JSX.Element | null {
	const all = account.reasons.filter((one) => !others || !one.own);
	const now = all.filter((one) => one.effective);
	const later = all.filter((one) => !one.effective);
	const whole = now.filter((one) => !one.module);
	const ended = account.state === 'terminated' || account.state === 'purged';
	if (!ended && all.length === 0) return null;
	const title = ended
		? t('reason.terminated', { at: account.terminated_at ? day(account.terminated_at) : '' })
		: whole.length
			? t('reason.suspended')
			: now.length
				? t('reason.modules')
				: t('reason.scheduled');
	return (
		<Banner
			tone={ended ? 'bad' : now.length ? 'warn' : 'info'}
			icon={ended ? 'ban' : now.length ? 'pause' : 'calendar'}
		>
			<strong>{title}</strong>
			{ended && account.purge_at && account.state === 'terminated' && (
				<p>{t('reason.purge', { at: day(account.purge_at) })}</p>
			)}
			{all.length > 0 && (
				<ul class="reasons">
					{[...now, ...later].map((reason) => (
						<ReasonLine key={reason.hold_id} reason={reason} current={account.id} />
					))}
				</ul>
			)}
		</Banner>
	);
}
