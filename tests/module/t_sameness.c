/*
 * Who guesses learns nothing: whatever is behind a login, a link or an address,
 * the same work is done for it and the same is answered.  Time is not measured
 * but what takes it: password hashes, and the statements the server was sent.
 */
#include <sodium.h>
#include <string.h>

#include "module/factor.h"
#include "module/invite.h"
#include "module/letters.h"
#include "signin/gate.h"

#define SESSION "/api/v1/session"

#define text(...) arena_printf(harness_ctx()->mem, __VA_ARGS__)

struct work {
	int64_t hashes, statements, sum;
	int status;
	const char *body;
};

/* The portal's here: other programs may run their tests on the same server. */
#define SENT \
	" FROM mysql.general_log WHERE user_host LIKE 'gatehouse_portal%'" \
	" AND command_type IN ('Execute', 'Query') AND thread_id IN" \
	" (SELECT id FROM information_schema.processlist WHERE db = DATABASE())"
/* What they say before their first value, whatever their order. */
#define SHAPE "REGEXP_REPLACE(SUBSTRING_INDEX(LEFT(argument, 60), '''', 1), '[0-9]+', '#')"

/* Without the id of the request. */
static const char *body_of(const struct answer *a)
{
	const char *at = strstr(a->body, "\"instance\"");

	if (!at)
		return a->body;
	return text("%.*s%s", (int)(at - a->body), a->body, at + strcspn(at, ","));
}

static struct work work_of(const char *path, const char *body)
{
	struct hash_gate *gate = harness_ctx()->config->gate;
	int64_t before = gate_taken(gate);
	struct work w;
	struct answer a;

	harness_settle();
	scratch_run("TRUNCATE mysql.general_log");
	scratch_run("SET GLOBAL log_output = 'TABLE'");
	scratch_run("SET GLOBAL general_log = 1");
	a = call(METHOD_POST, path, body);
	harness_settle();
	scratch_run("SET GLOBAL general_log = 0");
	w.hashes = gate_taken(gate) - before;
	w.statements = scratch_count("SELECT COUNT(*) AS n" SENT);
	w.sum = scratch_count("SELECT IFNULL(SUM(CRC32(" SHAPE ")), 0) AS n" SENT);
	w.status = a.status;
	w.body = body_of(&a);
	ck_assert_ptr_null(a.cookie);
	return w;
}

static void ck_same(const char *who, const struct work *one, const struct work *other)
{
	ck_assert_msg(one->hashes == other->hashes, "%s: %lld hashes, not %lld", who,
	              (long long)other->hashes, (long long)one->hashes);
	ck_assert_msg(one->statements == other->statements && one->sum == other->sum,
	              "%s: %lld statements, not %lld, or others", who,
	              (long long)other->statements, (long long)one->statements);
	ck_assert_msg(one->status == other->status, "%s: %d", who, other->status);
	ck_assert_msg(!strcmp(one->body, other->body), "%s: %s, not %s", who, other->body,
	              one->body);
}

static void setup(void)
{
	static const char *const logins[] = { "ann", "held", "gone",   "ivy", "bare",
		                              "two", "sub",  "forced", "shut" };
	int64_t held, gone;
	struct answer two;

	invite_begin();
	held = make_account(north, "customer", "Held");
	gone = make_account(north, "customer", "Gone");
	for (size_t i = 0; i < ARRAY_LEN(logins); i++) {
		make_member(i == 1   ? held
		            : i == 2 ? gone
		                     : north,
		            i == 1 || i == 2 ? ROLE_CUSTOMER_OWNER : ROLE_RESELLER_SUPPORT,
		            logins[i]);
		set_password(logins[i], PASSWORD);
	}
	scratch_run("UPDATE person SET email = CONCAT(login, '@mail.test')");
	scratch_run("UPDATE person SET state = 'invited', password_hash = NULL"
	            " WHERE login = 'ivy'");
	scratch_run("UPDATE person SET password_hash = NULL WHERE login = 'bare'");
	scratch_run("UPDATE person SET must_change = 1 WHERE login = 'forced'");
	scratch_run("INSERT INTO lockout (person_id, failures)"
	            " SELECT id, 100 FROM person WHERE login = 'shut'");
	scratch_run("UPDATE membership m JOIN person p ON p.id = m.person_id"
	            " SET m.state = 'suspended' WHERE p.login = 'sub'");
	ck_status(hold_account(held), 201);
	scratch_run("UPDATE account SET state = 'terminated' WHERE name = 'Gone'");
	two = sign_in_as("two", PASSWORD);
	set_up_factor(cookie_of(&two));
	acts_as(0);
}

static const char *const everybody[] = { "ann", "held", "gone",   "ivy",  "bare",
	                                 "two", "sub",  "forced", "shut", "nobody" };

static struct work try_in(const char *login)
{
	return work_of(SESSION, text("{\"login\":\"%s\",\"password\":\"wrong\"}", login));
}

START_TEST(a_wrong_password_costs_the_same_whoever_it_is)
{
	struct work first = try_in("ann"), other;

	ck_assert_int_eq(first.status, 401);
	ck_assert_int_eq(first.hashes, 1);
	ck_assert_int_gt(first.statements, 5);
	for (size_t i = 0; i < ARRAY_LEN(everybody); i++) {
		other = try_in(everybody[i]);
		ck_same(everybody[i], &first, &other);
	}
}
END_TEST

/* Whoever found the password at last is not told so. */
START_TEST(a_right_password_costs_the_same_after_too_many_wrong_ones)
{
	struct work first = try_in("nobody"), other;

	other = work_of(SESSION, "{\"login\":\"shut\",\"password\":\"" PASSWORD "\"}");
	ck_assert_int_eq(other.status, 401);
	ck_same("shut", &first, &other);
}
END_TEST

/* A login that waits says so, known or not, and nothing is hashed for it. */
START_TEST(who_has_to_wait_waits_the_same)
{
	struct work first = { 0 }, other;

	for (size_t i = 0; i < ARRAY_LEN(everybody); i++) {
		scratch_run("DELETE FROM throttle");
		for (int k = 0; k < 6; k++)
			other = try_in(everybody[i]);
		ck_assert_int_eq(other.status, 429);
		ck_assert_int_eq(other.hashes, 0);
		if (i == 0)
			first = other;
		first.body = other.body; /* it has a second more or less */
		ck_same(everybody[i], &first, &other);
	}
}
END_TEST

START_TEST(asking_for_a_link_or_a_code_costs_the_same)
{
	static const char *const paths[] = { SESSION "/forgot", SESSION "/code" };
	struct work first, other;

	for (size_t k = 0; k < ARRAY_LEN(paths); k++) {
		scratch_run("DELETE FROM throttle"); /* so that the network does not wait */
		first = work_of(paths[k], "{\"login\":\"ann\"}");
		ck_assert_int_eq(first.status, 202);
		ck_assert_int_eq(first.hashes, 0);
		for (size_t i = 0; i < ARRAY_LEN(everybody); i++) {
			other = work_of(paths[k], text("{\"login\":\"%s\"}", everybody[i]));
			ck_same(everybody[i], &first, &other);
		}
	}
}
END_TEST

static struct work try_code(const char *login)
{
	return work_of(SESSION "/code/use",
	               text("{\"login\":\"%s\",\"code\":\"000000\",\"password\":\"" CHOSEN
	                    "\"}",
	                    login));
}

START_TEST(a_wrong_code_costs_the_same_whoever_it_is)
{
	struct work first = try_code("nobody"), other;

	ck_assert_int_eq(first.status, 401);
	ck_assert_int_eq(first.hashes, 0);
	/* Ivy has one that is open. */
	ck_status(call(METHOD_POST, SESSION "/code", "{\"login\":\"ivy\"}"), 202);
	run_outbox();
	ck_assert_int_eq(letters_count("ivy@mail.test", "sign-in-code"), 1);
	for (size_t i = 0; i < ARRAY_LEN(everybody); i++) {
		other = try_code(everybody[i]);
		ck_same(everybody[i], &first, &other);
	}
}
END_TEST

static struct work try_link(const char *path, const char *token)
{
	return work_of(path, text("{\"token\":\"%s\",\"password\":\"" CHOSEN "\"}", token));
}

START_TEST(a_dead_link_costs_what_one_that_never_was_costs)
{
	static const char never[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	const char *used, *revoked, *expired;
	struct work first = try_link(ACCEPT, never), other;
	struct answer a;

	ck_assert_int_eq(first.status, 404);
	ck_assert_int_eq(first.hashes, 0);
	acts_as(chief);
	a = invite();
	revoked = invitation_token(EVE);
	ck_status(act_on(&a, "/revoke"), 200);
	invite();
	expired = invitation_token(EVE);
	scratch_run("UPDATE invitation SET expires_at = sent_at");
	ck_status(invite_as(customer, "adam@example.org", ROLE_CUSTOMER_MEMBER, ""), 201);
	used = invitation_token("adam@example.org");
	acts_as(0);
	ck_status(accept_link(used, CHOSEN), 204);
	other = try_link(ACCEPT, used);
	ck_same("used", &first, &other);
	other = try_link(ACCEPT, revoked);
	ck_same("revoked", &first, &other);
	other = try_link(ACCEPT, expired);
	ck_same("expired", &first, &other);
}
END_TEST

START_TEST(a_dead_reset_costs_what_one_that_never_was_costs)
{
	static const char never[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	const char *token;
	struct work first = try_link(SESSION "/reset", never), other;

	ck_assert_int_eq(first.status, 404);
	ck_status(call(METHOD_POST, SESSION "/forgot", "{\"login\":\"ann\"}"), 202);
	run_outbox();
	token = letter_token("ann@mail.test", "reset-password");
	scratch_run("UPDATE one_time SET expires_at = created_at");
	other = try_link(SESSION "/reset", token);
	ck_same("expired", &first, &other);
}
END_TEST

/* Who invites learns nothing of who is known elsewhere. */
START_TEST(inviting_says_nothing_of_who_is_known_elsewhere)
{
	struct answer a, b;

	acts_as(chief);
	a = invite_as(customer, "ann@mail.test", ROLE_CUSTOMER_MEMBER, "");
	b = invite_as(customer, "new@mail.test", ROLE_CUSTOMER_MEMBER, "");
	ck_status(a, 201);
	ck_status(b, 201);
	ck_assert_uint_eq(strlen(a.body), strlen(b.body));
	ck_assert_str_eq(text_at(&a, "/state"), text_at(&b, "/state"));
	ck_assert(!is_at(&a, "/person_id"));
	ck_assert(!strstr(a.body, id_text(ID_PERSON, scratch_count("SELECT id AS n FROM person"
	                                                           " WHERE login = 'ann'"))));
}
END_TEST

/* Rows of a table whose hash is BLAKE2b-256 of the secret. */
static int64_t kept_as_hash(const char *table, const char *secret, size_t n)
{
	unsigned char hash[32];
	char hex[65];

	crypto_generichash(hash, sizeof(hash), (const unsigned char *)secret, n, NULL, 0);
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	return scratch_count(text("SELECT COUNT(*) AS n FROM %s WHERE token_hash = UNHEX('%s')",
	                          table, hex));
}

START_TEST(of_every_secret_only_a_hash_is_kept)
{
	struct answer a = sign_in_as("ann", PASSWORD);
	const char *token = strchr(cookie_of(&a), '=') + 1;

	token = strchr(token, '=') + 1;
	ck_assert_int_eq(kept_as_hash("session", token, strlen(token)), 1);
	ck_status(call(METHOD_POST, SESSION "/forgot", "{\"login\":\"ann\"}"), 202);
	run_outbox();
	token = letter_token("ann@mail.test", "reset-password");
	ck_assert_int_eq(kept_as_hash("one_time", token, strlen(token)), 1);
	acts_as(chief);
	invite();
	token = invitation_token(EVE);
	ck_assert_int_eq(kept_as_hash("invitation", token, strlen(token)), 1);
}
END_TEST

TESTS_WITH("sameness", setup, NULL, a_wrong_password_costs_the_same_whoever_it_is,
           a_right_password_costs_the_same_after_too_many_wrong_ones,
           who_has_to_wait_waits_the_same, asking_for_a_link_or_a_code_costs_the_same,
           a_wrong_code_costs_the_same_whoever_it_is,
           a_dead_link_costs_what_one_that_never_was_costs,
           a_dead_reset_costs_what_one_that_never_was_costs,
           inviting_says_nothing_of_who_is_known_elsewhere,
           of_every_secret_only_a_hash_is_kept);
