#include "mail/work.h"

#include <string.h>

#include "base/seal.h"
#include "mail/values.h"

#define WAIT_USEC     (30 * USEC_PER_SEC)
#define WAIT_MAX_USEC (6 * USEC_PER_HOUR)
#define GIVE_UP_USEC  (5 * USEC_PER_DAY)
#define KEEP_USEC     (30 * USEC_PER_DAY)

static const struct field work_v[] = {
	FIELD(struct mail_work, id),         FIELD(struct mail_work, kind),
	FIELD(struct mail_work, locale),     FIELD(struct mail_work, to_address),
	FIELD(struct mail_work, sealed),     FIELD(struct mail_work, state),
	FIELD(struct mail_work, outbox_id),  FIELD(struct mail_work, tries),
	FIELD(struct mail_work, created_at), FIELD(struct mail_work, first_at),
};

static const struct db_query find = {
	.text = "SELECT id, kind, locale, to_address, sealed, state, outbox_id, tries, created_at,"
		" first_at FROM mail WHERE id = ?",
	DB_ROWS(work_v),
};
static const struct db_query end = {
	.text = "UPDATE mail SET state = ?, last_error = ?, tries = tries + ?,"
		" sealed = IF(state = 'sent', NULL, sealed), next_at = NULL, sent_at = ?,"
		" ended_at = ? WHERE id = ? AND outbox_id = ?",
};
static const struct db_query postpone = {
	.text = "UPDATE mail SET last_error = ?, tries = tries + ?, next_at = ?,"
		" first_at = COALESCE(first_at, ?) WHERE id = ? AND outbox_id = ?",
};
static const struct db_query forget = {
	.text = "DELETE FROM mail WHERE ended_at < ? ORDER BY ended_at LIMIT ?",
};

const struct db_query *const mail_work_queries[] = { &find, &end, &postpone, &forget, NULL };

enum err mail_work_find(struct ctx *c, const struct outbox_row *row, struct mail_work *out)
{
	struct mail_work w;
	enum err e = db_one(c->db, &find, DB_ARGS(db_i64(row->ref_id)), c->mem, &w);

	if (e)
		return e;
	if (w.outbox_id != row->id || strcmp(w.state, "waiting") != 0 || !w.sealed)
		return ERR_NOT_FOUND;
	*out = w;
	return OK;
}

enum err mail_work_open(struct ctx *c, const struct mail_work *w,
                        struct mail_value out[MAIL_VALUES_MAX + 1])
{
	struct bytes packed;
	enum err e = seal_read(c->config->key, c->mem, mail_seal_place(c->mem, w->id),
	                       w->sealed, &packed);

	if (e)
		return e;
	return mail_values_unpack(packed, out) ? OK : ERR_MALFORMED;
}

enum err mail_work_end(struct ctx *c, const struct mail_work *w, const char *state,
                       const char *reason)
{
	struct stamp now = stamp_now();
	bool sent = !strcmp(state, "sent");

	return db_exec(c->db, &end,
	               DB_ARGS(db_str(state), db_str(reason), db_i64(1),
	                       db_stamp(sent ? now : STAMP_NONE), db_stamp(now), db_i64(w->id),
	                       db_i64(w->outbox_id)),
	               NULL);
}

int64_t mail_work_wait_usec(int64_t tries, uint32_t spread)
{
	int64_t wait = WAIT_USEC;

	while (tries-- > 0 && wait < WAIT_MAX_USEC)
		wait *= 2;
	if (wait > WAIT_MAX_USEC)
		wait = WAIT_MAX_USEC;
	return wait / 5 * 4 + wait / 5 * 2 / 1000 * (spread % 1000);
}

enum err mail_work_later(struct ctx *c, const struct mail_work *w, const char *reason,
                         bool tried, int64_t *wait_usec)
{
	struct stamp now = stamp_now();

	if (tried && stamp_is_set(w->first_at) && now.usec - w->first_at.usec > GIVE_UP_USEC) {
		*wait_usec = OUTBOX_NEVER;
		return mail_work_end(c, w, "failed", reason);
	}
	return db_exec(c->db, &postpone,
	               DB_ARGS(db_str(reason), db_bool(tried),
	                       db_stamp(stamp_add(now, *wait_usec)),
	                       db_stamp(tried ? now : STAMP_NONE), db_i64(w->id),
	                       db_i64(w->outbox_id)),
	               NULL);
}

enum err mail_sweep(struct ctx *c, int64_t max, int64_t *out)
{
	return db_exec(c->db, &forget,
	               DB_ARGS(db_stamp(stamp_add(c->now, -KEEP_USEC)), db_i64(max)), out);
}
