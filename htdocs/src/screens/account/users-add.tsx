// A new user: an e-mail address is enough. He gets a mail and sets his password
// himself; somebody who has a login already becomes a member of one account more.
import type { JSX } from 'preact';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { Choice, type Option, Select, Text } from '../../kit/field.tsx';
import { toast } from '../../kit/toast.tsx';
import { get, post } from '../../lib/api.ts';
import type { Account, Member, Page, Role } from '../../lib/api.types.ts';
import { orNull, required, useForm } from '../../lib/form.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { languageOptions } from '../../lib/languages.ts';
import { useLoad } from '../../lib/load.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { endOf } from '../../parts/member-edit.tsx';
import { useRoles } from '../../parts/member-roles.tsx';
import { nameOfRole } from '../../parts/member-words.tsx';

interface Props {
	account: Account;
	sub: boolean;
	onClose: (made: boolean) => void;
}

/** Who says nothing gives the least. */
const LEAST: Record<string, string> = {
	customer: 'customer-member',
	reseller: 'reseller-support',
	platform: 'platform-auditor',
};

function leastOf(roles: Role[], account: Account): string {
	const least = roles.find((role) => role.builtin === LEAST[account.kind]);
	return (least ?? roles[0])?.id ?? '';
}

/** The main users one may be a sub-user of. */
function useMains(account: Account, on: boolean): Member[] {
	const { data } = useLoad<Page<Member>>(on ? `mains ${account.id}` : null, (stop) =>
		get(`accounts/${account.id}/members`, { limit: 100, kind: 'main' }, stop),
	);
	return data?.items ?? [];
}

export function AddUser({ account, sub, onClose }: Props): JSX.Element {
	const roles = useRoles(account.id);
	const usable = roles.data?.items ?? [];
	const mains = useMains(account, sub);
	const form = useForm({
		email: '',
		name: '',
		phone: '',
		role_id: '',
		label: '',
		kind: 'staff',
		expires_at: '',
		language: account.locale ?? '',
		parent: '',
	});
	const { values, set, errors } = form;
	const role = values.role_id || leastOf(usable, account);
	const parent = values.parent || (mains[0]?.id ?? '');
	const support = !sub && values.kind === 'support';
	const submit = async (): Promise<void> => {
		const missing = required(values, support ? ['email', 'expires_at'] : ['email']);
		if (!role) missing.role_id = t('error.required');
		if (sub && !parent) missing.parent_membership_id = t('error.required');
		if (Object.keys(missing).length) return form.fail(missing);
		const email = values.email.trim();
		const problem = await form.run(async () => {
			await post<Member>(`accounts/${account.id}/members`, {
				email,
				role_id: role,
				kind: sub ? 'sub' : values.kind,
				name: orNull(values.name),
				phone: orNull(values.phone),
				label: orNull(values.label),
				language: orNull(values.language),
				expires_at: endOf(values.expires_at),
				...(sub ? { parent_membership_id: parent } : {}),
			});
		});
		if (problem) return;
		toast(t('user.added', { name: values.name.trim() || email }));
		onClose(true);
	};
	const text = (
		name: 'name' | 'phone' | 'label' | 'email' | 'expires_at',
		label: string,
		more: { type?: 'email' | 'tel' | 'date'; hint?: string; need?: boolean } = {},
	): JSX.Element => (
		<Text
			name={name}
			label={label}
			type={more.type ?? 'text'}
			hint={more.hint}
			required={more.need}
			value={values[name]}
			error={errors[name]}
			onInput={(value) => set(name, value)}
		/>
	);
	return (
		<Dialog
			title={t(sub ? 'user.addSub' : 'user.add')}
			icon="user-plus"
			onClose={() => onClose(false)}
			onSubmit={() => void submit()}
			keepOpen={form.changed.length > 0}
			foot={
				<>
					<Button onClick={() => onClose(false)}>{t('act.cancel')}</Button>
					<Button kind="primary" type="submit" busy={form.busy}>
						{t('user.addDo')}
					</Button>
				</>
			}
		>
			{text('email', t('col.email'), { type: 'email', need: true, hint: t('user.addHint') })}
			{!sub && (
				<Choice
					name="kind"
					label={t('user.kind')}
					value={values.kind}
					hint={support ? t('user.supportHint') : undefined}
					options={[
						['staff', tWord('memberKind', 'staff')],
						['support', tWord('memberKind', 'support')],
					]}
					onInput={(value) => set('kind', value)}
				/>
			)}
			<div class="row2">
				{sub && (
					<Select
						name="parent_membership_id"
						label={t('user.mainUser')}
						required
						value={parent}
						error={errors.parent_membership_id}
						options={mains.map((one): Option => [one.id, one.name])}
						onInput={(value) => set('parent', value)}
					/>
				)}
				<Select
					name="role_id"
					label={t('col.role')}
					required
					value={role}
					error={errors.role_id}
					hint={sub ? t('user.subHint') : undefined}
					options={usable.map((one): Option => [one.id, nameOfRole(one)])}
					onInput={(value) => set('role_id', value)}
				/>
				{text('name', t('col.name'))}
				{text('label', t('user.label'), { hint: t('user.labelHint') })}
				{text('phone', t('col.phone'), { type: 'tel' })}
				<Select
					name="language"
					label={t('person.language')}
					value={values.language}
					error={errors.language}
					options={[['', '–'], ...languageOptions(values.language)]}
					onInput={(value) => set('language', value)}
				/>
				{text('expires_at', t('user.ends'), { type: 'date', need: support, hint: t('user.endsHint') })}
			</div>
			<FormProblem form={form} />
		</Dialog>
	);
}
