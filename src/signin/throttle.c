#include "signin/throttle.h"

#include <string.h>

#include "core/ip.h"
#include "people/lockout.h"
#include "signin/queries.h"

#define FREE_TRIES        5
#define DELAY_MAX_SEC     900
#define FORGET_USEC       USEC_PER_HOUR
/* A network: one failure every three seconds, twenty of them at once. */
#define NETWORK_STEP_USEC (3 * USEC_PER_SEC)
#define NETWORK_BURST     20
/* A login is under attack from many networks. */
#define HOT_FAILURES      50
#define KEEP_USEC         USEC_PER_DAY

enum subject { PAIR, NETWORK, LOGIN, SUBJECTS };

struct count {
	struct bytes subject;
	int64_t failures;
	struct stamp last_at, next_at;
};
static const struct field count_v[] = {
	FIELD(struct count, subject),
	FIELD(struct count, failures),
	FIELD(struct count, last_at),
	FIELD(struct count, next_at),
};

/* Rows that are there are locked as they will be: two that share them first would deadlock. */
static const struct db_query make_rows = {
	.text = "INSERT INTO throttle (subject, failures, last_at, next_at)"
		" VALUES (?, 0, ?, ?), (?, 0, ?, ?), (?, 0, ?, ?)"
		" ON DUPLICATE KEY UPDATE failures = failures",
};
static const struct db_query find = {
	.text = "SELECT subject, failures, last_at, next_at FROM throttle"
		" WHERE subject IN (?, ?, ?) FOR UPDATE",
	DB_ROWS(count_v),
};
static const struct db_query set = {
	.text = "UPDATE throttle SET failures = ?, last_at = ?, next_at = ? WHERE subject = ?",
};
static const struct db_query forget_pair = {
	.text = "UPDATE throttle SET failures = 0, next_at = ? WHERE subject = ?",
};
static const struct db_query take_back = {
	.text = "UPDATE throttle SET failures = GREATEST(failures - 1, 0),"
		" next_at = next_at - INTERVAL ? MICROSECOND WHERE subject = ?",
};
static const struct db_query forget = {
	.text = "DELETE FROM throttle WHERE last_at < ? ORDER BY last_at LIMIT ?",
};

const struct db_query *const throttle_queries[] = {
	&make_rows, &find, &set, &forget_pair, &take_back, &forget, NULL,
};

struct tries {
	struct ctx *c;
	const char *login;
	unsigned char subjects[SUBJECTS][HASH_BYTES];
	int64_t wait_usec;
};

static void name_subjects(struct ctx *c, const char *login, const char *ip, struct tries *t)
{
	char net[IP_PREFIX_TEXT];
	const char *text;

	t->c = c;
	t->login = login;
	ip_network(ip, net);
	text = arena_printf(c->mem, "pair %s %s", net, login);
	token_hash(text, strlen(text), t->subjects[PAIR]);
	text = arena_printf(c->mem, "network %s", net);
	token_hash(text, strlen(text), t->subjects[NETWORK]);
	text = arena_printf(c->mem, "login %s", login);
	token_hash(text, strlen(text), t->subjects[LOGIN]);
}

static enum err lock_rows(struct tries *t, struct count out[SUBJECTS])
{
	struct db *db = t->c->db;
	struct stamp now = t->c->now;
	struct db_arg s[SUBJECTS];
	struct db_list rows;
	const struct count *v;
	enum err e;

	for (int i = 0; i < SUBJECTS; i++)
		s[i] = db_bytes(t->subjects[i], HASH_BYTES);
	e = db_exec(db, &make_rows,
	            DB_ARGS(s[0], db_stamp(now), db_stamp(now), s[1], db_stamp(now),
	                    db_stamp(now), s[2], db_stamp(now), db_stamp(now)),
	            NULL);
	if (!e)
		e = db_all(db, &find, s, SUBJECTS, t->c->mem, sizeof(struct count), SUBJECTS,
		           &rows);
	if (e)
		return e;
	if (rows.n != SUBJECTS)
		return ERR_RETRY;
	v = rows.v;
	for (size_t i = 0; i < SUBJECTS; i++)
		for (int k = 0; k < SUBJECTS; k++)
			if (!memcmp(v[i].subject.p, t->subjects[k], HASH_BYTES))
				out[k] = v[i];
	return OK;
}

static int64_t delay_sec(int64_t failures, bool hot)
{
	int64_t past = failures - (hot ? 0 : FREE_TRIES - 1);

	if (past <= 0)
		return 0;
	return past < 10 ? (int64_t)1 << past : DELAY_MAX_SEC;
}

static enum err count_try(void *arg)
{
	struct tries *t = arg;
	struct stamp now = t->c->now;
	struct count v[SUBJECTS] = { 0 };
	int64_t wait_pair, wait_net;
	enum err e = lock_rows(t, v);

	if (e)
		return e;
	wait_pair = v[PAIR].next_at.usec - now.usec;
	wait_net = v[NETWORK].next_at.usec - now.usec - (NETWORK_BURST - 1) * NETWORK_STEP_USEC;
	t->wait_usec = wait_pair > wait_net ? wait_pair : wait_net;
	if (t->wait_usec > 0)
		return ERR_LIMITED;
	for (int i = 0; i < SUBJECTS; i++) {
		if (now.usec - v[i].last_at.usec > FORGET_USEC)
			v[i].failures = 0;
		v[i].failures++;
		if (v[i].next_at.usec < now.usec)
			v[i].next_at = now;
	}
	v[PAIR].next_at =
		stamp_add(now, delay_sec(v[PAIR].failures, v[LOGIN].failures > HOT_FAILURES) *
	                               USEC_PER_SEC);
	v[NETWORK].next_at = stamp_add(v[NETWORK].next_at, NETWORK_STEP_USEC);
	for (int i = 0; !e && i < SUBJECTS; i++)
		e = db_exec(t->c->db, &set,
		            DB_ARGS(db_i64(v[i].failures), db_stamp(now),
		                    db_stamp(v[i].next_at),
		                    db_bytes(t->subjects[i], HASH_BYTES)),
		            NULL);
	return e ? e : lockout_count_login(t->c, t->login);
}

enum err throttle_take(struct ctx *c, const char *login, const char *ip)
{
	struct tries t = { 0 };
	enum err e;

	name_subjects(c, login, ip, &t);
	e = db_tx(c->db, DB_WRITE, count_try, &t);
	if (e != ERR_LIMITED)
		return e;
	c->fault.retry_after_sec = (int)((t.wait_usec + USEC_PER_SEC - 1) / USEC_PER_SEC);
	return FAIL(c, e, "too-many-tries", "Too many wrong tries; please wait %d seconds.",
	            c->fault.retry_after_sec);
}

static enum err take_back_row(struct tries *t, enum subject s, int64_t usec)
{
	return db_exec(t->c->db, &take_back,
	               DB_ARGS(db_i64(usec), db_bytes(t->subjects[s], HASH_BYTES)), NULL);
}

enum err throttle_clear(struct ctx *c, const char *login, const char *ip)
{
	struct tries t = { 0 };
	enum err e;

	name_subjects(c, login, ip, &t);
	e = db_exec(c->db, &forget_pair,
	            DB_ARGS(db_stamp(c->now), db_bytes(t.subjects[PAIR], HASH_BYTES)), NULL);
	if (!e)
		e = take_back_row(&t, NETWORK, NETWORK_STEP_USEC);
	if (!e)
		e = take_back_row(&t, LOGIN, 0);
	return e ? e : lockout_take_back(c, login);
}

enum err throttle_undo(struct ctx *c, const char *login, const char *ip)
{
	struct tries t = { 0 };
	enum err e;

	name_subjects(c, login, ip, &t);
	e = take_back_row(&t, PAIR, DELAY_MAX_SEC * USEC_PER_SEC);
	if (!e)
		e = take_back_row(&t, NETWORK, NETWORK_STEP_USEC);
	if (!e)
		e = take_back_row(&t, LOGIN, 0);
	return e ? e : lockout_take_back(c, login);
}

enum err throttle_sweep(struct ctx *c, int64_t max, int64_t *out)
{
	return db_exec(c->db, &forget,
	               DB_ARGS(db_stamp(stamp_add(c->now, -KEEP_USEC)), db_i64(max)), out);
}
