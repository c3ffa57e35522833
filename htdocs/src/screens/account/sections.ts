// The rail of the card: groups of sections, each with its permission.
import type { ComponentType } from 'preact';
import type { IconName } from '../../gen/icons.ts';
import type { Key } from '../../gen/keys.ts';
import type { Account } from '../../lib/api.types.ts';
import { withWords } from '../../lib/i18n.ts';
import { can, session } from '../../lib/session.ts';

export interface TabProps {
	account: Account;
	put: (account: Account) => void;
	reload: () => void;
}
export type Tab = ComponentType<TabProps>;

export interface Section {
	id: string;
	label: Key;
	icon: IconName;
	permission: string;
	load: () => Promise<{ default: Tab }>;
	count?: (account: Account) => number;
	/** Not every account has it. */
	when?: (account: Account) => boolean;
}
export interface Group {
	label: Key;
	sections: Section[];
}

/** The account one belongs to, whichever he acts for. */
function home(): string | undefined {
	const { acting, memberships = [] } = session.value ?? {};
	return memberships.find((one) => one.id === acting?.membership_id)?.account_id;
}

const GROUPS: Group[] = [
	{
		label: 'rail.account',
		sections: [
			{
				id: 'overview',
				label: 'tab.overview',
				icon: 'layout-dashboard',
				permission: 'account.view',
				load: () => import('./overview.tsx'),
			},
			{
				id: 'profile',
				label: 'tab.profile',
				icon: 'building-2',
				permission: 'account.view',
				load: () => import('./profile.tsx'),
			},
			{
				id: 'notes',
				label: 'tab.notes',
				icon: 'file-text',
				permission: 'account.notes',
				load: () => withWords(import('./notes.tsx')),
				when: (a) => a.kind !== 'platform' && a.id !== home(),
			},
			{
				id: 'changes',
				label: 'tab.changes',
				icon: 'clock',
				permission: 'audit.list',
				load: () => import('./changes.tsx'),
			},
		],
	},
	{
		label: 'rail.people',
		sections: [
			{
				id: 'users',
				label: 'tab.users',
				icon: 'users',
				permission: 'member.list',
				load: () => withWords(import('./users.tsx')),
			},
			{
				id: 'sub-users',
				label: 'tab.subUsers',
				icon: 'user-plus',
				permission: 'member.list',
				load: () => withWords(import('./sub-users.tsx')),
			},
			{
				id: 'access',
				label: 'tab.access',
				icon: 'sliders-horizontal',
				permission: 'member.list',
				load: () => withWords(import('./access.tsx')),
			},
			{
				id: 'roles',
				label: 'tab.roles',
				icon: 'shield',
				permission: 'role.list',
				load: () => withWords(import('./roles.tsx')),
			},
			{
				id: 'invitations',
				label: 'tab.invitations',
				icon: 'mail',
				permission: 'invitation.list',
				load: () => import('./invitations.tsx'),
			},
			{
				id: 'support',
				label: 'tab.support',
				icon: 'eye',
				permission: 'support.list',
				load: () => import('./support.tsx'),
			},
			{
				id: 'api-keys',
				label: 'tab.keys',
				icon: 'plug',
				permission: 'api_key.list',
				load: () => import('./api-keys.tsx'),
			},
		],
	},
	{
		label: 'rail.equipment',
		sections: [
			{
				id: 'sites',
				label: 'tab.sites',
				icon: 'map-pin',
				permission: 'account.view',
				load: () => import('./sites.tsx'),
				count: (a) => a.counts.sites,
			},
			{
				id: 'cameras',
				label: 'tab.cameras',
				icon: 'camera',
				permission: 'device.list',
				load: () => import('./cameras.tsx'),
				count: (a) => a.counts.cameras,
			},
		],
	},
	{
		label: 'rail.commercial',
		sections: [
			{
				id: 'billing-events',
				label: 'tab.events',
				icon: 'receipt',
				permission: 'billing_event.list',
				load: () => import('./events.tsx'),
				count: (a) => a.counts.open_events,
			},
		],
	},
	{
		label: 'rail.settings',
		sections: [
			{
				id: 'configuration',
				label: 'tab.configuration',
				icon: 'settings-2',
				permission: 'policy.view',
				load: () => withWords(import('./configuration.tsx')),
			},
			{
				id: 'fields',
				label: 'tab.fields',
				icon: 'list-checks',
				permission: 'account.view',
				load: () => withWords(import('./fields.tsx')),
				when: (a) => a.kind !== 'customer',
			},
			{
				id: 'life-cycle',
				label: 'tab.life',
				icon: 'shield',
				permission: 'account.view',
				load: () => import('./life.tsx'),
			},
		],
	},
];

export function groups(account?: Account): Group[] {
	return GROUPS.map((group) => ({
		...group,
		sections: group.sections.filter(
			(one) => can(one.permission) && (!account || !one.when || one.when(account)),
		),
	})).filter((group) => group.sections.length > 0);
}

const loaded = new Map<string, Tab>();
export function tabOf(id: string): Tab | null {
	return loaded.get(id) ?? null;
}
export async function loadTab(section: Section): Promise<void> {
	if (!loaded.has(section.id)) loaded.set(section.id, (await section.load()).default);
}
