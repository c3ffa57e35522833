#include "roles/why.h"

#include <string.h>

#include "accounts/accounts.h"
#include "base/buf.h"
#include "people/guard.h"
#include "roles/holder.h"
#include "roles/inner.h"
#include "roles/queries.h"

#define NAMES_MAX 1000
#define ROLES_TOP 64

static const char *const steps[] = { "session", "membership", "account", "scope",      "roles",
	                             "section", "main-user",  "area",    "separation", NULL };

const struct field why_step_v[WHY_STEP_FIELDS] = {
	FIELD(struct why_step, step, .words = steps),
	FIELD(struct why_step, passed),
	FIELD(struct why_step, detail),
	FIELD(struct why_step, name),
	FIELD(struct why_step, link),
};

/* A role of the member that reaches the target. */
struct reaching {
	const char *name, *base, *effective;
};
static const struct field reaching_v[] = {
	FIELD(struct reaching, name),
	FIELD(struct reaching, base),
	FIELD(struct reaching, effective),
};
static const struct db_query reaching = {
	.text = "SELECT r.name, r.base, r.effective FROM membership_role mr"
		" JOIN role r ON r.id = mr.role_id JOIN account_tree t"
		" ON t.ancestor_id = mr.scope_account_id AND t.descendant_id = ?"
		" WHERE mr.membership_id = ? ORDER BY r.id",
	DB_ROWS(reaching_v),
};

const struct db_query *const why_queries[] = { &reaching, NULL };

/* All that the steps are read from. */
struct asked {
	struct ctx *c;
	enum perm perm;
	struct holder h;
	struct access access;
	const struct reaching *roles;
	size_t nroles;
	const char *target_name;
};

static bool lets(const struct asked *a, enum access_step s)
{
	return perm_has(&a->access.step[s], a->perm);
}

static const char *page(const struct asked *a, const char *rest)
{
	char id[ID_TEXT];

	id_write(ID_ACCOUNT, a->h.account_id, id);
	return arena_printf(a->c->mem, "/accounts/%s/%s", id, rest);
}

static const char *access_page(const struct asked *a)
{
	char id[ID_TEXT];

	id_write(ID_MEMBERSHIP, a->h.id, id);
	return page(a, arena_printf(a->c->mem, "access?member=%s", id));
}

static struct why_step passed(const char *detail, const char *name)
{
	return (struct why_step){ .passed = true, .detail = detail, .name = name };
}

static struct why_step step_session(const struct asked *a)
{
	if (a->h.has_factor)
		return passed("second-step-asked", NULL);
	if (lets(a, ACCESS_SECOND_FACTOR))
		return passed("ok", NULL);
	return (struct why_step){ .detail = "enrolment-needed",
		                  .link = page(a, "configuration") };
}

static struct why_step step_membership(const struct asked *a)
{
	const char *detail = NULL, *name = a->h.name;
	struct stamp end = a->h.expires_at;

	if (strcmp(a->h.person_state, "active") != 0)
		detail = !strcmp(a->h.person_state, "invited") ? "not-confirmed" : "removed";
	else if (strcmp(a->h.state, "active") != 0)
		detail = "suspended";
	else if (stamp_is_set(end) && end.usec <= a->c->now.usec)
		detail = "expired";
	else if (a->h.is_sub && !a->h.main_lives)
		detail = "main-user-stopped";
	if (!detail)
		return passed("ok", name);
	return (struct why_step){ .detail = detail, .name = name, .link = page(a, "users") };
}

static struct why_step step_account(const struct asked *a)
{
	if (a->h.stops == 0)
		return passed("ok", a->h.account_name);
	return (struct why_step){ .detail = "account-stopped",
		                  .name = a->h.account_name,
		                  .link = page(a, "") };
}

static struct why_step step_scope(const struct asked *a)
{
	if (a->nroles > 0)
		return passed("ok", a->target_name);
	return (struct why_step){ .detail = "outside-scope",
		                  .name = a->target_name,
		                  .link = page(a, "users") };
}

/* Names of the roles that say so: allow (want 1) or deny (want -1). */
static const char *names(const struct asked *a, int want)
{
	struct perm_set allow, deny;
	struct buf b;

	buf_init(&b, a->c->mem, NAMES_MAX);
	for (size_t i = 0; i < a->nroles; i++) {
		const struct role_node n = { .base = a->roles[i].base,
			                     .effective = a->roles[i].effective };

		access_roles(role_node_text(a->c->mem, &n), &allow, &deny);
		if (perm_has(want > 0 ? &allow : &deny, a->perm))
			buf_printf(&b, "%s%s", b.len ? ", " : "", a->roles[i].name);
	}
	return b.len && !b.failed ? buf_str(&b) : NULL;
}

static struct why_step step_roles(const struct asked *a)
{
	struct perm_set on = { { 0, 0 } }, off = { { 0, 0 } };
	struct why_step s = { .passed = lets(a, ACCESS_ROLES) && lets(a, ACCESS_DENIED) };

	access_apply(a->h.adjusted, &on, &off);
	s.link = page(a, "roles");
	if (perm_has(&off, a->perm) || (s.passed && perm_has(&on, a->perm))) {
		s.detail = s.passed ? "switched-on" : "switched-off";
		s.link = access_page(a);
	} else if (!lets(a, ACCESS_DENIED)) {
		s.detail = "denied-by-role";
		s.name = names(a, -1);
	} else {
		s.detail = s.passed ? "allowed-by-role" : "no-role-allows";
		s.name = s.passed ? names(a, 1) : NULL;
	}
	return s;
}

static struct why_step step_section(const struct asked *a)
{
	const char *text = perm_text(a->perm);
	const char *name = arena_printf(a->c->mem, "%.*s.list", (int)strcspn(text, "."), text);

	if (lets(a, ACCESS_SECTION))
		return passed("ok", perm_of_text(name, strlen(name)) ? name : NULL);
	return (struct why_step){ .detail = "list-denied",
		                  .name = name,
		                  .link = access_page(a) };
}

static struct why_step step_main_user(const struct asked *a)
{
	if (!a->h.is_sub)
		return passed("not-a-sub-user", NULL);
	if (lets(a, ACCESS_MAIN_USER))
		return passed("ok", a->h.main_name);
	return (struct why_step){ .detail = "main-user-may-not",
		                  .name = a->h.main_name,
		                  .link = page(a, "sub-users") };
}

/* As if every area were off. */
static struct access_facts all_off(const struct asked *a)
{
	struct access_facts f = holder_facts(&a->h);
	struct buf b;

	buf_init(&b, a->c->mem, NAMES_MAX);
	for (unsigned i = 0; i < AREA__MAX; i++)
		buf_printf(&b, "%s%s=0", i ? "," : "", area_text((enum area)i));
	f.areas = buf_str(&b);
	return f;
}

/* The areas that take it: all, or the first. */
static const char *area_names(const struct asked *a, struct access_facts f, bool all)
{
	struct buf b;

	buf_init(&b, a->c->mem, NAMES_MAX);
	for (unsigned i = 0; i < AREA__MAX && (all || b.len == 0); i++)
		if (area_takes((enum area)i, &f, a->perm))
			buf_printf(&b, "%s%s", b.len ? ", " : "", area_text((enum area)i));
	return b.len ? buf_str(&b) : NULL;
}

static struct why_step step_area(const struct asked *a)
{
	const struct access_facts f = holder_facts(&a->h);

	if (lets(a, ACCESS_AREA))
		return passed("ok", area_names(a, all_off(a), true));
	return (struct why_step){ .detail = "area-off",
		                  .name = area_names(a, f, false),
		                  .link = page(a, "configuration") };
}

/* --- rules above permissions -------------------------------------------------------- */

enum { SELF = 1, RANK = 2, LAST = 4, OWN_ACCOUNT = 8 };

/* Which of them the deed asks, and by which words they refuse. */
static const struct {
	enum perm perm;
	unsigned rules;
} separated[] = {
	{ PERM_ACCOUNT_SUSPEND, OWN_ACCOUNT },
	{ PERM_ACCOUNT_TERMINATE, OWN_ACCOUNT },
	{ PERM_MEMBER_SUSPEND, SELF | RANK | LAST },
	{ PERM_MEMBER_RESUME, SELF | RANK },
	{ PERM_MEMBER_REMOVE, SELF | RANK | LAST },
	{ PERM_MEMBER_EXPIRY, SELF | RANK | LAST },
	{ PERM_MEMBER_SET_OWNER, SELF | RANK },
	{ PERM_MEMBER_RESET_PASSWORD, SELF | RANK },
	{ PERM_MEMBER_RESET_TWO_STEP, SELF | RANK },
	{ PERM_ROLE_ASSIGN, SELF | RANK | LAST },
};
static const char *const rule_words[] = { "own-membership", "higher-member", "last-owner",
	                                  "own-account" };

static unsigned rules_of(enum perm p)
{
	for (size_t i = 0; i < ARRAY_LEN(separated); i++)
		if (separated[i].perm == p)
			return separated[i].rules;
	return 0;
}

static const char *rule_names(const struct asked *a, unsigned rules)
{
	struct buf b;

	buf_init(&b, a->c->mem, NAMES_MAX);
	for (unsigned i = 0; i < ARRAY_LEN(rule_words); i++)
		if (rules & (1u << i))
			buf_printf(&b, "%s%s", b.len ? ", " : "", rule_words[i]);
	return buf_str(&b);
}

/* He as the guards would see him. */
static void act_as(const struct asked *a, struct ctx *as)
{
	struct access access = a->access;

	access.step[ACCESS_SECOND_FACTOR] = access.step[ACCESS_AREA] = perm_set_all();
	*as = *a->c;
	as->fault = (struct fault){ 0 };
	as->actor.kind = ACTOR_PERSON;
	as->actor.person_id = a->h.person_id;
	as->actor.rank = access_perms(&access);
}

/* Of a named member. */
static enum err ask_guards(struct ctx *as, const struct why_in *in, unsigned rules,
                           const struct holder *whom)
{
	bool last = false;
	enum err e = rules & SELF ? guard_not_self(as, whom->person_id) : OK;

	if (!e && rules & RANK)
		e = guard_rank(as, whom->id);
	if (e || !(rules & LAST))
		return e;
	e = guard_is_last_owner(as, in->target_id, whom->id, &last);
	return !e && last ? FAIL(as, ERR_CONFLICT, "last-owner", "The last owner stays.") : e;
}

static enum err step_separation(const struct asked *a, const struct why_in *in,
                                struct why_step *out)
{
	unsigned rules = rules_of(in->perm);
	struct holder whom;
	struct ctx as;
	enum err e;

	*out = passed(rules ? "asked-at-the-deed" : "no-rule",
	              rules ? rule_names(a, rules) : NULL);
	if (rules & OWN_ACCOUNT) {
		out->passed = in->target_id != a->h.account_id;
		out->detail = out->passed ? "ok" : "own-account";
		out->name = a->target_name;
		return OK;
	}
	if (!rules || in->whom_id == 0)
		return OK;
	e = holders_find(a->c, in->target_id, in->whom_id, &whom);
	if (e)
		return e;
	act_as(a, &as);
	e = ask_guards(&as, in, rules, &whom);
	if (e && e != ERR_DENIED && e != ERR_CONFLICT)
		return e;
	*out = (struct why_step){ .passed = !e,
		                  .detail = e ? as.fault.code : "ok",
		                  .name = whom.name };
	return OK;
}

static void fill(const struct asked *a, struct why *out)
{
	struct why_step *s = out->steps;

	s[0] = step_session(a);
	s[1] = step_membership(a);
	s[2] = step_account(a);
	s[3] = step_scope(a);
	s[4] = step_roles(a);
	s[5] = step_section(a);
	s[6] = step_main_user(a);
	s[7] = step_area(a);
	out->allowed = access_refusal(&a->access, a->perm) == ACCESS_ALLOWED;
	for (size_t i = 0; i < WHY_STEPS; i++) {
		s[i].step = steps[i];
		out->allowed = out->allowed && s[i].passed;
	}
}

enum err why_find(struct ctx *c, const struct why_in *in, struct why *out)
{
	struct asked a = { .c = c, .perm = in->perm };
	struct access_facts facts;
	struct db_list rows;
	enum err e = accounts_name(c, in->target_id, &a.target_name);

	if (!e)
		e = holders_find_at(c, in->account_id, in->membership_id, in->target_id, &a.h);
	if (!e)
		e = db_all(c->db, &reaching, DB_ARGS(db_i64(in->target_id), db_i64(a.h.id)),
		           c->mem, sizeof(struct reaching), ROLES_TOP, &rows);
	if (e)
		return e;
	a.roles = rows.v;
	a.nroles = rows.n;
	facts = holder_facts(&a.h);
	access_evaluate(&facts, &a.access);
	e = step_separation(&a, in, &out->steps[8]);
	if (!e)
		fill(&a, out);
	return e;
}
