// Who gains and loses what, before a role is saved.
import type { JSX } from 'preact';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import type { RolePreview } from '../lib/api.types.ts';
import { number } from '../lib/format.ts';
import { t } from '../lib/i18n.ts';
import { GainLose, gainLoseText } from './gain-lose.tsx';

// So many at most are named by the server; all are counted.
const NAMED = 100;

export function RolePreviewDialog(props: {
	name: string;
	preview: RolePreview;
	busy: boolean;
	onClose: () => void;
	onSave: () => void;
}): JSX.Element {
	const { gain, lose, members, members_total: all, gaining, losing } = props.preview;
	return (
		<Dialog
			title={t('roles.previewTitle', { name: props.name })}
			icon="shield"
			wide
			onClose={props.onClose}
			onSubmit={props.onSave}
			foot={
				<>
					<Button onClick={props.onClose}>{t('access.back')}</Button>
					<Button kind="primary" type="submit" busy={props.busy}>
						{t('act.save')}
					</Button>
				</>
			}
		>
			<GainLose gain={gain} lose={lose} />
			<div class="impact">
				<p>{t('roles.previewMembers', { n: all, text: number(all) })}</p>
				{members.length > 0 && (
					<p>{t('roles.previewTouched', { gain: number(gaining), lose: number(losing) })}</p>
				)}
				{members.length > 0 && (
					<ul class="preview-people">
						{members.map((one) => (
							<li key={one.membership_id}>
								<span>
									<b>{one.name}</b> <small>{one.account_name}</small>
								</span>
								<span>{gainLoseText(one.gain, one.lose)}</span>
							</li>
						))}
					</ul>
				)}
				{members.length >= NAMED && gaining + losing > members.length && (
					<p>{t('roles.previewFirst', { n: number(members.length) })}</p>
				)}
			</div>
		</Dialog>
	);
}
