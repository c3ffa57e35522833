// What an act would do, in numbers, asked of the server before it is done.
import type { JSX } from 'preact';
import { Bones } from '../kit/bits.tsx';
import { Icon } from '../kit/icon.tsx';
import { get } from '../lib/api.ts';
import type { AccountItem, Impact } from '../lib/api.types.ts';
import { day } from '../lib/format.ts';
import { t, tWord } from '../lib/i18n.ts';
import { useLoad } from '../lib/load.ts';

export type ImpactAction = 'suspend' | 'enable' | 'terminate' | 'restore';

export function useImpact(account: AccountItem, action: ImpactAction) {
	return useLoad<Impact>(`impact ${account.id} ${action} ${account.ver}`, (signal) =>
		get(`accounts/${account.id}/impact`, { action }, signal),
	);
}

export function ImpactNote({
	account,
	action,
}: {
	account: AccountItem;
	action: ImpactAction;
}): JSX.Element | null {
	const { data, problem } = useImpact(account, action);
	if (problem) return null;
	if (!data) {
		return (
			<div class="impact">
				<Bones lines={2} />
			</div>
		);
	}
	const { accounts, members, sessions, sites, cameras, purge_at } = data;
	return (
		<div class="impact">
			<p>{t(`impact.${action}`, { accounts, members, sessions, sites, cameras })}</p>
			{action === 'terminate' && purge_at && <p>{t('impact.purge', { at: day(purge_at) })}</p>}
			{data.effects.length > 0 && (
				<ul class="impact-list">
					{data.effects.map((one) => (
						<li key={one.module + one.effect}>
							<span>{tWord('impactModule', one.module)}</span>
							<b class={`effect ${one.effect}`}>{tWord('effect', one.effect)}</b>
						</li>
					))}
				</ul>
			)}
			{data.warnings.map((code) => (
				<p key={code} class="impact-warn">
					<Icon name="triangle-alert" size={14} /> {tWord('warning', code)}
				</p>
			))}
		</div>
	);
}
