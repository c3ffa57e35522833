#include "people/list.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "core/memo.h"
#include "people/list_sql.h"
#include "people/lockout.h"
#include "people/queries.h"
#include "json/json_out.h"

#define ARGS_MAX     40
#define REMEMBER_SEC 10
#define PLACES_MAX   2000
#define IDS_MAX      8192

static const char *const member_kinds[] = { "main", "sub", "staff", "support", NULL };
static const char *const place_states[] = { "active", "suspended", "expired", NULL };

const struct field person_place_fields[] = {
	FIELD_KEY(struct person_place_row, person_id, ID_PERSON),
	FIELD_KEY(struct person_place_row, membership_id, ID_MEMBERSHIP),
	FIELD_KEY(struct person_place_row, account_id, ID_ACCOUNT),
	FIELD(struct person_place_row, account_name),
	FIELD(struct person_place_row, kind, .words = member_kinds),
	FIELD(struct person_place_row, role),
	FIELD(struct person_place_row, parent_name),
	FIELD(struct person_place_row, state, .words = place_states),
	FIELD(struct person_place_row, expires_at),
};
static_assert(ARRAY_LEN(person_place_fields) == PERSON_PLACE_FIELDS + 1, "one is not answered");

const struct field person_card_fields[] = {
	FIELD_KEY(struct person_card, id, ID_PERSON),
	FIELD(struct person_card, login),
	FIELD(struct person_card, name),
	FIELD(struct person_card, email),
	FIELD(struct person_card, phone),
	FIELD(struct person_card, locale),
	FIELD(struct person_card, origin),
	FIELD(struct person_card, state, .words = person_states),
	FIELD(struct person_card, two_step),
	FIELD(struct person_card, locked),
	FIELD(struct person_card, sessions),
	FIELD(struct person_card, last_login_at),
	FIELD(struct person_card, created_at),
	FIELD(struct person_card, created_by),
	FIELD(struct person_card, ver),
};
static_assert(ARRAY_LEN(person_card_fields) == PERSON_CARD_FIELDS, "all are answered");

#define SEEN(column) \
	"(SELECT v.descendant_id FROM account_tree v WHERE v.ancestor_id = ?" \
	" AND v.descendant_id = " column " LIMIT 1) IS NOT NULL"

static const struct db_query places = {
	.text = "SELECT STRAIGHT_JOIN m.person_id AS person_id, m.id AS membership_id,"
		" m.account_id AS account_id, a.name AS account_name, m.kind AS kind,"
		" m.role AS role, mp.name AS parent_name, IF(m.state = 'active' AND"
		" m.expires_at <= ?, 'expired', m.state) AS state, m.expires_at AS expires_at"
		" FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) j"
		" JOIN membership m FORCE INDEX (uq_membership) ON m.person_id = j.id"
		" JOIN account a ON a.id = m.account_id"
		" LEFT JOIN membership mm ON mm.id = m.parent_membership_id"
		" LEFT JOIN person mp ON mp.id = mm.person_id"
		" WHERE m.state <> 'removed' AND " SEEN(
			"m.account_id") " ORDER BY m.person_id, m.id LIMIT ?",
	DB_ROWS(person_place_fields),
};
/* clang-format off */
static const struct db_query card = {
	.text = "SELECT p.id AS id, p.login AS login, p.name AS name, p.email AS email,"
		" p.phone AS phone, p.locale AS locale, p.origin AS origin,"
		" IF(p.last_login_at IS NULL, 'not_confirmed', p.state) AS state,"
		" EXISTS (SELECT 1 FROM factor f WHERE f.person_id = p.id"
		"  AND f.confirmed_at IS NOT NULL) AS two_step, " LOCKOUT_IS("p.id") " AS locked,"
		" (SELECT COUNT(*) FROM session s JOIN membership sm ON sm.id = s.membership_id"
		"  WHERE s.person_id = p.id AND s.revoked_at IS NULL AND s.expires_at > ?"
		"  AND s.last_seen_at > ? AND " SEEN("sm.account_id") ") AS sessions,"
		" p.last_login_at AS last_login_at, p.created_at AS created_at,"
		" p.created_by_label AS created_by, p.ver AS ver FROM person p WHERE p.id = ?"
		" AND p.state <> 'removed' AND (SELECT m.id FROM membership m"
		" JOIN account_tree v ON v.descendant_id = m.account_id AND v.ancestor_id = ?"
		" WHERE m.person_id = p.id AND m.state <> 'removed' LIMIT 1) IS NOT NULL",
	DB_ROWS(person_card_fields),
};
/* clang-format on */

const struct db_query *const people_card_queries[] = { &places, &card, NULL };

/* One question, and the arguments of the statement that answers it. */
struct ask {
	struct ctx *c;
	const struct people_filter *f;
	const struct page *p;
	enum people_order order;
	bool desc;
	size_t word; /* the one that drives */
	size_t n;
	struct db_arg v[ARGS_MAX];
};

static void put(struct ask *a, struct db_arg arg)
{
	assert(a->n < ARGS_MAX);
	a->v[a->n++] = arg;
}

static const char *kind_of(const struct people_filter *f)
{
	return f->kind ? f->kind : "";
}

static void put_filter(struct ask *a)
{
	for (int i = 0; i < 4; i++)
		put(a, db_str(kind_of(a->f)));
	put(a, db_i64(a->c->actor.account_id));
	assert(a->n + ASKED_ARGS <= ARGS_MAX);
	asked_put(&a->f->words, a->v + a->n);
	a->n += ASKED_ARGS;
}

static void put_cursor(struct ask *a)
{
	const struct cursor *at = &a->p->at;
	struct db_arg key = db_str(at->text ? at->text : "");

	if (a->order == PEOPLE_LOGIN)
		key = db_stamp((struct stamp){ at->number });
	if (a->order == PEOPLE_CREATED)
		key = db_i64(at->id);
	put(a, key);
	put(a, key);
	put(a, db_i64(at->id));
}

static void put_driver(struct ask *a, enum people_driver d)
{
	if (d == FROM_TREE)
		put(a, db_i64(a->c->actor.account_id));
	if (d == FROM_WORD) {
		put(a, db_str(a->f->words.from[a->word]));
		put(a, db_str(a->f->words.to[a->word]));
	}
	if (d == FROM_ORIGIN)
		put(a, db_str(kind_of(a->f)));
}

/* How much a driver finds; remembered, because it only chooses the way. */
static enum err size_of(struct ask *from, enum people_driver d, int64_t *out)
{
	struct ask a = { .c = from->c, .f = from->f, .word = from->word };
	const char *text = arena_printf(a.c->mem, "people.size %d %lld %s", d,
	                                (long long)(d == FROM_TREE ? a.c->actor.account_id : 0),
	                                d == FROM_WORD     ? a.f->words.from[a.word]
	                                : d == FROM_ORIGIN ? kind_of(a.f)
	                                                   : "");
	unsigned char key[HASH_BYTES];
	struct people_number row;
	enum err e;

	token_hash(text, strlen(text), key);
	if (memo_find(a.c->memo, key, out))
		return OK;
	put_driver(&a, d);
	e = db_one(a.c->db, &people_sizes[d], a.v, a.n, a.c->mem, &row);
	if (e)
		return e;
	*out = row.n;
	memo_put(a.c->memo, key, row.n, REMEMBER_SEC);
	return OK;
}

static enum err try_driver(struct ask *a, enum people_driver d, int64_t *least,
                           enum people_driver *best)
{
	int64_t n;
	enum err e = size_of(a, d, &n);

	if (e || n >= *least)
		return e;
	*least = n;
	*best = d;
	return OK;
}

/* What finds the fewest; PEOPLE_DRIVER__MAX when nothing finds few. */
static enum err choose(struct ask *a, enum people_driver *out)
{
	const char *kind = kind_of(a->f);
	int64_t least = PEOPLE_FEW + 1, before;
	enum people_driver best = PEOPLE_DRIVER__MAX;
	size_t word = 0;
	enum err e = OK;

	for (size_t i = 0; !e && i < a->f->words.n; i++) {
		before = least;
		a->word = i;
		e = try_driver(a, FROM_WORD, &least, &best);
		word = least < before ? i : word;
	}
	a->word = word;
	if (!e && a->c->actor.account_id != ACCOUNT_ROOT)
		e = try_driver(a, FROM_TREE, &least, &best);
	if (!e && !strcmp(kind, "sub"))
		e = try_driver(a, FROM_SUB, &least, &best);
	else if (!e && *kind)
		e = try_driver(a, FROM_ORIGIN, &least, &best);
	if (!e)
		*out = best;
	return e;
}

static void set_order(struct ask *a)
{
	const char *sort = a->p->sort && *a->p->sort ? a->p->sort : "name";
	bool down = *sort == '-';

	sort += down;
	a->desc = down != (a->p->at.set && a->p->at.back);
	a->order = !strcmp(sort, "created")      ? PEOPLE_CREATED
	           : !strcmp(sort, "last_login") ? PEOPLE_LOGIN
	                                         : PEOPLE_NAME;
}

enum err people_list(struct ctx *c, const struct people_filter *f, const struct page *p,
                     struct db_list *out)
{
	struct ask a = { .c = c, .f = f, .p = p };
	const struct db_query *q;
	enum people_driver d;
	enum err e = choose(&a, &d);

	if (e)
		return e;
	set_order(&a);
	if (d == PEOPLE_DRIVER__MAX) {
		q = &people_walks[a.order][a.desc][p->at.set];
		if (p->at.set)
			put_cursor(&a);
		put_filter(&a);
	} else {
		q = &people_gathers[d][a.order][a.desc];
		put_driver(&a, d);
		put_filter(&a);
		put(&a, db_bool(p->at.set));
		put_cursor(&a);
	}
	put(&a, db_i64(p->limit + 1));
	return db_all(c->db, q, a.v, a.n, c->mem, sizeof(struct person_item),
	              (size_t)p->limit + 1, out);
}

void people_page_key(const void *row, const struct page *p, struct cursor *out)
{
	const struct person_item *r = row;

	(void)p;
	out->id = r->id;
	out->text = r->sort_text && *r->sort_text ? r->sort_text : NULL;
	out->number = r->sort_at.usec;
}

enum err people_count(struct ctx *c, const struct people_filter *f, int64_t *out, bool *exact)
{
	struct ask a = { .c = c, .f = f };
	struct people_number row;
	enum people_driver d;
	enum err e = choose(&a, &d);

	if (e)
		return e;
	if (d != PEOPLE_DRIVER__MAX)
		put_driver(&a, d);
	put_filter(&a);
	e = db_one(c->db, &people_counts[d], a.v, a.n, c->mem, &row);
	if (e)
		return e;
	*exact = row.seen < PEOPLE_LOOK;
	*out = row.n;
	return OK;
}

enum err people_places(struct ctx *c, const struct person_item *v, size_t n,
                       struct db_list *out)
{
	struct buf ids;

	buf_init(&ids, c->mem, IDS_MAX);
	json_open(&ids, '[');
	for (size_t i = 0; i < n; i++)
		json_i64(&ids, v[i].id);
	json_close(&ids, ']');
	return db_all(c->db, &places,
	              DB_ARGS(db_stamp(c->now), db_str(buf_str(&ids)),
	                      db_i64(c->actor.account_id), db_i64(PLACES_MAX)),
	              c->mem, sizeof(struct person_place_row), PLACES_MAX, out);
}

enum err people_find(struct ctx *c, int64_t id, struct person_card *out)
{
	struct stamp idle = stamp_add(c->now, -c->config->session_idle_min * USEC_PER_MIN);
	struct db_arg me = db_i64(c->actor.account_id);
	enum err e = db_one(c->db, &card,
	                    DB_ARGS(db_stamp(c->now), db_stamp(idle), me, db_i64(id), me),
	                    c->mem, out);

	return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
}
