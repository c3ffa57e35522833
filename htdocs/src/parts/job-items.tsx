// What became of each thing a job does: on demand, those that failed first asked for.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Bones, Chip, type Tone } from '../kit/bits.tsx';
import { Button } from '../kit/button.tsx';
import { Failure } from '../kit/states.tsx';
import { get } from '../lib/api.ts';
import type { Job, JobItem, Page } from '../lib/api.types.ts';
import { t, tWord } from '../lib/i18n.ts';
import { usePages } from '../lib/pages.ts';
import { href } from '../lib/router.ts';

const TONES: Record<JobItem['state'], Tone> = {
	waiting: 'info',
	done: 'good',
	failed: 'bad',
	cancelled: 'idle',
};
type Row = JobItem & { id: string };

async function load(
	path: string,
	query: Record<string, string | null>,
	stop: AbortSignal,
): Promise<Page<Row>> {
	const page = await get<Page<JobItem>>(path, { limit: 25, ...query }, stop);
	return { ...page, items: page.items.map((item) => ({ ...item, id: String(item.seq) })) };
}

export function JobResults({ job }: { job: Job }): JSX.Element {
	const [open, setOpen] = useState(false);
	const [failed, setFailed] = useState(job.failed > 0);
	return (
		<div class="job-results">
			<div class="job-top">
				<Button
					small
					kind="ghost"
					icon={open ? 'chevron-down' : 'chevron-right'}
					onClick={() => setOpen(!open)}
				>
					{t(open ? 'jobItem.hide' : 'jobItem.show')}
				</Button>
				{open && job.failed > 0 && (
					<Button small kind="ghost" pressed={failed} onClick={() => setFailed(!failed)}>
						{t('jobItem.onlyFailed')}
					</Button>
				)}
			</div>
			{open && <Rows job={job} state={failed && job.failed > 0 ? 'failed' : null} />}
		</div>
	);
}

function Rows({ job, state }: { job: Job; state: string | null }): JSX.Element {
	const path = `jobs/${job.id}/items`;
	const pages = usePages<Row>(`${path} ${state}`, (cursor, stop) => load(path, { state, cursor }, stop), {
		every: 3_000,
	});
	const problem = pages.problem.value;
	return (
		<>
			{problem && <Failure problem={problem} onRetry={() => void pages.again()} />}
			<ul class="lines">
				{pages.items.value.map((item) => (
					<li key={item.id}>
						<span class="line-main">
							<b>{item.label ? <Name item={item} /> : t('jobItem.gone')}</b>
							{item.message && <small>{messageOf(item)}</small>}
						</span>
						<Chip tone={TONES[item.state]} quiet={item.state === 'done'}>
							{tWord('jobItemState', item.state)}
						</Chip>
					</li>
				))}
			</ul>
			{pages.busy.value && <Bones lines={2} />}
			{pages.next.value && !pages.busy.value && (
				<Button small onClick={() => void pages.more()}>
					{t('jobItem.more')}
				</Button>
			)}
		</>
	);
}

/** An account's name leads to it. */
function Name({ item: { label, target_id, account_id } }: { item: JobItem }): JSX.Element {
	if (target_id || !account_id) return <>{label}</>;
	return <a href={href(`accounts/${account_id}/overview`)}>{label}</a>;
}

function messageOf({ state, message }: JobItem): string {
	if (!message) return '';
	return state === 'done'
		? tWord('jobNote', message, message)
		: tWord('problem', `${message}.title`, message);
}
