/*
 * access_sql.h - the pieces of SQL that read the texts of struct access_facts.
 *
 * Signing in, "why", and every preview read them alike, so that none of them
 * can believe something else of a person.
 */
#ifndef CORE_ACCESS_SQL_H
#define CORE_ACCESS_SQL_H

/* "base;+a,-b|..." of what is assigned to a membership at the account or above it. */
#define ACCESS_ROLES_AT(membership, account) \
	"(SELECT GROUP_CONCAT(r.base, ';', r.effective SEPARATOR '|')" \
	" FROM membership_role mr JOIN role r ON r.id = mr.role_id" \
	" JOIN account_tree rt ON rt.ancestor_id = mr.scope_account_id" \
	"  AND rt.descendant_id = " account " WHERE mr.membership_id = " membership ")"

/* "+a,-b" of what is switched for this member alone. */
#define ACCESS_ADJUSTED_OF(membership) \
	"(SELECT GROUP_CONCAT(IF(x.effect = 'deny', '-', '+'), x.permission)" \
	" FROM member_permission x WHERE x.membership_id = " membership ")"

/* "back_office=1,api=0" of what the account and those above it say. */
#define ACCESS_AREAS_OVER(account) \
	"(SELECT GROUP_CONCAT(aa.area, '=', aa.is_on) FROM account_tree ar" \
	" JOIN account_area aa ON aa.account_id = ar.ancestor_id" \
	" WHERE ar.descendant_id = " account ")"

#endif
