// Where I am signed in: device, place, last use; one or all others are ended.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Bones, Panel, Tag, Time } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Icon } from '../../kit/icon.tsx';
import { problemTitle } from '../../kit/states.tsx';
import { toast, toastProblem } from '../../kit/toast.tsx';
import { get, post, send } from '../../lib/api.ts';
import type { OwnSession } from '../../lib/api.types.ts';
import { t } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { deviceOf } from './device.ts';

const REFRESH = 15_000;

export function Sessions(): JSX.Element {
	const { data, problem, reload } = useLoad<{ items: OwnSession[] }>(
		'my sessions',
		(stop) => get('me/sessions', {}, stop),
		REFRESH,
	);
	const [busy, setBusy] = useState('');
	const items = data?.items ?? [];
	const others = items.filter((one) => !one.current).length;
	const run = async (what: string, act: () => Promise<unknown>, words: string): Promise<void> => {
		setBusy(what);
		try {
			await act();
			toast(words);
		} catch (error) {
			toastProblem(error);
		}
		setBusy('');
		reload();
	};
	const endOthers = (): Promise<void> =>
		run('all', () => post('me/sessions/end-others'), t('me.othersEnded'));
	const end = (one: OwnSession): Promise<void> =>
		run(one.id, () => send('DELETE', `api/v1/me/sessions/${one.id}`), t('me.sessionEnded'));
	return (
		<Panel
			title={t('me.sessions')}
			action={
				others > 0 && (
					<Button small busy={busy === 'all'} onClick={() => void endOthers()}>
						{t('me.endOthers')}
					</Button>
				)
			}
		>
			{!data && !problem && <Bones lines={3} />}
			{problem && !data && <p class="muted">{problemTitle(problem)}</p>}
			<ul class="lines">
				{items.map((one) => (
					<li key={one.id}>
						<Icon name={deviceOf(one.user_agent).phone ? 'phone' : 'monitor'} />
						<span class="line-main">
							<b>{deviceOf(one.user_agent).name || t('me.device')}</b>
							<small>
								{one.ip && <span>{one.ip}</span>}
								<span>
									{t('me.lastUse')} <Time at={one.last_seen_at} />
								</span>
								<span>
									{t('me.since')} <Time at={one.created_at} />
								</span>
							</small>
						</span>
						{one.current ? (
							<Tag>{t('me.thisOne')}</Tag>
						) : (
							<Button
								small
								busy={busy === one.id}
								onClick={() => void end(one)}
								label={t('me.endOf', { device: deviceOf(one.user_agent).name || t('me.device') })}
							>
								{t('me.end')}
							</Button>
						)}
					</li>
				))}
			</ul>
		</Panel>
	);
}
