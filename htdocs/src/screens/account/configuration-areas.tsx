// Which parts of the platform the account has. Off anywhere above is off here.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Chip, Panel } from '../../kit/bits.tsx';
import { Choice } from '../../kit/field.tsx';
import { toast, toastProblem } from '../../kit/toast.tsx';
import { patch } from '../../lib/api.ts';
import type { Account, AreaState } from '../../lib/api.types.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { href, route } from '../../lib/router.ts';
import { can, session } from '../../lib/session.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';

interface Props {
	account: Account;
	areas: AreaState[];
	/** Of the policy, in which they stand. */
	ver: number;
	onSaved: () => Promise<void>;
}

const SAID: Record<string, boolean | null> = { on: true, off: false, inherit: null };

export function Areas({ account, areas, ver, onSaved }: Props): JSX.Element {
	const [asked, setAsked] = useState<AreaState | null>(null);
	const [busy, setBusy] = useState(false);
	// A link may mean these and not the policies above them.
	useEffect(() => {
		if (route.peek().query.get('at') === 'areas') document.getElementById('areas')?.scrollIntoView();
	}, []);
	const shown = areas.filter((one) => one.possible);
	const own = session.value?.acting.account_id === account.id;
	const say = async (area: AreaState, word: string): Promise<void> => {
		setBusy(true);
		try {
			await patch(`accounts/${account.id}/areas`, { [area.area]: SAID[word] ?? null }, ver);
			toast(t('toast.saved'));
		} finally {
			setBusy(false);
			await onSaved().catch(toastProblem);
		}
	};
	return (
		<Panel title={t('config.areas')} id="areas">
			<p class="muted areas-text">{t('config.areasText')}</p>
			<ul class="lines">
				{shown.map((area) => (
					<li key={area.area} class="area">
						<span class="line-main">
							<b>{tWord('area', area.area)}</b>
							<small>
								<Chip tone={area.on ? 'good' : 'warn'} quiet={area.on}>
									{t(area.on ? 'config.is-on' : 'config.is-off')}
								</Chip>
								{area.concerns && <span>{tWord('config', `concerns-${area.concerns}`)}</span>}
								{area.account_id && area.account_id !== account.id && (
									<a href={href(`accounts/${area.account_id}/configuration`)}>
										{t('config.from', { name: area.account_name ?? '' })}
									</a>
								)}
							</small>
						</span>
						<Choice
							name={area.area}
							label={tWord('area', area.area)}
							class="perm-choice"
							disabled={busy || own || !can('account.edit_areas')}
							value={area.own ?? 'inherit'}
							options={[
								['inherit', t('config.inherit')],
								['on', t('config.is-on')],
								['off', t('config.is-off')],
							]}
							onInput={(word) => (word === 'off' ? setAsked(area) : void say(area, word).catch(toastProblem))}
						/>
					</li>
				))}
			</ul>
			{own && <p class="muted">{t('config.areasOwn')}</p>}
			{asked && (
				<ActDialog
					title={t('config.offTitle', { area: tWord('area', asked.area), name: account.name })}
					icon="ban"
					tone="bad"
					verb={t('config.offDo')}
					onClose={() => setAsked(null)}
					run={() => say(asked, 'off')}
				>
					<p>{t('config.offText')}</p>
				</ActDialog>
			)}
		</Panel>
	);
}
