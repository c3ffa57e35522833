/* An organisation keeps an owner, whoever takes his role, and whenever. */
#include "module/roles.h"
#include "roles/roles.h"

START_TEST(an_organisation_keeps_its_last_owner)
{
	int64_t owner = make_member(at_customer, ROLE_CUSTOMER_OWNER, "owner");
	int64_t second = make_member(at_customer, ROLE_CUSTOMER_OWNER, "second");

	acts_as_new(at_north, ROLE_RESELLER_PROGRAM, "prog");
	ck_status(give_role(at_customer, owner, builtin_role("customer-admin")), 200);
	ck_refused(give_role(at_customer, second, builtin_role("customer-admin")), 409,
	           "last-owner");
	ck_status(give_role(at_customer, owner, builtin_role("customer-owner")), 200);
	ck_status(give_role(at_customer, second, builtin_role("customer-admin")), 200);
}
END_TEST

/* Two requests, each of which takes the role of another one of two owners. */
struct taking {
	struct ctx *c;
	int64_t membership_id;
	int64_t role_id;
	struct taking *meanwhile; /* does its work after this one has looked */
};

static enum err take(void *arg)
{
	struct taking *t = arg;
	const struct role_at admin = { .role_id = t->role_id };
	struct db_list seen;
	enum err e = roles_of(t->c, t->membership_id, &seen);

	if (!e && t->meanwhile) {
		ck_assert_int_eq(db_tx(t->meanwhile->c->db, DB_WRITE, take, t->meanwhile), OK);
		t->meanwhile = NULL;
	}
	t->c->fault = (struct fault){ 0 };
	return e ? e : roles_assign(t->c, at_customer, t->membership_id, &admin, 1, 0);
}

START_TEST(two_requests_at_once_leave_an_owner)
{
	int64_t admin =
		scratch_count("SELECT id AS n FROM role WHERE builtin = 'customer-admin'");
	struct taking first = { .membership_id =
		                        make_member(at_customer, ROLE_CUSTOMER_OWNER, "owner"),
		                .role_id = admin };
	struct taking second = { .membership_id = make_member(at_customer, ROLE_CUSTOMER_OWNER,
		                                              "second"),
		                 .role_id = admin,
		                 .meanwhile = &first };
	struct ctx *mine = harness_ctx(), theirs;

	ctx_init_system(&theirs, mine->mem, scratch_connect("gatehouse_portal"), mine->config,
	                "test");
	first.c = mine;
	second.c = &theirs;
	ck_assert_int_eq(db_tx(theirs.db, DB_WRITE, take, &second), ERR_CONFLICT);
	ck_assert_str_eq(theirs.fault.code, "last-owner");
	ck_assert_int_eq(scratch_count(
				 "SELECT COUNT(*) AS n FROM membership_role mr JOIN role r"
				 " ON r.id = mr.role_id WHERE r.builtin = 'customer-owner'"),
	                 1);
	db_free(theirs.db);
}
END_TEST

TESTS_WITH("owners", roles_begin, NULL, an_organisation_keeps_its_last_owner,
           two_requests_at_once_leave_an_owner);
