// The places of the product, for the side, the palette and the shortcuts.
import type { IconName } from '../gen/icons.ts';
import type { Key } from '../gen/keys.ts';
import { can, session } from '../lib/session.ts';

export interface Place {
	path: string;
	label: Key;
	icon: IconName;
	permission: string;
	keys: string;
	group: number;
}

const PLACES: Place[] = [
	{
		path: 'customers',
		label: 'nav.customers',
		icon: 'building-2',
		permission: 'account.list',
		keys: 'g c',
		group: 0,
	},
	{
		path: 'resellers',
		label: 'nav.resellers',
		icon: 'network',
		permission: 'account.list',
		keys: 'g r',
		group: 0,
	},
	{
		path: 'people',
		label: 'nav.people',
		icon: 'users',
		permission: 'member.list',
		keys: 'g u',
		group: 0,
	},
	{ path: 'groups', label: 'nav.groups', icon: 'layers', permission: 'group.list', keys: 'g g', group: 0 },
	{ path: 'roles', label: 'nav.roles', icon: 'shield', permission: 'role.list', keys: 'g o', group: 0 },
	{
		path: 'registrations',
		label: 'nav.registrations',
		icon: 'user-plus',
		permission: 'registration.list',
		keys: 'g n',
		group: 0,
	},
	{
		path: 'billing-events',
		label: 'nav.events',
		icon: 'receipt',
		permission: 'billing_event.list',
		keys: 'g b',
		group: 1,
	},
	{
		path: 'billing-sources',
		label: 'nav.sources',
		icon: 'plug',
		permission: 'billing_source.list',
		keys: 'g s',
		group: 1,
	},
	{
		path: 'agenda',
		label: 'nav.agenda',
		icon: 'calendar',
		permission: 'account.view',
		keys: 'g d',
		group: 2,
	},
	{ path: 'changes', label: 'nav.changes', icon: 'clock', permission: 'audit.list', keys: 'g l', group: 2 },
	{ path: 'jobs', label: 'nav.jobs', icon: 'list-checks', permission: 'job.list', keys: 'g j', group: 2 },
	{ path: 'mails', label: 'nav.mails', icon: 'mail', permission: 'mail.list', keys: 'g m', group: 2 },
];

export function places(): Place[] {
	const mine = session.value?.acting.account_id;
	const shown = PLACES.filter((place) => can(place.permission));
	if (can('account.list') || !can('account.view') || !mine) return shown;
	const own = {
		path: `accounts/${mine}/overview`,
		label: 'nav.mine',
		icon: 'building-2',
		permission: '',
		keys: 'g c',
		group: 0,
	} as const;
	return [own, ...shown];
}
