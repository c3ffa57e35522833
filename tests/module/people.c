#include "module/people.h"

#include <stdio.h>
#include <string.h>

const char *member_role_id(const char *builtin)
{
	static const struct {
		const char *name;
		const char *count;
	} roles[] = {
#define ROLE_ID(name) { name, "SELECT id AS n FROM role WHERE builtin = '" name "'" }
		ROLE_ID("customer-owner"),
		ROLE_ID("customer-admin"),
		ROLE_ID("customer-member"),
		ROLE_ID("customer-moderator"),
		ROLE_ID("guard"),
		ROLE_ID("reseller-program"),
		ROLE_ID("reseller-support"),
		ROLE_ID("platform-admin"),
	};

	for (size_t i = 0; i < ARRAY_LEN(roles); i++)
		if (!strcmp(roles[i].name, builtin))
			return id_text(ID_ROLE, scratch_count(roles[i].count));
	ck_abort_msg("no role %s", builtin);
}

struct answer member_add(int64_t account, const char *kind, const char *role, const char *more)
{
	return call(METHOD_POST, account_path(account, "/members"),
	            arena_printf(harness_ctx()->mem, "{\"kind\":\"%s\",\"role_id\":\"%s\",%s}",
	                         kind, member_role_id(role), more));
}

const char *member_path(int64_t account, const char *member, const char *rest)
{
	return account_path(account,
	                    arena_printf(harness_ctx()->mem, "/members/%s%s", member, rest));
}

struct answer member_act(int64_t account, const char *member, const char *what)
{
	return call(METHOD_POST, member_path(account, member, what),
	            "{\"reason_text\":\"Test\"}");
}

struct answer member_plain(int64_t account, const char *member, const char *what)
{
	return call(METHOD_POST, member_path(account, member, what), "{}");
}

struct answer member_get(int64_t account, const char *member)
{
	return call(METHOD_GET, member_path(account, member, ""), NULL);
}

struct answer member_edit_as(int64_t account, const char *member, const char *members)
{
	struct answer a = member_get(account, member);

	ck_status(a, 200);
	return call_if(METHOD_PATCH, member_path(account, member, ""),
	               arena_printf(harness_ctx()->mem, "{%s}", members), a.etag);
}

struct answer member_drop(int64_t account, const char *member)
{
	struct answer a = member_get(account, member);

	ck_status(a, 200);
	return call_if(METHOD_DELETE, member_path(account, member, ""), NULL, a.etag);
}

bool member_offers(const struct answer *a, const char *word)
{
	char pointer[32];

	for (size_t i = 0; i < length_at(a, "/allowed"); i++) {
		snprintf(pointer, sizeof(pointer), "/allowed/%zu", i);
		if (!strcmp(text_at(a, pointer), word))
			return true;
	}
	return false;
}
