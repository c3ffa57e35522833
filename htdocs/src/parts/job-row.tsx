import type { JSX } from 'preact';
import { Progress, Time } from '../kit/bits.tsx';
import { Button, LinkButton } from '../kit/button.tsx';
import { base } from '../lib/api.ts';
import type { Job } from '../lib/api.types.ts';
import { bytes, number } from '../lib/format.ts';
import { t, tWord } from '../lib/i18n.ts';
import { cancelJob, isRunning, retryJob } from '../lib/jobs.ts';
import { can } from '../lib/session.ts';
import { JobChip } from './words.tsx';

export function jobName(job: Job): string {
	return job.kind === 'export' ? tWord('jobLabel', job.label) : tWord('jobKind', job.kind, job.label);
}

export function jobCount(job: Job): string {
	const { done, total } = job;
	if (job.kind.endsWith('-accounts')) {
		if (total === null) return t(isRunning(job) ? 'jobItem.gathering' : 'jobItem.none');
		return t('jobItem.accounts', { done: number(done), n: total, text: number(total) });
	}
	if (job.kind !== 'export')
		return t('jobItem.count', { done: number(done), n: total ?? 0, text: number(total ?? 0) });
	if (job.total !== null && isRunning(job))
		return t('jobs.of', { done: number(job.done), total: number(job.total) });
	return t('jobs.rows', { rows: job.done, text: number(job.done) });
}

export function fileOf(job: Job): string | null {
	const gone = job.expires_at && new Date(job.expires_at).getTime() < Date.now();
	return job.file_url && !gone && job.state === 'succeeded' ? base + job.file_url : null;
}

export function JobActs({
	job,
	onError,
}: {
	job: Job;
	onError: (error: unknown) => void;
}): JSX.Element | null {
	const file = fileOf(job);
	if (isRunning(job)) {
		return (
			<Button small onClick={() => void cancelJob(job.id).catch(onError)}>
				{t('act.cancel')}
			</Button>
		);
	}
	if (file) {
		return (
			<LinkButton small href={file} download={job.file_name ?? ''} icon="download">
				{t('act.download')}
			</LinkButton>
		);
	}
	const retriable = job.kind !== 'export' && ['failed', 'partial', 'cancelled'].includes(job.state);
	if (retriable && can('job.retry')) {
		return (
			<Button small icon="refresh-cw" onClick={() => void retryJob(job.id).catch(onError)}>
				{t('act.again')}
			</Button>
		);
	}
	return null;
}

export function JobRow({
	job,
	onError,
	person,
}: {
	job: Job;
	onError: (error: unknown) => void;
	person?: boolean;
}): JSX.Element {
	return (
		<div class="job-row">
			<div class="job-top">
				<b>{jobName(job)}</b>
				<JobActs job={job} onError={onError} />
			</div>
			{isRunning(job) && <Progress done={job.done} total={job.total} label={jobName(job)} />}
			<div class="job-foot">
				<JobChip state={job.state} />
				<span>{jobCount(job)}</span>
				{job.failed > 0 && <span class="bad-text">{t('jobItem.failed', { n: job.failed })}</span>}
				{job.bytes !== null && <span>{bytes(job.bytes)}</span>}
				{person && <span>{job.person_label}</span>}
				<Time at={job.created_at} />
			</div>
			{job.message && job.state !== 'succeeded' && (
				<p class="job-message">{tWord('problem', `${job.message}.title`, job.message)}</p>
			)}
		</div>
	);
}
