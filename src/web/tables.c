#include "accounts/accounts_http.h"
#include "billing/callbacks_http.h"
#include "billing/events_http.h"
#include "changelog/changelog_http.h"
#include "devices/devices_http.h"
#include "exports/exports_http.h"
#include "holds/holds_http.h"
#include "signin/signin_http.h"
#include "web/health.h"
#include "web/jobs_http.h"
#include "web/openapi.h"

const struct route_table portal_tables[] = {
	{ "Session", signin_routes },
	{ "Accounts", accounts_routes },
	{ "Contacts", contacts_routes },
	{ "Sites", sites_routes },
	{ "Holds", holds_routes },
	{ "Life cycle", life_routes },
	{ "Devices", devices_routes },
	{ "Billing", events_routes },
	{ "Changes", changelog_routes },
	{ "Jobs", jobs_routes },
	{ "Service", health_routes },
	{ "Service", openapi_routes },
	{ NULL, NULL },
};

const struct route_table billing_tables[] = {
	{ "Exports", accounts_exports },
	{ "Exports", devices_exports },
	{ "Callbacks", callbacks_routes },
	{ "Exports", events_exports },
	{ "Exports", changelog_exports },
	{ "Exports", exports_routes },
	{ "Service", billing_health_routes },
	{ NULL, NULL },
};
