// Where somebody is signed in, and ending it: one by one or all.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Bones, Tag, Time } from '../kit/bits.tsx';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { Icon } from '../kit/icon.tsx';
import { Failure } from '../kit/states.tsx';
import { toast, toastProblem } from '../kit/toast.tsx';
import { get, post, send } from '../lib/api.ts';
import type { Member, Sign } from '../lib/api.types.ts';
import { t } from '../lib/i18n.ts';
import { useLoad } from '../lib/load.ts';
import { pathOf } from './member-acts.tsx';

/** What a browser calls itself, short enough for a line. */
export function browserOf(agent: string | null): string {
	if (!agent) return t('user.agentUnknown');
	const name = /(Edg|OPR|Firefox|Chrome|Safari|curl)[A-Za-z]*\/([\d]+)/.exec(agent);
	const os = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent);
	const short = { Edg: 'Edge', OPR: 'Opera' }[name?.[1] ?? ''] ?? name?.[1];
	return [short && `${short} ${name?.[2]}`, os?.[1]].filter(Boolean).join(' · ') || agent.slice(0, 60);
}

export function MemberSessions(props: { member: Member; onClose: (done: boolean) => void }): JSX.Element {
	const { member, onClose } = props;
	return (
		<Dialog
			title={t('user.sessionsTitle', { name: member.name })}
			icon="monitor"
			onClose={() => onClose(false)}
			foot={<Button onClick={() => onClose(false)}>{t('act.close')}</Button>}
		>
			<SessionList member={member} />
		</Dialog>
	);
}

export function SessionList({ member }: { member: Member }): JSX.Element {
	const { data, problem, reload } = useLoad<{ items: Sign[] }>(
		`sessions ${member.id}`,
		(stop) => get(`${pathOf(member)}/sessions`, {}, stop),
		10_000,
	);
	const [busy, setBusy] = useState(false);
	const end = async (one?: Sign): Promise<void> => {
		setBusy(true);
		try {
			if (one) await send('DELETE', `api/v1/${pathOf(member)}/sessions/${one.id}`);
			else await post(`${pathOf(member)}/sessions/end`, {});
			toast(t(one ? 'user.sessionEnded' : 'user.sessionsEnded', { name: member.name }));
		} catch (error) {
			toastProblem(error);
		}
		setBusy(false);
		reload();
	};
	const ends = member.allowed.includes('end_sessions');
	if (problem && !data) return <Failure problem={problem} onRetry={reload} />;
	if (!data) return <Bones lines={3} />;
	if (data.items.length === 0) return <p class="muted">{t('user.noSessions')}</p>;
	return (
		<>
			<ul class="lines">
				{data.items.map((one) => (
					<li key={one.id}>
						<Icon name={/Mobi|iPhone|Android/.test(one.user_agent ?? '') ? 'phone' : 'monitor'} />
						<span class="line-main">
							<b title={one.user_agent ?? undefined}>{browserOf(one.user_agent)}</b>
							<small>
								{one.ip && <span class="mono">{one.ip}</span>}
								<span>
									{t('user.signedIn')} <Time at={one.created_at} />
								</span>
								{one.last_seen_at && (
									<span>
										{t('user.lastSeen')} <Time at={one.last_seen_at} />
									</span>
								)}
							</small>
						</span>
						{one.current && <Tag>{t('user.thisSession')}</Tag>}
						{ends && !one.current && (
							<Button small disabled={busy} onClick={() => void end(one)}>
								{t('user.endSession')}
							</Button>
						)}
					</li>
				))}
			</ul>
			{ends && data.items.some((one) => !one.current) && (
				<div class="inline">
					<Button icon="log-out" busy={busy} onClick={() => void end()}>
						{t('user.endAll')}
					</Button>
				</div>
			)}
		</>
	);
}
