/*
 * index.h - what the lists and the search know of an account.
 *
 * account_tree, account_word and the list_ columns of account repeat facts
 * that stand elsewhere, so that a page is read from an index and one row an
 * account.  Only this module writes them, always from the facts: a verb
 * changes the fact, then calls the function here that covers it, in the same
 * transaction.  A new account has list_parent from its insert.
 */
#ifndef ACCOUNTS_INDEX_H
#define ACCOUNTS_INDEX_H

#include "core/ctx.h"

#define ACCOUNT_DEPTH_MAX 8
#define ACCOUNT_WORDS_MAX 256

/*
 * Rewrites everything: name key, own state, last sign-in, what a list shows of
 * its main person, its name as the accounts right below show it, and the words
 * it is found by.  After a change of name, login, e-mail, phone, external id,
 * contract number, contact, member or device.
 */
enum err accounts_reindex(struct ctx *c, int64_t account_id) MUST_CHECK;

/* The own state alone, in one statement: after a change of holds or of the base state. */
enum err accounts_reindex_state(struct ctx *c, int64_t account_id) MUST_CHECK;

/*
 * The same of an account that is locked and whose own holds the caller has
 * read since: held says whether one in force stops it.
 */
struct account_head;
enum err accounts_set_state(struct ctx *c, const struct account_head *head,
                            bool held) MUST_CHECK;

/* What a list shows of a membership: after a change of its role or label, of one or by a role. */
enum err accounts_reindex_role(struct ctx *c, int64_t membership_id) MUST_CHECK;
enum err accounts_reindex_roles(struct ctx *c, int64_t role_id) MUST_CHECK;

/*
 * Puts the account, which the caller has locked, and all below it under this
 * parent, locked too.  That it may stand there is for the caller to know, but
 * never below itself: ERR_INVALID "/parent_id" "below-itself".
 */
enum err accounts_replant(struct ctx *c, int64_t id,
                          const struct account_head *parent) MUST_CHECK;

/*
 * A member signed in: sets last_login_at and, the first time, confirmed_at,
 * and what follows from them.
 */
enum err accounts_seen(struct ctx *c, int64_t account_id) MUST_CHECK;

#endif
