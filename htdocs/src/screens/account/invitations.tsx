// Invitations: people asked by mail to work with this account, and what became of it.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Banner, Bones, Chip, Time, type Tone } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Icon } from '../../kit/icon.tsx';
import { Menu } from '../../kit/menu.tsx';
import { Empty, Failure } from '../../kit/states.tsx';
import { toast, toastProblem } from '../../kit/toast.tsx';
import { get, post } from '../../lib/api.ts';
import type { Invitation, Page } from '../../lib/api.types.ts';
import { number } from '../../lib/format.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { usePages } from '../../lib/pages.ts';
import { can } from '../../lib/session.ts';
import { More } from '../../parts/change-log.tsx';
import { InviteDialog } from './invitations-new.tsx';
import { RemoveInvitation } from './invitations-remove.tsx';
import type { TabProps } from './sections.ts';

const TONES: Record<Invitation['state'], Tone> = {
	sent: 'info',
	expired: 'warn',
	accepted: 'good',
	revoked: 'idle',
};
const REFRESH = 15_000;

export default function Invitations({ account }: TabProps): JSX.Element {
	const to = `accounts/${account.id}/invitations`;
	const pages = usePages<Invitation>(
		to,
		(cursor, stop) => get<Page<Invitation>>(to, { limit: 25, cursor }, stop),
		{ every: REFRESH, newestFirst: true },
	);
	const [open, setOpen] = useState<Invitation | 'new' | null>(null);
	const items = pages.items.value;
	const create = can('invitation.create') && account.class === 'organisation';
	const close = (changed: boolean): void => {
		setOpen(null);
		if (changed) void pages.start();
	};
	const add = create && (
		<Button kind="primary" icon="user-plus" onClick={() => setOpen('new')}>
			{t('invite.create')}
		</Button>
	);
	return (
		<div class="tab">
			<header class="tab-head">
				<div>
					<h2>{t('tab.invitations')}</h2>
					<p class="muted">{t('invite.text')}</p>
				</div>
				{add}
			</header>
			{account.class !== 'organisation' && (
				<Banner tone="info" icon="info">
					{t('invite.notPrivate')}
				</Banner>
			)}
			{pages.problem.value && items.length === 0 && (
				<Failure problem={pages.problem.value} onRetry={() => void pages.again()} />
			)}
			{pages.ready.value && items.length === 0 && (
				<Empty icon="mail" title={t('invite.none')} text={t('invite.noneText')} />
			)}
			<ul class="boxes">
				{items.map((one) => (
					<Row
						key={one.id}
						one={one}
						path={to}
						put={(next) => pages.put(next)}
						onRemove={() => setOpen(one)}
					/>
				))}
			</ul>
			{pages.busy.value && <Bones lines={4} />}
			<More onMore={() => void pages.more()} on={Boolean(pages.next.value)} />
			{open === 'new' && <InviteDialog account={account} onClose={close} />}
			{open && open !== 'new' && <RemoveInvitation one={open} path={to} onClose={close} />}
		</div>
	);
}

function Row(props: {
	one: Invitation;
	path: string;
	put: (one: Invitation) => void;
	onRemove: () => void;
}): JSX.Element {
	const { one, path, put } = props;
	const [busy, setBusy] = useState(false);
	const name = `${one.first_name} ${one.last_name}`;
	const run = async (act: 'resend' | 'revoke', words: string): Promise<void> => {
		setBusy(true);
		try {
			put(await post<Invitation>(`${path}/${one.id}/${act}`));
			toast(words);
		} catch (error) {
			toastProblem(error);
		}
		setBusy(false);
	};
	const may = (act: string): boolean => one.allowed.includes(act);
	const removable = may('remove') || may('remove_user');
	return (
		<li class="box">
			<div class="box-main">
				<p class="box-title">
					<b>{name}</b>
					<Chip tone={TONES[one.state]} quiet={one.state === 'accepted'}>
						{tWord('inviteState', one.state)}
					</Chip>
				</p>
				<p class="box-text">
					<span>{one.email}</span>
					<span>{tWord('role', one.role_name, one.role_name)}</span>
					<span>{t('invite.by', { name: one.invited_by })}</span>
				</p>
				<p class="box-text">
					<span>
						{t('invite.sent')} <Time at={one.sent_at} />
					</span>
					{one.sent_count > 1 && (
						<span>{t('invite.mails', { n: one.sent_count, text: number(one.sent_count) })}</span>
					)}
					{one.accepted_at ? (
						<span>
							{t('invite.accepted')} <Time at={one.accepted_at} />
						</span>
					) : (
						one.state !== 'revoked' && (
							<span>
								{t(one.state === 'expired' ? 'invite.expired' : 'invite.expires')}{' '}
								<Time at={one.expires_at} />
							</span>
						)
					)}
				</p>
			</div>
			<div class="me-acts">
				{may('resend') && (
					<Button
						small
						icon="refresh-cw"
						busy={busy}
						onClick={() => void run('resend', t('invite.resent', { name }))}
					>
						{t('invite.resend')}
					</Button>
				)}
				{(may('revoke') || removable) && (
					<Menu
						class="btn ghost icon-only"
						align="end"
						label={t('list.actsOn', { name })}
						button={<Icon name="ellipsis" />}
						items={() => [
							may('revoke') && {
								label: t('invite.revoke'),
								icon: 'ban',
								run: () => void run('revoke', t('invite.revoked', { name })),
							},
							removable && { label: t('act.deleteDots'), icon: 'trash-2', danger: true, run: props.onRemove },
						]}
					/>
				)}
			</div>
		</li>
	);
}
