/* Invitations that lose their ground, and what follows when one is removed. */
#include <stdio.h>
#include <string.h>

#include "invitations/invitations.h"
#include "module/invite.h"

START_TEST(an_inviter_who_lost_the_right_invites_nobody)
{
	static const char *const losses[] = {
		"UPDATE membership SET state = 'suspended' WHERE id = ",
		"UPDATE membership SET state = 'removed' WHERE id = ",
		"UPDATE membership SET expires_at = NOW(6) WHERE id = ",
		"UPDATE membership_role SET role_id = (SELECT id FROM role WHERE builtin ="
		" 'reseller-support') WHERE membership_id = ",
		"INSERT INTO member_permission (membership_id, permission, effect, set_at)"
		" SELECT id, 'role.view', 'deny', NOW(6) FROM membership WHERE id = ",
		"UPDATE person SET state = 'removed' WHERE login = 'boss' AND 0 < ",
	};
	int64_t keeper = make_member(north, ROLE_RESELLER_PROGRAM, "keeper");

	for (size_t i = 0; i < ARRAY_LEN(losses); i++) {
		const char *email = say("p%zu@example.org", i);
		const char *login = i + 1 < ARRAY_LEN(losses) ? say("boss%zu", i) : "boss";
		int64_t boss = make_member(north, ROLE_RESELLER_PROGRAM, login);
		struct answer a;

		acts_as(boss);
		a = invite_as(customer, email, ROLE_CUSTOMER_ADMIN, "");
		ck_status(a, 201);
		ck_status(look_at(invitation_token(email)), 200);
		scratch_run(say("%s%lld", losses[i], (long long)boss));
		ck_refused(look_at(invitation_token(email)), 404, "link-not-valid");
		ck_refused(accept_link(invitation_token(email), CHOSEN), 404, "link-not-valid");
		acts_as(keeper);
		ck_refused(act_on(&a, "/resend"), 409, "invitation-void");
	}
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM person"
	                               " WHERE login LIKE 'p%@example.org'"),
	                 0);
}
END_TEST

START_TEST(a_suspended_account_lets_nobody_in_until_it_is_released)
{
	struct answer a;

	invite();
	a = hold_account(customer);
	ck_status(a, 201);
	ck_refused(accept_link(invitation_token(EVE), CHOSEN), 403, "account-suspended");
	ck_status(call(METHOD_POST,
	               account_path(customer, say("/holds/%s/release", text_at(&a, "/id"))),
	               "{\"reason_text\":\"Done\"}"),
	          200);
	ck_status(accept_link(invitation_token(EVE), CHOSEN), 204);
}
END_TEST

START_TEST(ending_an_account_revokes_its_invitations)
{
	const char *token;

	invite();
	token = invitation_token(EVE);
	ck_status(call(METHOD_POST, account_path(customer, "/terminate"),
	               "{\"reason_text\":\"Done\",\"confirm_name\":\"Customer\"}"),
	          200);
	ck_refused(accept_link(token, CHOSEN), 404, "link-not-valid");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM invitation"
	                               " WHERE state = 'revoked' AND open_slot IS NULL"),
	                 1);
	ck_assert_int_eq(scratch_count(CHANGES "'invitation.revoke'"), 1);
	ck_status(call(METHOD_POST, account_path(customer, "/restore"),
	               "{\"reason_text\":\"Back\"}"),
	          200);
	ck_refused(accept_link(token, CHOSEN), 404, "link-not-valid");
}
END_TEST

START_TEST(who_is_known_proves_himself_by_his_own_password)
{
	int64_t eve = make_member(south, ROLE_RESELLER_SUPPORT, EVE);
	struct answer a;
	const char *token;

	set_password(EVE, OWN);
	a = invite();
	token = invitation_token(EVE);
	a = look_at(token);
	ck_assert_int_eq(number_at(&a, "/known"), 1);
	ck_refused(accept_link(token, CHOSEN), 401, "wrong-login");
	ck_assert_int_eq(scratch_count(CHANGES "'invitation.accept' AND result = 'failed'"), 1);
	ck_assert_int_eq(eves_there(), 0);
	ck_status(accept_link(token, OWN), 204);
	ck_assert_int_eq(eves_there(), 1);
	ck_assert_int_eq(
		scratch_count("SELECT COUNT(*) AS n FROM person WHERE login = '" EVE "'"), 1);
	ck_status(call(METHOD_POST, "/api/v1/session",
	               "{\"login\":\"" EVE "\",\"password\":\"" OWN "\"}"),
	          201);
	acts_as(eve);
	a = call(METHOD_GET, "/api/v1/session", NULL);
	ck_assert_uint_eq(length_at(&a, "/memberships"), 2);
}
END_TEST

START_TEST(guessing_at_a_known_persons_link_gets_slower)
{
	const char *token;

	make_member(south, ROLE_RESELLER_SUPPORT, EVE);
	set_password(EVE, OWN);
	invite();
	token = invitation_token(EVE);
	for (int i = 0; i < 5; i++)
		ck_status(accept_link(token, CHOSEN), 401);
	ck_refused(accept_link(token, OWN), 429, "too-many-tries");
	ck_assert_int_eq(eves_there(), 0);
}
END_TEST

START_TEST(removing_an_open_invitation_concerns_nobody)
{
	struct answer a = invite(), b;

	b = call(METHOD_GET, invitation_path(&a, "/impact"), NULL);
	ck_status(b, 200);
	ck_assert_int_eq(number_at(&b, "/removes_user"), 0);
	ck_assert(!is_at(&b, "/person_id"));
	ck_status(call(METHOD_DELETE, invitation_path(&a, ""), NULL), 428);
	ck_status(call_if(METHOD_DELETE, invitation_path(&a, ""), NULL, "\"v7\""), 412);
	ck_status(call_if(METHOD_DELETE, invitation_path(&a, ""), NULL, "\"v1\""), 204);
	ck_refused(accept_link(invitation_token(EVE), CHOSEN), 404, "link-not-valid");
	ck_status(call(METHOD_GET, invitation_path(&a, ""), NULL), 404);
}
END_TEST

START_TEST(removing_an_accepted_one_removes_the_user_from_this_account_alone)
{
	struct answer a = invite(), b;

	make_member(south, ROLE_RESELLER_SUPPORT, EVE);
	set_password(EVE, OWN);
	ck_status(accept_link(invitation_token(EVE), OWN), 204);
	b = call(METHOD_GET, invitation_path(&a, "/impact"), NULL);
	ck_assert_int_eq(number_at(&b, "/removes_user"), 1);
	ck_assert_str_eq(text_at(&b, "/login"), EVE);
	/* What the caller does not see is not counted. */
	ck_assert_int_eq(number_at(&b, "/other_accounts"), 0);
	ck_refused(act_on(&a, "/revoke"), 409, "invitation-closed");
	a = call(METHOD_GET, invitation_path(&a, ""), NULL);
	ck_assert_str_eq(text_at(&a, "/allowed/0"), "remove_user");
	ck_status(call_if(METHOD_DELETE, invitation_path(&a, ""), NULL, a.etag), 204);
	ck_assert_int_eq(eves_there(), 0);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM membership m JOIN person p"
	                               " ON p.id = m.person_id WHERE p.login = '" EVE "'"
	                               " AND p.state = 'active' AND m.state = 'active'"),
	                 1);
	ck_assert_int_eq(scratch_count(CHANGES "'user.remove'"), 1);
}
END_TEST

START_TEST(who_left_can_come_back_without_what_he_had)
{
	struct answer a = invite(), b;

	make_member(south, ROLE_RESELLER_SUPPORT, EVE);
	set_password(EVE, OWN);
	ck_status(accept_link(invitation_token(EVE), OWN), 204);
	a = call(METHOD_GET, invitation_path(&a, ""), NULL);
	ck_status(call_if(METHOD_DELETE, invitation_path(&a, ""), NULL, a.etag), 204);
	b = invite_as(customer, EVE, ROLE_CUSTOMER_MEMBER, "");
	ck_status(b, 201);
	ck_status(accept_link(invitation_token(EVE), OWN), 204);
	ck_assert_int_eq(eves_there(), 1);
	ck_assert_int_eq(scratch_count(
				 "SELECT COUNT(*) AS n FROM membership_role mr JOIN membership"
				 " m ON m.id = mr.membership_id WHERE m.account_id ="
				 " (SELECT id FROM account WHERE name = 'Customer')"),
	                 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM membership"
	                               " WHERE role = 'customer-member' AND state = 'active'"),
	                 1);
}
END_TEST

START_TEST(nobody_removes_himself_or_the_last_owner_by_his_invitation)
{
	struct answer a;

	ck_status(invite_as(customer, EVE, ROLE_CUSTOMER_OWNER, ""), 201);
	a = call(METHOD_GET, account_path(customer, "/invitations"), NULL);
	ck_status(accept_link(invitation_token(EVE), CHOSEN), 204);
	a = call(METHOD_GET,
	         account_path(customer, say("/invitations/%s", text_at(&a, "/items/0/id"))),
	         NULL);
	ck_refused(call_if(METHOD_DELETE, invitation_path(&a, ""), NULL, a.etag), 409,
	           "last-owner");
	ck_assert_int_eq(eves_there(), 1);
	make_member(customer, ROLE_CUSTOMER_OWNER, "second");
	acts_as(scratch_count("SELECT membership_id AS n FROM invitation"));
	ck_refused(call_if(METHOD_DELETE, invitation_path(&a, ""), NULL, a.etag), 403,
	           "own-membership");
	acts_as(chief);
	ck_status(call_if(METHOD_DELETE, invitation_path(&a, ""), NULL, a.etag), 204);
	ck_assert_int_eq(eves_there(), 0);
}
END_TEST

START_TEST(what_a_customers_own_people_make_is_not_the_providers)
{
	int64_t owner = make_member(customer, ROLE_CUSTOMER_OWNER, "owner");
	struct answer a, b;

	invite();
	acts_as(owner);
	b = invite_as(customer, "tom@example.org", ROLE_CUSTOMER_MEMBER, "");
	ck_status(b, 201);
	a = call(METHOD_GET, account_path(customer, "/invitations"), NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	acts_as(chief);
	a = call(METHOD_GET, account_path(customer, "/invitations"), NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	ck_assert_int_eq(number_at(&a, "/total/value"), 1);
	ck_assert_str_eq(text_at(&a, "/items/0/email"), EVE);
	ck_status(call(METHOD_GET, invitation_path(&b, ""), NULL), 404);
	ck_status(accept_link(invitation_token("tom@example.org"), CHOSEN), 204);
}
END_TEST

START_TEST(administrators_of_managed_customers_are_advised_against)
{
	struct answer a = invite_as(customer, EVE, ROLE_CUSTOMER_ADMIN, "");
	bool advised = false, free_of = true;
	char pointer[48];

	ck_status(a, 201);
	ck_assert_int_eq(number_at(&a, "/advise_against"), 1);
	a = call(METHOD_GET, account_path(customer, "/invitation-roles"), NULL);
	ck_status(a, 200);
	for (size_t i = 0; i < length_at(&a, "/items"); i++) {
		const char *name;

		snprintf(pointer, sizeof(pointer), "/items/%zu/builtin", i);
		name = text_at(&a, pointer);
		snprintf(pointer, sizeof(pointer), "/items/%zu/advise_against", i);
		if (name && !strcmp(name, "customer-admin"))
			advised = number_at(&a, pointer) == 1;
		if (name && !strcmp(name, "customer-moderator"))
			free_of = number_at(&a, pointer) == 0;
	}
	ck_assert(advised && free_of);
	scratch_run("UPDATE account SET origin = 'self' WHERE name = 'Customer'");
	a = call(METHOD_GET, account_path(customer, "/invitations"), NULL);
	ck_assert_int_eq(number_at(&a, "/items/0/advise_against"), 0);
}
END_TEST

static enum err sweep(void *arg)
{
	return invitations_sweep(harness_ctx(), 100, arg);
}

START_TEST(what_nobody_can_accept_is_forgotten_after_thirty_days)
{
	int64_t n = 0;

	invite();
	ck_status(invite_as(customer, "tom@example.org", ROLE_CUSTOMER_MEMBER, ""), 201);
	ck_status(accept_link(invitation_token(EVE), CHOSEN), 204);
	scratch_run("UPDATE invitation SET expires_at = NOW(6) - INTERVAL 29 DAY");
	harness_tx(sweep, &n);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM invitation"), 2);
	scratch_run("UPDATE invitation SET expires_at = NOW(6) - INTERVAL 31 DAY");
	harness_tx(sweep, &n);
	ck_assert_int_eq(n, 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM invitation"
	                               " WHERE state = 'accepted'"),
	                 1);
}
END_TEST

TESTS_WITH("invitations-ends", invite_begin, NULL, an_inviter_who_lost_the_right_invites_nobody,
           a_suspended_account_lets_nobody_in_until_it_is_released,
           ending_an_account_revokes_its_invitations,
           who_is_known_proves_himself_by_his_own_password,
           guessing_at_a_known_persons_link_gets_slower,
           removing_an_open_invitation_concerns_nobody,
           removing_an_accepted_one_removes_the_user_from_this_account_alone,
           who_left_can_come_back_without_what_he_had,
           nobody_removes_himself_or_the_last_owner_by_his_invitation,
           what_a_customers_own_people_make_is_not_the_providers,
           administrators_of_managed_customers_are_advised_against,
           what_nobody_can_accept_is_forgotten_after_thirty_days);
