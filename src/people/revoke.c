#include "people/revoke.h"

#include <string.h>

#include "keys/keys.h"
#include "people/queries.h"

#define LIVE_MAX 200000 /* sessions one change can end */
#define BATCH    16

struct hash_row {
	struct bytes token_hash;
};
static const struct field hash_v[] = { FIELD(struct hash_row, token_hash) };

struct count_row {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count_row, n) };

#define LIVE " s.revoked_at IS NULL AND s.expires_at > ?"
#define UNDER \
	" FROM account_tree t JOIN membership m ON m.account_id = t.descendant_id" \
	" JOIN session s ON s.membership_id = m.id WHERE t.ancestor_id = ? AND" LIVE

static const struct db_query of_person = {
	.text = "UPDATE session SET revoked_at = ?, revoked_why = ? WHERE person_id = ?"
		" AND revoked_at IS NULL AND token_hash <> ?",
};
static const struct db_query of_membership = {
	.text = "UPDATE session SET revoked_at = ?, revoked_why = ? WHERE membership_id = ?"
		" AND revoked_at IS NULL",
};
/* Found without locks, ended by key: the tree and the memberships stay unlocked. */
static const struct db_query hashes_under = {
	.text = "SELECT s.token_hash" UNDER " LIMIT ?",
	DB_ROWS(hash_v),
};
static const struct db_query by_hash = {
	.text = "UPDATE session SET revoked_at = ?, revoked_why = ? WHERE revoked_at IS NULL"
		" AND token_hash IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};
static const struct db_query count_under = {
	.text = "SELECT COUNT(*) AS n" UNDER,
	DB_ROWS(count_v),
};
static const struct db_query count_person = {
	.text = "SELECT COUNT(*) AS n FROM session s WHERE s.person_id = ? AND" LIVE,
	DB_ROWS(count_v),
};

/* A token sent by mail is used up by its cancelling. */
#define CANCEL "UPDATE one_time SET used_at = ? WHERE used_at IS NULL AND person_id "
static const struct db_query cancel_person = { .text = CANCEL "= ?" };
static const struct db_query cancel_membership = {
	.text = CANCEL "= (SELECT m.person_id FROM membership m WHERE m.id = ?)",
};
static const struct db_query open_under = {
	.text = "SELECT o.token_hash FROM account_tree t JOIN membership m"
		" ON m.account_id = t.descendant_id JOIN one_time o ON o.person_id = m.person_id"
		" WHERE t.ancestor_id = ? AND o.used_at IS NULL LIMIT ?",
	DB_ROWS(hash_v),
};
static const struct db_query cancel_one = {
	.text = "UPDATE one_time SET used_at = ? WHERE used_at IS NULL AND token_hash = ?",
};

/* Visits under way are few, so those below an account are found from their side. */
static const struct db_query visits_of = {
	.text = "SELECT v.id AS n FROM visit v WHERE v.membership_id = ?"
		" AND v.ended_at IS NULL AND v.expires_at > ? LIMIT ?",
	DB_ROWS(count_v),
};
static const struct db_query visits_under = {
	.text = "SELECT v.id AS n FROM visit v JOIN membership m ON m.id = v.membership_id"
		" JOIN account_tree t ON t.ancestor_id = ? AND t.descendant_id = m.account_id"
		" WHERE v.ended_at IS NULL AND v.expires_at > ? LIMIT ?",
	DB_ROWS(count_v),
};
/* The worker closes it and logs that (support/ends.c). */
static const struct db_query cut_short = {
	.text = "UPDATE visit SET expires_at = ?, end_reason = ? WHERE id = ?"
		" AND ended_at IS NULL",
};
static const struct db_query kept = {
	.text = "SELECT COUNT(*) AS n FROM membership m WHERE m.account_id = ? AND ("
		"(SELECT COUNT(*) FROM api_key k WHERE k.membership_id = m.id"
		" AND k.revoked_at IS NULL) > 0 OR (SELECT COUNT(*) FROM one_time o"
		" WHERE o.person_id = m.person_id AND o.used_at IS NULL) > 0"
		" OR (SELECT COUNT(*) FROM visit v WHERE v.membership_id = m.id"
		" AND v.ended_at IS NULL) > 0)",
	DB_ROWS(count_v),
};

const struct db_query *const revoke_queries[] = {
	&of_person,    &of_membership, &hashes_under,      &by_hash,    &count_under,
	&count_person, &cancel_person, &cancel_membership, &open_under, &cancel_one,
	&visits_of,    &visits_under,  &cut_short,         &kept,       NULL,
};

/* Signing out, here or elsewhere, takes nothing from a person but the session. */
static bool is_for_good(const char *why)
{
	return strcmp(why, "signed-out") != 0 && strcmp(why, "ended") != 0 &&
	       strcmp(why, "switched") != 0;
}

static enum err cancel(struct ctx *c, const struct db_query *q, int64_t key)
{
	return db_exec(c->db, q, DB_ARGS(db_stamp(c->now), db_i64(key)), NULL);
}

/* As the sessions: found without locks, ended by key. */
static enum err cancel_under(struct ctx *c, int64_t account_id)
{
	struct db_list rows;
	const struct hash_row *v;
	enum err e = db_all(c->db, &open_under, DB_ARGS(db_i64(account_id), db_i64(LIVE_MAX)),
	                    c->mem, sizeof(struct hash_row), LIVE_MAX, &rows);

	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; !e && i < rows.n; i++)
		e = db_exec(c->db, &cancel_one,
		            DB_ARGS(db_stamp(c->now),
		                    db_bytes(v[i].token_hash.p, v[i].token_hash.n)),
		            NULL);
	return e;
}

static enum err cut_visits(struct ctx *c, const struct db_query *q, int64_t key,
                           const char *reason)
{
	struct db_list rows;
	const struct count_row *v;
	enum err e = db_all(c->db, q, DB_ARGS(db_i64(key), db_stamp(c->now), db_i64(LIVE_MAX)),
	                    c->mem, sizeof(struct count_row), LIVE_MAX, &rows);

	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; !e && i < rows.n; i++)
		e = db_exec(c->db, &cut_short,
		            DB_ARGS(db_stamp(c->now), db_str(reason), db_i64(v[i].n)), NULL);
	return e;
}

enum err sessions_revoke_person(struct ctx *c, int64_t person_id, const unsigned char *keep,
                                const char *why)
{
	static const unsigned char nobody[HASH_BYTES];
	enum err e = db_exec(c->db, &of_person,
	                     DB_ARGS(db_stamp(c->now), db_str(why), db_i64(person_id),
	                             db_bytes(keep ? keep : nobody, HASH_BYTES)),
	                     NULL);

	if (e || !is_for_good(why))
		return e;
	e = keys_revoke_person(c, person_id, why);
	return e ? e : cancel(c, &cancel_person, person_id);
}

enum err sessions_revoke_membership(struct ctx *c, int64_t membership_id, const char *why)
{
	enum err e =
		db_exec(c->db, &of_membership,
	                DB_ARGS(db_stamp(c->now), db_str(why), db_i64(membership_id)), NULL);

	if (e || !is_for_good(why))
		return e;
	e = keys_revoke_membership(c, membership_id, why);
	if (!e)
		e = cut_visits(c, &visits_of, membership_id, "user");
	return e ? e : cancel(c, &cancel_membership, membership_id);
}

/* A batch that is not full names its last session again. */
static enum err revoke_batch(struct ctx *c, const struct hash_row *v, size_t n, const char *why)
{
	struct db_arg args[BATCH + 2];

	args[0] = db_stamp(c->now);
	args[1] = db_str(why);
	for (size_t i = 0; i < BATCH; i++) {
		const struct bytes *h = &v[i < n ? i : n - 1].token_hash;

		args[2 + i] = db_bytes(h->p, h->n);
	}
	return db_exec(c->db, &by_hash, args, ARRAY_LEN(args), NULL);
}

enum err sessions_revoke_under(struct ctx *c, int64_t account_id, const char *why,
                               int64_t *count)
{
	struct db_list rows;
	const struct hash_row *v;
	enum err e = db_all(c->db, &hashes_under,
	                    DB_ARGS(db_i64(account_id), db_stamp(c->now), db_i64(LIVE_MAX)),
	                    c->mem, sizeof(struct hash_row), LIVE_MAX, &rows);

	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; !e && i < rows.n; i += BATCH)
		e = revoke_batch(c, v + i, rows.n - i < BATCH ? rows.n - i : BATCH, why);
	if (!e && is_for_good(why))
		e = keys_revoke_under(c, account_id, why);
	if (!e && is_for_good(why))
		e = cancel_under(c, account_id);
	if (!e && is_for_good(why))
		e = cut_visits(c, &visits_under, account_id, "account");
	if (!e && count)
		*count = (int64_t)rows.n;
	return e;
}

static enum err counted(struct ctx *c, const struct db_query *q, int64_t key, int64_t *count)
{
	struct count_row r;
	enum err e = db_one(c->db, q, DB_ARGS(db_i64(key), db_stamp(c->now)), c->mem, &r);

	if (!e)
		*count = r.n;
	return e;
}

enum err sessions_kept(struct ctx *c, int64_t account_id, bool *any)
{
	struct count_row r;
	enum err e = db_one(c->db, &kept, DB_ARGS(db_i64(account_id)), c->mem, &r);

	if (!e)
		*any = r.n > 0;
	return e;
}

enum err sessions_count_under(struct ctx *c, int64_t account_id, int64_t *count)
{
	return counted(c, &count_under, account_id, count);
}

enum err sessions_count_person(struct ctx *c, int64_t person_id, int64_t *count)
{
	return counted(c, &count_person, person_id, count);
}
