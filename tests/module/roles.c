#include "module/roles.h"

#include <string.h>

int64_t at_north, at_south, at_customer, at_other;

void roles_begin(void)
{
	harness_begin();
	at_north = make_account(ACCOUNT_ROOT, "reseller", "North");
	at_south = make_account(ACCOUNT_ROOT, "reseller", "South");
	at_customer = make_account(at_north, "customer", "Customer");
	at_other = make_account(at_south, "customer", "Other");
}

struct answer get_now(const char *path)
{
	return call(METHOD_GET, path, NULL);
}

struct answer change_now(enum method m, const char *path, const char *body)
{
	struct answer a = get_now(path);

	ck_status(a, 200);
	return call_if(m, path, body, a.etag);
}

const char *builtin_role(const char *key)
{
	struct ctx *c = harness_ctx();
	const char *sql =
		arena_printf(c->mem, "SELECT id AS n FROM role WHERE builtin = '%s'", key);

	return id_text(ID_ROLE, scratch_count(sql));
}

const char *path_of_member(int64_t account, int64_t member, const char *rest)
{
	return arena_printf(harness_ctx()->mem, "%s/%s%s", account_path(account, "/members"),
	                    id_text(ID_MEMBERSHIP, member), rest);
}

struct answer give_role(int64_t account, int64_t member, const char *role)
{
	return change_now(METHOD_PUT, path_of_member(account, member, "/roles"),
	                  text("{\"roles\":[{\"role_id\":\"%s\"}]}", role));
}

const char *line_of(const struct answer *a, const char *list, const char *permission,
                    const char *member)
{
	struct ctx *c = harness_ctx();

	for (size_t i = 0; i < length_at(a, list); i++) {
		const char *at = arena_printf(c->mem, "%s/%zu/permission", list, i);

		if (!strcmp(text_at(a, at), permission))
			return arena_printf(c->mem, "%s/%zu/%s", list, i, member);
	}
	ck_abort_msg("%s is not there", permission);
	return NULL;
}

bool has_text(const struct answer *a, const char *list, const char *word)
{
	struct ctx *c = harness_ctx();

	for (size_t i = 0; i < length_at(a, list); i++)
		if (!strcmp(text_at(a, arena_printf(c->mem, "%s/%zu", list, i)), word))
			return true;
	return false;
}

bool session_may(const char *permission)
{
	struct answer a = get_now("/api/v1/session");

	ck_status(a, 200);
	return has_text(&a, "/permissions", permission);
}
