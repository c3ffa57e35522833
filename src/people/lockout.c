#include "people/lockout.h"

#include <string.h>

#include "people/queries.h"

struct key_row {
	int64_t id;
};
static const struct field key_v[] = { FIELD(struct key_row, id) };
struct stop_row {
	bool stops;
};
static const struct field stop_v[] = { FIELD(struct stop_row, stops) };
struct count_row {
	int64_t failures;
};
static const struct field count_v[] = { FIELD(struct count_row, failures) };

static const struct db_query by_login = {
	.text = "SELECT id FROM person WHERE login = ? AND state = 'active'",
	DB_ROWS(key_v),
};
/* Nobody is counted nowhere, by the same statement. */
static const struct db_query count = {
	.text = "INSERT INTO lockout (person_id, failures) SELECT ?, 1 FROM DUAL WHERE ? > 0"
		" ON DUPLICATE KEY UPDATE failures = LEAST(failures + 1, 1000000000)",
};
static const struct db_query take_back = {
	.text = "UPDATE lockout SET failures = failures - 1 WHERE person_id = ?"
		" AND failures > 0",
};
static const struct db_query stops = {
	.text = "SELECT " LOCKOUT_STOPS("?") " AS stops",
	DB_ROWS(stop_v),
};
static const struct db_query find = {
	.text = "SELECT failures FROM lockout WHERE person_id = ?",
	DB_ROWS(count_v),
};
static const struct db_query forget = {
	.text = "UPDATE lockout SET failures = 0, told_at = NULL WHERE person_id = ?",
};

const struct db_query *const lockout_queries[] = {
	&by_login, &count, &take_back, &stops, &find, &forget, NULL,
};

static enum err find_login(struct ctx *c, const char *login, int64_t *id)
{
	struct key_row row;
	enum err e =
		db_one(c->db, &by_login, DB_ARGS(db_bytes(login, strlen(login))), c->mem, &row);

	if (e && e != ERR_NOT_FOUND)
		return e;
	*id = e ? 0 : row.id;
	return OK;
}

enum err lockout_count(struct ctx *c, int64_t person_id)
{
	return db_exec(c->db, &count, DB_ARGS(db_i64(person_id), db_i64(person_id)), NULL);
}

enum err lockout_count_login(struct ctx *c, const char *login)
{
	int64_t id;
	enum err e = find_login(c, login, &id);

	return e ? e : lockout_count(c, id);
}

enum err lockout_take_back(struct ctx *c, const char *login)
{
	int64_t id;
	enum err e = find_login(c, login, &id);

	return e ? e : db_exec(c->db, &take_back, DB_ARGS(db_i64(id)), NULL);
}

enum err lockout_stops(struct ctx *c, int64_t person_id, bool *out)
{
	struct stop_row row;
	enum err e = db_one(c->db, &stops, DB_ARGS(db_i64(person_id)), c->mem, &row);

	if (!e)
		*out = row.stops;
	return e;
}

/* Read first: what is not there is not locked either. */
enum err lockout_forget(struct ctx *c, int64_t person_id, bool *was)
{
	struct count_row row = { 0 };
	enum err e = db_one(c->db, &find, DB_ARGS(db_i64(person_id)), c->mem, &row);

	if (e == ERR_NOT_FOUND)
		e = OK;
	else if (!e && row.failures > 0)
		e = db_exec(c->db, &forget, DB_ARGS(db_i64(person_id)), NULL);
	if (!e && was)
		*was = row.failures >= LOCKOUT_FAILURES;
	return e;
}
