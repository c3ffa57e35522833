#include <string.h>

#include "core/change.h"

static const char *const words[ID__MAX] = {
	[ID_NONE] = "",
	[ID_ACCOUNT] = "account",
	[ID_API_KEY] = "api_key",
	[ID_CHANGE] = "change",
	[ID_CONTACT] = "contact",
	[ID_DEVICE] = "device",
	[ID_EVENT] = "billing_event",
	[ID_FIELD] = "custom_field",
	[ID_GROUP] = "group",
	[ID_HOLD] = "hold",
	[ID_INVITATION] = "invitation",
	[ID_JOB] = "job",
	[ID_MAIL] = "mail",
	[ID_MEMBERSHIP] = "membership",
	[ID_NOTE] = "note",
	[ID_PERSON] = "person",
	[ID_REGISTRATION] = "registration",
	[ID_ROLE] = "role",
	[ID_SESSION] = "session",
	[ID_SITE] = "site",
	[ID_SOURCE] = "billing_source",
	[ID_SUPPORT_GRANT] = "support_grant",
	[ID_VIEW] = "view",
	[ID_VISIT] = "visit",
};

const char *target_text(enum id_kind kind)
{
	return kind < ID__MAX && words[kind] ? words[kind] : "";
}

enum id_kind target_of_text(const char *s)
{
	for (unsigned k = 1; s && k < ID__MAX; k++)
		if (words[k] && !strcmp(words[k], s))
			return (enum id_kind)k;
	return ID_NONE;
}
