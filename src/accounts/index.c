#include "accounts/index.h"

#include <stdlib.h>
#include <string.h>

#include "accounts/accounts.h"
#include "accounts/queries.h"
#include "accounts/state.h"
#include "accounts/words.h"
#include "json/json_out.h"
#include "search/query.h"

#define WORDS_JSON_MAX ((size_t)64 * 1024)
#define TEXTS_MAX 2000

static const struct db_query rewrite = {
	.text = "UPDATE account_tree t JOIN account a ON a.id = t.descendant_id"
	        " LEFT JOIN person p ON p.id = a.main_person_id"
	        " LEFT JOIN membership m ON m.person_id = a.main_person_id"
	        " AND m.account_id = a.id AND m.kind = 'main'"
	        " SET t.kind = a.kind, t.name_key = LEFT(a.name, 80),"
	        " t.last_login_at = COALESCE(a.last_login_at, '1000-01-01 00:00:00'),"
	        " a.list_login = p.login, a.list_email = p.email, a.list_role = m.role,"
	        " a.list_label = m.label, t.own_state = " STATE_OWN("a")
	        " WHERE t.descendant_id = ?",
};

/* What an account is called, and what the first right below it says it is. */
struct name_row {
	const char *kind, *name;
};
static const struct field name_v[] = {
	FIELD(struct name_row, kind),
	FIELD(struct name_row, name),
};
static const struct db_query name_of = {
	.text = "SELECT kind, name FROM account WHERE id = ?",
	DB_ROWS(name_v),
};
/* Locking, to see one that was made meanwhile. */
static const struct db_query name_said = {
	.text = "SELECT kind, list_parent AS name FROM account FORCE INDEX (ix_account_parent)"
	        " WHERE parent_id = ? ORDER BY id LIMIT 1 LOCK IN SHARE MODE",
	DB_ROWS(name_v),
};
static const struct db_query name_children = {
	.text = "UPDATE account FORCE INDEX (ix_account_parent) SET list_parent = ?"
	        " WHERE parent_id = ?",
};

/* Who is the main person of one account may be that of others. */
static const struct db_query rewrite_others = {
	.text = "UPDATE account o JOIN membership m ON m.person_id = o.main_person_id"
	        " AND m.kind = 'main' JOIN account a ON a.id = m.account_id AND a.id <> o.id"
	        " AND a.main_person_id = m.person_id JOIN person p ON p.id = m.person_id"
	        " SET a.list_login = p.login, a.list_email = p.email WHERE o.id = ?",
};

static const struct db_query rewrite_role = {
	.text = "UPDATE membership m JOIN account a ON a.id = m.account_id"
	        " AND a.main_person_id = m.person_id"
	        " SET a.list_role = m.role, a.list_label = m.label"
	        " WHERE m.id = ? AND m.kind = 'main'",
};
static const struct db_query rewrite_roles = {
	.text = "UPDATE membership_role w JOIN membership m ON m.id = w.membership_id"
	        " AND m.kind = 'main' JOIN account a ON a.id = m.account_id"
	        " AND a.main_person_id = m.person_id SET a.list_role = m.role"
	        " WHERE w.role_id = ?",
};

static const struct db_query rewrite_state = {
	.text = "UPDATE account_tree t JOIN account a ON a.id = t.descendant_id"
	        " SET t.own_state = " STATE_OWN("a") " WHERE t.descendant_id = ?",
};

/* Plain, for billing's sake: one table and no query inside cost a quarter of the above. */
static const struct db_query set_state = {
	.text = "UPDATE account_tree SET own_state = ? WHERE descendant_id = ?",
};

static const struct db_query see = {
	.text = "UPDATE account_tree t JOIN account a ON a.id = t.descendant_id"
	        " SET a.last_login_at = ?, t.last_login_at = ?,"
	        " t.own_state = IF(t.own_state = 'not_confirmed', 'active', t.own_state),"
	        " a.confirmed_at = COALESCE(a.confirmed_at, ?) WHERE t.descendant_id = ?",
};

/* A text an account is found by: by its words, by all of it as one word, or both ways. */
struct text {
	const char *text;
	bool apart, whole;
};

static const struct field text_row[] = {
	FIELD(struct text, text),
	FIELD(struct text, apart),
	FIELD(struct text, whole),
};

static const struct db_query texts = {
	.text = "SELECT CAST(a.name AS BINARY) AS text, 1 AS apart, 0 AS whole"
	        " FROM account a WHERE a.id = ?"
	        " UNION ALL SELECT CAST(a.id + " STRINGIFY(ACCOUNT_NUMBER_BASE) " AS CHAR), 1, 0"
	        " FROM account a WHERE a.id = ?"
	        " UNION ALL SELECT a.external_id, 1, 0 FROM account a"
	        " WHERE a.id = ? AND a.external_id IS NOT NULL"
	        " UNION ALL SELECT a.contract_no, 1, 0 FROM account a"
	        " WHERE a.id = ? AND a.contract_no IS NOT NULL"
	        " UNION ALL SELECT REPLACE(a.tenant_id, '-', ''), 1, 0"
	        " FROM account a WHERE a.id = ?"
	        " UNION ALL SELECT p.login, 1, 0 FROM membership m"
	        " JOIN person p ON p.id = m.person_id WHERE m.account_id = ? AND m.state = 'active'"
	        " UNION ALL SELECT p.name, 1, 0 FROM membership m"
	        " JOIN person p ON p.id = m.person_id WHERE m.account_id = ? AND m.state = 'active'"
	        " UNION ALL SELECT p.email, 1, 0 FROM membership m"
	        " JOIN person p ON p.id = m.person_id WHERE m.account_id = ?"
	        " AND m.state = 'active' AND p.email IS NOT NULL"
	        " UNION ALL SELECT p.phone, 1, 1 FROM membership m"
	        " JOIN person p ON p.id = m.person_id WHERE m.account_id = ?"
	        " AND m.state = 'active' AND p.phone IS NOT NULL"
	        " UNION ALL SELECT k.name, 1, 0 FROM account_contact k WHERE k.account_id = ?"
	        " UNION ALL SELECT k.email, 1, 0 FROM account_contact k"
	        " WHERE k.account_id = ? AND k.email IS NOT NULL"
	        " UNION ALL SELECT k.phone, 1, 1 FROM account_contact k"
	        " WHERE k.account_id = ? AND k.phone IS NOT NULL"
	        " UNION ALL SELECT d.mac, 0, 1 FROM device d"
	        " WHERE d.account_id = ? AND d.mac IS NOT NULL"
	        " UNION ALL SELECT d.serial, 1, 0 FROM device d"
	        " WHERE d.account_id = ? AND d.serial IS NOT NULL"
	        " UNION ALL SELECT v.value, 1, 0 FROM custom_value v"
	        " JOIN custom_field f ON f.id = v.field_id AND f.searchable = 1"
	        " AND f.removed_at IS NULL JOIN account_tree t ON t.ancestor_id = f.account_id"
	        " AND t.descendant_id = v.account_id WHERE v.account_id = ?",
	DB_ROWS(text_row),
};

struct words_row {
	const char *words;
};
static const struct field words_row[] = { FIELD(struct words_row, words) };

/* Locking: who changes the words of an account knows all of them. */
static const struct db_query words_now = {
	.text = "SELECT list_words AS words FROM account WHERE id = ? FOR UPDATE",
	DB_ROWS(words_row),
};

static const struct db_query set_words = {
	.text = "UPDATE account SET list_words = ? WHERE id = ?",
};

/* IGNORE: two who add the same word at once both mean it. */
static const struct db_query add_words = {
	.text = "INSERT IGNORE INTO account_word (word, account_id) SELECT j.w, ?"
	        " FROM JSON_TABLE(?, '$[*]' COLUMNS"
	        " (w VARCHAR(64) CHARACTER SET utf8mb4 PATH '$')) j",
};

static const struct db_query drop_word = {
	.text = "DELETE FROM account_word WHERE account_id = ? AND word = ?",
};

static enum err words_wanted(struct ctx *c, int64_t id, struct words *out)
{
	struct db_list list;
	enum err e = db_all(c->db, &texts,
	                    DB_ARGS(db_i64(id), db_i64(id), db_i64(id), db_i64(id), db_i64(id),
	                            db_i64(id), db_i64(id), db_i64(id), db_i64(id), db_i64(id),
	                            db_i64(id), db_i64(id), db_i64(id), db_i64(id), db_i64(id)),
	                    c->mem, sizeof(struct text), TEXTS_MAX, &list);

	if (e)
		return e;
	words_init(out, c->mem, ACCOUNT_WORDS_MAX);
	for (size_t i = 0; i < list.n; i++) {
		const struct text *t = (const struct text *)list.v + i;

		if (t->whole)
			words_add_joined(out, t->text);
		if (t->apart)
			words_add(out, t->text);
	}
	words_sort(out);
	return OK;
}

static enum err words_insert(struct ctx *c, int64_t id, const struct words *missing)
{
	struct buf json;

	if (missing->n == 0)
		return OK;
	buf_init(&json, c->mem, WORDS_JSON_MAX);
	json_open(&json, '[');
	for (size_t i = 0; i < missing->n; i++)
		json_str(&json, missing->v[i].word);
	json_close(&json, ']');
	if (json.failed)
		return FAIL(c, ERR_INTERNAL, "words-too-long",
		            "The words of an account are too long.");
	return db_exec(c->db, &add_words, DB_ARGS(db_i64(id), db_str(buf_str(&json))), NULL);
}

/* The words as they stand in the index, in their order. */
static enum err words_have(struct ctx *c, int64_t id, struct words *out)
{
	struct words_row row;
	enum err e = db_one(c->db, &words_now, DB_ARGS(db_i64(id)), c->mem, &row);

	if (e)
		return e;
	words_init(out, c->mem, ACCOUNT_WORDS_MAX);
	words_split(out, row.words);
	return OK;
}

/* Both lists are sorted: what only the index has goes, what only the facts have comes. */
static enum err words_change(struct ctx *c, int64_t id, const struct words *want,
                             const struct words *have, bool *changed)
{
	struct words missing;
	size_t i = 0, j = 0;
	enum err e = OK;

	words_init(&missing, c->mem, ACCOUNT_WORDS_MAX);
	*changed = false;
	while (!e && (i < want->n || j < have->n)) {
		int d = i == want->n ? 1
		      : j == have->n ? -1
		                     : strcmp(want->v[i].word, have->v[j].word);

		if (d < 0)
			missing.v[missing.n++] = want->v[i];
		if (d > 0)
			e = db_exec(c->db, &drop_word,
			            DB_ARGS(db_i64(id), db_str(have->v[j].word)), NULL);
		*changed |= d != 0;
		i += d <= 0;
		j += d >= 0;
	}
	return e ? e : words_insert(c, id, &missing);
}

static enum err words_rewrite(struct ctx *c, int64_t id)
{
	struct words want, have;
	bool changed;
	enum err e = words_wanted(c, id, &want);

	if (!e)
		e = words_have(c, id, &have);
	if (!e)
		e = words_change(c, id, &want, &have, &changed);
	if (e || !changed)
		return e;
	return db_exec(c->db, &set_words, DB_ARGS(db_str(words_text(&want)), db_i64(id)), NULL);
}

/* What the accounts right below show of its name: all of them say the same. */
static enum err name_below(struct ctx *c, int64_t id)
{
	struct name_row own, said;
	enum err e = db_one(c->db, &name_of, DB_ARGS(db_i64(id)), c->mem, &own);

	if (e || !strcmp(own.kind, "customer"))
		return e;
	e = db_one(c->db, &name_said, DB_ARGS(db_i64(id)), c->mem, &said);
	if (e || (said.name && !strcmp(said.name, own.name)))
		return e == ERR_NOT_FOUND ? OK : e;
	return db_exec(c->db, &name_children, DB_ARGS(db_str(own.name), db_i64(id)), NULL);
}

enum err accounts_reindex(struct ctx *c, int64_t account_id)
{
	enum err e = db_exec(c->db, &rewrite,
	                     DB_ARGS(db_stamp(c->now), db_stamp(c->now), db_i64(account_id)), NULL);

	if (!e)
		e = db_exec(c->db, &rewrite_others, DB_ARGS(db_i64(account_id)), NULL);
	if (!e)
		e = name_below(c, account_id);
	return e ? e : words_rewrite(c, account_id);
}

enum err accounts_reindex_role(struct ctx *c, int64_t membership_id)
{
	return db_exec(c->db, &rewrite_role, DB_ARGS(db_i64(membership_id)), NULL);
}

enum err accounts_reindex_roles(struct ctx *c, int64_t role_id)
{
	return db_exec(c->db, &rewrite_roles, DB_ARGS(db_i64(role_id)), NULL);
}

enum err accounts_reindex_state(struct ctx *c, int64_t account_id)
{
	return db_exec(c->db, &rewrite_state,
	               DB_ARGS(db_stamp(c->now), db_stamp(c->now), db_i64(account_id)), NULL);
}

/* STATE_OWN() in C. */
enum err accounts_set_state(struct ctx *c, const struct account_head *head, bool held)
{
	bool confirmed = strcmp(head->kind, "customer") != 0 || stamp_is_set(head->confirmed_at);
	const char *state = strcmp(head->base_state, "active") != 0 ? head->base_state :
	                    held                                    ? "suspended" :
	                    confirmed                               ? "active" :
	                                                              "not_confirmed";

	return db_exec(c->db, &set_state, DB_ARGS(db_str(state), db_i64(head->id)), NULL);
}

enum err accounts_seen(struct ctx *c, int64_t account_id)
{
	return db_exec(c->db, &see,
	               DB_ARGS(db_stamp(c->now), db_stamp(c->now), db_stamp(c->now),
	                       db_i64(account_id)),
	               NULL);
}

const struct db_query *const index_queries[] = {
	&rewrite,       &rewrite_state, &set_state,     &see,     &texts,
	&words_now,     &set_words, &add_words,     &drop_word,     &name_of, &name_said,
	&name_children, &rewrite_role,  &rewrite_roles, &rewrite_others, NULL,
};
