#include "accounts/accounts_http.h"
#include "agenda/agenda_http.h"
#include "billing/callbacks_http.h"
#include "billing/events_http.h"
#include "bulk/bulk_http.h"
#include "changelog/changelog_http.h"
#include "custom/custom_http.h"
#include "devices/devices_http.h"
#include "exports/exports_http.h"
#include "groups/groups_http.h"
#include "holds/holds_http.h"
#include "invitations/invitations_http.h"
#include "keys/keys_http.h"
#include "mail/mail_http.h"
#include "members/members_http.h"
#include "moves/move_http.h"
#include "notes/notes_http.h"
#include "people/people_http.h"
#include "policy/policy_http.h"
#include "roles/roles_http.h"
#include "registrations/registrations_http.h"
#include "signin/signin_http.h"
#include "support/support_http.h"
#include "views/views_http.h"
#include "web/health.h"
#include "web/jobs_http.h"
#include "web/openapi.h"

const struct route_table portal_tables[] = {
	{ "Session", signin_routes, "Signing in and out, and one's own settings." },
	{ "Session", acting_routes, NULL },
	{ "Session", second_routes, NULL },
	{ "Session", recover_routes, NULL },
	{ "Session", me_routes, NULL },
	{ "API keys", keys_routes, "Programs that work in a person's name." },
	{ "Accounts", accounts_routes, "The tree of the platform, resellers and customers." },
	{ "Roles", roles_routes, "What people may do, as rows of permissions with parents." },
	{ "Roles", member_access_routes, NULL },
	{ "Groups", groups_routes, "Named sets of accounts, for filters and bulk work." },
	{ "Configuration", policy_routes, "What an account asks of its people, and its areas." },
	{ "People", people_routes, "Everybody, and what he is where." },
	{ "People", members_routes, NULL },
	{ "People", member_session_routes, NULL },
	{ "People", resets_routes, NULL },
	{ "Contacts", contacts_routes, "People to turn to in an account." },
	{ "Notes", notes_routes, "What those above an account write down about it." },
	{ "Custom fields", custom_routes, "Fields resellers define for the accounts below." },
	{ "Sites", sites_routes, "Places of an account." },
	{ "Holds", holds_routes, "Reasons that stop an account or a module of it." },
	{ "Life cycle", life_routes, "Removing an account and bringing it back." },
	{ "Life cycle", move_routes, NULL },
	{ "Agenda", agenda_routes, "What comes soon in the accounts one sees." },
	{ "Invitations", invitations_routes, "Asking people by mail to work with an account." },
	{ "Invitations", invited_routes, NULL },
	{ "Registrations", registration_routes, "People who ask for an account by themselves." },
	{ "Registrations", registrations_routes, NULL },
	{ "Support", support_routes, "Leave to act as a user, and the visits made by it." },
	{ "Support", visit_routes, NULL },
	{ "Views", views_routes, "How people like to look at lists, kept under names." },
	{ "Devices", devices_routes, "Cameras and licences of an account." },
	{ "Billing", events_routes, "Events billing systems sent, and their sources." },
	{ "Changes", changelog_routes, "The change log." },
	{ "Changes", chain_routes, NULL },
	{ "Jobs", jobs_routes, "Long work to watch and stop." },
	{ "Jobs", bulk_routes, NULL },
	{ "Mail", mail_routes, "Mails on their way, and those that did not arrive." },
	{ "Service", health_routes, "For those who run it." },
	{ "Service", openapi_routes, NULL },
	{ NULL, NULL, NULL },
};

const struct route_table billing_tables[] = {
	{ "Exports", accounts_exports, "Lists as CSV files." },
	{ "Exports", devices_exports, NULL },
	{ "Callbacks", callbacks_routes, "What billing systems send." },
	{ "Exports", events_exports, NULL },
	{ "Exports", changelog_exports, NULL },
	{ "Exports", exports_routes, NULL },
	{ "Service", billing_health_routes, NULL },
	{ NULL, NULL, NULL },
};
