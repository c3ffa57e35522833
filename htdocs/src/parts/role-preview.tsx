// Who gains and loses what, before a role is saved.
import type { JSX } from 'preact';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import type { RolePreview } from '../lib/api.types.ts';
import { number } from '../lib/format.ts';
import { t } from '../lib/i18n.ts';
import { GainLose, gainLoseText } from './gain-lose.tsx';

export function RolePreviewDialog(props: {
	name: string;
	preview: RolePreview;
	busy: boolean;
	onClose: () => void;
	onSave: () => void;
}): JSX.Element {
	const { gain, lose, members, members_total: all } = props.preview;
	const touched = members.filter((one) => one.gain.length + one.lose.length > 0);
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
				{touched.length > 0 && (
					<ul class="preview-people">
						{touched.map((one) => (
							<li key={one.membership_id}>
								<span>
									<b>{one.name}</b> <small>{one.account_name}</small>
								</span>
								<span>{gainLoseText(one.gain, one.lose)}</span>
							</li>
						))}
					</ul>
				)}
			</div>
		</Dialog>
	);
}
