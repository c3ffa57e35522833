#include <stdlib.h>
#include <string.h>

#include "base/seal.h"
#include "changelog/chain_inner.h"
#include "changelog/queries.h"
#include "search/query.h"

#define SEQS_AT_ONCE 5000
#define PARTS_A_STEP 8
#define EVERY_USEC   USEC_PER_DAY
#define NOTED_DIGITS (2 * LINK_BYTES)

static const struct field sealed_v[] = {
	FIELD(struct chain_entry, pos),    FIELD(struct chain_entry, sealed),
	FIELD(struct chain_entry, key_id), FIELD(struct chain_entry, facts),
	FIELD(struct chain_entry, doer),   FIELD(struct chain_entry, told),
	FIELD(struct chain_entry, link),   ENTRY_FIELDS,
};
static const struct db_query sealed = {
	.text = "SELECT s.pos AS pos, s.seq AS sealed, s.key_id AS key_id, s.facts AS facts,"
		" s.doer AS doer, s.told AS told, s.link AS link, " ENTRY_COLUMNS
		" FROM change_seal s LEFT JOIN change_log l ON l.seq = s.seq"
		" WHERE s.pos > ? AND s.pos <= ? ORDER BY s.pos LIMIT ?",
	DB_ROWS(sealed_v),
};

struct number {
	int64_t n;
};
static const struct field number_v[] = { FIELD(struct number, n) };
static const struct db_query added = {
	.text = "SELECT l.seq AS n FROM change_log l LEFT JOIN change_seal s ON s.seq = l.seq"
		" WHERE l.seq > ? AND l.seq <= ? AND s.pos IS NULL ORDER BY l.seq LIMIT ?",
	DB_ROWS(number_v),
};
static const struct db_query account_purged = {
	.text = "SELECT COUNT(*) AS n FROM change_log WHERE account_id = ?"
		" AND action = 'account.purge' AND result = 'success'",
	DB_ROWS(number_v),
};
static const struct db_query person_purged = {
	.text = "SELECT COUNT(*) AS n FROM change_log WHERE action = 'person.purge'"
		" AND target_kind = 'person' AND target_id = ?",
	DB_ROWS(number_v),
};

struct entry_name {
	struct stamp at;
	const char *action, *target_label;
};
static const struct field entry_name_v[] = {
	FIELD(struct entry_name, at),
	FIELD(struct entry_name, action),
	FIELD(struct entry_name, target_label),
};
static const struct db_query name_entry = {
	.text = "SELECT at, action, target_label FROM change_log WHERE seq = ?",
	DB_ROWS(entry_name_v),
};

static const struct db_query drop_breaks = { .text = "DELETE FROM change_break" };
static const struct db_query put_break = {
	.text = "INSERT INTO change_break (what, pos, seq, found_at) VALUES (?, ?, ?, ?)",
};
static const struct field break_v[] = {
	FIELD(struct chain_break, what),
	FIELD(struct chain_break, pos),
	FIELD(struct chain_break, seq),
	FIELD(struct chain_break, found_at),
};
static const struct db_query list_breaks = {
	.text = "SELECT what, pos, seq, found_at FROM change_break ORDER BY id LIMIT ?",
	DB_ROWS(break_v),
};
static const struct db_query put_walk = {
	.text = "UPDATE change_chain SET check_pos = ?, check_link = ?, check_seq = ?,"
		" check_broken = ? WHERE one = 1",
};
static const struct db_query put_verified = {
	.text = "UPDATE change_chain SET check_pos = NULL, check_link = NULL, check_seq = 0,"
		" check_broken = 0, check_due_at = ?, verified_at = ?, verified_pos = ?,"
		" verified_link = ?, broken = ? WHERE one = 1",
};
static const struct db_query due_now = {
	.text = "UPDATE change_chain SET check_due_at = ? WHERE one = 1",
};

const struct db_query *const chain_check_queries[] = {
	&sealed,      &added,    &account_purged, &person_purged, &drop_breaks, &put_break,
	&list_breaks, &put_walk, &put_verified,   &due_now,       NULL,
};

const char *chain_break_text(enum chain_break_kind k)
{
	static const char *const texts[] = {
		[BREAK_ALTERED] = "altered", [BREAK_MISSING] = "missing",
		[BREAK_ADDED] = "added",     [BREAK_SEAL] = "seal",
		[BREAK_HEAD] = "head",       [BREAK_KEY] = "key",
	};

	return texts[k];
}

/* How far a verification has come. */
struct walk {
	struct ctx *c;
	int64_t pos, seq, broken;
	unsigned char link[LINK_BYTES];
	int64_t noted_pos; /* a head that was noted before, 0: none */
	unsigned char noted[LINK_BYTES];
	chain_found *found;
	void *to;
};

static void report(struct walk *w, enum chain_break_kind k, int64_t pos, int64_t seq)
{
	struct chain_break b = { chain_break_text(k), pos, seq, w->c->now };

	w->broken++;
	w->found(w->to, &b);
}

static bool same(struct bytes a, const unsigned char *b, size_t n)
{
	return a.n == n && !memcmp(a.p, b, n);
}

static bool is(const char *a, const char *b)
{
	return a && !strcmp(a, b);
}

static enum err counted(struct ctx *c, const struct db_query *q, int64_t id, bool *out)
{
	struct number n;
	enum err e = db_one(c->db, q, DB_ARGS(db_i64(id)), c->mem, &n);

	if (!e)
		*out = n.n > 0;
	return e;
}

/* What life_purge() leaves of who did it: a purge that the log tells of is none of ours. */
static enum err doer_purged(struct ctx *c, const struct chain_entry *r, bool *out)
{
	const char *left = arena_printf(c->mem, "removed-%lld", (long long)r->actor_id);

	*out = false;
	if (r->actor_id == 0 || r->ip || r->user_agent || !is(r->actor_label, left))
		return OK;
	return counted(c, &person_purged, r->actor_id, out);
}

static enum err told_purged(struct ctx *c, const struct chain_entry *r, bool *out)
{
	const char *account = arena_printf(c->mem, "purged-%lld",
	                                   (long long)r->account_id + ACCOUNT_NUMBER_BASE);
	const char *target = !strcmp(r->target_kind, "account")
	                             ? account
	                             : arena_printf(c->mem, "%s-%lld", r->target_kind,
	                                            (long long)r->target_id);

	*out = false;
	if (r->before || r->after || r->reason || !is(r->account_label, account) ||
	    !is(r->target_label, target))
		return OK;
	return counted(c, &account_purged, r->account_id, out);
}

/* In the log of another account, what it was called goes alone. */
static enum err target_purged(struct ctx *c, const struct chain_entry *r, bool *out)
{
	const char *label = arena_printf(c->mem, "purged-%lld",
	                                 (long long)r->target_id + ACCOUNT_NUMBER_BASE);

	*out = false;
	if (strcmp(r->target_kind, "account") != 0 || !is(r->target_label, label))
		return OK;
	return counted(c, &account_purged, r->target_id, out);
}

static enum err check_entry(struct walk *w, const struct chain_entry *r)
{
	struct ctx *c = w->c;
	struct digests d;
	bool well;
	enum err e = chain_digest(c, r->key_id, r, &d);

	if (e)
		return e;
	well = same(r->facts, d.facts, DIGEST_BYTES);
	if (well && !same(r->doer, d.doer, DIGEST_BYTES))
		e = doer_purged(c, r, &well);
	if (!e && well && !same(r->told, d.told, DIGEST_BYTES)) {
		e = told_purged(c, r, &well);
		if (!e && !well)
			e = target_purged(c, r, &well);
	}
	if (!e && !well)
		report(w, BREAK_ALTERED, r->pos, r->seq);
	return e;
}

/* After a break the walk goes on from what stands there: one is told as one. */
static enum err check_seal(struct walk *w, const struct chain_entry *r)
{
	unsigned char link[LINK_BYTES];
	enum err e = chain_link(w->c, r->key_id, w->link, r, link);
	bool next = r->pos == w->pos + 1;

	if (e == ERR_NOT_FOUND)
		report(w, BREAK_KEY, r->pos, r->sealed);
	else if (e)
		return e;
	else if (!next)
		report(w, BREAK_SEAL, w->pos + 1, 0);
	if (!e && next && !same(r->link, link, LINK_BYTES))
		report(w, BREAK_SEAL, r->pos, r->sealed);
	else if (r->seq == 0)
		report(w, BREAK_MISSING, r->pos, r->sealed);
	else if (!e)
		e = check_entry(w, r);
	w->pos = r->pos;
	if (r->link.n == LINK_BYTES)
		memcpy(w->link, r->link.p, LINK_BYTES);
	if (w->pos == w->noted_pos && memcmp(w->link, w->noted, LINK_BYTES) != 0)
		report(w, BREAK_HEAD, w->pos, r->sealed);
	return e == ERR_NOT_FOUND ? OK : e;
}

static enum err walk_seals(struct walk *w, const struct chain_state *s)
{
	struct ctx *c = w->c;
	struct db_list rows;
	enum err e = db_all(c->db, &sealed,
	                    DB_ARGS(db_i64(w->pos), db_i64(s->head_pos), db_i64(CHAIN_ROWS)),
	                    c->mem, sizeof(struct chain_entry), CHAIN_ROWS, &rows);

	for (size_t i = 0; !e && i < rows.n; i++)
		e = check_seal(w, (const struct chain_entry *)rows.v + i);
	if (e)
		return e;
	if (rows.n == 0) {
		report(w, BREAK_SEAL, w->pos + 1, 0);
		w->pos = s->head_pos;
	} else if (w->pos == s->head_pos && !same(s->head_link, w->link, LINK_BYTES)) {
		report(w, BREAK_HEAD, w->pos, 0);
	}
	return OK;
}

static enum err walk_entries(struct walk *w, const struct chain_state *s)
{
	struct ctx *c = w->c;
	int64_t to =
		w->seq + SEQS_AT_ONCE < s->settled_seq ? w->seq + SEQS_AT_ONCE : s->settled_seq;
	struct db_list rows;
	enum err e = db_all(c->db, &added,
	                    DB_ARGS(db_i64(w->seq), db_i64(to), db_i64(CHAIN_BREAKS_MAX)),
	                    c->mem, sizeof(struct number), CHAIN_BREAKS_MAX, &rows);

	for (size_t i = 0; !e && i < rows.n; i++)
		report(w, BREAK_ADDED, 0, ((const struct number *)rows.v)[i].n);
	if (!e)
		w->seq = to;
	return e;
}

static enum err check_mac(struct walk *w, const struct chain_state *s)
{
	unsigned char mac[LINK_BYTES];
	enum err e = OK;

	if (s->head_pos > 0)
		e = chain_mac(w->c, s->key_id, s, mac);
	if (e == ERR_NOT_FOUND)
		report(w, BREAK_KEY, s->head_pos, 0);
	else if (!e && s->head_pos > 0 && !same(s->mac, mac, LINK_BYTES))
		report(w, BREAK_HEAD, s->head_pos, 0);
	if (!e && w->noted_pos > s->head_pos)
		report(w, BREAK_HEAD, w->noted_pos, 0);
	return e == ERR_NOT_FOUND ? OK : e;
}

/* A part of the way; done with the last. */
static enum err walk_on(struct walk *w, const struct chain_state *s, bool *done)
{
	struct arena_mark mark = arena_mark(w->c->mem);
	enum err e;

	*done = false;
	if (w->pos < s->head_pos) {
		e = walk_seals(w, s);
	} else if (w->seq < s->settled_seq) {
		e = walk_entries(w, s);
	} else {
		e = check_mac(w, s);
		*done = true;
	}
	arena_rewind(w->c->mem, mark);
	return e;
}

static void walk_begin(struct walk *w, const struct chain_state *s)
{
	w->pos = s->base_pos;
	w->seq = w->broken = 0;
	memcpy(w->link, s->base_link.p, LINK_BYTES);
}

struct noting {
	struct ctx *c;
	int64_t n;
	enum err e;
};

/* The first hundred are kept; what comes of it is told by the walk's end. */
static void note(struct noting *n, const struct chain_break *b)
{
	if (n->e || n->n++ >= CHAIN_BREAKS_MAX)
		return;
	n->e = db_exec(n->c->db, &put_break,
	               DB_ARGS(db_str(b->what), db_key(b->pos), db_key(b->seq),
	                       db_stamp(b->found_at)),
	               NULL);
}

static void note_found(void *to, const struct chain_break *b)
{
	note(to, b);
}

static enum err finish(struct ctx *c, const struct walk *w)
{
	return db_exec(c->db, &put_verified,
	               DB_ARGS(db_stamp(stamp_add(c->now, EVERY_USEC)), db_stamp(c->now),
	                       db_i64(w->pos), db_bytes(w->link, LINK_BYTES),
	                       db_i64(w->broken)),
	               NULL);
}

static enum err resume(struct walk *w, const struct chain_state *s)
{
	if (!s->check_pos.set || s->check_link.n != LINK_BYTES) {
		walk_begin(w, s);
		return db_exec(w->c->db, &drop_breaks, DB_NO_ARGS, NULL);
	}
	w->pos = s->check_pos.v;
	w->seq = s->check_seq;
	w->broken = s->check_broken;
	memcpy(w->link, s->check_link.p, LINK_BYTES);
	return OK;
}

static enum err run_step(void *arg)
{
	struct ctx *c = arg;
	struct noting n = { .c = c };
	struct walk w = { .c = c, .found = note_found, .to = &n };
	struct chain_state s;
	bool done = false;
	enum err e = chain_lock(c, &s);

	if (!e)
		e = resume(&w, &s);
	n.n = w.broken;
	for (int i = 0; !e && !done && i < PARTS_A_STEP; i++)
		e = walk_on(&w, &s, &done);
	if (!e)
		e = n.e;
	if (e)
		return e;
	if (done)
		return finish(c, &w);
	return db_exec(c->db, &put_walk,
	               DB_ARGS(db_i64(w.pos), db_bytes(w.link, LINK_BYTES), db_i64(w.seq),
	                       db_i64(w.broken)),
	               NULL);
}

/* Nobody waits for it: a part a round, and the worker rests in between. */
enum err chain_check_step(struct ctx *c, bool *did)
{
	struct chain_state s;
	enum err e;

	*did = false;
	if (!seal_key_id(c->config->key))
		return OK;
	e = chain_read(c, &s);
	if (e || (!s.check_pos.set && stamp_is_set(s.check_due_at) &&
	          s.check_due_at.usec > c->now.usec))
		return e;
	return db_tx(c->db, DB_WRITE, run_step, c);
}

enum err chain_check_soon(struct ctx *c)
{
	return db_exec(c->db, &due_now, DB_ARGS(db_stamp(c->now)), NULL);
}

enum err chain_breaks(struct ctx *c, struct db_list *out)
{
	return db_all(c->db, &list_breaks, DB_ARGS(db_i64(CHAIN_BREAKS_MAX)), c->mem,
	              sizeof(struct chain_break), CHAIN_BREAKS_MAX, out);
}

const char *chain_entry_words(struct ctx *c, int64_t seq)
{
	struct entry_name n;
	char at[STAMP_TEXT];

	if (seq == 0 || db_one(c->db, &name_entry, DB_ARGS(db_i64(seq)), c->mem, &n))
		return NULL;
	stamp_write(n.at, at);
	return arena_printf(c->mem, "%s %s %s", at, n.action, n.target_label);
}

/* "POS:LINK", as the page and the log of the worker write it. */
static enum err read_noted(const char *text, struct walk *w)
{
	char *end;
	size_t n = 0;

	if (!text)
		return OK;
	w->noted_pos = strtoll(text, &end, 10);
	if (w->noted_pos < 1 || *end != ':' || strlen(end + 1) != NOTED_DIGITS ||
	    !hex_read(end + 1, NOTED_DIGITS, w->noted, LINK_BYTES, &n))
		return ERR_MALFORMED;
	return OK;
}

/* What the caller is told is also kept, for the page. */
struct told {
	chain_found *found;
	void *to;
	struct noting n;
};

static void tell(void *to, const struct chain_break *b)
{
	struct told *t = to;

	t->found(t->to, b);
	note(&t->n, b);
}

enum err chain_verify(struct ctx *c, const char *expect, chain_found *found, void *to,
                      int64_t *broken)
{
	struct told t = { .found = found, .to = to, .n = { .c = c } };
	struct walk w = { .c = c, .found = tell, .to = &t };
	struct arena_mark mark;
	struct chain_state s;
	bool done = false;
	enum err e = read_noted(expect, &w);

	if (!e && !seal_key_id(c->config->key))
		e = ERR_NOT_FOUND;
	if (!e)
		e = chain_read(c, &s);
	if (!e)
		e = db_exec(c->db, &drop_breaks, DB_NO_ARGS, NULL);
	if (e)
		return e;
	walk_begin(&w, &s);
	if (w.noted_pos && w.noted_pos == s.base_pos &&
	    memcmp(w.link, w.noted, LINK_BYTES) != 0)
		report(&w, BREAK_HEAD, w.noted_pos, 0);
	mark = arena_mark(c->mem);
	while (!e && !done) {
		arena_rewind(c->mem, mark);
		e = chain_read(c, &s);
		if (!e)
			e = walk_on(&w, &s, &done);
	}
	if (!e)
		e = t.n.e;
	if (!e)
		e = finish(c, &w);
	if (!e)
		*broken = w.broken;
	return e;
}
