// Deleting says which of the two it is: an open invitation, or the user who came by it.
import type { JSX } from 'preact';
import { Banner, Bones } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { toast } from '../../kit/toast.tsx';
import { get, remove } from '../../lib/api.ts';
import type { Invitation, InvitationImpact } from '../../lib/api.types.ts';
import { useForm } from '../../lib/form.ts';
import { number } from '../../lib/format.ts';
import { t } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { FormProblem } from '../../parts/form-problem.tsx';

export function RemoveInvitation(props: {
	one: Invitation;
	path: string;
	onClose: (changed: boolean) => void;
}): JSX.Element {
	const { one, path, onClose } = props;
	const name = `${one.first_name} ${one.last_name}`;
	const { data, problem } = useLoad<InvitationImpact>(`impact ${one.id} ${one.ver}`, (stop) =>
		get(`${path}/${one.id}/impact`, {}, stop),
	);
	const form = useForm({});
	const submit = async (): Promise<void> => {
		const failed = await form.run(() => remove(`${path}/${one.id}`, one.ver));
		if (failed) return;
		toast(t(data?.removes_user ? 'invite.userRemoved' : 'invite.removed', { name }));
		onClose(true);
	};
	const user = data?.removes_user ?? false;
	return (
		<Dialog
			title={t(user ? 'invite.removeUser' : 'invite.remove', { name })}
			icon="trash-2"
			tone="bad"
			onClose={() => onClose(false)}
			onSubmit={() => void submit()}
			foot={
				<>
					<Button onClick={() => onClose(false)}>{t('act.cancel')}</Button>
					<Button kind="danger" type="submit" busy={form.busy} disabled={!data}>
						{t(user ? 'invite.removeUserDo' : 'invite.removeDo')}
					</Button>
				</>
			}
		>
			{!data && !problem && <Bones lines={3} />}
			{data && !user && <p>{t('invite.removeText')}</p>}
			{data && user && <UserGoes impact={data} />}
			<FormProblem form={{ problem: form.problem ?? problem }} />
		</Dialog>
	);
}

function UserGoes({ impact }: { impact: InvitationImpact }): JSX.Element {
	const { sessions, other_accounts } = impact;
	return (
		<>
			<Banner tone="warn" icon="triangle-alert">
				{t('invite.userGoes', { login: impact.login ?? '' })}
			</Banner>
			<ul class="bullets">
				<li>{t('invite.sessionsEnd', { n: sessions, text: number(sessions) })}</li>
				<li>{t('invite.othersStay', { n: other_accounts, text: number(other_accounts) })}</li>
				<li>{t('invite.logStays')}</li>
			</ul>
		</>
	);
}
