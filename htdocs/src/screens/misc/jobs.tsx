import type { JSX } from 'preact';
import { Bones } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Count } from '../../kit/count.tsx';
import { Filter, Options } from '../../kit/filter.tsx';
import { Empty, Failure } from '../../kit/states.tsx';
import { toastProblem } from '../../kit/toast.tsx';
import { get } from '../../lib/api.ts';
import type { Job, Page } from '../../lib/api.types.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { jobs } from '../../lib/jobs.ts';
import { usePages } from '../../lib/pages.ts';
import { route, setQuery } from '../../lib/router.ts';
import { useTitle } from '../../lib/title.ts';
import { More } from '../../parts/change-log.tsx';
import { JobResults } from '../../parts/job-items.tsx';
import { JobRow } from '../../parts/job-row.tsx';
import { StateFilter } from '../../parts/state-filter.tsx';

const STATES = ['queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled'];
const KINDS = [
	'suspend-accounts',
	'enable-accounts',
	'terminate-accounts',
	'reset-accounts',
	'reset-password',
	'export',
];

export default function Jobs(): JSX.Element {
	useTitle(t('nav.jobs'));
	const { query } = route.value;
	const filter = { state: query.get('state'), kind: query.get('kind'), own: query.get('own') };
	const filtered = Object.values(filter).some(Boolean);
	const pages = usePages<Job>(
		`jobs ${JSON.stringify(filter)}`,
		(cursor, stop) => get<Page<Job>>('jobs', { ...filter, limit: 25, cursor }, stop),
		{ every: 3_000, newestFirst: true },
	);
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
				<div class="tools">
					<StateFilter words="jobState" states={STATES} />
					<KindFilter kind={filter.kind} />
					<Button
						small
						kind="ghost"
						pressed={Boolean(filter.own)}
						onClick={() => setQuery({ own: filter.own ? null : 'true' })}
					>
						{t('jobItem.own')}
					</Button>
				</div>
				{pages.problem.value && items.length === 0 && (
					<Failure problem={pages.problem.value} onRetry={() => void pages.again()} />
				)}
				{pages.ready.value && items.length === 0 && (
					<Empty
						icon="list-checks"
						title={t(filtered ? 'jobItem.nothing' : 'jobs.none')}
						text={t(filtered ? 'jobItem.nothingText' : 'jobs.noneText')}
					/>
				)}
				<ul class="boxes jobs">
					{items.map((job) => (
						<li key={job.id} class="box job-box">
							<JobRow job={newer(job, mine.get(job.id))} onError={toastProblem} person />
							<Why job={job} />
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

function KindFilter({ kind }: { kind: string | null }): JSX.Element {
	const label = t('jobItem.kind');
	return (
		<Filter label={label} value={kind && tWord('jobKind', kind)} onClear={() => setQuery({ kind: null })}>
			{(close) => (
				<Options
					label={label}
					options={KINDS.map((value) => ({ value, label: tWord('jobKind', value) }))}
					chosen={kind ? [kind] : []}
					onChange={([one]) => setQuery({ kind: one ?? null })}
					close={close}
				/>
			)}
		</Filter>
	);
}

/** Why it is done, and to which of a list. */
function Why({ job: { reason, filter } }: { job: Job }): JSX.Element | null {
	if (!reason && filter === null) return null;
	return (
		<p class="job-foot">
			{filter !== null && <span>{filter ? t('jobItem.filter', { filter }) : t('jobItem.everything')}</span>}
			{reason && <q>{reason}</q>}
		</p>
	);
}
