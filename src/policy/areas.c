#include "policy/areas.h"

#include <string.h>

#include "accounts/accounts.h"
#include "base/buf.h"
#include "core/change.h"
#include "core/epoch.h"
#include "policy/policy.h"
#include "policy/queries.h"
#include "json/json_out.h"

#define WORDS_MAX 200

static const char *const names[] = {
#define AREA(name, text, on, whose, class, sections) text,
#include "core/area.def"
#undef AREA
	NULL,
};
static const char *const owns[] = { "on", "off", NULL };
static const char *const whose[] = { "reseller", "customer", NULL };

const struct field area_state_v[AREA_STATE_FIELDS] = {
	FIELD(struct area_state, area, .words = names),
	FIELD(struct area_state, on),
	FIELD(struct area_state, own, .words = owns, .may_lack = true),
	FIELD_KEY(struct area_state, account_id, ID_ACCOUNT),
	FIELD(struct area_state, account_name),
	FIELD(struct area_state, concerns, .words = whose, .may_lack = true),
	FIELD(struct area_state, possible),
};

/* What an account on the way up says of one area. */
struct word {
	const char *area;
	bool is_on;
	int64_t account_id;
	const char *account_name;
	bool seen;
};
static const struct field word_v[] = {
	FIELD(struct word, area),       FIELD(struct word, is_on),
	FIELD(struct word, account_id), FIELD(struct word, account_name),
	FIELD(struct word, seen),
};

/* Nearest first. */
/* clang-format off */
static const struct db_query above = {
	.text = "SELECT aa.area, aa.is_on, aa.account_id, a.name AS account_name,"
		" " SCOPE_SEES("aa.account_id") " AS seen FROM account_tree t"
		" JOIN account_area aa ON aa.account_id = t.ancestor_id"
		" JOIN account a ON a.id = aa.account_id WHERE t.descendant_id = ?"
		" ORDER BY t.depth",
	DB_ROWS(word_v),
};
/* clang-format on */
static const struct db_query put = {
	.text = "INSERT INTO account_area (account_id, area, is_on, set_at) VALUES (?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE is_on = VALUES(is_on), set_at = VALUES(set_at)",
};
static const struct db_query drop = {
	.text = "DELETE FROM account_area WHERE account_id = ? AND area = ?",
};
static const struct db_query count_up = {
	.text = "INSERT INTO account_policy (account_id, ver, updated_at) VALUES (?, 1, ?)"
		" ON DUPLICATE KEY UPDATE ver = ver + 1, updated_at = VALUES(updated_at)",
};

const struct db_query *const area_queries[] = { &above, &put, &drop, &count_up, NULL };

static const char *concerns(enum area a)
{
	for (size_t i = 0; whose[i]; i++)
		if (area_concerns(a, whose[i]) && !area_concerns(a, whose[1 - i]))
			return whose[i];
	return NULL;
}

/* Off anywhere wins, and of those the topmost: below it nobody switches it on. */
static struct area_state state_of(enum area a, const struct account *account,
                                  const struct db_list *words)
{
	const struct word *v = words->v, *by = NULL;
	struct area_state s = { .area = area_text(a), .concerns = concerns(a) };

	for (size_t i = 0; i < words->n; i++) {
		if (strcmp(v[i].area, s.area) != 0)
			continue;
		if (v[i].account_id == account->id)
			s.own = owns[v[i].is_on ? 0 : 1];
		if (!by || !v[i].is_on)
			by = &v[i];
	}
	s.possible = area_fits(a, account->class);
	s.on = by ? by->is_on : area_is_on(a, NULL);
	s.on = s.on && s.possible;
	if (by && by->seen) {
		s.account_id = by->account_id;
		s.account_name = by->account_name;
	}
	return s;
}

static enum err read_words(struct ctx *c, int64_t account_id, struct db_list *out)
{
	return db_all(c->db, &above, DB_ARGS(db_i64(c->actor.account_id), db_i64(account_id)),
	              c->mem, sizeof(struct word), WORDS_MAX, out);
}

enum err areas_list(struct ctx *c, int64_t account_id, struct db_list *out)
{
	struct area_state *v = arena_array(c->mem, struct area_state, AREA__MAX);
	struct account account;
	struct db_list words;
	enum err e = accounts_find(c, account_id, &account);

	if (!e)
		e = read_words(c, account_id, &words);
	if (e)
		return e;
	for (unsigned i = 0; i < AREA__MAX; i++)
		v[i] = state_of((enum area)i, &account, &words);
	*out = (struct db_list){ v, AREA__MAX };
	return OK;
}

/* --- switching ------------------------------------------------------------ */

static enum err check(struct ctx *c, const struct account_head *head,
                      const struct area_edit *in)
{
	bool customer = !strcmp(head->kind, "customer");
	const char *pointer, *who;
	enum err e = OK;

	if (head->id == c->actor.account_id && head->id != ACCOUNT_ROOT)
		return FAIL(c, ERR_DENIED, "own-account",
		            "The areas of one's own account are switched from above.");
	for (unsigned i = 0; i < AREA__MAX; i++) {
		if (!(in->mask & UINT64_C(1) << i) || !in->v[i].set)
			continue;
		pointer = arena_printf(c->mem, "/%s", area_text((enum area)i));
		who = concerns((enum area)i);
		if (in->v[i].v && !area_fits((enum area)i, head->class))
			e = FAIL_FIELD(c, pointer, "organisations-only");
		else if (customer && who && strcmp(who, "customer") != 0)
			e = FAIL_FIELD(c, pointer, "not-allowed");
	}
	return e;
}

static struct opt own_word(const struct db_list *words, int64_t account_id, const char *area)
{
	const struct word *v = words->v;

	for (size_t i = 0; i < words->n; i++)
		if (v[i].account_id == account_id && !strcmp(v[i].area, area))
			return (struct opt){ true, v[i].is_on };
	return (struct opt){ 0 };
}

static void put_word(struct buf *b, const char *area, struct opt word)
{
	json_key(b, area);
	json_str(b, word.set ? owns[word.v ? 0 : 1] : NULL);
}

static enum err write(struct ctx *c, int64_t account_id, const char *area, struct opt word)
{
	if (!word.set)
		return db_exec(c->db, &drop, DB_ARGS(db_i64(account_id), db_str(area)), NULL);
	return db_exec(c->db, &put,
	               DB_ARGS(db_i64(account_id), db_str(area), db_i64(word.v),
	                       db_stamp(c->now)),
	               NULL);
}

static enum err apply(struct ctx *c, int64_t account_id, const struct area_edit *in,
                      const struct db_list *words, struct change *ch)
{
	struct buf before, after;
	enum err e = OK;

	buf_init(&before, c->mem, 1000);
	buf_init(&after, c->mem, 1000);
	json_open(&before, '{');
	json_open(&after, '{');
	for (unsigned i = 0; i < AREA__MAX && !e; i++) {
		const char *area = area_text((enum area)i);
		struct opt was = own_word(words, account_id, area), is = in->v[i];

		is.v = is.v != 0;
		if (!(in->mask & UINT64_C(1) << i) || (was.set == is.set && was.v == is.v))
			continue;
		put_word(&before, area, was);
		put_word(&after, area, is);
		e = write(c, account_id, area, is);
	}
	json_close(&before, '}');
	json_close(&after, '}');
	ch->before = buf_str(&before);
	ch->after = buf_str(&after);
	return e;
}

static enum err check_version(struct ctx *c, int64_t account_id, int64_t ver)
{
	struct policy now;
	enum err e = policy_find(c, account_id, &now);

	if (e || !ver || now.ver == ver)
		return e;
	return FAIL(c, ERR_VERSION, "changed-meanwhile", "Somebody else changed it meanwhile.");
}

enum err areas_update(struct ctx *c, int64_t account_id, const struct area_edit *in,
                      int64_t ver)
{
	struct change ch = { .action = ACTION_AREA_UPDATE,
		             .target_kind = ID_ACCOUNT,
		             .target_id = account_id,
		             .account_id = account_id };
	struct account_head head;
	struct db_list words;
	enum err e = access_changed(c);

	if (!e)
		e = accounts_lock(c, account_id, &head);
	if (!e)
		e = check_version(c, account_id, ver);
	if (!e)
		e = check(c, &head, in);
	if (!e)
		e = read_words(c, account_id, &words);
	if (!e)
		e = apply(c, account_id, in, &words, &ch);
	if (e)
		return e;
	if (!strcmp(ch.after, "{}")) {
		c->audited++; /* nothing changed: there is nothing to say */
		return OK;
	}
	ch.target_label = ch.account_label = head.name;
	e = db_exec(c->db, &count_up, DB_ARGS(db_i64(account_id), db_stamp(c->now)), NULL);
	return e ? e : change_put(c, &ch);
}
