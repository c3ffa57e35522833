// Who asked for an account by himself and confirmed his address: approved or rejected here.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Bones, Chip, Time, type Tone } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Empty, Failure } from '../../kit/states.tsx';
import { toast } from '../../kit/toast.tsx';
import { get, post } from '../../lib/api.ts';
import type { Page, Registration } from '../../lib/api.types.ts';
import { number } from '../../lib/format.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { usePages } from '../../lib/pages.ts';
import { href, route } from '../../lib/router.ts';
import { useTitle } from '../../lib/title.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { More } from '../../parts/change-log.tsx';
import { StateFilter } from '../../parts/state-filter.tsx';
import { ApproveDialog } from './approve.tsx';

const TONES: Record<Registration['state'], Tone> = { pending: 'info', approved: 'good', rejected: 'idle' };
const STATES = Object.keys(TONES) as Registration['state'][];
const REFRESH = 10_000;

interface Open {
	act: 'approve' | 'reject';
	one: Registration;
}

export default function Registrations(): JSX.Element {
	useTitle(t('nav.registrations'));
	const state = route.value.query.get('state');
	const pages = usePages<Registration>(
		`registrations ${state}`,
		(cursor, stop) => get<Page<Registration>>('registrations', { limit: 25, state, cursor }, stop),
		{ every: REFRESH, newestFirst: true },
	);
	const [open, setOpen] = useState<Open | null>(null);
	const items = pages.items.value;
	const total = pages.total.value;
	const reject = async (one: Registration, reason_text: string): Promise<void> => {
		pages.put(await post<Registration>(`registrations/${one.id}/reject`, { reason_text }));
		toast(t('registration.rejected', { name: one.name }));
	};
	return (
		<section class="card" aria-label={t('nav.registrations')}>
			<div class="page scroll">
				<header class="tab-head">
					<div>
						<h1>{t('nav.registrations')}</h1>
						<p class="muted">{t('registration.text')}</p>
					</div>
					<span class="head-count" role="status">
						{total && t('registration.count', { n: total.value, text: number(total.value) })}
					</span>
				</header>
				<StateFilter words="registrationState" states={STATES} />
				{pages.problem.value && items.length === 0 && (
					<Failure problem={pages.problem.value} onRetry={() => void pages.again()} />
				)}
				{pages.ready.value && items.length === 0 && (
					<Empty icon="user-plus" title={t('registration.none')} text={t('registration.noneText')} />
				)}
				<ul class="boxes">
					{items.map((one) => (
						<Row key={one.id} one={one} onAct={(act) => setOpen({ act, one })} />
					))}
				</ul>
				{pages.busy.value && <Bones lines={4} />}
				<More onMore={() => void pages.more()} on={Boolean(pages.next.value)} />
			</div>
			{open?.act === 'approve' && (
				<ApproveDialog one={open.one} put={(next) => pages.put(next)} onClose={() => setOpen(null)} />
			)}
			{open?.act === 'reject' && (
				<ActDialog
					title={t('registration.rejectTitle', { name: open.one.name })}
					icon="ban"
					tone="warn"
					verb={t('registration.reject')}
					reason="needed"
					run={(reason) => reject(open.one, reason)}
					onClose={() => setOpen(null)}
				>
					<p>{t('registration.rejectText')}</p>
				</ActDialog>
			)}
		</section>
	);
}

function Row({ one, onAct }: { one: Registration; onAct: (act: Open['act']) => void }): JSX.Element {
	return (
		<li class="box">
			<div class="box-main">
				<p class="box-title">
					<b>{one.company ?? one.name}</b>
					<Chip tone={TONES[one.state]} quiet={one.state === 'approved'}>
						{tWord('registrationState', one.state)}
					</Chip>
				</p>
				<p class="box-text">
					{one.company && <span>{one.name}</span>}
					<span>{one.email}</span>
					<a href={href(`accounts/${one.parent_account_id}/overview`)}>{one.parent_name}</a>
				</p>
				<p class="box-text">
					<span>
						{t('registration.asked')} <Time at={one.created_at} />
					</span>
					{one.decided_by && (
						<span>
							{t('support.decided', { name: one.decided_by })} <Time at={one.decided_at} />
						</span>
					)}
					{one.account_id && (
						<a href={href(`accounts/${one.account_id}/overview`)}>{t('registration.account')}</a>
					)}
				</p>
			</div>
			<div class="me-acts">
				{one.allowed.includes('approve') && (
					<Button small kind="primary" onClick={() => onAct('approve')}>
						{t('registration.approveDots')}
					</Button>
				)}
				{one.allowed.includes('reject') && (
					<Button small onClick={() => onAct('reject')}>
						{t('registration.rejectDots')}
					</Button>
				)}
			</div>
		</li>
	);
}
