#include "module/bulk.h"

#include "bulk/bulk.h"

int64_t bulk_prog, bulk_many[BULK_MANY];

void bulk_begin(void)
{
	roles_begin();
	bulk_prog = make_member(at_north, ROLE_RESELLER_PROGRAM, "prog");
	make_member(at_north, ROLE_RESELLER_PROGRAM, "second");
	for (int i = 0; i < BULK_MANY; i++)
		bulk_many[i] = make_account(at_north, "customer", text("Many %d", i));
	scratch_run("UPDATE account SET confirmed_at = NOW(6)");
	scratch_run("UPDATE account_tree SET own_state = 'active'");
	acts_as(bulk_prog);
}

const char *bulk_ids(void)
{
	const char *list = "";

	for (int i = 0; i < BULK_MANY; i++)
		list = text("%s%s\"%s\"", list, i ? "," : "", id_text(ID_ACCOUNT, bulk_many[i]));
	return text("\"account_ids\":[%s],\"expected\":%d", list, BULK_MANY);
}

struct answer bulk_start(const char *act, const char *members)
{
	return call(METHOD_POST, text("/api/v1/account-jobs/%s", act), text("{%s}", members));
}

struct answer bulk_suspend_all(void)
{
	struct answer a = bulk_start("suspend", text("%s" BULK_REASON, bulk_ids()));

	ck_status(a, 202);
	return a;
}

bool bulk_step(void)
{
	bool did;

	ck_assert_int_eq(bulk_due_step(harness_ctx(), &did), OK);
	return did;
}

void bulk_work_off(void)
{
	while (bulk_step())
		continue;
}

struct answer bulk_of_job(const struct answer *job, const char *rest)
{
	return get_now(text("/api/v1/jobs/%s%s", text_at(job, "/id"), rest));
}

void ck_job(const struct answer *job, const char *state, int done, int failed)
{
	struct answer a = bulk_of_job(job, "");

	ck_assert_str_eq(text_at(&a, "/state"), state);
	ck_assert_int_eq(number_at(&a, "/done"), done);
	ck_assert_int_eq(number_at(&a, "/failed"), failed);
}

void ck_item(const struct answer *job, int at, const char *state, const char *message)
{
	struct answer a = bulk_of_job(job, "/items");
	const char *is = text_at(&a, text("/items/%d/message", at));

	ck_assert_str_eq(text_at(&a, text("/items/%d/state", at)), state);
	ck_assert_str_eq(is ? is : "", message);
}

/* The main user of all of them but the last. */
void bulk_give_mains(void)
{
	for (int i = 0; i < BULK_MANY - 1; i++)
		make_member(bulk_many[i], ROLE_CUSTOMER_OWNER, text("main%d", i));
	scratch_run("UPDATE person SET email = CONCAT(login, '@example.org')");
	scratch_run("UPDATE account a JOIN membership m ON m.account_id = a.id"
	            " SET a.main_person_id = m.person_id WHERE a.name LIKE 'Many%'");
}
