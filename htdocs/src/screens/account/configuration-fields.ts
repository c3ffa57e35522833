// The settings of the configuration tab as a form holds them.
import type { Policy, PolicyOwn } from '../../lib/api.types.ts';
import { can } from '../../lib/session.ts';

export type Config = Record<keyof PolicyOwn, string>;

export const SECURITY = [
	'require_two_step',
	'users_may_change_email',
	'users_may_change_password',
	'idle_min',
	'absolute_min',
	'ip_allow',
] as const;
export const PREFERENCES = ['support_access', 'self_registration', 'registration_role_id'] as const;
export type PolicyKey = (typeof SECURITY)[number] | (typeof PREFERENCES)[number];
const KEYS: readonly PolicyKey[] = [...SECURITY, ...PREFERENCES];

/** What is said nowhere is written as nothing. */
export function configOf(policy: Policy): Config {
	const text = (value: string | number | boolean | null): string => {
		if (value === null || value === undefined) return '';
		if (typeof value === 'boolean') return value ? 'on' : 'off';
		return String(value);
	};
	const entries = KEYS.map((key) => [key, text(policy.own[key])]);
	return Object.fromEntries(entries) as Config;
}

const SWITCHES = ['require_two_step', 'users_may_change_email', 'users_may_change_password'];
const NUMBERS = ['idle_min', 'absolute_min'];

function jsonOf(key: string, text: string): string | number | boolean | null {
	const value = text.trim();
	if (!value) return null;
	if (SWITCHES.includes(key)) return value === 'on';
	return NUMBERS.includes(key) ? Number(value) : value;
}

export function changesOf(values: Config, keys: string[]): Record<string, string | number | boolean | null> {
	const entries = keys.map((key) => [key, jsonOf(key, values[key as PolicyKey])]);
	return Object.fromEntries(entries);
}

export function wrongOf(values: Config): string[] {
	return NUMBERS.filter((key) => {
		const text = values[key as PolicyKey].trim();
		return text !== '' && !/^\d{1,6}$/.test(text);
	});
}

export function mayEdit(key: PolicyKey): boolean {
	const security = (SECURITY as readonly string[]).includes(key);
	return can(security ? 'policy.edit_security' : 'policy.edit_preferences');
}
