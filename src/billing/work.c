#include "billing/work.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "billing/types.h"
#include "people/people.h"
#include "json/json_out.h"

#define ACCOUNT_COLUMNS \
	"SELECT a.id AS id, a.name AS name, a.state AS state, a.kind AS kind," \
	" a.main_person_id AS main_person_id, a.terminated_at AS terminated_at," \
	" a.external_id AS external_id"

static const struct field account_v[] = {
	FIELD(struct work_account, id),
	FIELD(struct work_account, name),
	FIELD(struct work_account, state),
	FIELD(struct work_account, kind),
	FIELD(struct work_account, main_person_id),
	FIELD(struct work_account, terminated_at),
	FIELD(struct work_account, external_id),
};

static const struct db_query by_login = {
	.text = ACCOUNT_COLUMNS " FROM person p JOIN membership m ON m.person_id = p.id"
				" AND m.kind = 'main' JOIN account a ON a.id = m.account_id"
				" AND a.main_person_id = p.id"
				" WHERE p.login = ? AND a.billing_source_id = ? LIMIT 1",
	DB_ROWS(account_v),
};
static const struct db_query by_external = {
	.text = ACCOUNT_COLUMNS " FROM account a WHERE a.billing_source_id = ?"
				" AND a.external_id = ?",
	DB_ROWS(account_v),
};
/* By way of the search's words: contract numbers have no index of their own. */
static const struct db_query by_contract = {
	.text = ACCOUNT_COLUMNS
	" FROM account_word w JOIN account a ON a.id = w.account_id"
	" WHERE w.word = ? AND a.billing_source_id = ? AND a.contract_no = ?"
	" ORDER BY a.id LIMIT 2",
	DB_ROWS(account_v),
};

const struct db_query *const work_queries[] = { &by_login, &by_external, &by_contract, NULL };

void work_init(struct work *w, struct ctx *c, const struct billing_source *source)
{
	*w = (struct work){ .c = c, .source = source };
	w->due_at = STAMP_NONE;
	w->tomb.at = STAMP_NONE;
	buf_init(&w->answer, c->mem, WORK_TEXT_MAX);
	buf_init(&w->before, c->mem, WORK_TEXT_MAX);
	buf_init(&w->after, c->mem, WORK_TEXT_MAX);
}

static enum err end(struct work *w, enum verdict v, const char *reason)
{
	w->verdict = v;
	w->reason = reason;
	return OK;
}

enum err work_applied(struct work *w)
{
	return end(w, VERDICT_APPLIED, NULL);
}

enum err work_noop(struct work *w, const char *reason)
{
	return end(w, VERDICT_NOOP, reason);
}

enum err work_quarantine(struct work *w, const char *reason)
{
	return end(w, VERDICT_QUARANTINED, reason);
}

enum err work_defer(struct work *w, const char *reason, struct stamp due_at)
{
	w->due_at = due_at;
	return end(w, VERDICT_DEFERRED, reason);
}

/* What it waits for calls it; should that call be lost, it looks again, ever more rarely. */
enum err work_defer_orphan(struct work *w, const char *reason)
{
	int64_t age = w->c->now.usec - w->ev.received_at.usec;
	struct stamp next = stamp_add(w->c->now, age > USEC_PER_MIN ? age : USEC_PER_MIN);
	struct stamp last = stamp_add(w->ev.received_at, EVENT_ORPHAN_HOURS * USEC_PER_HOUR);

	return work_defer(w, reason, next.usec < last.usec ? next : last);
}

enum err work_done(struct work *w, bool changed)
{
	return changed ? work_applied(w) : work_noop(w, "already_so");
}

void work_changed(struct work *w, const char *what, const char *before, const char *after)
{
	json_key(&w->before, what);
	json_str(&w->before, before);
	json_key(&w->after, what);
	json_str(&w->after, after);
}

void work_changed_i64(struct work *w, const char *what, int64_t before, int64_t after)
{
	json_key(&w->before, what);
	json_i64(&w->before, before);
	json_key(&w->after, what);
	json_i64(&w->after, after);
}

void work_reg(struct work *w, const char *name)
{
	struct reg *r = &w->regs[w->nregs];

	assert(w->nregs < REGS_MAX && strlen(name) < REG_NAME);
	*r = (struct reg){ .newer = true, .at = STAMP_NONE };
	memcpy(r->name, name, strlen(name) + 1);
	w->nregs++;
}

void work_reg_reads(struct work *w, const char *name)
{
	work_reg(w, name);
	w->regs[w->nregs - 1].reads = true;
}

static bool is_plain(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || (unsigned char)*s >= 0x7f)
			return false;
	return true;
}

void work_reg_of(struct work *w, const char *kind, const char *id, const char *what)
{
	unsigned char hash[HASH_BYTES];
	char hex[2 * HASH_BYTES + 1], name[REG_NAME];
	int n = -1;

	if (is_plain(id))
		n = snprintf(name, sizeof(name), "%s.%s%s", kind, id, what);
	if (n < 0 || (size_t)n >= sizeof(name)) {
		token_hash(id, strlen(id), hash);
		hex_write(hash, sizeof(hash), hex);
		snprintf(name, sizeof(name), "%.10s.%.40s%.20s", kind, hex, what);
	}
	work_reg(w, name);
}

bool work_may_write(const struct work *w, const char *name)
{
	for (size_t i = 0; i < w->nregs; i++)
		if (strcmp(w->regs[i].name, name) == 0)
			return w->regs[i].newer;
	return true;
}

bool work_is_after(const struct work *w, struct opt seq, struct stamp at)
{
	if (w->ev.subject_seq.set && seq.set)
		return w->ev.subject_seq.v > seq.v;
	return !stamp_is_set(at) || w->ev.occurred_at.usec >= at.usec;
}

bool work_has(const struct work *w, const char *name)
{
	return json_has(w->type->in, &w->seen, name);
}

/* A row that is not there is no account, and no error. */
static enum err maybe(enum err e, struct work_account *a)
{
	if (e == ERR_NOT_FOUND) {
		*a = (struct work_account){ 0 };
		return OK;
	}
	return e;
}

enum err work_find_login(struct work *w, const char *login, struct work_account *out)
{
	struct ctx *c = w->c;
	const char *canonical = login_canonical(c->mem, login);

	if (!canonical)
		return maybe(ERR_NOT_FOUND, out);
	return maybe(db_one(c->db, &by_login, DB_ARGS(db_str(canonical), db_i64(w->source->id)),
	                    c->mem, out),
	             out);
}

struct word {
	char text[65];
	size_t n;
};

static void keep_word(void *to, const char *word, size_t n)
{
	struct word *longest = to;

	if (n > longest->n && n < sizeof(longest->text)) {
		memcpy(longest->text, word, n);
		longest->text[n] = '\0';
		longest->n = n;
	}
}

static enum err find_contract(struct work *w, const char *contract, struct work_account *out)
{
	struct word word = { .n = 0 };
	struct db_list rows;
	enum err e;

	utf8_words(contract, strlen(contract), keep_word, &word);
	if (word.n == 0)
		return maybe(ERR_NOT_FOUND, out);
	e = db_all(w->c->db, &by_contract,
	           DB_ARGS(db_bytes(word.text, word.n), db_i64(w->source->id),
	                   db_str(contract)),
	           w->c->mem, sizeof(struct work_account), 2, &rows);
	if (e)
		return e;
	if (rows.n != 1) /* none, or nobody knows which */
		return maybe(ERR_NOT_FOUND, out);
	*out = *(struct work_account *)rows.v;
	return OK;
}

enum err work_find_owner(struct work *w, const struct owner_hint *hint,
                         struct work_account *out)
{
	const char *login = hint->login ? hint->login : w->env->subject.login;
	enum err e = OK;

	*out = w->account;
	if (out->id || strcmp(w->ev.subject_kind, "entity") == 0)
		return OK;
	if (hint->entity_external_id)
		e = maybe(
			db_one(w->c->db, &by_external,
		               DB_ARGS(db_i64(w->source->id), db_str(hint->entity_external_id)),
		               w->c->mem, out),
			out);
	if (!e && !out->id && login)
		e = work_find_login(w, login, out);
	if (!e && !out->id && hint->contract_no)
		e = find_contract(w, hint->contract_no, out);
	return e;
}
