// One leave to act as a user, with what may be done about it; one visit.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Chip, Time, type Tone } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { toast, toastProblem } from '../../kit/toast.tsx';
import { post } from '../../lib/api.ts';
import type { SupportGrant, Visit } from '../../lib/api.types.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { startVisit } from '../../parts/visit.tsx';

const TONES: Record<SupportGrant['state'], Tone> = {
	requested: 'info',
	active: 'warn',
	refused: 'idle',
	revoked: 'idle',
	expired: 'idle',
};

type Act = 'approve' | 'refuse' | 'revoke' | 'start';

export function GrantRow(props: { grant: SupportGrant; put: (grant: SupportGrant) => void }): JSX.Element {
	const { grant, put } = props;
	const to = `accounts/${grant.account_id}/support-grants/${grant.id}`;
	const [busy, setBusy] = useState<Act | null>(null);
	const [refusing, setRefusing] = useState(false);
	const run = async (act: Act): Promise<void> => {
		setBusy(act);
		try {
			if (act === 'start') await startVisit(grant.id);
			else {
				put(await post<SupportGrant>(`${to}/${act}`));
				toast(tWord('supportDone', act));
			}
		} catch (error) {
			toastProblem(error);
		}
		setBusy(null);
	};
	const refuse = async (reason_text: string): Promise<void> => {
		put(await post<SupportGrant>(`${to}/refuse`, { reason_text: reason_text || null }));
		toast(tWord('supportDone', 'refuse'));
	};
	return (
		<li class="hold">
			<div class="hold-main">
				<p class="hold-title">
					<b>{t('support.asks', { operator: grant.operator_label, user: grant.member_name ?? '' })}</b>
					<Chip tone={TONES[grant.state]}>{tWord('supportState', grant.state)}</Chip>
				</p>
				<p>{grant.reason}</p>
				<p class="hold-meta">
					<span>{t(grant.may_write ? 'support.write' : 'support.look')}</span>
					<span>{t('support.minutes', { n: grant.minutes })}</span>
					{grant.ticket_no && <span>{t('support.ticketNo', { no: grant.ticket_no })}</span>}
					<span>
						{t('support.asked')} <Time at={grant.created_at} />
					</span>
					{grant.decided_by && (
						<span>
							{t('support.decided', { name: grant.decided_by })} <Time at={grant.decided_at} />
						</span>
					)}
					{grant.state === 'active' && (
						<span>
							{t('support.until')} <Time at={grant.expires_at} full />
						</span>
					)}
				</p>
			</div>
			<div class="me-acts">
				{grant.allowed.includes('start') && (
					<Button small icon="eye" busy={busy === 'start'} onClick={() => void run('start')}>
						{t('visit.start')}
					</Button>
				)}
				{grant.allowed.includes('approve') && (
					<Button small kind="primary" busy={busy === 'approve'} onClick={() => void run('approve')}>
						{t('support.approve')}
					</Button>
				)}
				{grant.allowed.includes('refuse') && (
					<Button small onClick={() => setRefusing(true)}>
						{t('support.refuseDots')}
					</Button>
				)}
				{grant.allowed.includes('revoke') && !grant.allowed.includes('refuse') && (
					<Button small busy={busy === 'revoke'} onClick={() => void run('revoke')}>
						{t('support.revoke')}
					</Button>
				)}
			</div>
			{refusing && (
				<ActDialog
					title={t('support.refuseTitle', { operator: grant.operator_label })}
					icon="ban"
					tone="warn"
					verb={t('support.refuse')}
					reason="asked"
					run={refuse}
					onClose={() => setRefusing(false)}
				/>
			)}
		</li>
	);
}

export function VisitRow({ visit }: { visit: Visit }): JSX.Element {
	return (
		<li class="hold">
			<div class="hold-main">
				<p class="hold-title">
					<b>{t('support.visit', { operator: visit.operator_label, user: visit.member_name })}</b>
					{visit.live && <Chip tone="warn">{t('support.live')}</Chip>}
				</p>
				<p>{visit.reason}</p>
				<p class="hold-meta">
					<span>{t(visit.may_write ? 'support.write' : 'support.look')}</span>
					<span>
						{t('support.began')} <Time at={visit.started_at} />
					</span>
					{visit.ended_at ? (
						<span>
							{t('support.ended')} <Time at={visit.ended_at} />
							{visit.end_reason && ` (${tWord('visitEnd', visit.end_reason)})`}
						</span>
					) : (
						<span>
							{t('support.until')} <Time at={visit.expires_at} full />
						</span>
					)}
				</p>
			</div>
		</li>
	);
}
