/*
 * stopped.h - what keeps a membership from acting, as pieces of SQL.
 *
 * Used by sign-in and by every request alike, always against the facts (holds
 * and base states), never against what is kept for lists.
 */
#ifndef CORE_STOPPED_H
#define CORE_STOPPED_H

/* Takes one argument: now. */
#define MEMBERSHIP_LIVES \
	"m.state = 'active' AND (m.expires_at IS NULL OR m.expires_at > ?)"

/*
 * How many accounts, this one and those above it, are ended or held.  Takes
 * two arguments, both now.  A count, because the server would turn EXISTS
 * into a join over the whole tree; with its indexes named, because choosing
 * among them costs more than reading the few rows.
 */
#define ACCOUNT_STOPS(column) \
	"(SELECT COUNT(*) FROM account_tree st USE INDEX (ix_tree_up)" \
	" STRAIGHT_JOIN account sa USE INDEX (PRIMARY) ON sa.id = st.ancestor_id" \
	" LEFT JOIN hold sh USE INDEX (uq_hold_open) ON sh.account_id = sa.id AND sh.module = ''" \
	" AND sh.open_slot = 1 AND sh.starts_at <= ? AND (sh.ends_at IS NULL OR sh.ends_at > ?)" \
	" WHERE st.descendant_id = " column " AND (sa.state <> 'active' OR sh.id IS NOT NULL))"

/* Only those that are terminated or purged.  Takes no argument. */
#define ACCOUNT_ENDS(column) \
	"(SELECT COUNT(*) FROM account_tree et JOIN account ea ON ea.id = et.ancestor_id" \
	" WHERE et.descendant_id = " column " AND ea.state <> 'active')"

#endif
