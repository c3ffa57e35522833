#include "signin/factor.h"

#include <string.h>

#include "base/seal.h"
#include "core/change.h"
#include "mail/smtp.h"
#include "signin/notice.h"
#include "signin/queries.h"
#include "signin/session.h"
#include "signin/totp.h"

#define RECOVERY_BYTES  16
#define RECOVERY_DIGITS 26
#define RECOVERY_GROUP  4

struct factor_row {
	int64_t id;
	const char *secret, *pending;
	struct stamp confirmed_at;
	int64_t last_step;
};
static const struct field factor_v[] = {
	FIELD(struct factor_row, id),        FIELD(struct factor_row, secret),
	FIELD(struct factor_row, pending),   FIELD(struct factor_row, confirmed_at),
	FIELD(struct factor_row, last_step),
};

struct count_row {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count_row, n) };

static const struct db_query make = {
	.text = "INSERT IGNORE INTO factor (person_id, kind, secret, created_at)"
		" VALUES (?, 'totp', '', ?)",
};
static const struct db_query lock = {
	.text = "SELECT id, secret, pending, confirmed_at, last_step FROM factor"
		" WHERE person_id = ? AND kind = 'totp' FOR UPDATE",
	DB_ROWS(factor_v),
};
static const struct db_query set_pending = {
	.text = "UPDATE factor SET pending = ? WHERE id = ?",
};
static const struct db_query confirm = {
	.text = "UPDATE factor SET secret = pending, pending = NULL, confirmed_at = ?,"
		" last_step = ? WHERE id = ? AND pending IS NOT NULL",
};
static const struct db_query take_step = {
	.text = "UPDATE factor SET last_step = ? WHERE id = ? AND last_step < ?",
};
static const struct db_query forget_factor = {
	.text = "DELETE FROM factor WHERE person_id = ?",
};
static const struct db_query forget_codes = {
	.text = "DELETE FROM recovery_code WHERE person_id = ?",
};
static const struct db_query put_code = {
	.text = "INSERT INTO recovery_code (code_hash, person_id) VALUES (?, ?)",
};
static const struct db_query take_code = {
	.text = "UPDATE recovery_code SET used_at = ? WHERE code_hash = ? AND person_id = ?"
		" AND used_at IS NULL",
};
static const struct db_query count_codes = {
	.text = "SELECT COUNT(*) AS n FROM recovery_code WHERE person_id = ?"
		" AND used_at IS NULL",
	DB_ROWS(count_v),
};
static const struct db_query person_changed = {
	.text = "UPDATE person SET ver = ver + 1, updated_at = ? WHERE id = ?",
};

const struct db_query *const factor_queries[] = {
	&make,         &lock,     &set_pending, &confirm,     &take_step,      &forget_factor,
	&forget_codes, &put_code, &take_code,   &count_codes, &person_changed, NULL,
};

static const char *belongs_to(struct ctx *c, int64_t id)
{
	return arena_printf(c->mem, "factor:%lld", (long long)id);
}

static enum err open_secret(struct ctx *c, const struct factor_row *f, const char *sealed,
                            struct bytes *out)
{
	enum err e = seal_read(c->config->key, c->mem, belongs_to(c, f->id), sealed, out);

	if (!e)
		return OK;
	return FAIL(c, ERR_INTERNAL, "internal", "The secret of a second step does not open.");
}

static enum err changed(struct ctx *c, int64_t person_id)
{
	return db_exec(c->db, &person_changed, DB_ARGS(db_stamp(c->now), db_i64(person_id)),
	               NULL);
}

static const char *issuer(struct ctx *c)
{
	const char *name = c->config->mail ? c->config->mail->sender_name : NULL;

	return name && *name ? name : "Gatehouse";
}

enum err factor_begin(struct ctx *c, struct factor_setup *out)
{
	unsigned char secret[TOTP_SECRET_BYTES];
	int64_t person_id = c->actor.person_id;
	struct factor_row f;
	const char *sealed;
	enum err e = db_exec(c->db, &make, DB_ARGS(db_i64(person_id), db_stamp(c->now)), NULL);

	if (!e)
		e = db_one(c->db, &lock, DB_ARGS(db_i64(person_id)), c->mem, &f);
	if (e)
		return e;
	token_random(secret, sizeof(secret));
	sealed =
		seal_write(c->config->key, c->mem, belongs_to(c, f.id), secret, sizeof(secret));
	out->secret = totp_secret_text(c->mem, secret, sizeof(secret));
	token_wipe(secret, sizeof(secret));
	if (!out->secret)
		return FAIL(c, ERR_UNAVAILABLE, "no-memory",
		            "There is no memory for a secret.");
	out->uri = totp_uri(c->mem, issuer(c), c->session->login, out->secret);
	return db_exec(c->db, &set_pending, DB_ARGS(db_str(sealed), db_i64(f.id)), NULL);
}

/* Crockford's alphabet, as ids have it: nothing in it looks like something else. */
static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* 128 bits, the last digit of three. */
static void code_text(const unsigned char *bits, char out[RECOVERY_DIGITS + 1])
{
	unsigned at = 0, value;

	for (size_t i = 0; i < RECOVERY_DIGITS; i++, at += 5) {
		value = (unsigned)bits[at / 8] << 8;
		if (at / 8 + 1 < RECOVERY_BYTES)
			value |= bits[at / 8 + 1];
		out[i] = digits[(value >> (11 - at % 8)) & 31];
	}
	out[RECOVERY_DIGITS] = '\0';
}

static void code_hash(int64_t person_id, const char *plain, unsigned char out[HASH_BYTES])
{
	unsigned char text[sizeof(int64_t) + RECOVERY_DIGITS];

	memcpy(text, &person_id, sizeof(person_id));
	memcpy(text + sizeof(person_id), plain, RECOVERY_DIGITS);
	token_hash(text, sizeof(text), out);
	token_wipe(text, sizeof(text));
}

/* "ABCD-EFGH-...": in groups, to be read and typed. */
static void code_groups(const char *plain, char out[RECOVERY_TEXT])
{
	size_t n = 0;

	for (size_t i = 0; i < RECOVERY_DIGITS; i++) {
		if (i > 0 && i % RECOVERY_GROUP == 0)
			out[n++] = '-';
		out[n++] = plain[i];
	}
	out[n] = '\0';
}

/* As somebody types it: any case, groups or not, O for 0 and I or L for 1. */
static bool code_read(const char *s, char out[RECOVERY_DIGITS + 1])
{
	size_t n = 0;

	for (; *s; s++) {
		char d = *s;

		if (d == '-' || d == ' ')
			continue;
		if (d >= 'a' && d <= 'z')
			d = (char)(d - 'a' + 'A');
		d = d == 'O' ? '0' : d == 'I' || d == 'L' ? '1' : d;
		if (n == RECOVERY_DIGITS || !strchr(digits, d))
			return false;
		out[n++] = d;
	}
	out[n] = '\0';
	return n == RECOVERY_DIGITS;
}

static enum err make_codes(struct ctx *c, struct recovery_codes *out)
{
	int64_t person_id = c->actor.person_id;
	unsigned char bits[RECOVERY_BYTES], hash[HASH_BYTES];
	char plain[RECOVERY_DIGITS + 1];
	enum err e = db_exec(c->db, &forget_codes, DB_ARGS(db_i64(person_id)), NULL);

	for (size_t i = 0; !e && i < RECOVERY_CODES; i++) {
		token_random(bits, sizeof(bits));
		code_text(bits, plain);
		code_groups(plain, out->v[i]);
		code_hash(person_id, plain, hash);
		e = db_exec(c->db, &put_code,
		            DB_ARGS(db_bytes(hash, HASH_BYTES), db_i64(person_id)), NULL);
	}
	token_wipe(bits, sizeof(bits));
	token_wipe(plain, sizeof(plain));
	return e;
}

enum err factor_confirm(struct ctx *c, const char *code, struct recovery_codes *out)
{
	int64_t person_id = c->actor.person_id, step, n = 0;
	struct factor_row f;
	struct bytes secret;
	enum err e = db_one(c->db, &lock, DB_ARGS(db_i64(person_id)), c->mem, &f);

	if (e == ERR_NOT_FOUND || (!e && !f.pending))
		return FAIL(c, ERR_CONFLICT, "no-enrolment",
		            "Two-step verification is not being set up.");
	if (!e)
		e = open_secret(c, &f, f.pending, &secret);
	if (e)
		return e;
	step = totp_check(secret.p, secret.n, code, c->now, 0);
	if (step == 0)
		return FAIL_FIELD(c, "/code", "wrong-code");
	e = db_exec(c->db, &confirm, DB_ARGS(db_stamp(c->now), db_i64(step), db_i64(f.id)), &n);
	if (!e && n != 1)
		return ERR_RETRY;
	if (!e)
		e = make_codes(c, out);
	return e ? e : changed(c, person_id);
}

enum err recovery_renew(struct ctx *c, struct recovery_codes *out)
{
	struct factor_row f;
	enum err e = db_one(c->db, &lock, DB_ARGS(db_i64(c->actor.person_id)), c->mem, &f);

	if (e == ERR_NOT_FOUND || (!e && !stamp_is_set(f.confirmed_at)))
		return FAIL(c, ERR_CONFLICT, "no-two-step",
		            "Two-step verification is not set up.");
	return e ? e : make_codes(c, out);
}

enum err recovery_count(struct ctx *c, int64_t person_id, int64_t *left)
{
	struct count_row r;
	enum err e = db_one(c->db, &count_codes, DB_ARGS(db_i64(person_id)), c->mem, &r);

	if (!e)
		*left = r.n;
	return e;
}

static enum err use_totp(struct ctx *c, int64_t person_id, const char *code,
                         enum factor_used *used)
{
	struct factor_row f;
	struct bytes secret;
	int64_t step, n = 0;
	enum err e = db_one(c->db, &lock, DB_ARGS(db_i64(person_id)), c->mem, &f);

	if (e == ERR_NOT_FOUND || (!e && !stamp_is_set(f.confirmed_at)))
		return OK;
	if (!e)
		e = open_secret(c, &f, f.secret, &secret);
	if (e)
		return e;
	step = totp_check(secret.p, secret.n, code, c->now, f.last_step);
	if (step == 0)
		return OK;
	e = db_exec(c->db, &take_step, DB_ARGS(db_i64(step), db_i64(f.id), db_i64(step)), &n);
	if (!e && n == 1)
		*used = FACTOR_TOTP;
	return e;
}

enum err factor_use(struct ctx *c, int64_t person_id, const char *code, enum factor_used *used)
{
	char plain[RECOVERY_DIGITS + 1];
	unsigned char hash[HASH_BYTES];
	int64_t n = 0;
	enum err e;

	*used = FACTOR_WRONG;
	if (!code_read(code, plain))
		return use_totp(c, person_id, code, used);
	code_hash(person_id, plain, hash);
	e = db_exec(c->db, &take_code,
	            DB_ARGS(db_stamp(c->now), db_bytes(hash, HASH_BYTES), db_i64(person_id)),
	            &n);
	if (!e && n == 1)
		*used = FACTOR_RECOVERY;
	return e;
}

enum err factor_remove(struct ctx *c, int64_t person_id, bool *had)
{
	struct factor_row f = { .confirmed_at = STAMP_NONE };
	enum err e = db_one(c->db, &lock, DB_ARGS(db_i64(person_id)), c->mem, &f);

	if (e && e != ERR_NOT_FOUND)
		return e;
	*had = !e && stamp_is_set(f.confirmed_at);
	e = db_exec(c->db, &forget_factor, DB_ARGS(db_i64(person_id)), NULL);
	if (!e)
		e = db_exec(c->db, &forget_codes, DB_ARGS(db_i64(person_id)), NULL);
	return e ? e : changed(c, person_id);
}

enum err factor_notify(struct ctx *c, int64_t person_id, const char *state)
{
	struct recipient r;
	enum err e = recipient_find(c, person_id, &r);

	return e ? e : notice_two_step(c, &r, state);
}
