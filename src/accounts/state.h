/*
 * state.h - the effective state of an account, as SQL, in one place.
 *
 * own_state in account_tree is an index of what an account's own facts say;
 * it is exact unless a hold came due that the worker has not met yet (sure.h).  What
 * holds of accounts above do is added when it is asked, and costs nothing
 * while no reseller is held.
 */
#ifndef ACCOUNTS_STATE_H
#define ACCOUNTS_STATE_H

#include "db/db.h"

/* A hold is in force.  Arguments: now, now. */
#define HOLD_IN_FORCE(h) \
	h ".open_slot = 1 AND " h ".starts_at <= ?" \
	  " AND (" h ".ends_at IS NULL OR " h ".ends_at > ?)"

/* Some account that can have others below it is held.  Arguments: now, now. */
#define STATE_ANY_ABOVE \
	"EXISTS (SELECT 1 FROM hold sa WHERE sa.account_kind IN ('platform', 'reseller')" \
	" AND sa.module = '' AND " HOLD_IN_FORCE("sa") ")"

/*
 * "There is a row", asked again for each row outside.  As EXISTS the optimiser
 * may turn it round and read the whole inner table first.
 */
#define SOME(select) "(" select " LIMIT 1) IS NOT NULL"
#define NONE(select) "(" select " LIMIT 1) IS NULL"

/* One of them stands above this account.  Arguments: now, now. */
#define STATE_ABOVE(account) \
	SOME("SELECT 1 FROM account_tree su FORCE INDEX (ix_tree_up)" \
	     " STRAIGHT_JOIN hold sh FORCE INDEX (uq_hold_open)" \
	     " ON sh.account_id = su.ancestor_id AND sh.module = '' AND " HOLD_IN_FORCE("sh") \
	     " WHERE su.descendant_id = " account " AND su.depth > 0")

/* The account itself is held.  Arguments: now, now. */
#define STATE_HELD(account) \
	SOME("SELECT 1 FROM hold so FORCE INDEX (uq_hold_open) WHERE so.account_id = " account \
	     " AND so.module = '' AND " HOLD_IN_FORCE("so"))

/* What an account is when nothing holds it. */
#define STATE_FREE(a) \
	"IF(" a ".kind = 'customer' AND " a ".confirmed_at IS NULL, 'not_confirmed', 'active')"

/* What account_tree.own_state has to be.  Arguments: now, now. */
#define STATE_OWN(a) \
	"CASE WHEN " a ".state <> 'active' THEN " a ".state" \
	" WHEN " STATE_HELD(a ".id") " THEN 'suspended'" \
	" ELSE " STATE_FREE(a) " END"

/* The effective state of a row of account_tree.  Arguments: STATE_ARGS. */
#define STATE_OF(t) \
	"CASE WHEN " t ".own_state IN ('terminated', 'purged') THEN " t ".own_state" \
	" WHEN " STATE_ANY_ABOVE " AND " STATE_ABOVE(t ".descendant_id") " THEN 'suspended'" \
	" WHEN NOT EXISTS (SELECT 1 FROM hold sd WHERE sd.due_at <= ?) THEN " t ".own_state" \
	" WHEN " STATE_HELD(t ".descendant_id") " THEN 'suspended'" \
	" WHEN " t ".own_state <> 'suspended' THEN " t ".own_state" \
	" ELSE (SELECT " STATE_FREE("sf") " FROM account sf WHERE sf.id = " t ".descendant_id) END"
#define STATE_ARGS(now) \
	db_stamp(now), db_stamp(now), db_stamp(now), db_stamp(now), db_stamp(now), \
		db_stamp(now), db_stamp(now)
#define STATE_NARGS 7

#endif
