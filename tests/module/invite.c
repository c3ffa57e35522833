#include "module/invite.h"

#include <string.h>

int64_t north, south, customer, chief;

void invite_begin(void)
{
	harness_begin();
	north = make_account(ACCOUNT_ROOT, "reseller", "North");
	south = make_account(ACCOUNT_ROOT, "reseller", "South");
	customer = make_account(north, "customer", "Customer");
	scratch_run("UPDATE account SET confirmed_at = NOW(6)");
	scratch_run("UPDATE account_tree SET own_state = 'active'");
	open_back_office(customer);
	chief = make_member(north, ROLE_RESELLER_PROGRAM, "chief");
	acts_as(chief);
}

#define say(...) arena_printf(harness_ctx()->mem, __VA_ARGS__)

const char *role_key(enum role role)
{
	return id_text(ID_ROLE,
	               scratch_count(say("SELECT id AS n FROM role WHERE builtin = '%s'",
	                                 role_text(role))));
}

struct answer invite_as(int64_t account, const char *email, enum role role, const char *more)
{
	return call(METHOD_POST, account_path(account, "/invitations"),
	            say("{\"first_name\":\"Eve\",\"last_name\":\"Adams\",\"email\":\"%s\","
	                "\"language\":\"de\",\"role_id\":\"%s\"%s}",
	                email, role_key(role), more));
}

struct answer invite(void)
{
	struct answer a = invite_as(customer, EVE, ROLE_CUSTOMER_MODERATOR, "");

	ck_status(a, 201);
	return a;
}

const char *invitation_path(const struct answer *a, const char *rest)
{
	return account_path(customer, say("/invitations/%s%s", text_at(a, "/id"), rest));
}

struct answer act_on(const struct answer *a, const char *act)
{
	return call(METHOD_POST, invitation_path(a, act), "{}");
}

const char *invitation_token(const char *email)
{
	return letter_token(email, "invitation");
}

struct answer accept_link(const char *token, const char *password)
{
	return call_with(METHOD_POST, ACCEPT,
	                 say("{\"token\":\"%s\",\"password\":\"%s\"}", token, password),
	                 HEADERS("HTTP_COOKIE"));
}

struct answer look_at(const char *token)
{
	return call(METHOD_POST, LOOK, say("{\"token\":\"%s\"}", token));
}

int64_t eves_there(void)
{
	return scratch_count(arena_printf(
		harness_ctx()->mem,
		"SELECT COUNT(*) AS n FROM membership m JOIN person p ON p.id = m.person_id"
		" WHERE p.login = '" EVE "' AND m.state = 'active' AND m.account_id = %lld",
		(long long)customer));
}

struct answer hold_account(int64_t account)
{
	return call(METHOD_POST, account_path(account, "/holds"),
	            "{\"kind\":\"admin\",\"reason_text\":\"Asked for\"}");
}
