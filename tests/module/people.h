/*
 * people.h - calls about the members of an account, as a page makes them.
 *
 * A member is named by the text of his id; edit and drop read his version first.
 */
#ifndef MODULE_PEOPLE_H
#define MODULE_PEOPLE_H

#include "module/harness.h"

#define MAIL(address) "\"email\":\"" address "\""

/* The id of a built-in role; aborts the test when there is none. */
const char *member_role_id(const char *builtin);

/* more: members of the body, without braces. */
struct answer member_add(int64_t account, const char *kind, const char *role, const char *more);
const char *member_path(int64_t account, const char *member, const char *rest);
struct answer member_get(int64_t account, const char *member);
/* POST with a reason, and without. */
struct answer member_act(int64_t account, const char *member, const char *what);
struct answer member_plain(int64_t account, const char *member, const char *what);
struct answer member_edit_as(int64_t account, const char *member, const char *members);
struct answer member_drop(int64_t account, const char *member);

/* Whether "allowed" of an answer has the word. */
bool member_offers(const struct answer *a, const char *word);

#endif
