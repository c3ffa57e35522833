// Mail on its way: to whom, of what kind, what became of it, and once more by hand.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Banner, Bones, Chip, Time, type Tone } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Empty, Failure } from '../../kit/states.tsx';
import { toastProblem } from '../../kit/toast.tsx';
import { get, post } from '../../lib/api.ts';
import type { Mail, MailStatus, Page } from '../../lib/api.types.ts';
import { number } from '../../lib/format.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { usePages } from '../../lib/pages.ts';
import { href, route } from '../../lib/router.ts';
import { can } from '../../lib/session.ts';
import { useTitle } from '../../lib/title.ts';
import { More } from '../../parts/change-log.tsx';
import { StateFilter } from '../../parts/state-filter.tsx';

const TONES: Record<Mail['state'], Tone> = { waiting: 'info', sent: 'good', failed: 'bad' };
const STATES = Object.keys(TONES) as Mail['state'][];
const REFRESH = 5_000;

export default function Mails(): JSX.Element {
	useTitle(t('nav.mails'));
	const state = route.value.query.get('state');
	const status = useLoad<MailStatus>('mail-status', (stop) => get('mail-status', {}, stop), REFRESH);
	const pages = usePages<Mail>(
		`mails ${state}`,
		(cursor, stop) => get<Page<Mail>>('mails', { limit: 25, state, cursor }, stop),
		{ every: REFRESH, newestFirst: true },
	);
	const [again, setAgain] = useState<Map<string, Mail>>(new Map());
	// What stands above the list is known before the list is shown: nothing moves.
	const known = Boolean(status.data ?? status.problem);
	const items = known ? pages.items.value : [];
	const retry = async (id: string): Promise<void> => {
		try {
			const mail = await post<Mail>(`mails/${id}/retry`);
			setAgain((was) => new Map(was).set(id, mail));
			void pages.refresh();
			status.reload();
		} catch (error) {
			toastProblem(error);
		}
	};
	return (
		<section class="card" aria-label={t('nav.mails')}>
			<div class="page scroll">
				<header class="tab-head">
					<div>
						<h1>{t('nav.mails')}</h1>
						<p class="muted">{t('mail.text')}</p>
					</div>
					<span class="head-count" role="status">
						{status.data
							? t('mail.waiting', { n: status.data.waiting, text: number(status.data.waiting) })
							: '\u00a0'}
					</span>
				</header>
				{!known && <Bones lines={4} />}
				{status.data && !status.data.set_up && (
					<Banner tone="warn" icon="triangle-alert" role="status">
						{t('mail.notSetUp')} <code>mail_smtp_url</code>
					</Banner>
				)}
				{known && <StateFilter words="mailState" states={STATES} />}
				{pages.problem.value && items.length === 0 && (
					<Failure problem={pages.problem.value} onRetry={() => void pages.again()} />
				)}
				{known && pages.ready.value && items.length === 0 && (
					<Empty icon="mail" title={t('mail.none')} text={t('mail.noneText')} />
				)}
				<ul class="boxes">
					{items.map((mail) => (
						<Row key={mail.id} mail={newer(mail, again.get(mail.id))} onRetry={retry} />
					))}
				</ul>
				{known && pages.busy.value && <Bones lines={4} />}
				<More onMore={() => void pages.more()} on={Boolean(pages.next.value)} />
			</div>
		</section>
	);
}

/** What the retry answered counts until the list has seen it too. */
function newer(listed: Mail, answered: Mail | undefined): Mail {
	return listed.state === 'failed' && answered ? answered : listed;
}

function Row({ mail, onRetry }: { mail: Mail; onRetry: (id: string) => Promise<void> }): JSX.Element {
	const [busy, setBusy] = useState(false);
	const send = async (): Promise<void> => {
		setBusy(true);
		await onRetry(mail.id);
		setBusy(false);
	};
	return (
		<li class="box">
			<div class="box-main">
				<p class="box-title">
					<b>{mail.to_address}</b>
					<Chip tone={TONES[mail.state]} quiet={mail.state === 'sent'}>
						{tWord('mailState', mail.state)}
					</Chip>
				</p>
				<p class="box-text">
					<span>{tWord('mailKind', mail.kind)}</span>
					<a href={href(`accounts/${mail.account_id}/overview`)}>{mail.account_name}</a>
					<span>
						{t('mail.asked')} <Time at={mail.created_at} />
					</span>
					{mail.sent_at && (
						<span>
							{t('mail.sent')} <Time at={mail.sent_at} />
						</span>
					)}
					{mail.state === 'waiting' && mail.next_at && (
						<span>
							{t('mail.next')} <Time at={mail.next_at} />
						</span>
					)}
					{mail.tries > 0 && <span>{t('mail.tries', { n: mail.tries, text: number(mail.tries) })}</span>}
				</p>
				{mail.state !== 'sent' && mail.last_error && <p class="box-text warn-text">{mail.last_error}</p>}
			</div>
			{mail.state !== 'sent' && can('mail.retry') && (
				<Button small icon="refresh-cw" disabled={busy} onClick={() => void send()}>
					{t('mail.now')}
				</Button>
			)}
		</li>
	);
}
