/* Invitations: who may ask whom, what a link is good for, and that it works once. */
#include <string.h>

#include "invitations/invitations.h"
#include "module/invite.h"

START_TEST(who_accepts_is_a_member_with_the_role_and_signs_in_himself)
{
	struct answer a = invite(), b;
	const char *token = invitation_token(EVE);

	ck_assert_str_eq(text_at(&a, "/state"), "sent");
	ck_assert_str_eq(text_at(&a, "/invited_by"), "chief");
	ck_assert_str_eq(text_at(&a, "/kind"), "staff");
	ck_assert_str_eq(text_at(&a, "/allowed/0"), "resend");
	ck_assert(!strstr(a.body, token));
	ck_assert_str_eq(letter_value(EVE, "invitation", "account"), "Customer");
	ck_assert_str_eq(letter_value(EVE, "invitation", "name"), "Eve Adams");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM mail WHERE locale = 'de'"),
	                 1);
	ck_assert_int_eq(eves_there(), 0);
	b = look_at(token);
	ck_status(b, 200);
	ck_assert_str_eq(text_at(&b, "/account_name"), "Customer");
	ck_assert_str_eq(text_at(&b, "/email"), EVE);
	ck_assert_int_eq(number_at(&b, "/known"), 0);
	ck_assert_int_eq(number_at(&b, "/password_min"), 15);
	b = accept_link(token, CHOSEN);
	ck_status(b, 204);
	ck_assert_ptr_null(b.cookie);
	ck_assert_int_eq(eves_there(), 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM person WHERE login = '" EVE
	                               "'"
	                               " AND name = 'Eve Adams' AND state = 'active'"
	                               " AND email_verified_at IS NOT NULL AND locale = 'de'"),
	                 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM membership"
	                               " WHERE role = 'customer-moderator'"
	                               " AND created_by_label = 'chief'"),
	                 1);
	ck_assert_int_eq(
		scratch_count(CHANGES "'invitation.accept' AND actor_label = 'Eve Adams'"), 1);
	ck_assert_int_eq(scratch_count(CHANGES "'user.add'"), 1);
	a = call(METHOD_GET, invitation_path(&a, ""), NULL);
	ck_assert_str_eq(text_at(&a, "/state"), "accepted");
	ck_assert(is_at(&a, "/membership_id"));
	ck_status(call(METHOD_POST, "/api/v1/session",
	               "{\"login\":\"" EVE "\",\"password\":\"" CHOSEN "\"}"),
	          201);
}
END_TEST

START_TEST(a_link_works_once_and_looking_changes_nothing)
{
	const char *token;

	invite();
	token = invitation_token(EVE);
	for (int i = 0; i < 3; i++)
		ck_status(look_at(token), 200);
	ck_status(accept_link(token, CHOSEN), 204);
	ck_refused(accept_link(token, CHOSEN), 404, "link-not-valid");
	ck_refused(look_at(token), 404, "link-not-valid");
	ck_refused(accept_link("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", CHOSEN), 404,
	           "link-not-valid");
	ck_refused(accept_link("short", CHOSEN), 404, "link-not-valid");
	ck_assert_int_eq(eves_there(), 1);
	ck_assert_int_eq(scratch_count(CHANGES "'invitation.accept'"), 1);
}
END_TEST

START_TEST(a_bad_password_leaves_the_link_usable)
{
	const char *token;
	struct answer a;

	invite();
	token = invitation_token(EVE);
	a = accept_link(token, "short");
	ck_status(a, 422);
	ck_assert_str_eq(complaint_at(&a, "/password"), "too-short");
	ck_status(accept_link(token, CHOSEN), 204);
}
END_TEST

START_TEST(sending_again_kills_the_old_link_five_times_a_day)
{
	struct answer a = invite();
	const char *old = invitation_token(EVE), *new;

	scratch_run("UPDATE invitation SET expires_at = NOW(6) + INTERVAL 1 DAY");
	a = act_on(&a, "/resend");
	ck_status(a, 200);
	ck_assert_int_eq(number_at(&a, "/sent_count"), 2);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM invitation"
	                               " WHERE expires_at > NOW(6) + INTERVAL 6 DAY"),
	                 1);
	new = invitation_token(EVE);
	ck_assert_str_ne(old, new);
	ck_refused(accept_link(old, CHOSEN), 404, "link-not-valid");
	ck_status(look_at(new), 200);
	for (int i = 3; i <= INVITATION_SENDS; i++)
		ck_status(act_on(&a, "/resend"), 200);
	a = act_on(&a, "/resend");
	ck_refused(a, 429, "invitation-sent-often");
	ck_assert_int_gt(a.retry_after_sec, 0);
	/* Nor does revoking and inviting anew send more. */
	a = call(METHOD_GET, account_path(customer, "/invitations"), NULL);
	ck_status(call(METHOD_POST,
	               account_path(customer, say("/invitations/%s%s",
	                                          text_at(&a, "/items/0/id"), "/revoke")),
	               "{}"),
	          200);
	ck_refused(invite_as(customer, EVE, ROLE_CUSTOMER_MEMBER, ""), 429,
	           "invitation-sent-often");
	scratch_run("UPDATE invitation SET sent_day = sent_day - INTERVAL 1 DAY");
	ck_status(invite_as(customer, EVE, ROLE_CUSTOMER_MEMBER, ""), 201);
	ck_assert_int_eq(letters_count(EVE, "invitation"), INVITATION_SENDS + 1);
}
END_TEST

START_TEST(what_was_revoked_is_dead)
{
	struct answer a = invite();
	const char *token = invitation_token(EVE);

	a = act_on(&a, "/revoke");
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/state"), "revoked");
	ck_refused(accept_link(token, CHOSEN), 404, "link-not-valid");
	ck_refused(act_on(&a, "/revoke"), 409, "invitation-closed");
	ck_refused(act_on(&a, "/resend"), 409, "invitation-closed");
	ck_status(invite_as(customer, EVE, ROLE_CUSTOMER_MEMBER, ""), 201);
}
END_TEST

START_TEST(what_has_expired_can_be_sent_again_or_made_anew)
{
	struct answer a = invite(), b;
	const char *token = invitation_token(EVE);

	scratch_run("UPDATE invitation SET expires_at = NOW(6) - INTERVAL 1 SECOND");
	b = call(METHOD_GET, invitation_path(&a, ""), NULL);
	ck_assert_str_eq(text_at(&b, "/state"), "expired");
	b = call(METHOD_GET, account_path(customer, "/invitations?state=expired"), NULL);
	ck_assert_uint_eq(length_at(&b, "/items"), 1);
	ck_assert_int_eq(number_at(&b, "/total/value"), 1);
	b = call(METHOD_GET, account_path(customer, "/invitations?state=sent"), NULL);
	ck_assert_uint_eq(length_at(&b, "/items"), 0);
	ck_refused(accept_link(token, CHOSEN), 404, "link-not-valid");
	b = invite();
	ck_refused(act_on(&a, "/resend"), 409, "invitation-exists");
	ck_status(act_on(&b, "/revoke"), 200);
	a = act_on(&a, "/resend");
	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/state"), "sent");
	ck_status(accept_link(invitation_token(EVE), CHOSEN), 204);
}
END_TEST

START_TEST(one_open_invitation_an_address_and_none_for_members)
{
	invite();
	ck_refused(invite_as(customer, "EVE@Example.org", ROLE_CUSTOMER_MEMBER, ""), 409,
	           "invitation-exists");
	ck_status(accept_link(invitation_token(EVE), CHOSEN), 204);
	ck_refused(invite_as(customer, EVE, ROLE_CUSTOMER_MEMBER, ""), 409, "already-member");
	ck_status(invite_as(north, EVE, ROLE_RESELLER_SUPPORT, ""), 201);
}
END_TEST

/* Each line: members more, the pointer and the code it is refused with. */
static const struct {
	const char *email, *more, *pointer, *code;
	enum role role;
} refused[] = {
	{ "eve", "", "/email", "not-an-email", ROLE_CUSTOMER_MEMBER },
	{ "eve@exa mple.org", "", "/email", "not-an-email", ROLE_CUSTOMER_MEMBER },
	{ "eve@example.org\\r\\nBcc: x@y.org", "", "/email", "control-characters",
	  ROLE_CUSTOMER_MEMBER },
	{ EVE, ",\"kind\":\"main\"", "/kind", "not-one-of", ROLE_CUSTOMER_MEMBER },
	{ EVE, ",\"kind\":\"support\"", "/member_until", "required", ROLE_CUSTOMER_MEMBER },
	{ EVE, ",\"member_until\":\"2001-01-01T00:00:00Z\"", "/member_until", "in-the-past",
	  ROLE_CUSTOMER_MEMBER },
	{ EVE, "", "/role_id", "not-allowed", ROLE_RESELLER_SUPPORT },
	{ EVE, "", "/role_id", "not-allowed", ROLE_PLATFORM_ADMIN },
};

START_TEST(an_invitation_that_makes_no_sense_is_refused_at_its_field)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct answer a =
			invite_as(customer, refused[i].email, refused[i].role, refused[i].more);
		const char *code;

		ck_status(a, 422);
		code = complaint_at(&a, refused[i].pointer);
		ck_assert_msg(code && !strcmp(code, refused[i].code), "%zu: %s", i, a.body);
	}
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM invitation"), 0);
	ck_assert_int_eq(letters_count(EVE, "invitation"), 0);
}
END_TEST

START_TEST(only_living_organisations_invite)
{
	scratch_run(say("UPDATE account SET class = 'person' WHERE id = %lld",
	                (long long)customer));
	ck_refused(invite_as(customer, EVE, ROLE_CUSTOMER_MEMBER, ""), 409,
	           "not-an-organisation");
	scratch_run("UPDATE account SET class = 'organisation'");
	ck_status(hold_account(customer), 201);
	ck_refused(invite_as(customer, EVE, ROLE_CUSTOMER_MEMBER, ""), 409, "not-active");
	scratch_run("UPDATE hold SET open_slot = NULL, released_at = NOW(6)");
	scratch_run("UPDATE account SET state = 'terminated' WHERE name = 'Customer'");
	ck_refused(invite_as(customer, EVE, ROLE_CUSTOMER_MEMBER, ""), 409, "not-active");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM invitation"), 0);
}
END_TEST

START_TEST(nobody_invites_without_permission_or_gives_more_than_he_has)
{
	struct answer a;

	acts_as_new(customer, ROLE_CUSTOMER_MODERATOR, "mod");
	ck_refused(invite_as(customer, EVE, ROLE_CUSTOMER_MEMBER, ""), 403, "not-permitted");
	ck_status(call(METHOD_GET, account_path(customer, "/invitations"), NULL), 403);
	acts_as_new(customer, ROLE_CUSTOMER_ADMIN, "adm");
	ck_refused(invite_as(customer, EVE, ROLE_CUSTOMER_OWNER, ""), 403, "more-than-own");
	a = invite();
	acts_as_new(north, ROLE_RESELLER_BILLING, "money");
	ck_status(act_on(&a, "/resend"), 403);
	ck_status(act_on(&a, "/revoke"), 403);
	acts_as(chief);
	ck_status(invite_as(customer, "owner@example.org", ROLE_CUSTOMER_OWNER, ""), 201);
}
END_TEST

START_TEST(invitations_of_another_tenant_do_not_exist)
{
	struct answer a = invite();
	int64_t other = make_account(south, "customer", "Other");

	acts_as_new(south, ROLE_RESELLER_PROGRAM, "rival");
	ck_status(call(METHOD_GET, account_path(customer, "/invitations"), NULL), 404);
	ck_status(call(METHOD_GET, account_path(customer, "/invitation-roles"), NULL), 404);
	ck_status(invite_as(customer, EVE, ROLE_CUSTOMER_MEMBER, ""), 404);
	ck_status(call(METHOD_GET, invitation_path(&a, ""), NULL), 404);
	ck_status(call(METHOD_GET, invitation_path(&a, "/impact"), NULL), 404);
	ck_status(act_on(&a, "/resend"), 404);
	ck_status(act_on(&a, "/revoke"), 404);
	ck_status(call_if(METHOD_DELETE, invitation_path(&a, ""), NULL, "\"v1\""), 404);
	/* Nor through an account of one's own. */
	ck_status(call(METHOD_GET,
	               account_path(other, say("/invitations/%s", text_at(&a, "/id"))), NULL),
	          404);
}
END_TEST

TESTS_WITH("invitations", invite_begin, NULL,
           who_accepts_is_a_member_with_the_role_and_signs_in_himself,
           a_link_works_once_and_looking_changes_nothing, a_bad_password_leaves_the_link_usable,
           sending_again_kills_the_old_link_five_times_a_day, what_was_revoked_is_dead,
           what_has_expired_can_be_sent_again_or_made_anew,
           one_open_invitation_an_address_and_none_for_members,
           an_invitation_that_makes_no_sense_is_refused_at_its_field,
           only_living_organisations_invite,
           nobody_invites_without_permission_or_gives_more_than_he_has,
           invitations_of_another_tenant_do_not_exist);
