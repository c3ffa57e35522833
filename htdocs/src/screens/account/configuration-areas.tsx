// Which parts of the platform the account has. Off anywhere above is off here.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Chip, Panel } from '../../kit/bits.tsx';
import { Choice } from '../../kit/field.tsx';
import { toast, toastProblem } from '../../kit/toast.tsx';
import { asProblem, patch } from '../../lib/api.ts';
import type { Account, AreaState, Policy } from '../../lib/api.types.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { href, route } from '../../lib/router.ts';
import { can, session } from '../../lib/session.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { type Clash, ConflictDialog } from '../../parts/conflict.tsx';
import { lastChange } from '../../parts/last-change.ts';

interface Props {
	account: Account;
	areas: AreaState[];
	/** Of the policy, in which they stand. */
	ver: number;
	/** Reads the policy as it stands now. */
	again: () => Promise<Policy>;
	onSaved: (policy: Policy) => Promise<void>;
}

type Said = Record<string, string>;
interface Met {
	clash: Clash<Said>;
	theirs: Policy;
}

function saidOf(areas: AreaState[]): Said {
	return Object.fromEntries(areas.map((one) => [one.area, one.own ?? 'inherit']));
}

function wordOf(said: string): string {
	return said === 'inherit' ? t('config.inherit') : tWord('config', `is-${said}`);
}

const SAID: Record<string, boolean | null> = { on: true, off: false, inherit: null };

export function Areas({ account, areas, ver, again, onSaved }: Props): JSX.Element {
	const [asked, setAsked] = useState<AreaState | null>(null);
	const [busy, setBusy] = useState(false);
	const [met, setMet] = useState<Met | null>(null);
	// A link may mean these and not the policies above them.
	useEffect(() => {
		if (route.peek().query.get('at') === 'areas') document.getElementById('areas')?.scrollIntoView();
	}, []);
	const shown = areas.filter((one) => one.possible);
	const own = session.value?.acting.account_id === account.id;
	const put = async (said: Said, was: Said, at: number): Promise<void> => {
		const keys = Object.keys(said).filter((key) => said[key] !== was[key]);
		if (keys.length === 0) return;
		const body = Object.fromEntries(keys.map((key) => [key, SAID[said[key] ?? ''] ?? null]));
		await patch(`accounts/${account.id}/areas`, body, at);
		toast(t('toast.saved'));
	};
	/** Whoever was first: both are shown, and one is chosen. */
	const say = async (mine: Said, was: Said = saidOf(areas), at: number = ver): Promise<void> => {
		setBusy(true);
		try {
			await put(mine, was, at);
			await onSaved(await again());
		} catch (error) {
			if (asProblem(error).status !== 412) throw error;
			const theirs = await again();
			const who = await lastChange(account.id);
			setMet({ clash: { was, theirs: saidOf(theirs.areas), mine, who }, theirs });
		} finally {
			setBusy(false);
		}
	};
	const set = (area: AreaState, word: string): Promise<void> => say({ ...saidOf(areas), [area.area]: word });
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
							onInput={(word) => (word === 'off' ? setAsked(area) : void set(area, word).catch(toastProblem))}
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
					run={() => set(asked, 'off')}
				>
					<p>{t('config.offText')}</p>
				</ActDialog>
			)}
			{met && (
				<ConflictDialog
					clash={met.clash}
					labels={Object.fromEntries(areas.map((one) => [one.area, tWord('area', one.area)]))}
					words={(_area, said) => wordOf(String(said))}
					onClose={() => {
						setMet(null);
						void onSaved(met.theirs);
					}}
					onDone={(said) => {
						setMet(null);
						void say(said, met.clash.theirs, met.theirs.ver).catch(toastProblem);
					}}
				/>
			)}
		</Panel>
	);
}
