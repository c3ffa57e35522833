// Long work: started here or elsewhere, watched until it ends, also after a reload.
import { signal } from '@preact/signals';
import { get, type Problem, post, send } from './api.ts';
import type { Job, Page } from './api.types.ts';

export const jobs = signal<Job[]>([]);
export const watched = signal(false);
const ended: ((job: Job) => void)[] = [];
let timer = 0;
const mine = new Set<string>();

export function isRunning(job: Job): boolean {
	return job.state === 'queued' || job.state === 'running';
}

/** Called for each job started on this page when it ends. */
export function onJobEnd(listener: (job: Job) => void): void {
	ended.push(listener);
}

export function putJob(job: Job): void {
	const list = jobs.peek();
	const before = list.find((one) => one.id === job.id);
	jobs.value = before ? list.map((one) => (one.id === job.id ? job : one)) : [job, ...list];
	if (mine.has(job.id) && !isRunning(job)) {
		mine.delete(job.id);
		for (const listener of ended) listener(job);
	}
}

async function tick(): Promise<void> {
	timer = 0;
	const open = jobs.peek().filter(isRunning);
	for (const job of open) {
		try {
			putJob(await get<Job>(`jobs/${job.id}`));
		} catch (error) {
			if ((error as Problem).status === 404) jobs.value = jobs.peek().filter((one) => one.id !== job.id);
		}
	}
	if (jobs.peek().some(isRunning)) timer = window.setTimeout(tick, 1000);
}

export function watchJobs(soon = 400): void {
	if (!timer && jobs.peek().some(isRunning)) timer = window.setTimeout(tick, soon);
}

export async function loadJobs(): Promise<void> {
	const page = await get<Page<Job>>('jobs', { limit: 10 });
	jobs.value = page.items;
	watchJobs();
}

export async function cancelJob(id: string): Promise<void> {
	putJob(await post<Job>(`jobs/${id}/cancel`));
}
export async function retryJob(id: string): Promise<void> {
	putJob(await post<Job>(`jobs/${id}/retry`));
	watchJobs();
}

/** A job of this page: its end is told. */
export function followJob(job: Job): void {
	mine.add(job.id);
	putJob(job);
	watchJobs(200);
}

/** Asks for a file; the server makes it while the page goes on. */
export async function startExport(
	path: string,
	query: Record<string, string | string[] | null>,
): Promise<Job> {
	const zone = String(-new Date().getTimezoneOffset());
	const { data } = await send<Job>('GET', `export/v1/${path}`, {
		query: { zone, ...query },
		headers: { Prefer: 'respond-async' },
	});
	followJob(data);
	return data;
}
