#include "views/views.h"

#include <string.h>

#include "accounts/accounts.h"
#include "accounts/list.h"
#include "core/change.h"
#include "people/list.h"

#define SHARE PERM_POLICY_EDIT_PREFERENCES

const char *const view_lists[] = { "customers", "resellers", "people", NULL };

static const struct field view_v[] = {
	FIELD(struct view_row, id),         FIELD(struct view_row, list),
	FIELD(struct view_row, name),       FIELD(struct view_row, q),
	FIELD(struct view_row, sort),       FIELD(struct view_row, columns),
	FIELD(struct view_row, page_size),  FIELD(struct view_row, shared),
	FIELD(struct view_row, mine),       FIELD(struct view_row, may_edit),
	FIELD(struct view_row, is_default), FIELD(struct view_row, owner),
	FIELD(struct view_row, ver),        FIELD(struct view_row, created_at),
	FIELD(struct view_row, updated_at), FIELD(struct view_row, person_id),
};

/* What the log says of one. */
static const struct field log_v[] = {
	FIELD(struct view_row, name),    FIELD(struct view_row, list),
	FIELD(struct view_row, q),       FIELD(struct view_row, sort),
	FIELD(struct view_row, columns), FIELD(struct view_row, page_size),
};

struct room {
	int64_t n, same;
};
static const struct field room_v[] = { FIELD(struct room, n), FIELD(struct room, same) };

/* Arguments: himself twice, whether he may share; then, in JOINS, himself. */
#define COLUMNS \
	"SELECT v.id AS id, v.list AS list, v.name AS name, v.q AS q, v.sort AS sort," \
	" v.columns AS columns, v.page_size AS page_size, v.shared AS shared," \
	" v.person_id = ? AS mine, (v.person_id = ? OR ?) AS may_edit," \
	" d.view_id IS NOT NULL AS is_default, p.name AS owner, v.ver AS ver," \
	" v.created_at AS created_at, v.updated_at AS updated_at, v.person_id AS person_id"
#define JOINS \
	" JOIN person p ON p.id = v.person_id" \
	" LEFT JOIN saved_view_default d ON d.person_id = ? AND d.account_id = v.account_id" \
	" AND d.list = v.list AND d.view_id = v.id"

/* Each half by its own index: others' views that are not shared are not read. */
static const struct db_query list_all = {
	.text = COLUMNS
	" FROM (SELECT o.id FROM saved_view o WHERE o.person_id = ? AND o.account_id = ?"
	" UNION SELECT s.id FROM saved_view s WHERE s.account_id = ? AND s.shared = 1) i"
	" JOIN saved_view v ON v.id = i.id" JOINS
	" WHERE (? = '' OR v.list = ?) ORDER BY v.list, v.name, v.id",
	DB_ROWS(view_v),
};
static const struct db_query find = {
	.text = COLUMNS " FROM saved_view v" JOINS " WHERE v.id = ? AND v.account_id = ?"
			" AND (v.person_id = ? OR v.shared = 1)",
	DB_ROWS(view_v),
};
/* How many he has, and whether another one of the list has the name; held until the end. */
static const struct db_query room_own = {
	.text = "SELECT COUNT(*) AS n, COUNT(CASE WHEN list = ? AND name = ? AND id <> ?"
		" THEN 1 END) AS same FROM saved_view WHERE person_id = ? AND account_id = ?"
		" FOR UPDATE",
	DB_ROWS(room_v),
};
static const struct db_query room_shared = {
	.text = "SELECT COUNT(*) AS n, 0 AS same FROM saved_view WHERE account_id = ?"
		" AND shared = 1 FOR UPDATE",
	DB_ROWS(room_v),
};
static const struct db_query insert = {
	.text = "INSERT INTO saved_view (person_id, account_id, list, name, q, sort, columns,"
		" page_size, shared, created_at, updated_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};
static const struct db_query write = {
	.text = "UPDATE saved_view SET name = ?, q = ?, sort = ?, columns = ?, page_size = ?,"
		" shared = ?, ver = ver + 1, updated_at = ? WHERE id = ? AND ver = ?",
};
static const struct db_query drop = {
	.text = "DELETE FROM saved_view WHERE id = ? AND ver = ?",
};
static const struct db_query set_default = {
	.text = "INSERT INTO saved_view_default (person_id, account_id, list, view_id)"
		" VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE view_id = ?",
};
static const struct db_query end_default = {
	.text = "DELETE FROM saved_view_default WHERE person_id = ? AND account_id = ?"
		" AND list = ? AND view_id = ?",
};
static const struct db_query end_others = {
	.text = "DELETE FROM saved_view_default WHERE view_id = ? AND person_id <> ?",
};

const struct db_query *const views_queries[] = {
	&list_all, &find,        &room_own,    &room_shared, &insert, &write,
	&drop,     &set_default, &end_default, &end_others,  NULL,
};

/* --- reading ------------------------------------------------------------------ */

enum err views_list(struct ctx *c, const char *list, struct db_list *out)
{
	const struct actor *a = &c->actor;
	const char *of = list ? list : "";

	return db_all(c->db, &list_all,
	              DB_ARGS(db_i64(a->person_id), db_i64(a->person_id),
	                      db_bool(ctx_may(c, SHARE)), db_i64(a->person_id),
	                      db_i64(a->account_id), db_i64(a->account_id),
	                      db_i64(a->person_id), db_str(of), db_str(of)),
	              c->mem, sizeof(struct view_row), VIEWS_MAX + VIEWS_SHARED_MAX, out);
}

enum err views_find(struct ctx *c, int64_t id, struct view_row *out)
{
	const struct actor *a = &c->actor;
	enum err e = db_one(c->db, &find,
	                    DB_ARGS(db_i64(a->person_id), db_i64(a->person_id),
	                            db_bool(ctx_may(c, SHARE)), db_i64(a->person_id),
	                            db_i64(id), db_i64(a->account_id), db_i64(a->person_id)),
	                    c->mem, out);

	return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
}

/* --- checking ----------------------------------------------------------------- */

static bool known(const char *const *words, const char *s)
{
	for (; *words; words++)
		if (!strcmp(*words, s))
			return true;
	return false;
}

static bool is_column(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz_");

	return n > 0 && n <= VIEW_COLUMN_MAX && s[n] == '\0';
}

/* "status,parent"; NULL after a complaint. */
static const char *join_columns(struct ctx *c, const struct str_list *in)
{
	const char *out = "";

	for (size_t i = 0; i < in->n; i++) {
		bool again = false;

		for (size_t k = 0; k < i; k++)
			again = again || !strcmp(in->v[k], in->v[i]);
		if (again || !is_column(in->v[i])) {
			(void)FAIL_FIELD(c, "/columns",
			                 again ? "duplicate-member" : "unknown-value");
			return NULL;
		}
		out = arena_printf(c->mem, "%s%s%s", out, *out ? "," : "", in->v[i]);
	}
	return out;
}

/* The list of people takes one token, by whom they were made; the rest are words. */
static enum err check_people_q(struct ctx *c, const char *q)
{
	static const char key[] = "kind:";
	struct asked words;
	size_t n;

	if (!strncmp(q, key, sizeof(key) - 1)) {
		q += sizeof(key) - 1;
		n = strcspn(q, " ");
		if (!known(people_kinds, arena_copy(c->mem, q, n)))
			return FAIL_FIELD(c, "/q", "unknown-value");
		q += n;
	}
	return asked_parse(c, q, &words);
}

static enum err check_values(struct ctx *c, const struct view_row *v)
{
	bool people = !strcmp(v->list, "people"), bad = false;
	struct query q;

	if (v->page_size != 10 && v->page_size != 25 && v->page_size != 50 &&
	    v->page_size != 100)
		bad = FAIL_FIELD(c, "/page_size", "not-one-of") != OK;
	if (v->sort && !known(people ? people_sorts : account_sorts, v->sort))
		bad = FAIL_FIELD(c, "/sort", "not-one-of") != OK;
	if (people ? check_people_q(c, v->q) : query_parse(c, v->q, &q))
		bad = true;
	return bad || !v->columns ? ERR_INVALID : OK;
}

/* Together with the limit: who makes two at once waits for himself. */
static enum err check_room(struct ctx *c, const struct view_row *v, int64_t id)
{
	struct room room;
	enum err e = db_one(c->db, &room_own,
	                    DB_ARGS(db_str(v->list), db_str(v->name), db_i64(id),
	                            db_i64(v->person_id), db_i64(c->actor.account_id)),
	                    c->mem, &room);

	if (e)
		return e;
	if (room.same > 0)
		return FAIL_FIELD(c, "/name", "name-taken");
	if (!id && room.n >= VIEWS_MAX)
		return FAIL(c, ERR_CONFLICT, "too-many-views",
		            "You have %d views here; that is the most.", VIEWS_MAX);
	return OK;
}

static enum err check_sharing(struct ctx *c, const struct view_row *was,
                              const struct view_row *is)
{
	struct room room;
	enum err e;

	if (was && was->shared && !is->shared && !was->mine)
		return FAIL_FIELD(c, "/shared", "not-allowed"); /* he would lose sight of it */
	if (!is->shared || (was && was->shared))
		return OK;
	e = ctx_need(c, SHARE);
	if (!e)
		e = db_one(c->db, &room_shared, DB_ARGS(db_i64(c->actor.account_id)), c->mem,
		           &room);
	if (!e && room.n >= VIEWS_SHARED_MAX)
		e = FAIL(c, ERR_CONFLICT, "too-many-views",
		         "The account has %d shared views; that is the most.",
		         VIEWS_SHARED_MAX);
	return e;
}

/* --- writing ------------------------------------------------------------------ */

/* Of what others see, before or after. */
static enum err put(struct ctx *c, const struct view_row *was, const struct view_row *is)
{
	bool before = was && was->shared, after = is && is->shared;
	struct change ch = {
		.action = !after   ? is ? ACTION_VIEW_UNSHARE : ACTION_VIEW_REMOVE
		          : before ? ACTION_VIEW_UPDATE
		                   : ACTION_VIEW_SHARE,
		.target_kind = ID_VIEW,
		.target_id = is ? is->id : was->id,
		.target_label = is ? is->name : was->name,
		.account_id = c->actor.account_id,
	};
	enum err e;

	if (!before && !after)
		return OK;
	e = accounts_name(c, c->actor.account_id, &ch.account_label);
	if (e)
		return e;
	change_diff(c->mem, (struct fields)FIELDS(log_v), before ? was : NULL,
	            after ? is : NULL, &ch);
	return change_put(c, &ch);
}

enum err views_create(struct ctx *c, const struct view_edit *in, int64_t *id)
{
	struct view_row is = {
		.list = in->list,
		.name = in->name,
		.q = in->q ? in->q : "",
		.sort = in->sort,
		.columns = join_columns(c, &in->columns),
		.page_size = in->page_size ? in->page_size : 50,
		.shared = in->shared,
		.person_id = c->actor.person_id,
	};
	enum err e = check_values(c, &is);

	if (!e)
		e = check_room(c, &is, 0);
	if (!e)
		e = check_sharing(c, NULL, &is);
	if (!e)
		e = db_exec(c->db, &insert,
		            DB_ARGS(db_i64(is.person_id), db_i64(c->actor.account_id),
		                    db_str(is.list), db_str(is.name), db_str(is.q),
		                    db_str(is.sort), db_str(is.columns), db_i64(is.page_size),
		                    db_bool(is.shared), db_stamp(c->now), db_stamp(c->now)),
		            NULL);
	if (e)
		return e;
	*id = is.id = db_insert_id(c->db);
	return put(c, NULL, &is);
}

/* What is there to be changed, by who may change it. */
static enum err find_to_change(struct ctx *c, int64_t id, int64_t ver, struct view_row *out)
{
	enum err e = views_find(c, id, out);

	if (!e && !out->mine)
		e = ctx_need(c, SHARE);
	if (!e && ver && out->ver != ver)
		e = FAIL(c, ERR_VERSION, "changed-meanwhile", "Somebody changed it meanwhile.");
	return e;
}

static void merge(struct ctx *c, struct view_row *is, const struct view_edit *in, uint64_t mask)
{
	if (mask & 1u << VIEW_NAME)
		is->name = in->name;
	if (mask & 1u << VIEW_Q)
		is->q = in->q ? in->q : "";
	if (mask & 1u << VIEW_SORT)
		is->sort = in->sort;
	if (mask & 1u << VIEW_COLUMNS)
		is->columns = join_columns(c, &in->columns);
	if (mask & 1u << VIEW_PAGE_SIZE)
		is->page_size = in->page_size;
	if (mask & 1u << VIEW_SHARED)
		is->shared = in->shared;
}

static enum err write_view(struct ctx *c, const struct view_row *was, const struct view_row *is)
{
	int64_t changed = 0;
	enum err e =
		db_exec(c->db, &write,
	                DB_ARGS(db_str(is->name), db_str(is->q), db_str(is->sort),
	                        db_str(is->columns), db_i64(is->page_size), db_bool(is->shared),
	                        db_stamp(c->now), db_i64(was->id), db_i64(was->ver)),
	                &changed);

	if (!e && changed != 1)
		e = FAIL(c, ERR_VERSION, "changed-meanwhile", "Somebody changed it meanwhile.");
	if (!e && was->shared && !is->shared)
		e = db_exec(c->db, &end_others,
		            DB_ARGS(db_i64(was->id), db_i64(was->person_id)), NULL);
	return e;
}

enum err views_update(struct ctx *c, int64_t id, const struct view_edit *in, uint64_t mask,
                      int64_t ver)
{
	struct view_row was, is;
	struct change ch = { 0 };
	enum err e = find_to_change(c, id, ver, &was);

	if (e)
		return e;
	is = was;
	merge(c, &is, in, mask);
	e = check_values(c, &is);
	if (!e)
		e = check_room(c, &is, id);
	if (!e)
		e = check_sharing(c, &was, &is);
	if (e)
		return e;
	if (is.shared == was.shared &&
	    !change_diff(c->mem, (struct fields)FIELDS(log_v), &was, &is, &ch))
		return OK;
	e = write_view(c, &was, &is);
	return e ? e : put(c, &was, &is);
}

enum err views_remove(struct ctx *c, int64_t id, int64_t ver)
{
	struct view_row was;
	int64_t changed = 0;
	enum err e = find_to_change(c, id, ver, &was);

	if (!e)
		e = db_exec(c->db, &drop, DB_ARGS(db_i64(id), db_i64(was.ver)), &changed);
	if (!e && changed != 1)
		e = FAIL(c, ERR_VERSION, "changed-meanwhile", "Somebody changed it meanwhile.");
	return e ? e : put(c, &was, NULL);
}

enum err views_set_default(struct ctx *c, int64_t id, bool on)
{
	const struct actor *a = &c->actor;
	struct view_row v;
	enum err e = views_find(c, id, &v);

	if (e)
		return e;
	if (!on)
		return db_exec(c->db, &end_default,
		               DB_ARGS(db_i64(a->person_id), db_i64(a->account_id),
		                       db_str(v.list), db_i64(id)),
		               NULL);
	return db_exec(c->db, &set_default,
	               DB_ARGS(db_i64(a->person_id), db_i64(a->account_id), db_str(v.list),
	                       db_i64(id), db_i64(id)),
	               NULL);
}
