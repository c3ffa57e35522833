// The names the front end has for the shapes of the API, which are made from its
// OpenAPI document (src/gen/api.ts).
import type * as api from '../gen/api.ts';

export type {
	AccessPreview,
	Account,
	AccountItem,
	Acting,
	AgendaItem,
	ApiKey,
	AreaState,
	BillingEvent,
	BillingSource,
	BulkPreview,
	Change,
	ChangeChain,
	Contact,
	CustomField,
	CustomFieldImpact,
	CustomValue,
	CustomValues,
	FactorSetup,
	Group,
	GroupMember,
	Hold,
	Impact,
	Invitation,
	InvitationImpact,
	InvitationLook,
	InvitationRole,
	Job,
	JobItem,
	Locked,
	Mail,
	MailStatus,
	Member,
	MemberAccess,
	MovePreview,
	MyDetails,
	NewApiKey,
	Note,
	OwnSession,
	Permission,
	PersonItem,
	Policy,
	PolicyOwn,
	PolicyPreview,
	PolicyValue,
	Reason,
	RecoveryCodes,
	Registration,
	RegistrationHost,
	RolePreview,
	SavedView,
	Session,
	SessionFound,
	Site,
	SupportGrant,
	Visit,
	Why,
	WhyStep,
} from '../gen/api.ts';

export type State = api.AccountItem['state'];
export type Kind = api.AccountItem['kind'];
export type Class = api.AccountItem['class'];
export type Origin = api.AccountItem['origin'];
export type HoldKind = api.Hold['kind'];
export type Module = api.Hold['module'];
export type GroupKind = api.Group['kind'];
export type ContactRole = api.Contact['role'];
export type SiteKind = api.Site['kind'];
export type EventState = api.BillingEvent['state'];
export type JobState = api.Job['state'];
export type Camera = api.Device;
export type CameraStatus = api.Device['status'];
export type Person = api.Me;
export type PersonCard = api.Person;
export type PersonPlace = api.PersonMembership;
export type Sign = api.MemberSession;
export type MemberKind = api.Member['kind'];
export type MemberState = api.Member['state'];
export type Role = api.RoleItem;
export type RoleFull = api.Role;
export type RoleGiven = api.MemberRole;
export type Switch = api.AccessSwitch;
export type Effect = Exclude<api.RoleLine['own'], 'inherit'>;
export type Counts = api.AccountCounts;
export type BillingEventFull = api.BillingEventDetails;
export type Address = Pick<
	api.Site,
	'country' | 'region' | 'city' | 'postcode' | 'street' | 'house' | 'latitude' | 'longitude'
>;
export type Values = Record<string, unknown>;

export interface Total {
	value: number;
	exact: boolean;
}
/** What every list answers. */
export interface Page<T> {
	items: T[];
	next: string | null;
	prev: string | null;
	total: Total;
}
