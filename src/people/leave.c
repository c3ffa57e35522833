#include "people/leave.h"

#include "people/queries.h"
#include "people/revoke.h"
#include "people/words.h"

struct count_row {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count_row, n) };

/* Locking: of two memberships that end at once, the later sees the earlier. */
static const struct db_query memberships = {
	.text = "SELECT COUNT(*) AS n FROM membership WHERE person_id = ? AND state <> 'removed'"
		" LOCK IN SHARE MODE",
	DB_ROWS(count_v),
};
static const struct db_query remove_person = {
	.text = "UPDATE person SET login = CONCAT('removed-', id), state = 'removed',"
		" password_hash = NULL, password_changed_at = NULL, email_verified_at = NULL,"
		" ver = ver + 1, updated_at = ? WHERE id = ?",
};
static const struct db_query drop_factor = { .text = "DELETE FROM factor WHERE person_id = ?" };
static const struct db_query drop_codes = {
	.text = "DELETE FROM recovery_code WHERE person_id = ?",
};
static const struct db_query void_mailed = {
	.text = "UPDATE one_time SET used_at = ? WHERE person_id = ? AND used_at IS NULL",
};

const struct db_query *const leave_queries[] = {
	&memberships, &remove_person, &drop_factor, &drop_codes, &void_mailed, NULL,
};

enum err persons_drop_factor(struct ctx *c, int64_t person_id, bool *had)
{
	int64_t n = 0;
	enum err e = db_exec(c->db, &drop_factor, DB_ARGS(db_i64(person_id)), &n);

	if (!e)
		e = db_exec(c->db, &drop_codes, DB_ARGS(db_i64(person_id)), NULL);
	if (!e)
		*had = n > 0;
	return e;
}

enum err persons_void_mailed(struct ctx *c, int64_t person_id)
{
	return db_exec(c->db, &void_mailed, DB_ARGS(db_stamp(c->now), db_i64(person_id)), NULL);
}

enum err persons_leave(struct ctx *c, int64_t person_id)
{
	struct count_row row;
	bool had;
	enum err e = db_one(c->db, &memberships, DB_ARGS(db_i64(person_id)), c->mem, &row);

	if (e || row.n > 0)
		return e;
	e = db_exec(c->db, &remove_person, DB_ARGS(db_stamp(c->now), db_i64(person_id)), NULL);
	if (!e)
		e = persons_drop_factor(c, person_id, &had);
	if (!e)
		e = sessions_revoke_person(c, person_id, NULL, "removed");
	return e ? e : people_reindex(c, person_id);
}
