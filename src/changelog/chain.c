#include "changelog/chain.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/seal.h"
#include "changelog/chain_inner.h"
#include "changelog/queries.h"

#define ENTRY_MAX   (1u << 20)
/* A transaction that writes to the log has ended, one way or the other, after so long. */
#define SETTLE_USEC (15 * USEC_PER_MIN)

static const struct field state_v[] = {
	FIELD(struct chain_state, base_pos),      FIELD(struct chain_state, base_link),
	FIELD(struct chain_state, head_pos),      FIELD(struct chain_state, head_link),
	FIELD(struct chain_state, head_seq),      FIELD(struct chain_state, head_at),
	FIELD(struct chain_state, key_id),        FIELD(struct chain_state, mac),
	FIELD(struct chain_state, settled_seq),   FIELD(struct chain_state, mark_seq),
	FIELD(struct chain_state, mark_at),       FIELD(struct chain_state, check_due_at),
	FIELD(struct chain_state, check_pos),     FIELD(struct chain_state, check_link),
	FIELD(struct chain_state, check_seq),     FIELD(struct chain_state, check_broken),
	FIELD(struct chain_state, verified_at),   FIELD(struct chain_state, verified_pos),
	FIELD(struct chain_state, verified_link), FIELD(struct chain_state, broken),
};
#define STATE \
	"SELECT base_pos, base_link, head_pos, head_link, head_seq, head_at, key_id, mac," \
	" settled_seq, mark_seq, mark_at, check_due_at, check_pos, check_link, check_seq," \
	" check_broken, verified_at, verified_pos, verified_link, broken" \
	" FROM change_chain WHERE one = 1"
static const struct db_query read_state = { .text = STATE, DB_ROWS(state_v) };
static const struct db_query lock_state = { .text = STATE " FOR UPDATE", DB_ROWS(state_v) };

static const struct field entry_v[] = { ENTRY_FIELDS };
static const struct db_query unsealed = {
	.text = "SELECT " ENTRY_COLUMNS
		" FROM change_log l WHERE l.seq > ? ORDER BY l.seq LIMIT ?",
	DB_ROWS(entry_v),
};
static const struct db_query late = {
	.text = "SELECT " ENTRY_COLUMNS
		" FROM change_log l LEFT JOIN change_seal s ON s.seq = l.seq"
		" WHERE l.seq > ? AND l.seq <= ? AND s.pos IS NULL ORDER BY l.seq LIMIT ?",
	DB_ROWS(entry_v),
};

struct number {
	int64_t n;
};
static const struct field number_v[] = { FIELD(struct number, n) };
static const struct db_query any_unsealed = {
	.text = "SELECT COUNT(*) AS n FROM (SELECT l.seq FROM change_chain h"
		" JOIN change_log l ON l.seq > h.head_seq WHERE h.one = 1 LIMIT 1) x",
	DB_ROWS(number_v),
};

static const struct db_query put_seal = {
	.text = "INSERT INTO change_seal (pos, seq, key_id, facts, doer, told, link)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)",
};
static const struct db_query put_head = {
	.text = "UPDATE change_chain SET head_pos = ?, head_link = ?, head_seq = ?, head_at = ?,"
		" key_id = ?, mac = ? WHERE one = 1",
};
static const struct db_query put_mark = {
	.text = "UPDATE change_chain SET settled_seq = ?, mark_seq = ?, mark_at = ?"
		" WHERE one = 1",
};

const struct db_query *const chain_queries[] = { &read_state, &lock_state,   &unsealed,
	                                         &late,       &put_seal,     &put_head,
	                                         &put_mark,   &any_unsealed, NULL };

enum err chain_read(struct ctx *c, struct chain_state *out)
{
	return db_one(c->db, &read_state, DB_NO_ARGS, c->mem, out);
}

enum err chain_lock(struct ctx *c, struct chain_state *out)
{
	return db_one(c->db, &lock_state, DB_NO_ARGS, c->mem, out);
}

/* Each value with its length, so that none can be taken for two. */
static void put_text(struct buf *b, const char *s)
{
	if (s)
		buf_printf(b, "%zu:%s", strlen(s), s);
	else
		buf_putc(b, '-');
}

static void put_number(struct buf *b, int64_t n)
{
	buf_put_i64(b, n);
	buf_putc(b, ';');
}

static enum err digest(struct ctx *c, const char *key_id, const char *use, struct buf *b,
                       unsigned char *out, size_t n)
{
	struct bytes of = { (const unsigned char *)b->p, b->len };

	assert(!b->failed);
	return seal_digest(c->config->key, key_id, use, of, out, n);
}

static void put_facts(struct buf *b, const struct chain_entry *e)
{
	put_number(b, e->seq);
	put_number(b, e->at.usec);
	put_text(b, e->action);
	put_text(b, e->actor_kind);
	put_number(b, e->actor_id);
	put_number(b, e->impersonator_id);
	put_text(b, e->impersonator_label);
	put_text(b, e->target_kind);
	put_number(b, e->target_id);
	put_number(b, e->account_id);
	put_text(b, e->result);
	put_text(b, e->failure);
	put_text(b, e->correlation_id);
}

enum err chain_digest(struct ctx *c, const char *key_id, const struct chain_entry *of,
                      struct digests *out)
{
	struct buf b;
	enum err e;

	buf_init(&b, c->mem, ENTRY_MAX);
	put_facts(&b, of);
	e = digest(c, key_id, "change facts", &b, out->facts, DIGEST_BYTES);
	if (e)
		return e;
	b.len = 0;
	put_text(&b, of->actor_label);
	put_text(&b, of->ip);
	put_text(&b, of->user_agent);
	e = digest(c, key_id, "change doer", &b, out->doer, DIGEST_BYTES);
	if (e)
		return e;
	b.len = 0;
	put_text(&b, of->target_label);
	put_text(&b, of->account_label);
	put_text(&b, of->before);
	put_text(&b, of->after);
	put_text(&b, of->reason);
	return digest(c, key_id, "change told", &b, out->told, DIGEST_BYTES);
}

static void put_bytes(struct buf *b, const void *p, size_t n)
{
	buf_put(b, p, n);
}

enum err chain_link(struct ctx *c, const char *key_id, const unsigned char *before,
                    const struct chain_entry *of, unsigned char out[LINK_BYTES])
{
	struct buf b;

	buf_init(&b, c->mem, 400);
	put_bytes(&b, before, LINK_BYTES);
	put_number(&b, of->pos);
	put_number(&b, of->sealed);
	put_bytes(&b, of->facts.p, of->facts.n);
	put_bytes(&b, of->doer.p, of->doer.n);
	put_bytes(&b, of->told.p, of->told.n);
	return digest(c, key_id, "change link", &b, out, LINK_BYTES);
}

enum err chain_mac(struct ctx *c, const char *key_id, const struct chain_state *of,
                   unsigned char out[LINK_BYTES])
{
	struct buf b;

	buf_init(&b, c->mem, 400);
	put_number(&b, of->base_pos);
	put_bytes(&b, of->base_link.p, of->base_link.n);
	put_number(&b, of->head_pos);
	put_bytes(&b, of->head_link.p, of->head_link.n);
	return digest(c, key_id, "change head", &b, out, LINK_BYTES);
}

/* What is made of one entry is needed until all are stored. */
static enum err seal_one(struct ctx *c, const char *key_id, struct chain_state *s,
                         struct chain_entry *row, struct db_arg *args)
{
	struct digests *d = arena_new(c->mem, struct digests);
	unsigned char *link = arena_alloc(c->mem, LINK_BYTES);
	enum err e = chain_digest(c, key_id, row, d);

	if (e)
		return e;
	row->pos = s->head_pos + 1;
	row->sealed = row->seq;
	row->facts = (struct bytes){ d->facts, DIGEST_BYTES };
	row->doer = (struct bytes){ d->doer, DIGEST_BYTES };
	row->told = (struct bytes){ d->told, DIGEST_BYTES };
	e = chain_link(c, key_id, s->head_link.p, row, link);
	if (e)
		return e;
	s->head_pos = row->pos;
	s->head_link = (struct bytes){ link, LINK_BYTES };
	if (row->seq > s->head_seq)
		s->head_seq = row->seq;
	args[0] = db_i64(row->pos);
	args[1] = db_i64(row->seq);
	args[2] = db_str(key_id);
	args[3] = db_bytes(d->facts, DIGEST_BYTES);
	args[4] = db_bytes(d->doer, DIGEST_BYTES);
	args[5] = db_bytes(d->told, DIGEST_BYTES);
	args[6] = db_bytes(link, LINK_BYTES);
	return OK;
}

#define SEAL_COLUMNS 7

static enum err seal_rows(struct ctx *c, struct chain_state *s, const struct db_list *rows)
{
	const char *key_id = seal_key_id(c->config->key);
	struct db_arg *args = arena_array(c->mem, struct db_arg, rows->n * SEAL_COLUMNS + 1);
	struct chain_entry *v = rows->v;
	unsigned char mac[LINK_BYTES];
	enum err e = OK;

	for (size_t i = 0; !e && i < rows->n; i++)
		e = seal_one(c, key_id, s, &v[i], args + i * SEAL_COLUMNS);
	if (!e)
		e = db_exec_rows(c->db, &put_seal, args, SEAL_COLUMNS, rows->n);
	if (!e)
		e = chain_mac(c, key_id, s, mac);
	if (e)
		return e;
	return db_exec(c->db, &put_head,
	               DB_ARGS(db_i64(s->head_pos), db_bytes(s->head_link.p, LINK_BYTES),
	                       db_i64(s->head_seq), db_stamp(c->now), db_str(key_id),
	                       db_bytes(mac, sizeof(mac))),
	               NULL);
}

struct seal_work {
	struct ctx *c;
	size_t n;
};

static enum err run_seal(void *arg)
{
	struct seal_work *w = arg;
	struct ctx *c = w->c;
	struct chain_state s;
	struct db_list rows = { 0 };
	enum err e = chain_lock(c, &s);

	if (!e)
		e = db_all(c->db, &unsealed, DB_ARGS(db_i64(s.head_seq), db_i64(CHAIN_ROWS)),
		           c->mem, sizeof(struct chain_entry), CHAIN_ROWS, &rows);
	if (!e && rows.n > 0)
		e = seal_rows(c, &s, &rows);
	w->n = rows.n;
	return e;
}

enum err chain_seal_step(struct ctx *c, bool *did)
{
	struct seal_work w = { .c = c };
	struct number any;
	enum err e = OK;

	*did = false;
	if (!seal_key_id(c->config->key))
		return OK;
	e = db_one(c->db, &any_unsealed, DB_NO_ARGS, c->mem, &any);
	if (!e && any.n > 0)
		e = db_tx(c->db, DB_WRITE, run_seal, &w);
	*did = !e && w.n == CHAIN_ROWS;
	return e;
}

/* What the head had reached a while ago is settled. */
static enum err move_mark(struct ctx *c, const struct chain_state *s)
{
	bool first = !stamp_is_set(s->mark_at);

	if (!first && c->now.usec - s->mark_at.usec < SETTLE_USEC)
		return OK;
	return db_exec(c->db, &put_mark,
	               DB_ARGS(db_i64(first ? 0 : s->mark_seq), db_i64(s->head_seq),
	                       db_stamp(c->now)),
	               NULL);
}

enum err chain_late_sweep(struct ctx *c, int64_t max, int64_t *out)
{
	int64_t most = max < CHAIN_ROWS ? max : CHAIN_ROWS;
	struct chain_state s;
	struct db_list rows;
	enum err e;

	*out = 0;
	if (!seal_key_id(c->config->key))
		return OK;
	e = chain_lock(c, &s);
	if (!e)
		e = db_all(c->db, &late,
		           DB_ARGS(db_i64(s.settled_seq), db_i64(s.head_seq), db_i64(most)),
		           c->mem, sizeof(struct chain_entry), (size_t)most, &rows);
	if (!e && rows.n > 0)
		e = seal_rows(c, &s, &rows);
	if (!e && (int64_t)rows.n < most)
		e = move_mark(c, &s);
	/* A whole sweep is asked for again. */
	if (!e)
		*out = (int64_t)rows.n == most ? max : (int64_t)rows.n;
	return e;
}
