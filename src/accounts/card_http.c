/*
 * The account as every end point answers it: profile, reasons, path, locks,
 * counts, and what the caller may do with it now.
 */
#include <string.h>

#include "accounts/accounts.h"
#include "accounts/accounts_http.h"
#include "accounts/card.h"
#include "holds/holds.h"

static const struct shape reason_shape = {
	.name = "Reason",
	.fields = { hold_reason_fields, HOLD_REASON_FIELDS },
};
static const struct shape step_shape = {
	.name = "AccountStep",
	.fields = { account_step_fields, ACCOUNT_STEP_FIELDS },
};
static const struct shape lock_shape = {
	.name = "Locked",
	.fields = { account_lock_fields, ACCOUNT_LOCK_FIELDS },
};
static const struct shape counts_shape = {
	.name = "AccountCounts",
	.fields = { account_counts_fields, ACCOUNT_COUNTS_FIELDS },
};
static const struct shape_part parts[] = {
	{ "reasons", &reason_shape, true }, { "path", &step_shape, true },
	{ "locked", &lock_shape, true },    { "counts", &counts_shape, false },
	{ "allowed", NULL, true },          { NULL, NULL, false },
};
const struct shape account_shape = {
	.name = "Account",
	.fields = { account_fields, ACCOUNT_FIELDS },
	.parts = parts,
};

static void put_rows(struct buf *b, const char *name, const struct shape *shape,
                     const struct db_list *rows, size_t size)
{
	json_key(b, name);
	json_open(b, '[');
	for (size_t i = 0; i < rows->n; i++)
		json_row(b, shape->fields, (const char *)rows->v + i * size);
	json_close(b, ']');
}

/* Only in these base states; only with the permission; never to the own account or the platform. */
static const struct {
	const char *word;
	enum perm perm;
	bool living, ended, self;
} acts[] = {
	{ "edit", PERM_ACCOUNT_EDIT, true, false, true },
	{ "edit_billing", PERM_ACCOUNT_EDIT_BILLING, true, false, true },
	{ "edit_location", PERM_ACCOUNT_EDIT_LOCATION, true, false, true },
	{ "create", PERM_ACCOUNT_CREATE, true, false, true },
	{ "suspend", PERM_ACCOUNT_SUSPEND, true, false, false },
	{ "resume", PERM_ACCOUNT_RESUME, true, false, false },
	{ "move", PERM_ACCOUNT_MOVE, true, false, false },
	{ "terminate", PERM_ACCOUNT_TERMINATE, true, false, false },
	{ "restore", PERM_ACCOUNT_RESTORE, false, true, false },
};

/* A hold of its own that the caller may release; one above it is released there. */
static bool may_release_any(const struct ctx *c, const struct db_list *reasons)
{
	const struct hold_reason *v = reasons->v;

	for (size_t i = 0; i < reasons->n; i++)
		if (v[i].own && strcmp(v[i].kind, "billing") != 0 &&
		    (strcmp(v[i].kind, "security") != 0 ||
		     ctx_may(c, PERM_ACCOUNT_RESUME_SECURITY)))
			return true;
	return false;
}

static bool is_allowed(const struct ctx *c, const struct account *a,
                       const struct db_list *reasons, size_t i)
{
	bool living = !strcmp(a->base_state, "active"),
	     ended = !strcmp(a->base_state, "terminated");
	bool self = a->id == c->actor.account_id || !strcmp(a->kind, "platform");

	if (acts[i].perm == PERM_ACCOUNT_RESUME && !may_release_any(c, reasons))
		return false;
	if (acts[i].perm == PERM_ACCOUNT_CREATE && !strcmp(a->kind, "customer"))
		return false;
	return ((living && acts[i].living) || (ended && acts[i].ended)) &&
	       (acts[i].self || !self) && ctx_may(c, acts[i].perm);
}

static void put_allowed(struct ctx *c, const struct account *a, const struct db_list *reasons,
                        struct buf *b)
{
	json_key(b, "allowed");
	json_open(b, '[');
	for (size_t i = 0; i < ARRAY_LEN(acts); i++)
		if (is_allowed(c, a, reasons, i))
			json_str(b, acts[i].word);
	json_close(b, ']');
}

enum err account_answer(struct ctx *c, int64_t id, struct response *rs)
{
	struct db_list reasons, path, locked;
	struct account_counts counts;
	struct buf *b = &rs->body;
	struct account a;
	enum err e = accounts_find(c, id, &a);

	if (!e)
		e = holds_reasons(c, id, &reasons);
	if (!e)
		e = accounts_path(c, id, &path);
	if (!e)
		e = accounts_locked(c, id, &locked);
	if (!e)
		e = accounts_counts(c, id, &counts);
	if (e)
		return e;
	answer_etag(rs, c->mem, a.ver);
	json_open(b, '{');
	json_members(b, account_shape.fields, &a);
	put_rows(b, "reasons", &reason_shape, &reasons, sizeof(struct hold_reason));
	put_rows(b, "path", &step_shape, &path, sizeof(struct account_step));
	put_rows(b, "locked", &lock_shape, &locked, sizeof(struct account_lock));
	json_key(b, "counts");
	json_row(b, counts_shape.fields, &counts);
	put_allowed(c, &a, &reasons, b);
	json_close(b, '}');
	return OK;
}
