// Where the server says less in its OpenAPI document than it keeps to: texts and
// times that are never null, and texts that are one of some words. Each stays
// within the document's type (tsc checks it) and must name a member it has.

const texts = (names) => Object.fromEntries(names.split(/\s+/).map((name) => [name, 'string']));
const words = (list) =>
	list
		.split(' ')
		.map((word) => `'${word}'`)
		.join(' | ');

const ORIGIN = words('manual billing self');
const KIND = words('platform reseller customer');
const MODULE = `'' | ${words('cameras intercoms')}`;
const OBJECT = 'Record<string, unknown>';
const ITEM = texts('name created_at created_by');
const EVENT = {
	...texts('event_id type label original_type subject_kind subject_key occurred_at received_at source_name'),
	state: words('received applied noop deferred quarantined rejected failed dead replayed dismissed'),
};
const KEY = texts('name hint person_id person_name created_at expires_at');

export const NARROWER = {
	Session: texts('expires_at'),
	Me: texts('login name'),
	Membership: texts('account_id account_name role'),
	Acting: texts('membership_id account_id account_name role'),
	AccountItem: ITEM,
	Account: { ...ITEM, ...texts('tenant_id updated_at') },
	Reason: {
		...texts('hold_id account_id account_name reason_code placed_by placed_at starts_at'),
		module: MODULE,
	},
	AccountStep: { name: 'string', kind: KIND },
	Locked: texts('field event_id event_type set_at'),
	Contact: texts('name created_at updated_at'),
	Note: texts('text author created_at updated_at'),
	CustomField: texts('key label created_at updated_at'),
	CustomValue: texts('key label'),
	Site: { ...texts('name created_at updated_at'), origin: ORIGIN },
	Hold: { ...texts('account_id reason_code placed_at placed_by starts_at'), module: MODULE },
	AgendaItem: texts('at account_id account_name'),
	Impact: texts('action'),
	Effect: texts('module effect'),
	Device: texts('name'),
	BillingEvent: EVENT,
	BillingEventDetails: { ...EVENT, correlation_id: 'string', payload: OBJECT },
	BillingSource: { ...texts('name label parent_account_id parent_name'), mode: words('signed legacy') },
	Change: {
		...texts('at action actor_label target_kind target_label account_id account_label correlation_id'),
		actor_kind: words('person billing system api'),
		result: words('success denied failed'),
	},
	Job: texts('kind label person_label created_at'),
	Mail: texts('to_address kind locale account_id account_name created_at'),
	MailStatus: texts('from_address sender_name'),
	MyDetails: texts('login name'),
	OwnSession: texts('created_at last_seen_at expires_at'),
	MemberSession: texts('created_at expires_at'),
	FactorSetup: texts('secret uri'),
	ApiKey: KEY,
	NewApiKey: { ...KEY, key: 'string' },
	Permission: texts('key section'),
	RoleItem: texts('name'),
	Group: texts('name account_id account_name created_at created_by updated_at'),
	GroupMember: texts('id name detail state added_at added_by'),
	Role: texts('name'),
	RoleLine: texts('permission section'),
	RolePreviewMember: texts('membership_id name account_name'),
	AccessSwitch: texts('permission section'),
	AccessPreviewSub: texts('membership_id name'),
	PersonItem: texts('login name created_at'),
	PersonMembership: texts('membership_id account_id account_name role'),
	Person: { ...texts('login name created_at created_by'), origin: ORIGIN },
	Member: texts('person_id account_id account_name login name role created_at created_by'),
	MemberRole: texts('role_id name'),
	Invitation: texts(
		'email first_name last_name language role_id role_name sent_at expires_at invited_by created_at',
	),
	InvitationRole: { ...texts('role_id name'), kind: words('admin guard') },
	InvitationLook: texts('account_name invited_by email first_name last_name language role_name expires_at'),
	Registration: texts('email name language parent_account_id parent_name created_at'),
	RegistrationRole: texts('role_id name'),
	SavedView: texts('name q owner created_at updated_at'),
	SupportGrant: texts('account_id operator_label reason created_at'),
	Visit: texts(
		`grant_id account_id account_name operator_label membership_id member_name reason started_at
		expires_at`,
	),
};
