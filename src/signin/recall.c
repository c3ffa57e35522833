#include "signin/recall.h"

#include <string.h>

#include "signin/queries.h"

#define PLACES     128
#define PLACE_TEXT 2000
#define GOOD_USEC  (5 * USEC_PER_SEC)

struct place {
	unsigned char hash[HASH_BYTES];
	int64_t until_usec; /* monotonic; 0: empty */
	struct session s;   /* its texts are in text */
	char text[PLACE_TEXT];
};

struct session_memo {
	struct place places[PLACES];
};

struct alive {
	struct stamp last_seen_at, expires_at, factor_at, proved_at;
	int64_t membership_id, account_id, person_ver, member_ver, main_ver, epoch;
};
static const struct field alive_v[] = {
	FIELD(struct alive, last_seen_at),  FIELD(struct alive, expires_at),
	FIELD(struct alive, factor_at),     FIELD(struct alive, proved_at),
	FIELD(struct alive, membership_id), FIELD(struct alive, account_id),
	FIELD(struct alive, person_ver),    FIELD(struct alive, member_ver),
	FIELD(struct alive, main_ver),      FIELD(struct alive, epoch),
};

#define ALIVE(main_ver, main_joins) \
	"SELECT s.last_seen_at, s.expires_at, s.factor_at, s.proved_at, s.membership_id," \
	" s.scope_account_id AS account_id, p.ver AS person_ver, m.ver AS member_ver, " main_ver \
	" AS main_ver, e.n AS epoch FROM session s JOIN person p ON p.id = s.person_id" \
	" JOIN membership m ON m.id = s.membership_id JOIN access_epoch e ON e.one = 1" main_joins \
	" WHERE s.token_hash = ? AND s.revoked_at IS NULL AND s.expires_at > ?" \
	" AND s.last_seen_at > ?"

/* Becoming a sub-user counts the membership up, so the shorter question finds it out, too. */
static const struct db_query is_alive = { .text = ALIVE("0", ""), DB_ROWS(alive_v) };
static const struct db_query is_alive_sub = {
	.text = ALIVE("mm.ver + mp.ver", " JOIN membership mm ON mm.id = m.parent_membership_id"
	                                 " JOIN person mp ON mp.id = mm.person_id"),
	DB_ROWS(alive_v),
};

const struct db_query *const recall_queries[] = { &is_alive, &is_alive_sub, NULL };

struct session_memo *session_memo_new(struct arena *mem)
{
	return arena_new(mem, struct session_memo);
}

static struct place *place_of(struct session_memo *m, const unsigned char *hash)
{
	return &m->places[hash[0] % PLACES];
}

/* The session with its texts moved to where they stay; not kept when they do not fit. */
static void remember(struct place *p, const struct session *s, const unsigned char *hash)
{
	size_t used = 0, n;
	const char **at;

	p->until_usec = 0;
	p->s = *s;
	for (size_t i = 0; i < SESSION_FIELDS; i++) {
		if (session_v[i].type != FIELD_STR)
			continue;
		at = (const char **)(void *)((char *)&p->s + session_v[i].offset);
		n = *at ? strlen(*at) + 1 : 0;
		if (n > PLACE_TEXT - used)
			return;
		if (n > 0)
			*at = memcpy(p->text + used, *at, n);
		used += n;
	}
	memcpy(p->hash, hash, HASH_BYTES);
	p->until_usec = stamp_monotonic_usec() + GOOD_USEC;
}

static bool is_known(const struct ctx *c, const struct place *p, const unsigned char *hash)
{
	return p->until_usec > stamp_monotonic_usec() && !memcmp(p->hash, hash, HASH_BYTES) &&
	       (!stamp_is_set(p->s.member_until) || p->s.member_until.usec > c->now.usec);
}

/* Nothing that decides what he may do has changed. */
static bool is_same(const struct alive *a, const struct session *s)
{
	return a->membership_id == s->membership_id && a->account_id == s->account_id &&
	       a->person_ver == s->person_ver && a->member_ver == s->member_ver &&
	       a->main_ver == s->main_ver && a->epoch == s->epoch;
}

/* The times it has now; showing the second factor changes what he may. */
static void renew(struct session *s, const struct alive *a)
{
	enum session_step step = session_step(s);

	s->last_seen_at = a->last_seen_at;
	s->expires_at = a->expires_at;
	s->factor_at = a->factor_at;
	s->proved_at = a->proved_at;
	if (session_step(s) != step)
		session_judge(s);
}

static enum err resolve(struct ctx *c, const char *token, struct place *p,
                        const unsigned char *hash, struct session *out)
{
	enum err e;

	p->until_usec = 0;
	e = session_resolve(c, token, out);
	if (!e)
		remember(p, out, hash);
	return e;
}

enum err session_recall(struct ctx *c, const char *token, struct session *out)
{
	struct stamp idle = stamp_add(c->now, -c->config->session_idle_min * USEC_PER_MIN);
	unsigned char hash[HASH_BYTES];
	struct alive alive;
	struct place *p;
	enum err e;

	if (!c->sessions || !session_hash(token, hash))
		return session_resolve(c, token, out);
	p = place_of(c->sessions, hash);
	if (!is_known(c, p, hash))
		return resolve(c, token, p, hash, out);
	e = db_one(c->db, p->s.is_sub ? &is_alive_sub : &is_alive,
	           DB_ARGS(db_bytes(hash, HASH_BYTES), db_stamp(c->now), db_stamp(idle)),
	           c->mem, &alive);
	if (e == ERR_NOT_FOUND) {
		p->until_usec = 0;
		return session_nobody(c);
	}
	if (e)
		return e;
	if (!is_same(&alive, &p->s))
		return resolve(c, token, p, hash, out);
	renew(&p->s, &alive);
	e = session_accept(c, &p->s, hash);
	if (!e)
		*out = p->s;
	return e;
}
