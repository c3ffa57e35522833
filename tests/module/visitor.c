#include "module/visitor.h"

#include "support/support.h"

int64_t provider, rival, shop, home, owner, member, prog, agent;

void visitor_begin(void)
{
	harness_begin();
	provider = make_account(ACCOUNT_ROOT, "reseller", "North");
	rival = make_account(ACCOUNT_ROOT, "reseller", "South");
	shop = make_account(provider, "customer", "Shop");
	home = make_account(provider, "customer", "Home");
	scratch_run("UPDATE account SET confirmed_at = NOW(6)");
	scratch_run("UPDATE account SET class = 'person' WHERE name = 'Home'");
	owner = make_member(shop, ROLE_CUSTOMER_OWNER, "owner");
	member = make_member(shop, ROLE_CUSTOMER_MODERATOR, "member");
	prog = make_member(provider, ROLE_RESELLER_PROGRAM, "prog");
	agent = make_member(provider, ROLE_RESELLER_SUPPORT, "agent");
	scratch_run("UPDATE person SET email = CONCAT(login, '@example.org')");
}

struct answer grant_ask(int64_t account, int64_t membership, const char *more)
{
	return call(METHOD_POST, account_path(account, "/support-grants"),
	            arena_printf(harness_ctx()->mem, "{\"membership_id\":\"%s\"," WHY "%s}",
	                         id_text(ID_MEMBERSHIP, membership), more));
}

struct answer grant_act(int64_t account, const char *grant, const char *what, const char *body)
{
	return call(METHOD_POST,
	            account_path(account, arena_printf(harness_ctx()->mem,
	                                               "/support-grants/%s/%s", grant, what)),
	            body);
}

struct answer visit_start(const char *grant)
{
	return call(METHOD_POST, "/api/v1/visits",
	            arena_printf(harness_ctx()->mem, "{\"grant_id\":\"%s\"}", grant));
}

struct answer visit_end(const char *visit)
{
	return call(METHOD_DELETE, arena_printf(harness_ctx()->mem, "/api/v1/visits/%s", visit),
	            NULL);
}

struct answer as_user(enum method m, const char *path, const char *body, const char *visit)
{
	return call_with(
		m, path, body,
		HEADERS(arena_printf(harness_ctx()->mem, "HTTP_X_GATEHOUSE_VISIT=%s", visit)));
}

void support_policy(int64_t account, const char *mode)
{
	scratch_run(arena_printf(harness_ctx()->mem,
	                         "REPLACE INTO account_policy (account_id, support_access,"
	                         " updated_at) VALUES (%lld, '%s', NOW(6))",
	                         (long long)account, mode));
}

/* A grant in force for prog to act as member, without the customer's word. */
const char *grant_leave(const char *more)
{
	struct answer a;

	support_policy(shop, "always");
	acts_as(prog);
	a = grant_ask(shop, member, more);
	ck_status(a, 201);
	ck_assert_str_eq(text_at(&a, "/state"), "active");
	return text_at(&a, "/id");
}

const char *visit_begin(const char *more)
{
	struct answer a = visit_start(grant_leave(more));

	ck_status(a, 201);
	return text_at(&a, "/id");
}

struct number {
	int64_t n;
};
static const struct field number_v[] = { FIELD(struct number, n) };
static const struct db_query lines_of = {
	.text = "SELECT COUNT(*) AS n FROM change_log WHERE action = ? AND account_id = ?",
	DB_ROWS(number_v),
};

int64_t number_of_row(const struct db_query *q, const struct db_arg *args, size_t nargs)
{
	struct ctx *c = harness_ctx();
	struct number row;

	ck_assert_int_eq(db_one(c->db, q, args, nargs, c->mem, &row), OK);
	return row.n;
}

int64_t lines_logged(const char *action, int64_t account)
{
	return number_of_row(&lines_of, DB_ARGS(db_str(action), db_i64(account)));
}

/* What the worker finds to do, all of it. */
int visits_close_all(void)
{
	bool did = true;
	int n = 0;

	for (; did; n += did)
		ck_assert_int_eq(visits_due_step(harness_ctx(), &did), OK);
	return n;
}
