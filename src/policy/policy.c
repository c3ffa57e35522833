#include "policy/policy.h"

#include <string.h>

#include "accounts/accounts.h"
#include "policy/queries.h"

#define DEPTH_MAX 16 /* accounts on the way up */

static const char *const supports[] = { "always", "on_request", "never", NULL };
static const char *const registrations[] = { "off", "approval", "automatic", NULL };

const struct field policy_v[POLICY__MAX + 1] = {
	FIELD(struct policy, require_two_step, .truth = true),
	FIELD(struct policy, users_may_change_email, .truth = true),
	FIELD(struct policy, users_may_change_password, .truth = true),
	FIELD(struct policy, idle_min),
	FIELD(struct policy, absolute_min),
	FIELD(struct policy, ip_allow),
	FIELD(struct policy, support_access, .words = supports, .may_lack = true),
	FIELD(struct policy, self_registration, .words = registrations, .may_lack = true),
	FIELD_KEY(struct policy, registration_role_id, ID_ROLE),
	FIELD(struct policy, ver),
};

static const char *const keys[] = {
	"require_two_step",
	"users_may_change_email",
	"users_may_change_password",
	"idle_min",
	"absolute_min",
	"ip_allow",
	"support_access",
	"self_registration",
	"registration_role_id",
	NULL,
};
static const char *const origins[] = { "own", "above", "default", NULL };

const struct field policy_value_v[POLICY_VALUE_FIELDS] = {
	FIELD(struct policy_value, key, .words = keys),
	FIELD(struct policy_value, value),
	FIELD_KEY(struct policy_value, account_id, ID_ACCOUNT),
	FIELD(struct policy_value, account_name),
	FIELD(struct policy_value, origin, .words = origins),
};

/* What one account on the way up says. */
struct word {
	struct policy policy;
	int64_t account_id;
	const char *account_name;
	bool seen; /* by the caller */
};
#define WORD(member) FIELD(struct word, policy.member)
static const struct field word_v[] = {
	WORD(require_two_step),
	WORD(users_may_change_email),
	WORD(users_may_change_password),
	WORD(idle_min),
	WORD(absolute_min),
	WORD(ip_allow),
	WORD(support_access),
	WORD(self_registration),
	WORD(registration_role_id),
	WORD(ver),
	FIELD(struct word, account_id),
	FIELD(struct word, account_name),
	FIELD(struct word, seen),
};
#undef WORD

#define OWN \
	"SELECT po.require_two_step, po.users_may_change_email, po.users_may_change_password," \
	" po.idle_min, po.absolute_min, po.ip_allow, po.support_access, po.self_registration," \
	" po.registration_role_id"

static const struct db_query own = {
	.text = OWN ", IFNULL(po.ver, 0) + 1 AS ver FROM account a LEFT JOIN account_policy po"
		    " ON po.account_id = a.id WHERE a.id = ? AND " SCOPE_SEES("a.id"),
	DB_ROWS(policy_v),
};
/* Nearest first. */
/* clang-format off */
static const struct db_query above = {
	.text = "SELECT po.require_two_step AS `policy.require_two_step`,"
		" po.users_may_change_email AS `policy.users_may_change_email`,"
		" po.users_may_change_password AS `policy.users_may_change_password`,"
		" po.idle_min AS `policy.idle_min`, po.absolute_min AS `policy.absolute_min`,"
		" po.ip_allow AS `policy.ip_allow`, po.support_access AS `policy.support_access`,"
		" po.self_registration AS `policy.self_registration`,"
		" po.registration_role_id AS `policy.registration_role_id`,"
		" po.ver AS `policy.ver`, po.account_id, a.name AS account_name,"
		" " SCOPE_SEES("po.account_id") " AS seen FROM account_tree t"
		" JOIN account_policy po ON po.account_id = t.ancestor_id"
		" JOIN account a ON a.id = t.ancestor_id WHERE t.descendant_id = ?"
		" ORDER BY t.depth",
	DB_ROWS(word_v),
};
/* clang-format on */

static const struct field person_policy_v[] = {
	FIELD(struct person_policy, may_change_email),
	FIELD(struct person_policy, may_change_password),
	FIELD(struct person_policy, require_two_step),
};
static const struct db_query of_person = {
	.text = "SELECT MIN(IFNULL(po.users_may_change_email, 1)) AS may_change_email,"
		" MIN(IFNULL(po.users_may_change_password, 1)) AS may_change_password,"
		" MAX(IFNULL(po.require_two_step, 0)) AS require_two_step"
		" FROM person p LEFT JOIN membership m ON m.person_id = p.id"
		" AND m.state <> 'removed' AND (m.expires_at IS NULL OR m.expires_at > ?)"
		" LEFT JOIN account_tree t ON t.descendant_id = m.account_id"
		" LEFT JOIN account_policy po ON po.account_id = t.ancestor_id"
		" WHERE p.id = ? GROUP BY p.id",
	DB_ROWS(person_policy_v),
};

struct mode {
	const char *support_access;
};
static const struct field mode_v[] = { FIELD(struct mode, support_access) };
/* A private person has no back office to be asked in. */
static const struct db_query nearest_support = {
	.text = "SELECT IFNULL((SELECT po.support_access FROM account_tree t"
		" JOIN account_policy po ON po.account_id = t.ancestor_id"
		" WHERE t.descendant_id = a.id AND po.support_access IS NOT NULL"
		" ORDER BY t.depth LIMIT 1), IF(a.class = 'person', 'always', 'on_request'))"
		" AS support_access FROM account a WHERE a.id = ?",
	DB_ROWS(mode_v),
};

const struct db_query *const policy_queries[] = {
	&own, &above, &of_person, &nearest_support, NULL,
};

enum err policy_of_person(struct ctx *c, int64_t person_id, struct person_policy *out)
{
	return db_one(c->db, &of_person, DB_ARGS(db_stamp(c->now), db_i64(person_id)), c->mem,
	              out);
}

enum err policy_support_access(struct ctx *c, int64_t account_id, const char **mode)
{
	struct mode m;
	enum err e = db_one(c->db, &nearest_support, DB_ARGS(db_i64(account_id)), c->mem, &m);

	if (!e)
		*mode = m.support_access;
	return e;
}

enum err policy_find(struct ctx *c, int64_t account_id, struct policy *out)
{
	enum err e =
		db_one(c->db, &own, DB_ARGS(db_i64(account_id), db_i64(c->actor.account_id)),
	               c->mem, out);

	return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
}

/* --- what holds ----------------------------------------------------------- */

struct holding {
	struct ctx *c;
	int64_t account_id;
	const struct word *words;
	size_t n;
	struct policy_value *out;
	size_t nout;
};

static void add(struct holding *h, enum policy_field f, const char *value, const struct word *w)
{
	h->out[h->nout++] = (struct policy_value){
		.key = keys[f],
		.value = value,
		.account_id = w && w->seen ? w->account_id : 0,
		.account_name = w && w->seen ? w->account_name : NULL,
		.origin = !w                               ? "default"
		          : w->account_id == h->account_id ? "own"
		                                           : "above",
	};
}

/* Truths: the one that binds wins, and the topmost that says it, for below it nobody loosens it. */
static void add_truth(struct holding *h, enum policy_field f, bool binding)
{
	const struct word *by = NULL;

	for (size_t i = 0; i < h->n; i++) {
		const struct policy *p = &h->words[i].policy;
		const struct opt *v = f == POLICY_REQUIRE_TWO_STEP ? &p->require_two_step
		                      : f == POLICY_MAY_CHANGE_EMAIL
		                              ? &p->users_may_change_email
		                              : &p->users_may_change_password;

		if (v->set && (v->v != 0) == binding)
			by = &h->words[i];
	}
	add(h, f, by ? (binding ? "true" : "false") : (binding ? "false" : "true"), by);
}

/* Minutes: the fewest, and of those who say the same the topmost. */
static void add_minutes(struct holding *h, enum policy_field f, int64_t most)
{
	const struct word *by = NULL;
	int64_t least = most;

	for (size_t i = 0; i < h->n; i++) {
		const struct policy *p = &h->words[i].policy;
		const struct opt *v = f == POLICY_IDLE_MIN ? &p->idle_min : &p->absolute_min;

		if (!v->set || v->v > least)
			continue;
		least = v->v;
		by = &h->words[i];
	}
	add(h, f, arena_printf(h->c->mem, "%lld", (long long)least), by);
}

static void add_addresses(struct holding *h)
{
	size_t before = h->nout;

	for (size_t i = 0; i < h->n; i++)
		if (h->words[i].policy.ip_allow)
			add(h, POLICY_IP_ALLOW, h->words[i].policy.ip_allow, &h->words[i]);
	if (h->nout == before)
		add(h, POLICY_IP_ALLOW, NULL, NULL);
}

static const char *role_text_of(struct holding *h, int64_t id)
{
	char text[ID_TEXT];

	if (!id)
		return NULL;
	id_write(ID_ROLE, id, text);
	return arena_str(h->c->mem, text);
}

static void add_preference(struct holding *h, enum policy_field f, const char *otherwise)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct policy *p = &h->words[i].policy;
		const char *v = f == POLICY_SUPPORT_ACCESS ? p->support_access
		                : f == POLICY_SELF_REGISTRATION
		                        ? p->self_registration
		                        : role_text_of(h, p->registration_role_id);

		if (!v)
			continue;
		add(h, f, v, &h->words[i]);
		return;
	}
	add(h, f, otherwise, NULL);
}

enum err policy_effective(struct ctx *c, int64_t account_id, struct db_list *out)
{
	struct holding h = { .c = c, .account_id = account_id };
	const char *name, *support = NULL;
	struct db_list rows;
	enum err e = accounts_name(c, account_id, &name);

	if (!e)
		e = policy_support_access(c, account_id, &support);
	if (!e)
		e = db_all(c->db, &above,
		           DB_ARGS(db_i64(c->actor.account_id), db_i64(account_id)), c->mem,
		           sizeof(struct word), DEPTH_MAX, &rows);
	if (e)
		return e;
	h.words = rows.v;
	h.n = rows.n;
	h.out = arena_array(c->mem, struct policy_value, POLICY__MAX + DEPTH_MAX);
	add_truth(&h, POLICY_REQUIRE_TWO_STEP, true);
	add_truth(&h, POLICY_MAY_CHANGE_EMAIL, false);
	add_truth(&h, POLICY_MAY_CHANGE_PASSWORD, false);
	add_minutes(&h, POLICY_IDLE_MIN, c->config->session_idle_min);
	add_minutes(&h, POLICY_ABSOLUTE_MIN, c->config->session_absolute_min);
	add_addresses(&h);
	add_preference(&h, POLICY_SUPPORT_ACCESS, support);
	add_preference(&h, POLICY_SELF_REGISTRATION, "off");
	add_preference(&h, POLICY_REGISTRATION_ROLE, NULL);
	*out = (struct db_list){ h.out, h.nout };
	return OK;
}
