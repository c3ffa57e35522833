// Inviting somebody: who it is, in which language, with which role.
import type { JSX } from 'preact';
import { Banner } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { Choice, Select, Text } from '../../kit/field.tsx';
import { toast } from '../../kit/toast.tsx';
import { get, post } from '../../lib/api.ts';
import type { Account, InvitationRole } from '../../lib/api.types.ts';
import { required, useForm } from '../../lib/form.ts';
import { LANGUAGES, language, t, tWord } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { endOf } from '../../parts/member-edit.tsx';

const TEXTS = { first_name: 'invite.first', last_name: 'invite.last', email: 'col.email' } as const;
type TextName = keyof typeof TEXTS;
const FILL = { first_name: 'off', last_name: 'off', email: 'off' } as const;

function roleName(role: InvitationRole): string {
	return role.builtin ? tWord('role', role.builtin, role.name) : role.name;
}

/** What one would give without thinking: the least of those that may be given. */
function usual(roles: InvitationRole[]): string {
	const mine = roles.filter((one) => one.grantable);
	const least =
		mine.find((one) => one.builtin === 'customer-member') ?? mine.find((one) => !one.advise_against);
	return (least ?? mine[0])?.role_id ?? '';
}

export function InviteDialog(props: { account: Account; onClose: (changed: boolean) => void }): JSX.Element {
	const { account, onClose } = props;
	const { data, problem } = useLoad<{ items: InvitationRole[] }>(`invitation roles ${account.id}`, (stop) =>
		get(`accounts/${account.id}/invitation-roles`, {}, stop),
	);
	const roles = (data?.items ?? []).filter((one) => one.grantable);
	const form = useForm({
		first_name: '',
		last_name: '',
		email: '',
		language: language.peek(),
		role_id: '',
		kind: 'staff',
		member_until: '',
	});
	const { values, set, errors } = form;
	const role_id = values.role_id || usual(roles);
	const role = roles.find((one) => one.role_id === role_id);
	const support = values.kind === 'support';
	const submit = async (): Promise<void> => {
		const needed = ['first_name', 'last_name', 'email', ...(support ? ['member_until'] : [])];
		const missing = required(values, needed);
		if (!role) missing.role_id = t('error.required');
		if (Object.keys(missing).length) return form.fail(missing);
		const failed = await form.run(async () => {
			await post(`accounts/${account.id}/invitations`, {
				first_name: values.first_name.trim(),
				last_name: values.last_name.trim(),
				email: values.email.trim(),
				language: values.language,
				role_id,
				kind: values.kind,
				member_until: endOf(values.member_until),
			});
		});
		if (failed) return;
		toast(t('invite.created', { email: values.email.trim() }));
		onClose(true);
	};
	const text = (name: TextName): JSX.Element => (
		<Text
			name={name}
			type={name === 'email' ? 'email' : 'text'}
			label={t(TEXTS[name])}
			required
			value={values[name]}
			error={errors[name]}
			autocomplete={FILL[name]}
			onInput={(value) => set(name, value)}
		/>
	);
	return (
		<Dialog
			title={t('invite.title', { account: account.name })}
			icon="user-plus"
			onClose={() => onClose(false)}
			onSubmit={() => void submit()}
			keepOpen={form.changed.length > 0}
			foot={
				<>
					<Button onClick={() => onClose(false)}>{t('act.cancel')}</Button>
					<Button kind="primary" type="submit" busy={form.busy} disabled={!data}>
						{t('invite.create')}
					</Button>
				</>
			}
		>
			<div class="row2">
				{text('first_name')}
				{text('last_name')}
			</div>
			{text('email')}
			<div class="row2">
				<Select
					name="language"
					label={t('person.language')}
					hint={t('invite.languageHint')}
					value={values.language}
					error={errors.language}
					options={Object.entries(LANGUAGES)}
					onInput={(value) => set('language', value)}
				/>
				<Select
					name="role_id"
					required
					label={t('invite.role')}
					value={role_id}
					error={errors.role_id}
					options={roles.map((one) => [one.role_id, roleName(one)])}
					onInput={(value) => set('role_id', value)}
				/>
			</div>
			{role?.advise_against && (
				<Banner tone="warn" icon="triangle-alert" role="status">
					{t('invite.advice')}
				</Banner>
			)}
			<Choice
				name="kind"
				label={t('invite.kind')}
				hint={support ? t('user.supportHint') : undefined}
				value={values.kind}
				options={(['staff', 'support'] as const).map((kind) => [kind, tWord('memberKind', kind)])}
				onInput={(value) => set('kind', value)}
			/>
			<Text
				name="member_until"
				type="date"
				label={t('invite.until')}
				required={support}
				hint={t('invite.untilHint')}
				value={values.member_until}
				error={errors.member_until}
				onInput={(value) => set('member_until', value)}
			/>
			<FormProblem form={{ problem: form.problem ?? problem }} />
		</Dialog>
	);
}
