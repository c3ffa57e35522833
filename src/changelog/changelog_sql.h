/*
 * changelog_sql.h - the statements of the change log, for changelog.c alone.
 *
 * One text a driving index and direction.  Arguments: those of the driver in
 * its order, then BOUNDS, then the limit.
 */
#ifndef CHANGELOG_CHANGELOG_SQL_H
#define CHANGELOG_CHANGELOG_SQL_H

#include "base/macros.h"
#include "core/ctx.h"

#define COLUMNS(known) \
	"SELECT l.seq AS id, l.at AS at, l.action AS action, l.actor_kind AS actor_kind," \
	" IF(l.actor_kind = 'billing', NULL, l.actor_id) AS actor_id," \
	" l.actor_label AS actor_label," \
	" l.impersonator_id AS impersonator_id, " known " AS known," \
	" l.impersonator_label AS impersonator_label, l.target_kind AS target_kind," \
	" l.target_id AS target_key, l.target_label AS target_label," \
	" l.account_id AS account_id, l.account_label AS account_label," \
	" l.result AS result, l.failure AS failure, l.before_values AS `before`," \
	" l.after_values AS `after`, l.reason AS reason, l.ip AS ip," \
	" l.user_agent AS user_agent, l.correlation_id AS correlation_id "

/* Of a stream: whether who did it works where the caller sees it.  Takes the acting
   account twice. */
#define KNOWN \
	"(? = " STRINGIFY(ACCOUNT_ROOT) " OR EXISTS (SELECT 1 FROM membership km" \
	" JOIN account_tree kt ON kt.descendant_id = km.account_id AND kt.ancestor_id = ?" \
	" WHERE km.person_id = IFNULL(l.impersonator_id, l.actor_id)))"

/* Of one account; of one account and action; of all visible; ... */
#define FROM_ACCOUNT "FROM change_log l FORCE INDEX (ix_change_account) WHERE l.account_id = ?"
#define FROM_ACCOUNT_ACTION \
	"FROM change_log l FORCE INDEX (ix_change_account_action)" \
	" WHERE l.account_id = ? AND l.action = ?"
#define FROM_ALL "FROM change_log l FORCE INDEX (PRIMARY) WHERE " SCOPE_SEES("l.account_id")
#define FROM_ALL_ACTION \
	"FROM change_log l FORCE INDEX (ix_change_action) WHERE l.action = ? AND " SCOPE_SEES( \
		"l.account_id")
#define FROM_ACTOR \
	"FROM change_log l FORCE INDEX (ix_change_actor) WHERE l.actor_id = ? AND " SCOPE_SEES( \
		"l.account_id")
/* What one request, event or job did: few rows, so account and actions are looked at after. */
#define FROM_CORRELATION \
	"FROM change_log l FORCE INDEX (ix_change_correlation) WHERE l.correlation_id = ?" \
	" AND (? = 0 OR l.account_id = ?) AND (? = '' OR FIND_IN_SET(l.action, ?) > 0)" \
	" AND " SCOPE_SEES("l.account_id")
/* Of one address; account and actions are looked at after. */
#define FROM_IP \
	"FROM change_log l FORCE INDEX (ix_change_ip) WHERE l.ip = ?" \
	" AND (? = 0 OR l.account_id = ?) AND (? = '' OR FIND_IN_SET(l.action, ?) > 0)" \
	" AND " SCOPE_SEES("l.account_id")
/* A small subtree's rows are gathered and sorted: cheaper than looking for them. */
#define FROM_SUBTREE \
	"FROM account_tree v JOIN change_log l FORCE INDEX (ix_change_account)" \
	" ON l.account_id = v.descendant_id WHERE v.ancestor_id = ?"

/*
 * Whether the address of an entry is told to who asks: what is withheld must not be
 * found by it.  Takes whether he is a customer, and those of KNOWN.
 */
#define IP_TOLD \
	"CASE l.actor_kind WHEN 'system' THEN 1 WHEN 'billing' THEN ? = 0 ELSE " KNOWN " END"

/*
 * seq above, seq below, from, to, actor twice (0: anybody), address twice ('':
 * any), those of IP_TOLD.  The actor of billing is a source, whose key may be that of
 * a person as well.
 */
#define BOUNDS \
	" AND l.seq > ? AND l.seq < ? AND l.at >= ? AND l.at < ?" \
	" AND (? = 0 OR (l.actor_id = ? AND l.actor_kind <> 'billing'))" \
	" AND (? = '' OR (l.ip = ? AND " IP_TOLD "))"

#define OLDER " ORDER BY l.seq DESC LIMIT ?"
#define NEWER " ORDER BY l.seq ASC LIMIT ?"
#define COUNTED(from) "SELECT COUNT(*) AS n FROM (SELECT 1 AS one " from BOUNDS " LIMIT 10001) x"

/* The places of the newest that match. */
#define PLACES(from) "SELECT l.seq AS n " from BOUNDS " ORDER BY l.seq DESC LIMIT ?"

/* An export's actions: a comma-separated set, '' for all. */
#define IN_SET " AND (? = '' OR FIND_IN_SET(l.action, ?) > 0) ORDER BY l.seq DESC"

#endif
