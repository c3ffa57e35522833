/*
 * roles.h - two resellers with a customer each, and calls about roles and members.
 *
 * roles_begin() is the fixture.
 */
#ifndef MODULE_ROLES_H
#define MODULE_ROLES_H

#include "module/harness.h"

extern int64_t at_north, at_south, at_customer,
	at_other; /* the customers of north and of south */

void roles_begin(void);

#define text(...) arena_printf(harness_ctx()->mem, __VA_ARGS__)

struct answer get_now(const char *path);

/* PUT or PATCH of what is there now. */
struct answer change_now(enum method m, const char *path, const char *body);

const char *builtin_role(const char *key); /* the id of a built-in role */
const char *path_of_member(int64_t account, int64_t member, const char *rest);

/* The one role of a member from now on. */
struct answer give_role(int64_t account, int64_t member, const char *role);

/* The pointer of a member ("own") of the line of a permission in a list ("/permissions"). */
const char *line_of(const struct answer *a, const char *list, const char *permission,
                    const char *member);
bool has_text(const struct answer *a, const char *list, const char *word);

/* Whether the caller's session has the permission. */
bool session_may(const char *permission);

#endif
