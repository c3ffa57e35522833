#include "people/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "people/queries.h"
#include "json/json_out.h"

#define WORDS_MAX 48
#define TEXTS_MAX 60
#define SUBS_MAX  10000
#define JSON_MAX  ((size_t)16 * 1024)
#define STEP_ROWS 200

struct text_row {
	const char *text;
};
static const struct field text_v[] = { FIELD(struct text_row, text) };

struct key_row {
	int64_t id;
};
static const struct field key_v[] = { FIELD(struct key_row, id) };

/* Who is removed is found by nothing. */
#define TEXT_OF(column) \
	"SELECT CAST(p." column " AS BINARY) AS text FROM person p" \
	" WHERE p.id = ? AND p.state <> 'removed' AND p." column " IS NOT NULL"
#define TEXT_ABOVE(column) \
	" UNION ALL SELECT CAST(mp." column " AS BINARY) FROM membership m" \
	" JOIN person p ON p.id = m.person_id AND p.state <> 'removed'" \
	" JOIN membership mm ON mm.id = m.parent_membership_id" \
	" JOIN person mp ON mp.id = mm.person_id" \
	" WHERE m.person_id = ? AND m.state <> 'removed'"

static const struct db_query texts_of = {
	.text = TEXT_OF("name") " UNION ALL " TEXT_OF("login") " UNION ALL " TEXT_OF("email")
		TEXT_ABOVE("name") TEXT_ABOVE("login"),
	DB_ROWS(text_v),
};
static const struct db_query words_now = {
	.text = "SELECT w.word AS text FROM person_word w WHERE w.person_id = ? ORDER BY w.word",
	DB_ROWS(text_v),
};
static const struct db_query drop = { .text = "DELETE FROM person_word WHERE person_id = ?" };
static const struct db_query add = {
	.text = "INSERT IGNORE INTO person_word (word, person_id) SELECT j.w, ?"
		" FROM JSON_TABLE(?, '$[*]' COLUMNS"
		" (w VARCHAR(64) CHARACTER SET utf8mb4 PATH '$')) j",
};
static const struct db_query mark = { .text = "UPDATE person SET indexed = 1 WHERE id = ?" };
static const struct db_query subs_of = {
	.text = "SELECT DISTINCT s.person_id AS id FROM membership m"
		" STRAIGHT_JOIN membership s FORCE INDEX (ix_membership_parent)"
		" ON s.parent_membership_id = m.id AND s.state <> 'removed'"
		" WHERE m.person_id = ? AND s.person_id <> m.person_id ORDER BY s.person_id",
	DB_ROWS(key_v),
};
static const struct db_query next_unmarked = {
	.text = "SELECT p.id AS id FROM person p WHERE p.indexed = 0 ORDER BY p.id LIMIT ?"
		" FOR UPDATE SKIP LOCKED",
	DB_ROWS(key_v),
};

const struct db_query *const people_words_queries[] = {
	&texts_of, &words_now, &drop, &add, &mark, &subs_of, &next_unmarked, NULL,
};

struct words {
	struct arena *mem;
	const char *v[WORDS_MAX];
	size_t n;
};

static void put_word(void *to, const char *word, size_t n)
{
	struct words *w = to;

	if (w->n < WORDS_MAX)
		w->v[w->n++] = arena_copy(w->mem, word, n);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort(struct words *w)
{
	size_t n = 0;

	qsort(w->v, w->n, sizeof(w->v[0]), compare);
	for (size_t i = 0; i < w->n; i++)
		if (n == 0 || strcmp(w->v[n - 1], w->v[i]) != 0)
			w->v[n++] = w->v[i];
	w->n = n;
}

static enum err insert(struct ctx *c, int64_t person_id, const struct words *w)
{
	struct buf json;

	if (w->n == 0)
		return OK;
	buf_init(&json, c->mem, JSON_MAX);
	json_open(&json, '[');
	for (size_t i = 0; i < w->n; i++)
		json_str(&json, w->v[i]);
	json_close(&json, ']');
	return db_exec(c->db, &add, DB_ARGS(db_i64(person_id), db_str(buf_str(&json))), NULL);
}

enum err people_index_new(struct ctx *c, int64_t person_id, const char *const *texts, size_t n)
{
	struct words w = { .mem = c->mem };

	for (size_t i = 0; i < n; i++)
		if (texts[i])
			utf8_words(texts[i], strlen(texts[i]), put_word, &w);
	sort(&w);
	return insert(c, person_id, &w);
}

static bool same(const struct words *w, const struct db_list *now)
{
	const struct text_row *v = now->v;

	if (w->n != now->n)
		return false;
	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->v[i], v[i].text) != 0)
			return false;
	return true;
}

static enum err reindex_one(struct ctx *c, int64_t person_id)
{
	struct words w = { .mem = c->mem };
	const struct db_arg id = db_i64(person_id);
	const struct text_row *v;
	struct db_list texts, now;
	enum err e = db_all(c->db, &texts_of, DB_ARGS(id, id, id, id, id), c->mem,
	                    sizeof(struct text_row), TEXTS_MAX, &texts);

	if (!e)
		e = db_all(c->db, &words_now, DB_ARGS(id), c->mem, sizeof(struct text_row),
		           WORDS_MAX, &now);
	if (e)
		return e;
	v = texts.v;
	for (size_t i = 0; i < texts.n; i++)
		utf8_words(v[i].text, strlen(v[i].text), put_word, &w);
	sort(&w);
	if (same(&w, &now))
		return OK;
	e = db_exec(c->db, &drop, DB_ARGS(id), NULL);
	return e ? e : insert(c, person_id, &w);
}

enum err people_reindex(struct ctx *c, int64_t person_id)
{
	const struct key_row *v;
	struct db_list subs;
	enum err e = reindex_one(c, person_id);

	if (!e)
		e = db_all(c->db, &subs_of, DB_ARGS(db_i64(person_id)), c->mem,
		           sizeof(struct key_row), SUBS_MAX, &subs);
	if (e)
		return e;
	v = subs.v;
	for (size_t i = 0; !e && i < subs.n; i++)
		e = reindex_one(c, v[i].id);
	return e;
}

struct step {
	struct ctx *c;
	size_t n;
};

static enum err index_some(void *arg)
{
	struct step *s = arg;
	struct ctx *c = s->c;
	const struct key_row *v;
	struct db_list rows;
	enum err e = db_all(c->db, &next_unmarked, DB_ARGS(db_i64(STEP_ROWS)), c->mem,
	                    sizeof(struct key_row), STEP_ROWS, &rows);

	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; !e && i < rows.n; i++) {
		e = reindex_one(c, v[i].id);
		if (!e)
			e = db_exec(c->db, &mark, DB_ARGS(db_i64(v[i].id)), NULL);
	}
	s->n = rows.n;
	return e;
}

enum err people_index_step(struct ctx *c, bool *did)
{
	struct step s = { .c = c };
	enum err e = db_tx(c->db, DB_WRITE, index_some, &s);

	if (!e)
		*did = s.n > 0;
	return e;
}

/* --- what is asked for --------------------------------------------------------- */

struct parse {
	struct arena *mem;
	struct asked q;
	bool too_many;
};

/* The first word that does not begin so: words are UTF-8, so the last byte has a next. */
static const char *word_end(struct arena *mem, const char *word, size_t n)
{
	char *end = arena_copy(mem, word, n);

	end[n - 1] = (char)((unsigned char)end[n - 1] + 1);
	return end;
}

static void put_asked(void *to, const char *word, size_t n)
{
	struct parse *p = to;

	if (n == 0)
		return;
	if (p->q.n == ASKED_MAX) {
		p->too_many = true;
		return;
	}
	p->q.from[p->q.n] = arena_copy(p->mem, word, n);
	p->q.to[p->q.n++] = word_end(p->mem, word, n);
}

enum err asked_parse(struct ctx *c, const char *q, struct asked *out)
{
	struct parse p = { .mem = c->mem };

	if (q)
		utf8_words(q, strlen(q), put_asked, &p);
	if (p.too_many)
		return FAIL_FIELD(c, "/q", "too-many-words");
	*out = p.q;
	return OK;
}

void asked_put(const struct asked *a, struct db_arg out[ASKED_ARGS])
{
	out[0] = db_i64((int64_t)a->n);
	for (size_t i = 0; i < ASKED_MAX; i++) {
		out[1 + 2 * i] = db_str(i < a->n ? a->from[i] : "");
		out[2 + 2 * i] = db_str(i < a->n ? a->to[i] : "");
	}
	out[ASKED_ARGS - 1] = db_i64((int64_t)a->n);
}
