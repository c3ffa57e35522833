/*
 * What ends or changes a caller while he writes: before the write it is seen,
 * during the write it waits.  Each case is done twice, at these two moments.
 */
#include <stdlib.h>
#include <string.h>

#include "core/change.h"
#include "members/members.h"
#include "module/people.h"
#include "module/visitor.h"
#include "people/revoke.h"
#include "policy/areas.h"
#include "roles/roles.h"

enum moment { NEVER, BEFORE, DURING };
static enum moment moment;
static db_work *deed; /* what somebody else does at that moment */
static enum err deed_came_to;

static enum err do_deed(void *arg)
{
	struct ctx *c = arg;

	c->audited = 0;
	scratch_run_on(c->db, "SET innodb_lock_wait_timeout = 1");
	return deed(c);
}

static void when(enum moment m)
{
	if (moment != m)
		return;
	moment = NEVER;
	deed_came_to = db_tx(harness_ctx()->db, DB_WRITE, do_deed, harness_ctx());
}

/* The body is read when who calls is known and nothing is written yet. */
static const char *read_word(const char *s, size_t n)
{
	(void)s;
	(void)n;
	when(BEFORE);
	return NULL;
}

struct note {
	const char *word;
};
static const struct json_in note_v[] = {
	JSON_IN(struct note, word, .need = true, .max = 10, .check = read_word),
};
static const struct json_table note_table = JSON_TABLE(struct note, note_v);
static const struct db_query put_note = {
	.text = "UPDATE account SET city = 'written' WHERE id = ?",
};

static enum err run(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct change ch = { .action = ACTION_ACCOUNT_UPDATE,
		                   .target_kind = ID_ACCOUNT,
		                   .target_id = rq->ids[0],
		                   .target_label = "note",
		                   .account_id = rq->ids[0] };
	enum err e;

	(void)rs;
	when(DURING);
	e = db_exec(c->db, &put_note, DB_ARGS(db_i64(rq->ids[0])), NULL);
	return e ? e : change_put(c, &ch);
}

static const struct route routes[] = {
	{ .method = METHOD_POST,
	  .path = "/t/{acc}/note",
	  .run = run,
	  .perm = PERM_MEMBER_LIST,
	  .mode = ROUTE_WRITE,
	  .name = "note",
	  .summary = "x",
	  .in = &note_table,
	  .body_max = 1024,
	  .status = 204 },
	{ .path = NULL },
};
static const struct route_table tables[] = { { "Test", routes, NULL }, { NULL, NULL, NULL } };

/* --- what somebody else does ------------------------------------------------------ */

static enum err suspend_account(void *arg)
{
	return sessions_revoke_under(arg, shop, "suspended", NULL);
}

static enum err suspend_member(void *arg)
{
	const struct member_at at = { .account_id = shop, .id = member };

	return members_suspend(arg, &at, "x");
}

static enum err revoke_grant(void *arg)
{
	static const struct db_query q = {
		.text = "UPDATE support_grant SET state = 'revoked'",
	};

	return db_exec(((struct ctx *)arg)->db, &q, DB_NO_ARGS, NULL);
}

static enum err end_operator(void *arg)
{
	return sessions_revoke_membership(arg, prog, "suspended");
}

static enum err take_role(void *arg)
{
	struct role_at at = { .role_id = scratch_count("SELECT id AS n FROM role"
		                                       " WHERE builtin = 'customer-member'") };

	return roles_assign(arg, shop, member, &at, 1, 0);
}

static enum err take_operators_role(void *arg)
{
	struct role_at at = { .role_id = scratch_count("SELECT id AS n FROM role"
		                                       " WHERE builtin = 'installer'") };

	return roles_assign(arg, provider, prog, &at, 1, 0);
}

static enum err close_area(void *arg)
{
	struct area_edit in = { .mask = 1u << AREA_PEOPLE };

	in.v[AREA_PEOPLE] = (struct opt){ .set = true };
	return areas_update(arg, shop, &in, 0);
}

/* --- the cases -------------------------------------------------------------------- */

enum caller { SESSION, KEY, VISIT };

static const struct {
	const char *name;
	db_work *deed;
	enum caller caller;
	int status; /* when it is done before the write */
	const char *code;
	bool waits; /* for a write that is under way */
} cases[] = {
	{ "account, session", suspend_account, SESSION, 401, "not-signed-in", true },
	{ "account, key", suspend_account, KEY, 401, "not-signed-in", true },
	{ "account, visit", suspend_account, VISIT, 404, "visit-ended", true },
	{ "member, session", suspend_member, SESSION, 401, "not-signed-in", true },
	{ "member, key", suspend_member, KEY, 401, "not-signed-in", true },
	{ "member, visit", suspend_member, VISIT, 404, "visit-ended", true },
	{ "grant", revoke_grant, VISIT, 404, "visit-ended", true },
	{ "operator", end_operator, VISIT, 401, "not-signed-in", true },
	{ "role, session", take_role, SESSION, 403, "not-permitted", true },
	{ "role, key", take_role, KEY, 403, "not-permitted", true },
	{ "role, visit", take_role, VISIT, 403, "not-permitted", true },
	{ "operator's role", take_operators_role, VISIT, 403, "not-permitted", true },
	/* What concerns many holds for writes that begin after it. */
	{ "area", close_area, SESSION, 403, "not-permitted", false },
};

/* What his requests carry. */
static void be(enum caller who, const char *out[3])
{
	char until[STAMP_TEXT];
	struct answer a;

	out[0] = "X=y";
	out[1] = out[2] = NULL;
	if (who == VISIT) {
		out[0] = arena_printf(harness_ctx()->mem, "HTTP_X_GATEHOUSE_VISIT=%s",
		                      visit_begin(",\"may_write\":true"));
		return;
	}
	acts_as(member);
	if (who == SESSION)
		return;
	scratch_run("UPDATE membership_role mr JOIN role r ON r.builtin = 'customer-admin'"
	            " SET mr.role_id = r.id WHERE mr.membership_id = (SELECT m.id FROM"
	            " membership m JOIN person p ON p.id = m.person_id"
	            " WHERE p.login = 'member')");
	stamp_write(stamp_add(stamp_now(), USEC_PER_DAY), until);
	a = call(METHOD_POST, account_path(shop, "/api-keys"),
	         arena_printf(harness_ctx()->mem,
	                      "{\"name\":\"k\",\"permissions\":[\"member.list\"],"
	                      "\"expires_at\":\"%s\"}",
	                      until));
	ck_status(a, 201);
	out[0] = arena_printf(harness_ctx()->mem, "HTTP_AUTHORIZATION=Bearer %s",
	                      text_at(&a, "/key"));
	out[1] = "HTTP_COOKIE";
}

static struct answer write_now(size_t i, enum moment m)
{
	const char *headers[3];

	be(cases[i].caller, headers);
	scratch_run("UPDATE account SET city = ''");
	make_member(provider, ROLE_RESELLER_PROGRAM, "second");
	harness_tables(tables);
	deed = cases[i].deed;
	moment = m;
	return call_with(METHOD_POST,
	                 arena_printf(harness_ctx()->mem, "/t/%s/note",
	                              id_text(ID_ACCOUNT, shop)),
	                 "{\"word\":\"x\"}", headers);
}

static int64_t written(void)
{
	return scratch_count("SELECT COUNT(*) AS n FROM account WHERE city = 'written'");
}

START_TEST(what_comes_before_a_write_is_seen)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct answer a;

		visitor_begin();
		a = write_now(i, BEFORE);
		ck_assert_msg(deed_came_to == OK, "%s: %s", cases[i].name,
		              err_name(deed_came_to));
		ck_assert_msg(a.status == cases[i].status &&
		                      !strcmp(problem_of(&a), cases[i].code),
		              "%s: %d %s", cases[i].name, a.status, a.body);
		ck_assert_int_eq(written(), 0);
	}
}
END_TEST

START_TEST(what_comes_during_a_write_waits_for_it)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct answer a;
		bool anew;

		visitor_begin();
		a = write_now(i, DURING);
		/* A first try that is forced to fail begins anew, after what did not wait. */
		anew = getenv("GATEHOUSE_FAIL_FIRST") && !cases[i].waits;
		ck_assert_msg(a.status == (anew ? cases[i].status : 204), "%s: %d %s",
		              cases[i].name, a.status, a.body);
		ck_assert_int_eq(written(), anew ? 0 : 1);
		ck_assert_msg((deed_came_to != OK) == cases[i].waits, "%s: %s", cases[i].name,
		              err_name(deed_came_to));
	}
}
END_TEST

TESTS("meanwhile", what_comes_before_a_write_is_seen, what_comes_during_a_write_waits_for_it);
