// Approving makes the account with its main user; which role he gets is said here.
import type { JSX } from 'preact';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { Select } from '../../kit/field.tsx';
import { toast } from '../../kit/toast.tsx';
import { get, post } from '../../lib/api.ts';
import type { Registration } from '../../lib/api.types.ts';
import { orNull, useForm } from '../../lib/form.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { href } from '../../lib/router.ts';
import { FormProblem } from '../../parts/form-problem.tsx';

interface Role {
	role_id: string;
	builtin: string | null;
	name: string;
	grantable: boolean;
}

/** What the main user can be given by who decides. */
function useRoles(id: string): Role[] {
	const { data } = useLoad<{ items: Role[] }>(`roles of ${id}`, (stop) =>
		get(`registrations/${id}/roles`, {}, stop),
	);
	return (data?.items ?? []).filter((role) => role.grantable);
}

export function ApproveDialog(props: {
	one: Registration;
	put: (one: Registration) => void;
	onClose: () => void;
}): JSX.Element {
	const { one, put, onClose } = props;
	const roles = useRoles(one.id);
	const form = useForm({ role_id: '' });
	const submit = async (): Promise<void> => {
		const problem = await form.run(async () => {
			const role_id = orNull(form.values.role_id);
			const next = await post<Registration>(`registrations/${one.id}/approve`, { role_id });
			put(next);
			toast(t('registration.approved', { name: one.name }), {
				link: { label: t('act.open'), href: href(`accounts/${next.account_id}/overview`) },
			});
		});
		if (!problem) onClose();
	};
	return (
		<Dialog
			title={t('registration.approveTitle', { name: one.name })}
			icon="check"
			tone="good"
			onClose={onClose}
			onSubmit={() => void submit()}
			foot={
				<>
					<Button onClick={onClose}>{t('act.cancel')}</Button>
					<Button kind="primary" type="submit" busy={form.busy}>
						{t('registration.approve')}
					</Button>
				</>
			}
		>
			<p>{t('registration.approveText', { account: one.company ?? one.name, parent: one.parent_name })}</p>
			<Select
				name="role_id"
				label={t('invite.role')}
				value={form.values.role_id}
				error={form.errors.role_id}
				options={[
					['', t('registration.usual')],
					...roles.map((role): [string, string] => [
						role.role_id,
						role.builtin ? tWord('role', role.builtin, role.name) : role.name,
					]),
				]}
				onInput={(value) => form.set('role_id', value)}
			/>
			<FormProblem form={form} />
		</Dialog>
	);
}
