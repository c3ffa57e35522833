// One setting: what the account itself says, what holds in the end, and whose word that is.
import type { JSX } from 'preact';
import { type Option, Select, Text } from '../../kit/field.tsx';
import type { Account, Policy, PolicyValue } from '../../lib/api.types.ts';
import type { Form } from '../../lib/form.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { href } from '../../lib/router.ts';
import { useRoles } from '../../parts/member-roles.tsx';
import { nameOfRole } from '../../parts/member-words.tsx';
import { type Config, mayEdit, type PolicyKey } from './configuration-fields.ts';

const CHOICES: Partial<Record<PolicyKey, readonly string[]>> = {
	require_two_step: ['on', 'off'],
	users_may_change_email: ['on', 'off'],
	users_may_change_password: ['on', 'off'],
	support_access: ['always', 'on_request', 'never'],
	self_registration: ['off', 'approval', 'automatic'],
};

interface Props {
	name: PolicyKey;
	form: Form<Config>;
	policy: Policy;
	account: Account;
}

/** What the account says itself. */
export function saidWords(key: PolicyKey, value: string, roles: Option[]): string {
	return value ? wordsOf(key, value, roles) : t('config.inherit');
}

/** In words: numbers are minutes, and a switch is on or off. */
function wordsOf(key: PolicyKey, value: string | null, roles: Option[]): string {
	if (value === null || value === '') return tWord('config', `none-${key}`);
	if (key === 'registration_role_id') return roles.find(([id]) => id === value)?.[1] ?? t('roles.unknown');
	if (key === 'idle_min' || key === 'absolute_min') {
		const n = Number(value);
		if (Number.isNaN(n)) return value;
		return n >= 120 && n % 60 === 0 ? t('config.inHours', { n: n / 60 }) : t('config.inMinutes', { n });
	}
	if (key === 'ip_allow') return value;
	const word = value === 'true' || value === '1' ? 'on' : value === 'false' || value === '0' ? 'off' : value;
	return tWord('config', `is-${word}`);
}

function Origin({ one, words, home }: { one: PolicyValue; words: string; home: string }): JSX.Element {
	const named = one.account_id !== null && one.account_id !== home;
	return (
		<span class="origin">
			{t('config.now')} <b>{words}</b>{' '}
			{named ? (
				<a href={href(`accounts/${one.account_id}/configuration`)}>
					{t('config.from', { name: one.account_name ?? '' })}
				</a>
			) : (
				tWord('config', `origin-${one.origin}`)
			)}
		</span>
	);
}

export function useRoleOptions(account: Account): Option[] {
	const usable = useRoles(account.id).data?.items ?? [];
	return usable.map((role): Option => [role.id, nameOfRole(role)]);
}

export function PolicyField({ name, form, policy, account }: Props): JSX.Element {
	const { values, errors, set } = form;
	const roles = useRoleOptions(account);
	const now = policy.effective.filter((one) => one.key === name);
	const hint = (
		<>
			{now.map((one, at) => (
				<Origin key={at} one={one} words={wordsOf(name, one.value, roles)} home={account.id} />
			))}
		</>
	);
	const common = {
		name,
		label: tWord('config', name),
		hint,
		disabled: !mayEdit(name),
		value: values[name],
		error: errors[name],
		onInput: (value: string) => set(name, value),
	};
	const choices = CHOICES[name];
	if (name === 'registration_role_id')
		return <Select {...common} options={[['', t('config.inherit')], ...roles]} />;
	if (!choices)
		return (
			<Text
				{...common}
				placeholder={t('config.inherit')}
				{...(name === 'ip_allow' ? {} : { inputMode: 'numeric' as const })}
			/>
		);
	const options = choices.map((word): Option => [word, tWord('config', `is-${word}`)]);
	return <Select {...common} options={[['', t('config.inherit')], ...options]} />;
}
