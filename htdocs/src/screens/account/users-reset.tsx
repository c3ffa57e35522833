// New passwords for everybody of an account and of those below it: told in numbers, done by a job.
import type { JSX } from 'preact';
import { Banner } from '../../kit/bits.tsx';
import { toast } from '../../kit/toast.tsx';
import { get, post } from '../../lib/api.ts';
import type { Account, Job, Member, Page } from '../../lib/api.types.ts';
import { number, total } from '../../lib/format.ts';
import { t } from '../../lib/i18n.ts';
import { followJob } from '../../lib/jobs.ts';
import { useLoad } from '../../lib/load.ts';
import { href } from '../../lib/router.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { useImpact } from '../../parts/impact.tsx';

/** People a job takes. */
const JOB_MOST = 10_000;

/** The job goes on while the page is used; its end is told by the jobs in the side. */
export async function startResets(
	body: { membership_ids: string[] } | { account_id: string },
): Promise<void> {
	const job = await post<Job>('password-resets', body);
	followJob(job);
	toast(t('user.resetStarted', { n: job.total ?? 0 }), {
		link: { label: t('nav.jobs'), href: href('jobs') },
	});
}

export function ResetAll({ account, onClose }: { account: Account; onClose: () => void }): JSX.Element {
	const { data: below } = useImpact(account, 'suspend');
	const { data: all } = useLoad<Page<Member>>(`everybody ${account.id}`, (stop) =>
		get(`accounts/${account.id}/members`, { limit: 10 }, stop),
	);
	const n = all?.total.value ?? 0;
	const { name } = account;
	return (
		<ActDialog
			title={t('user.resetAllTitle', { name })}
			icon="mail"
			tone="warn"
			verb={t('user.resetAllDo')}
			typed={name}
			typedLabel={t('user.resetAllName')}
			onClose={onClose}
			run={() => startResets({ account_id: account.id })}
		>
			<p>
				{all && below
					? t('user.resetAllCount', { n, text: total(all.total), below: below.accounts - 1 })
					: t('user.resetAllWho')}
			</p>
			{below && below.members > JOB_MOST && (
				<Banner tone="warn" icon="triangle-alert">
					{t('user.resetAllMany', { text: number(below.members) })}
				</Banner>
			)}
			<p>{t('user.resetSomeText')}</p>
			<p>{t('user.resetAllNotYou')}</p>
		</ActDialog>
	);
}
