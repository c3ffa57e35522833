import type { JSX } from 'preact';
import { Bones } from '../../kit/bits.tsx';
import { Count } from '../../kit/count.tsx';
import { Empty, Failure } from '../../kit/states.tsx';
import { toastProblem } from '../../kit/toast.tsx';
import { get } from '../../lib/api.ts';
import type { Job, Page } from '../../lib/api.types.ts';
import { t } from '../../lib/i18n.ts';
import { jobs } from '../../lib/jobs.ts';
import { usePages } from '../../lib/pages.ts';
import { useTitle } from '../../lib/title.ts';
import { More } from '../../parts/change-log.tsx';
import { JobResults } from '../../parts/job-items.tsx';
import { JobRow } from '../../parts/job-row.tsx';

export default function Jobs(): JSX.Element {
	useTitle(t('nav.jobs'));
	const pages = usePages<Job>('jobs', (cursor, stop) => get<Page<Job>>('jobs', { limit: 25, cursor }, stop), {
		every: 3_000,
		newestFirst: true,
	});
	const items = pages.items.value;
	const mine = new Map(jobs.value.map((job) => [job.id, job]));
	return (
		<section class="card" aria-label={t('nav.jobs')}>
			<div class="page scroll">
				<header class="tab-head">
					<div>
						<h1>{t('nav.jobs')}</h1>
						<p class="muted">{t('jobs.text')}</p>
					</div>
					<Count of={pages.total.value} words="jobs.count" />
				</header>
				{pages.problem.value && items.length === 0 && (
					<Failure problem={pages.problem.value} onRetry={() => void pages.again()} />
				)}
				{pages.ready.value && items.length === 0 && (
					<Empty icon="list-checks" title={t('jobs.none')} text={t('jobs.noneText')} />
				)}
				<ul class="boxes jobs">
					{items.map((job) => (
						<li key={job.id} class="box job-box">
							<JobRow job={newer(job, mine.get(job.id))} onError={toastProblem} person />
							{job.kind !== 'export' && <JobResults job={newer(job, mine.get(job.id))} />}
						</li>
					))}
				</ul>
				{pages.busy.value && <Bones lines={4} />}
				<More onMore={() => void pages.more()} on={Boolean(pages.next.value)} />
			</div>
		</section>
	);
}

function newer(a: Job, b: Job | undefined): Job {
	return b && (b.ver > a.ver || b.done > a.done) ? b : a;
}
