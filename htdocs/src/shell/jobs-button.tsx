// Jobs in the side: how many run, and a popover with progress, link and cancel.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../kit/icon.tsx';
import { toast, toastProblem } from '../kit/toast.tsx';
import { base } from '../lib/api.ts';
import { t } from '../lib/i18n.ts';
import { isRunning, jobs, loadJobs, onJobEnd } from '../lib/jobs.ts';
import { href } from '../lib/router.ts';
import { can } from '../lib/session.ts';
import { JobRow } from '../parts/job-row.tsx';

onJobEnd((job) => {
	if (job.state === 'succeeded' && job.file_url) {
		toast(t('toast.exportReady', { rows: job.done }), {
			seconds: 20,
			link: { label: t('act.download'), href: base + job.file_url, download: job.file_name ?? '' },
		});
	} else if (job.kind !== 'export' && job.state !== 'failed') {
		const { done, failed } = job;
		const word = job.kind === 'reset-password' ? 'jobItem.ended' : 'jobItem.endedAccounts';
		toast(t(word, { done, failed }), {
			...(failed ? { tone: 'bad' as const } : {}),
			seconds: 12,
			link: { label: t('nav.jobs'), href: href('jobs') },
		});
	} else if (job.state === 'failed') {
		toast(t('toast.jobFailed', { why: job.message ?? '' }), { tone: 'bad', seconds: 12 });
	}
});

export function JobsButton(): JSX.Element | null {
	const [open, setOpen] = useState(false);
	const pop = useRef<HTMLDivElement>(null);
	const button = useRef<HTMLButtonElement>(null);
	const allowed = can('job.list') || can('audit.export') || can('account.export');
	useEffect(() => {
		if (allowed) loadJobs().catch(() => {});
	}, [allowed]);
	useEffect(() => {
		if (open && button.current)
			pop.current?.showPopover({ source: button.current } as Parameters<HTMLElement['showPopover']>[0]);
	}, [open]);
	if (!allowed) return null;
	const running = jobs.value.filter(isRunning).length;
	return (
		<>
			<button
				ref={button}
				type="button"
				class="nav-item jobs-btn"
				aria-haspopup="dialog"
				aria-expanded={open}
				onClick={() => (open ? pop.current?.hidePopover() : setOpen(true))}
			>
				{running ? <span class="spin" /> : <Icon name="download" />}
				<span>{t('jobs.mine')}</span>
				{running > 0 && <span class="count">{running}</span>}
			</button>
			{open && (
				<div
					ref={pop}
					popover="auto"
					class="menu jobs-pop"
					role="dialog"
					aria-label={t('jobs.mine')}
					onToggle={(event) => {
						if (event.newState === 'open') return;
						if (pop.current?.contains(document.activeElement)) button.current?.focus();
						setOpen(false);
					}}
				>
					<div class="jobs-head">
						<b>{t('jobs.mine')}</b>
						{can('job.list') && (
							<a href={href('jobs')} onClick={() => pop.current?.hidePopover()}>
								{t('act.viewAll')}
							</a>
						)}
					</div>
					{jobs.value.length === 0 && <p class="muted jobs-none">{t('jobs.none')}</p>}
					{jobs.value.slice(0, 6).map((job) => (
						<JobRow key={job.id} job={job} onError={toastProblem} />
					))}
				</div>
			)}
		</>
	);
}
