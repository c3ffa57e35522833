#include <assert.h>
#include <string.h>

#include "holds/holds.h"
#include "holds/inner.h"
#include "holds/life.h"
#include "holds/queries.h"
#include "people/revoke.h"

const struct field impact_fields[] = {
	FIELD(struct impact, action),   FIELD(struct impact, accounts),
	FIELD(struct impact, members),  FIELD(struct impact, sessions),
	FIELD(struct impact, sites),    FIELD(struct impact, cameras),
	FIELD(struct impact, purge_at),
};
static_assert(ARRAY_LEN(impact_fields) == IMPACT_FIELDS, "all are answered");

const struct field impact_effect_fields[] = {
	FIELD(struct impact_effect, module),
	FIELD(struct impact_effect, effect),
};
static_assert(ARRAY_LEN(impact_effect_fields) == IMPACT_EFFECT_FIELDS, "all are answered");

/*
 * What a hold stops.  Keys, codes and the reporting of alarms go on whatever
 * happens to a bill: nobody is locked out or left without help.
 */
static const struct impact_effect suspend_effects[] = {
	{ "login", "block" },          { "live", "block" },
	{ "recording", "continue" },   { "analytics", "stop" },
	{ "intercom_app", "block" },   { "door_keys", "continue" },
	{ "alarm_reporting", "continue" }, { "panel_app", "block" },
	{ "tickets", "read-only" },
};
static const struct impact_effect allow_effects[] = {
	{ "login", "allow" },          { "live", "allow" },
	{ "recording", "continue" },   { "analytics", "allow" },
	{ "intercom_app", "allow" },   { "door_keys", "continue" },
	{ "alarm_reporting", "continue" }, { "panel_app", "allow" },
	{ "tickets", "allow" },
};
static const struct impact_effect terminate_effects[] = {
	{ "login", "block" },          { "live", "block" },
	{ "recording", "stop" },       { "analytics", "stop" },
	{ "intercom_app", "block" },   { "door_keys", "continue" },
	{ "alarm_reporting", "continue" }, { "panel_app", "block" },
	{ "tickets", "block" },
};

static const struct {
	const char *action;
	const struct impact_effect *effects;
	size_t n;
} actions[] = {
	{ "suspend", suspend_effects, ARRAY_LEN(suspend_effects) },
	{ "enable", allow_effects, ARRAY_LEN(allow_effects) },
	{ "terminate", terminate_effects, ARRAY_LEN(terminate_effects) },
	{ "restore", allow_effects, ARRAY_LEN(allow_effects) },
};

struct counts {
	int64_t accounts, members, sites, cameras, signalling;
};
static const struct field counts_row[] = {
	FIELD(struct counts, accounts),   FIELD(struct counts, members),
	FIELD(struct counts, sites),      FIELD(struct counts, cameras),
	FIELD(struct counts, signalling),
};

/* Counted to 100,000: more is "very many" to who has to decide. */
#define BELOW(join) \
	"(SELECT COUNT(*) FROM (SELECT 1 AS one FROM account_tree t" join \
	" WHERE t.ancestor_id = ? LIMIT 100000) x)"

static const struct db_query count = {
	.text = "SELECT " BELOW("") " AS accounts, "
		BELOW(" JOIN membership m ON m.account_id = t.descendant_id"
	              " AND m.state = 'active'") " AS members, "
		BELOW(" JOIN site s ON s.account_id = t.descendant_id") " AS sites, "
		BELOW(" JOIN device d ON d.account_id = t.descendant_id AND d.kind = 'camera'"
	              " AND d.removed_at IS NULL") " AS cameras, "
		BELOW(" JOIN device d ON d.account_id = t.descendant_id"
	              " AND d.kind IN ('intercom', 'panel') AND d.removed_at IS NULL")
		" AS signalling",
	DB_ROWS(counts_row),
};

struct warnings {
	const char *v[8];
	size_t n;
};

static void warn(struct warnings *w, bool really, const char *code)
{
	if (really && w->n < ARRAY_LEN(w->v))
		w->v[w->n++] = code;
}

/* Enabling releases what the caller may release; what stays behind is told before. */
static void warn_of_holds(const struct ctx *c, const struct db_list *reasons, struct warnings *w)
{
	bool billing = false, above = false, security = false;

	for (size_t i = 0; i < reasons->n; i++) {
		const struct hold_reason *r = (const struct hold_reason *)reasons->v + i;

		above = above || !r->own;
		billing = billing || (r->own && !strcmp(r->kind, "billing"));
		security = security || (r->own && !strcmp(r->kind, "security"));
	}
	warn(w, billing, "billing_hold_stays");
	warn(w, above, "held_above");
	warn(w, security && !ctx_may(c, PERM_ACCOUNT_RESUME_SECURITY), "security_hold_stays");
}

static enum err add_warnings(struct ctx *c, const struct account *a, const char *action,
                             const struct counts *n, struct warnings *w)
{
	struct db_list reasons;
	enum err e = holds_reasons(c, a->id, &reasons);

	if (e)
		return e;
	if (!strcmp(action, "enable") || !strcmp(action, "restore"))
		warn_of_holds(c, &reasons, w);
	if (!strcmp(action, "terminate")) {
		warn(w, n->accounts > 1, "has_accounts");
		warn(w, n->signalling > 0, "alarm_modules");
	}
	warn(w, a->id == c->actor.account_id, "own_account");
	return OK;
}

static struct stamp purge_at(const struct ctx *c, const struct account *a, const char *action)
{
	if (!strcmp(action, "terminate"))
		return life_purge_date(c, 0);
	return !strcmp(action, "restore") ? a->purge_at : STAMP_NONE;
}

static enum err put_counts(struct ctx *c, int64_t id, struct counts *n, struct impact *out)
{
	enum err e = db_one(c->db, &count,
	                    DB_ARGS(db_i64(id), db_i64(id), db_i64(id), db_i64(id), db_i64(id)),
	                    c->mem, n);

	if (!e)
		e = sessions_count_under(c, id, &out->sessions);
	if (e)
		return e;
	out->accounts = n->accounts;
	out->members = n->members;
	out->sites = n->sites;
	out->cameras = n->cameras;
	return OK;
}

enum err life_impact(struct ctx *c, int64_t account_id, const char *action, struct impact *out,
                     struct db_list *effects, struct db_list *warnings)
{
	struct warnings w = { .n = 0 };
	struct impact_effect *list;
	struct account a;
	struct counts n;
	size_t i = 0;
	enum err e = accounts_find(c, account_id, &a);

	while (i < ARRAY_LEN(actions) && strcmp(actions[i].action, action) != 0)
		i++;
	if (!e && i == ARRAY_LEN(actions))
		e = FAIL_FIELD(c, "/action", "not-one-of");
	if (e)
		return e;
	*out = (struct impact){ .action = actions[i].action, .purge_at = purge_at(c, &a, action) };
	e = put_counts(c, account_id, &n, out);
	if (!e)
		e = add_warnings(c, &a, action, &n, &w);
	if (e)
		return e;
	list = arena_array(c->mem, struct impact_effect, actions[i].n);
	memcpy(list, actions[i].effects, actions[i].n * sizeof(*list));
	*effects = (struct db_list){ list, actions[i].n };
	warnings->v = arena_array(c->mem, const char *, w.n + 1);
	memcpy(warnings->v, w.v, w.n * sizeof(w.v[0]));
	warnings->n = w.n;
	return OK;
}

const struct db_query *const impact_queries[] = { &count, NULL };
