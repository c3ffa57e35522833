#include "roles/switches.h"

#include <string.h>

#include "core/change.h"
#include "people/guard.h"
#include "roles/inner.h"
#include "roles/queries.h"
#include "json/json_out.h"

#define LOG_MAX 16384

static const char *const words[] = { "allow", "deny", "none", NULL };
static const char *const steps[] = { "second-factor", "roles",     "denied",
	                             "section",       "main-user", "area",
	                             "key",           "allowed",   NULL };

const struct field switch_line_v[SWITCH_LINE_FIELDS] = {
	FIELD(struct switch_line, permission),
	FIELD(struct switch_line, section),
	FIELD(struct switch_line, roles),
	/* switch is a word of the language */
	{ FIELD_NAME("switch"),
	  .type = FIELD_STR,
	  .offset = offsetof(struct switch_line, switched),
	  .words = words },
	FIELD(struct switch_line, effective),
	FIELD(struct switch_line, step, .words = steps),
};

static const struct db_query set_one = {
	.text = "INSERT INTO member_permission (membership_id, permission, effect, set_at)"
		" VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE effect = VALUES(effect),"
		" set_at = VALUES(set_at)",
};
static const struct db_query clear_one = {
	.text = "DELETE FROM member_permission WHERE membership_id = ? AND permission = ?",
};

const struct db_query *const switch_queries[] = { &set_one, &clear_one, NULL };

enum err switches_set(struct ctx *c, int64_t membership_id, const char *permission,
                      const char *effect)
{
	if (!effect)
		return db_exec(c->db, &clear_one,
		               DB_ARGS(db_i64(membership_id), db_str(permission)), NULL);
	return db_exec(c->db, &set_one,
	               DB_ARGS(db_i64(membership_id), db_str(permission), db_str(effect),
	                       db_stamp(c->now)),
	               NULL);
}

struct said {
	struct perm_set allow, deny;
};

static struct said said_by(const char *adjusted)
{
	struct said s = { { { 0, 0 } }, { { 0, 0 } } };

	access_apply(adjusted, &s.allow, &s.deny);
	return s;
}

static const char *effect_of(const struct said *s, enum perm p)
{
	if (perm_has(&s->deny, p))
		return "deny";
	return perm_has(&s->allow, p) ? "allow" : NULL;
}

/* As it would be with other switches; what he must still prove is left out. */
static void evaluate(const struct holder *h, const char *adjusted, struct access *out)
{
	struct access_facts f = holder_facts(h);

	f.pending = false;
	f.adjusted = adjusted;
	access_evaluate(&f, out);
}

void switches_list(struct arena *mem, const struct holder *h, struct db_list *out)
{
	struct switch_line *v = arena_array(mem, struct switch_line, PERM__MAX);
	struct said said = said_by(h->adjusted);
	struct access with, without;
	struct perm_set by_roles;
	size_t n = 0;

	evaluate(h, h->adjusted, &with);
	evaluate(h, NULL, &without);
	by_roles = perm_and(perm_and(without.step[ACCESS_ROLES], without.step[ACCESS_DENIED]),
	                    without.step[ACCESS_SECTION]);
	for (unsigned i = PERM_SESSION + 1; i < PERM__MAX; i++) {
		enum perm p = (enum perm)i;
		enum access_step step = access_refusal(&with, p);
		const char *text = perm_text(p), *effect = effect_of(&said, p);

		v[n++] = (struct switch_line){
			.permission = text,
			.section = arena_copy(mem, text, strcspn(text, ".")),
			.roles = perm_has(&by_roles, p),
			.switched = effect ? effect : "none",
			.effective = step == ACCESS_ALLOWED,
			.step = access_step_text(step),
		};
	}
	*out = (struct db_list){ v, n };
}

/* --- a whole set ---------------------------------------------------------- */

/* What is newly allowed, and what he has more by what is no longer denied. */
static enum err check_gain(struct ctx *c, const struct holder *h, const char *adjusted)
{
	struct said was = said_by(h->adjusted), is = said_by(adjusted);
	struct perm_set gain =
		perm_less(holder_given(h->account_kind, h->all_roles, adjusted), holder_own(h));

	return guard_grantable(c, perm_or(gain, perm_less(is.allow, was.allow)));
}

static void log_one(struct buf *b, enum perm p, const char *effect)
{
	json_key(b, perm_text(p));
	json_str(b, effect ? effect : "none");
}

static enum err write(struct ctx *c, const struct holder *h, const char *adjusted)
{
	struct said was = said_by(h->adjusted), is = said_by(adjusted);
	struct change ch = { .action = ACTION_MEMBER_PERMISSION,
		             .target_kind = ID_MEMBERSHIP,
		             .target_id = h->id,
		             .target_label = h->name,
		             .account_id = h->account_id,
		             .account_label = h->account_name };
	struct buf before, after;
	enum err e = OK;

	buf_init(&before, c->mem, LOG_MAX);
	buf_init(&after, c->mem, LOG_MAX);
	json_open(&before, '{');
	json_open(&after, '{');
	for (unsigned i = PERM_SESSION + 1; i < PERM__MAX && !e; i++) {
		const char *old = effect_of(&was, (enum perm)i);
		const char *new = effect_of(&is, (enum perm)i);

		if (old == new || (old && new && !strcmp(old, new)))
			continue;
		e = switches_set(c, h->id, perm_text((enum perm)i), new);
		log_one(&before, (enum perm)i, old);
		log_one(&after, (enum perm)i, new);
	}
	json_close(&before, '}');
	json_close(&after, '}');
	ch.before = buf_str(&before);
	ch.after = buf_str(&after);
	if (!e)
		e = holders_count_up(c, h->id);
	return e ? e : change_put(c, &ch);
}

static bool same_said(const char *a, const char *b)
{
	struct said x = said_by(a), y = said_by(b);

	return perm_within(x.allow, y.allow) && perm_within(y.allow, x.allow) &&
	       perm_within(x.deny, y.deny) && perm_within(y.deny, x.deny);
}

enum err switches_put(struct ctx *c, int64_t account_id, int64_t membership_id,
                      const struct role_says *set, int64_t ver)
{
	const char *adjusted = NULL;
	struct holder h;
	enum err e = role_says_text(c, set, "/switches", &adjusted);

	if (!e)
		e = holders_lock(c, account_id, membership_id, ver, &h);
	if (!e)
		e = guard_not_self(c, h.person_id);
	if (!e)
		e = guard_rank(c, membership_id);
	if (e)
		return e;
	if (same_said(h.adjusted, adjusted)) {
		c->audited++; /* nothing changed: there is nothing to say */
		return OK;
	}
	e = check_gain(c, &h, adjusted);
	return e ? e : write(c, &h, adjusted);
}

/* --- what it would do ----------------------------------------------------- */

static struct perm_set may(const struct holder *h)
{
	struct access a;

	evaluate(h, h->adjusted, &a);
	return access_perms(&a);
}

static void preview_subs(struct arena *mem, const struct db_list *rows, const char *adjusted,
                         struct switch_preview *out)
{
	const struct holder *v = rows->v;
	struct perm_set lose;
	struct holder h;

	out->subs = arena_array(mem, struct switch_sub, rows->n + 1);
	for (size_t i = 0; i < rows->n; i++) {
		h = v[i];
		h.main_adjusted = adjusted;
		lose = perm_less(may(&v[i]), may(&h));
		if (lose.w[0] | lose.w[1])
			out->subs[out->nsubs++] =
				(struct switch_sub){ v[i].id, v[i].name, lose };
	}
}

enum err switches_preview(struct ctx *c, int64_t account_id, int64_t membership_id,
                          const struct role_says *set, struct switch_preview *out)
{
	struct switch_preview p = { 0 };
	const char *adjusted = NULL;
	struct holder was, is;
	struct db_list subs;
	enum err e = role_says_text(c, set, "/switches", &adjusted);

	if (!e)
		e = holders_find(c, account_id, membership_id, &was);
	if (!e)
		e = holders_subs(c, &was, &subs);
	if (e)
		return e;
	is = was;
	is.adjusted = adjusted;
	p.gain = perm_less(may(&is), may(&was));
	p.lose = perm_less(may(&was), may(&is));
	preview_subs(c->mem, &subs, adjusted, &p);
	*out = p;
	return OK;
}
