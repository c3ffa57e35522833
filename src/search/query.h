/*
 * query.h - what a person typed into the search field of a list of accounts.
 *
 * Words are prefixes of any word an account is found by, and all must match;
 * "key:value" tokens filter, and an unknown key is refused rather than looked
 * for.  Ids, UUIDs and MAC addresses are each one word, however written.
 */
#ifndef SEARCH_QUERY_H
#define SEARCH_QUERY_H

#include "core/ctx.h"

#define QUERY_WORDS 6
#define QUERY_MAX 200 /* code points of the whole */

/* People see an account's key + this as its number; it is never stored. */
#define ACCOUNT_NUMBER_BASE 100000

struct query {
	size_t nwords;
	const char *words[QUERY_WORDS]; /* the longest first: it drives the search */
	const char *kind;               /* of an account, or NULL */
	const char *state;              /* effective, or NULL */
	int64_t parent_id;              /* 0: anywhere */
	int64_t group_id;               /* 0: in any or none */
};

/* The words of enumerations, NULL-ended. */
extern const char *const account_kinds[], *const account_states[];
extern const char *const account_classes[], *const account_origins[];

/* ERR_INVALID at "/q": "unknown-token", "unknown-value", "repeated-token", "too-many-words". */
enum err query_parse(struct ctx *c, const char *text, struct query *out) MUST_CHECK;

#endif
