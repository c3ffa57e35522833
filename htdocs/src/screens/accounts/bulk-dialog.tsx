// An act on many accounts, told in numbers before: how many, which cannot and why, what follows.
import type { JSX } from 'preact';
import { Bones } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import type { IconName } from '../../kit/icon.tsx';
import { Failure } from '../../kit/states.tsx';
import { toast } from '../../kit/toast.tsx';
import { post } from '../../lib/api.ts';
import type { BulkPreview, Job } from '../../lib/api.types.ts';
import { number, total } from '../../lib/format.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { followJob } from '../../lib/jobs.ts';
import { useLoad } from '../../lib/load.ts';
import { href } from '../../lib/router.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { withProof } from '../../parts/proof.tsx';

export type BulkAct = 'suspend' | 'enable' | 'terminate' | 'reset-password';
export type BulkSet = { account_ids: string[] } | { q: string };

const ICONS: Record<BulkAct, IconName> = {
	suspend: 'pause',
	enable: 'play',
	terminate: 'trash-2',
	'reset-password': 'mail',
};
const TONES = { suspend: 'warn', enable: 'good', terminate: 'bad', 'reset-password': 'warn' } as const;

interface Props {
	act: BulkAct;
	set: BulkSet;
	onClose: (done: boolean) => void;
}

export function BulkDialog({ act, set, onClose }: Props): JSX.Element {
	const { data, problem, reload } = useLoad<BulkPreview>(`bulk ${act} ${JSON.stringify(set)}`, () =>
		post<BulkPreview>('account-jobs/preview', { action: act, ...set }),
	);
	if (!data) return <Waiting act={act} problem={problem} again={reload} onClose={() => onClose(false)} />;
	const text = total({ value: data.total, exact: data.exact });
	const start = async (reason_text: string): Promise<void> => {
		const reason = act === 'reset-password' || !reason_text ? {} : { reason_text };
		const body = { ...set, expected: data.total, ...reason };
		const job = await withProof(() => post<Job>(`account-jobs/${act}`, body));
		followJob(job);
		toast(t('bulk.started'), { link: { label: t('nav.jobs'), href: href('jobs') } });
	};
	return (
		<ActDialog
			title={t(`bulk.title.${act}`, { n: data.total, text })}
			icon={ICONS[act]}
			tone={TONES[act]}
			verb={t(`bulk.verb.${act}`)}
			off={data.able === 0}
			{...(act === 'suspend' || act === 'terminate' ? { reason: 'needed' as const } : {})}
			{...(act === 'enable' ? { reason: 'asked' as const } : {})}
			{...(act === 'terminate' ? { typed: t('bulk.phrase', { text }), typedLabel: t('bulk.typed') } : {})}
			onClose={onClose}
			run={start}
		>
			<Told act={act} data={data} />
		</ActDialog>
	);
}

function Told({ act, data }: { act: BulkAct; data: BulkPreview }): JSX.Element {
	const { members, cameras, able, accounts, looked } = data;
	const people = { people: members, text: number(members), cameras };
	return (
		<>
			<p>
				{t('bulk.able', { able, text: number(able) })}{' '}
				{looked < data.total && t('bulk.looked', { text: number(looked) })}
			</p>
			{able > 0 && <p>{t(`bulk.does.${act}`, people)}</p>}
			{act === 'suspend' && accounts > able && <p>{t('bulk.below', { n: accounts })}</p>}
			{data.reasons.length > 0 && (
				<>
					<p>{t('bulk.not')}</p>
					<ul class="impact-list">
						{data.reasons.map(({ code, accounts: n }) => (
							<li key={code}>
								<span class="who-text">
									<span>{tWord('problem', `${code}.title`, code ?? undefined)}</span>
									<small class="muted">
										{t('bulk.some', {
											names: data.examples
												.filter((one) => one.code === code)
												.slice(0, 3)
												.map((one) => one.name)
												.join(', '),
										})}
									</small>
								</span>
								<b>{number(n)}</b>
							</li>
						))}
					</ul>
				</>
			)}
		</>
	);
}

function Waiting(props: {
	act: BulkAct;
	problem: Parameters<typeof Failure>[0]['problem'] | null;
	again: () => void;
	onClose: () => void;
}): JSX.Element {
	return (
		<Dialog
			title={t('bulk.label')}
			icon={ICONS[props.act]}
			tone={TONES[props.act]}
			onClose={props.onClose}
			foot={<Button onClick={props.onClose}>{t('act.cancel')}</Button>}
		>
			{props.problem ? <Failure problem={props.problem} onRetry={props.again} /> : <Bones lines={3} />}
		</Dialog>
	);
}
