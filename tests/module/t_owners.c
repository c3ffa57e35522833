/* An organisation keeps an owner, whoever takes his role, and whenever. */
#include <pthread.h>
#include <string.h>

#include "members/members.h"
#include "module/people.h"
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

/* --- many at once ---------------------------------------------------------------- */

#define RACERS 50

struct racer {
	pthread_t thread;
	struct arena mem;
	struct ctx c;
	db_work *run;
	int64_t membership_id, role_id;
	enum err e;
	const char *code;
};
static struct racer racers[RACERS];

static void *race(void *arg)
{
	struct racer *r = arg;

	do
		r->e = db_tx(r->c.db, DB_WRITE, r->run, r);
	while (r->e == ERR_UNAVAILABLE); /* too slow for the others */
	r->code = r->c.fault.code ? r->c.fault.code : "";
	db_thread_end();
	return NULL;
}

static void race_all(void)
{
	for (size_t i = 0; i < RACERS; i++) {
		arena_init(&racers[i].mem, 8 << 20);
		ctx_init_system(&racers[i].c, &racers[i].mem, scratch_connect(NULL),
		                harness_ctx()->config, "race");
		racers[i].c.now = stamp_now();
	}
	for (size_t i = 0; i < RACERS; i++)
		ck_assert_int_eq(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
	for (size_t i = 0; i < RACERS; i++)
		pthread_join(racers[i].thread, NULL);
}

/* How many came to this end; code "" with OK. */
static int ended(enum err e, const char *code)
{
	int n = 0;

	for (size_t i = 0; i < RACERS; i++)
		n += racers[i].e == e && (e == OK || !strcmp(racers[i].code, code));
	return n;
}

static void start(struct racer *r)
{
	r->c.audited = 0;
	r->c.fault = (struct fault){ 0 };
}

static enum err remove_one(void *arg)
{
	struct racer *r = arg;
	const struct member_at at = { .account_id = at_customer, .id = r->membership_id };

	start(r);
	return members_remove(&r->c, &at);
}

START_TEST(fifty_removals_at_once_leave_an_owner)
{
	for (size_t i = 0; i < RACERS; i++) {
		racers[i].membership_id =
			make_member(at_customer, ROLE_CUSTOMER_OWNER, text("o%zu", i));
		racers[i].run = remove_one;
	}
	race_all();
	ck_assert_int_eq(ended(OK, ""), RACERS - 1);
	ck_assert_int_eq(ended(ERR_CONFLICT, "last-owner"), 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM membership m"
	                               " JOIN account a ON a.id = m.account_id"
	                               " WHERE a.name = 'Customer' AND m.state = 'active'"),
	                 1);
}
END_TEST

static enum err give_one(void *arg)
{
	struct racer *r = arg;
	const struct role_at at = { .role_id = r->role_id };

	start(r);
	return roles_assign(&r->c, at_customer, r->membership_id, &at, 1, 0);
}

static enum err remove_role(void *arg)
{
	struct racer *r = arg;

	start(r);
	return roles_remove(&r->c, r->role_id, 0);
}

/* A role is given after somebody has looked who has it, and before he removes it. */
struct removing {
	struct ctx *c;
	struct racer *meanwhile;
};

static enum err remove_late(void *arg)
{
	struct removing *r = arg;
	struct racer *give = r->meanwhile;
	struct role_card seen;
	enum err e;

	r->c->audited = 0;
	r->c->fault = (struct fault){ 0 };
	e = roles_find(r->c, racers[0].role_id, &seen);
	r->meanwhile = NULL;
	if (give)
		ck_assert_int_eq(db_tx(give->c.db, DB_WRITE, give_one, give), OK);
	return e ? e : roles_remove(r->c, racers[0].role_id, 0);
}

START_TEST(what_was_given_meanwhile_is_not_removed)
{
	struct racer *r = &racers[0];
	struct removing late = { .c = harness_ctx(), .meanwhile = r };
	struct answer a;

	make_member(at_customer, ROLE_CUSTOMER_OWNER, "owner");
	acts_as_new(at_north, ROLE_RESELLER_PROGRAM, "prog");
	a = call(METHOD_POST, account_path(at_customer, "/roles"), "{\"name\":\"Desk\"}");
	ck_status(a, 201);
	r->role_id = scratch_count("SELECT id AS n FROM role WHERE name = 'Desk'");
	r->membership_id = make_member(at_customer, ROLE_CUSTOMER_MEMBER, "m");
	arena_init(&r->mem, 8 << 20);
	ctx_init_system(&r->c, &r->mem, scratch_connect(NULL), harness_ctx()->config, "give");
	r->c.now = stamp_now();
	ck_assert_int_eq(db_tx(late.c->db, DB_WRITE, remove_late, &late), ERR_CONFLICT);
	ck_assert_str_eq(late.c->fault.code, "role-in-use");
	ck_assert_int_eq(scratch_count(text("SELECT COUNT(*) AS n FROM membership_role"
	                                    " WHERE role_id = %lld",
	                                    (long long)r->role_id)),
	                 1);
	db_free(r->c.db);
	arena_release(&r->mem);
}
END_TEST

/* Half of them give a role, the others remove it: it is not both given and gone. */
START_TEST(a_role_is_not_removed_while_it_is_given)
{
	struct answer a;
	int64_t role;
	int given, removed, said = 0;

	make_member(at_customer, ROLE_CUSTOMER_OWNER, "owner");
	acts_as_new(at_north, ROLE_RESELLER_PROGRAM, "prog");
	a = call(METHOD_POST, account_path(at_customer, "/roles"), "{\"name\":\"Desk\"}");
	ck_status(a, 201);
	role = scratch_count("SELECT id AS n FROM role WHERE name = 'Desk'");
	for (size_t i = 0; i < RACERS; i++) {
		racers[i].role_id = role;
		racers[i].run = i % 2 ? remove_role : give_one;
		if (i % 2 == 0)
			racers[i].membership_id =
				make_member(at_customer, ROLE_CUSTOMER_MEMBER, text("m%zu", i));
	}
	race_all();
	removed =
		(int)(1 - scratch_count("SELECT COUNT(*) AS n FROM role WHERE name = 'Desk'"));
	given = (int)scratch_count(text("SELECT COUNT(*) AS n FROM membership_role"
	                                " WHERE role_id = %lld",
	                                (long long)role));
	for (size_t i = 0; i < RACERS; i += 2)
		said += racers[i].e == OK;
	/* Who was told that it was given has it. */
	ck_assert_msg(given == said && removed == (said == 0), "removed %d, given %d of %d",
	              removed, given, said);
	ck_assert_int_eq(ended(ERR_INTERNAL, ""), 0);
}
END_TEST

/* --- who is counted --------------------------------------------------------------- */

static void is_invited(const char *login)
{
	scratch_run(text("UPDATE person SET state = 'invited' WHERE login = '%s'", login));
}

START_TEST(who_never_signed_in_and_a_sub_user_stand_in_for_no_owner)
{
	int64_t owner = make_member(at_customer, ROLE_CUSTOMER_OWNER, "owner");
	int64_t second = make_member(at_customer, ROLE_CUSTOMER_OWNER, "second");
	const char *m = id_text(ID_MEMBERSHIP, owner);

	acts_as_new(at_north, ROLE_RESELLER_PROGRAM, "prog");
	is_invited("second");
	ck_refused(member_act(at_customer, m, "/suspend"), 409, "last-owner");
	/* Of two who never did, one may go. */
	is_invited("owner");
	ck_status(member_drop(at_customer, m), 204);
	ck_refused(member_drop(at_customer, id_text(ID_MEMBERSHIP, second)), 409, "last-owner");
	owner = make_member(at_customer, ROLE_CUSTOMER_OWNER, "third");
	scratch_run(text("UPDATE membership SET kind = 'sub', parent_membership_id = %lld"
	                 " WHERE id = %lld",
	                 (long long)second, (long long)owner));
	ck_refused(member_drop(at_customer, id_text(ID_MEMBERSHIP, second)), 409, "last-owner");
}
END_TEST

/* The list of accounts shows the role of the main user as it is now. */
START_TEST(the_list_follows_the_role_of_the_main_user)
{
	struct answer a;
	int64_t main;

	make_member(at_customer, ROLE_CUSTOMER_OWNER, "owner");
	acts_as_new(at_north, ROLE_RESELLER_PROGRAM, "prog");
	a = member_add(at_customer, "main", "customer-owner", MAIL("main@example.org"));
	ck_status(a, 201);
	ck_assert(id_read(ID_MEMBERSHIP, text_at(&a, "/id"), 17, &main));
	a = get_now("/api/v1/accounts?q=main@example.org");
	ck_assert_str_eq(text_at(&a, "/items/0/role"), "customer-owner");
	ck_status(give_role(at_customer, main, builtin_role("customer-moderator")), 200);
	a = get_now("/api/v1/accounts?q=main@example.org");
	ck_assert_str_eq(text_at(&a, "/items/0/role"), "customer-moderator");
	ck_status(member_plain(at_customer, id_text(ID_MEMBERSHIP, main), "/owner"), 200);
	a = get_now("/api/v1/accounts?q=main@example.org");
	ck_assert_ptr_nonnull(strstr(text_at(&a, "/items/0/role"), "customer-owner"));
}
END_TEST

TESTS_WITH("owners", roles_begin, NULL, an_organisation_keeps_its_last_owner,
           two_requests_at_once_leave_an_owner, fifty_removals_at_once_leave_an_owner,
           what_was_given_meanwhile_is_not_removed, a_role_is_not_removed_while_it_is_given,
           who_never_signed_in_and_a_sub_user_stand_in_for_no_owner,
           the_list_follows_the_role_of_the_main_user);
