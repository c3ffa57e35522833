#include "accounts/sure.h"

#include <assert.h>
#include <string.h>

#include "accounts/queries.h"
#include "core/epoch.h"
#include "core/memo.h"

/* An answer is one of this second; it is forgotten when nobody can ask for it any more. */
#define SLOT_USEC    USEC_PER_SEC
#define REMEMBER_SEC 2
#define NEVER        INT64_MAX

struct facts {
	bool held;
	struct stamp due_at;
};
static const struct field facts_row[] = { FIELD(struct facts, held),
	                                  FIELD(struct facts, due_at) };

/* Each is an end of an index. */
static const struct db_query facts = {
	.text = "SELECT ((SELECT MIN(sr.account_id) FROM hold sr WHERE sr.open_slot = 1"
		" AND sr.account_kind = 'reseller') IS NOT NULL"
		" OR (SELECT MIN(sp.account_id) FROM hold sp WHERE sp.open_slot = 1"
		" AND sp.account_kind = 'platform') IS NOT NULL) AS held,"
		" (SELECT MIN(sd.due_at) FROM hold sd) AS due_at",
	DB_ROWS(facts_row),
};

const struct db_query *const sure_queries[] = { &facts, NULL };

/* Two numbers need no hash to fit: the second first, which spreads the places. */
static void key_of(const struct ctx *c, unsigned char out[HASH_BYTES])
{
	const struct {
		int64_t slot, epoch;
		char name[HASH_BYTES - 2 * sizeof(int64_t)];
	} key = { c->now.usec / SLOT_USEC, c->actor.epoch, "accounts.sure" };

	static_assert(sizeof(key) == HASH_BYTES, "a key without gaps");
	memcpy(out, &key, HASH_BYTES);
}

/* Until when, in microseconds since 1970, the tree says it all. */
static enum err ask(struct ctx *c, int64_t *out)
{
	struct facts row;
	enum err e = db_one(c->db, &facts, DB_NO_ARGS, c->mem, &row);

	if (!e)
		*out = row.held ? 0 : stamp_is_set(row.due_at) ? row.due_at.usec : NEVER;
	return e;
}

enum err states_sure(struct ctx *c, bool *out)
{
	struct memo *memo = c->actor.epoch > 0 ? c->memo : NULL;
	unsigned char key[HASH_BYTES];
	int64_t until;
	enum err e = OK;

	if (memo)
		key_of(c, key);
	if (!memo || !memo_find(memo, key, &until)) {
		e = ask(c, &until);
		if (!e && memo)
			memo_put(memo, key, until, REMEMBER_SEC);
	}
	if (!e)
		*out = c->now.usec < until;
	return e;
}

enum err states_unsettle(struct ctx *c, const char *account_kind, struct stamp due)
{
	bool above = strcmp(account_kind, "customer") != 0;
	bool soon = stamp_is_set(due) && due.usec < c->now.usec + 2 * SLOT_USEC;

	return above || soon ? access_changed(c) : OK;
}
