#include "signin/one_time.h"

#include <stdio.h>
#include <string.h>

#include "base/seal.h"
#include "signin/session.h"

static const struct field one_time_v[] = {
	FIELD(struct one_time, person_id),
	FIELD(struct one_time, account_id),
	FIELD(struct one_time, subject),
	FIELD(struct one_time, created_at),
};

struct code_row {
	struct bytes token_hash;
	const char *subject;
	int64_t tries;
};
static const struct field code_v[] = {
	FIELD(struct code_row, token_hash),
	FIELD(struct code_row, subject),
	FIELD(struct code_row, tries),
};

struct count_row {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count_row, n) };

/* IGNORE: a second run after a lost COMMIT finds its own row. */
static const struct db_query insert = {
	.text = "INSERT IGNORE INTO one_time (token_hash, purpose, person_id, account_id,"
		" subject, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
};
static const struct db_query find = {
	.text = "SELECT IFNULL(person_id, 0) AS person_id, IFNULL(account_id, 0) AS account_id,"
		" subject, created_at FROM one_time WHERE token_hash = ? AND purpose = ?"
		" AND used_at IS NULL AND expires_at > ?",
	DB_ROWS(one_time_v),
};
static const struct db_query take = {
	.text = "UPDATE one_time SET used_at = ? WHERE token_hash = ? AND purpose = ?"
		" AND used_at IS NULL AND expires_at > ?",
};
static const struct db_query cancel = {
	.text = "UPDATE one_time SET used_at = ? WHERE person_id = ? AND purpose = ?"
		" AND used_at IS NULL",
};
static const struct db_query count = {
	.text = "SELECT COUNT(*) AS n FROM one_time WHERE person_id = ? AND purpose = ?"
		" AND created_at > ?",
	DB_ROWS(count_v),
};
static const struct db_query open_code = {
	.text = "SELECT token_hash, subject, tries FROM one_time WHERE person_id = ?"
		" AND purpose = 'code' AND used_at IS NULL AND expires_at > ?"
		" ORDER BY created_at DESC LIMIT 1 FOR UPDATE",
	DB_ROWS(code_v),
};
static const struct db_query count_try = {
	.text = "UPDATE one_time SET tries = tries + 1, used_at = IF(?, ?, used_at)"
		" WHERE token_hash = ?",
};
static const struct db_query forget = {
	.text = "DELETE FROM one_time WHERE expires_at < ? ORDER BY expires_at LIMIT ?",
};

const struct db_query *const one_time_queries[] = {
	&insert, &find, &take, &cancel, &count, &open_code, &count_try, &forget, NULL,
};

static enum err put(struct ctx *c, const struct one_time_new *in,
                    const unsigned char hash[HASH_BYTES])
{
	struct stamp until = stamp_add(c->now, in->minutes * USEC_PER_MIN);

	return db_exec(c->db, &insert,
	               DB_ARGS(db_bytes(hash, HASH_BYTES), db_str(in->purpose),
	                       db_key(in->person_id), db_key(in->account_id),
	                       db_str(in->subject), db_stamp(c->now), db_stamp(until)),
	               NULL);
}

enum err one_time_put(struct ctx *c, const struct one_time_new *in, char token[TOKEN_TEXT])
{
	unsigned char hash[HASH_BYTES];

	token_new(token);
	token_hash(token, TOKEN_TEXT - 1, hash);
	return put(c, in, hash);
}

enum err one_time_find(struct ctx *c, const char *purpose, const char *token,
                       struct one_time *out)
{
	unsigned char hash[HASH_BYTES];

	if (!session_hash(token, hash))
		return ERR_NOT_FOUND;
	return db_one(c->db, &find,
	              DB_ARGS(db_bytes(hash, HASH_BYTES), db_str(purpose), db_stamp(c->now)),
	              c->mem, out);
}

enum err one_time_take(struct ctx *c, const char *purpose, const char *token)
{
	unsigned char hash[HASH_BYTES];
	int64_t n = 0;
	enum err e;

	if (!session_hash(token, hash))
		return ERR_NOT_FOUND;
	e = db_exec(c->db, &take,
	            DB_ARGS(db_stamp(c->now), db_bytes(hash, HASH_BYTES), db_str(purpose),
	                    db_stamp(c->now)),
	            &n);
	return !e && n != 1 ? ERR_NOT_FOUND : e;
}

enum err one_time_cancel(struct ctx *c, int64_t person_id, const char *purpose)
{
	return db_exec(c->db, &cancel,
	               DB_ARGS(db_stamp(c->now), db_i64(person_id), db_str(purpose)), NULL);
}

enum err one_time_count(struct ctx *c, int64_t person_id, const char *purpose, int64_t *out)
{
	struct count_row r;
	enum err e = db_one(c->db, &count,
	                    DB_ARGS(db_i64(person_id), db_str(purpose),
	                            db_stamp(stamp_add(c->now, -USEC_PER_DAY))),
	                    c->mem, &r);

	if (!e)
		*out = r.n;
	return e;
}

static const char *code_place(struct ctx *c, int64_t person_id)
{
	return arena_printf(c->mem, "one_time:code:%lld", (long long)person_id);
}

/* Every code as likely as every other: what does not divide evenly is drawn again. */
static void new_code(char code[CODE_DIGITS + 1])
{
	const uint32_t codes = 1000000, fair = UINT32_MAX - UINT32_MAX % codes;
	uint32_t v;

	do {
		token_random(&v, sizeof(v));
	} while (v >= fair);
	snprintf(code, CODE_DIGITS + 1, "%06u", (unsigned)(v % codes));
}

enum err one_time_put_code(struct ctx *c, int64_t person_id, char code[CODE_DIGITS + 1])
{
	struct one_time_new in = { .purpose = "code",
		                   .person_id = person_id,
		                   .minutes = CODE_MIN };
	unsigned char name[HASH_BYTES];
	enum err e = one_time_cancel(c, person_id, "code");

	if (e)
		return e;
	new_code(code);
	token_random(name, sizeof(name));
	in.subject =
		seal_write(c->config->key, c->mem, code_place(c, person_id), code, CODE_DIGITS);
	return put(c, &in, name);
}

enum err one_time_try_code(struct ctx *c, int64_t person_id, const char *code, bool *right)
{
	static const unsigned char none[HASH_BYTES];
	struct bytes sealed;
	struct code_row r;
	bool same;
	enum err e = db_one(c->db, &open_code, DB_ARGS(db_i64(person_id), db_stamp(c->now)),
	                    c->mem, &r);

	*right = false;
	if (e == ERR_NOT_FOUND) /* the statement all the same */
		return db_exec(c->db, &count_try,
		               DB_ARGS(db_bool(false), db_stamp(c->now),
		                       db_bytes(none, HASH_BYTES)),
		               NULL);
	if (e)
		return e;
	if (seal_read(c->config->key, c->mem, code_place(c, person_id), r.subject, &sealed))
		return FAIL(c, ERR_INTERNAL, "internal", "A code does not open.");
	same = strlen(code) == CODE_DIGITS && sealed.n == CODE_DIGITS &&
	       token_same(code, sealed.p, CODE_DIGITS);
	e = db_exec(c->db, &count_try,
	            DB_ARGS(db_bool(!same && r.tries + 1 >= CODE_TRIES), db_stamp(c->now),
	                    db_bytes(r.token_hash.p, r.token_hash.n)),
	            NULL);
	if (!e)
		*right = same && r.tries < CODE_TRIES;
	return e;
}

enum err one_time_take_code(struct ctx *c, int64_t person_id)
{
	int64_t n = 0;
	enum err e = db_exec(c->db, &cancel,
	                     DB_ARGS(db_stamp(c->now), db_i64(person_id), db_str("code")), &n);

	return !e && n == 0 ? ERR_NOT_FOUND : e;
}

enum err one_time_refused(struct ctx *c)
{
	return FAIL(c, ERR_NOT_FOUND, "link-not-valid",
	            "This link was used, has expired, or a newer one replaced it.");
}

enum err one_time_sweep(struct ctx *c, int64_t max, int64_t *out)
{
	return db_exec(c->db, &forget,
	               DB_ARGS(db_stamp(stamp_add(c->now, -USEC_PER_DAY)), db_i64(max)), out);
}
