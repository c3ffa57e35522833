/*
 * visitor.h - a provider's people, a customer's, and what they do to each other.
 *
 * visitor_begin() is the fixture: North with its customers Shop (an
 * organisation) and Home (a private person's), and South beside it.  prog and
 * agent work for North, owner and member for Shop; all have an address.
 */
#ifndef MODULE_VISITOR_H
#define MODULE_VISITOR_H

#include "module/harness.h"

extern int64_t provider, rival, shop, home, owner, member, prog, agent;

void visitor_begin(void);

#define WHY "\"reason\":\"Camera is dark\""

/* Asks to act as a member; more: further members of the body, with a comma before them. */
struct answer grant_ask(int64_t account, int64_t membership, const char *more);
/* approve, refuse or revoke. */
struct answer grant_act(int64_t account, const char *grant, const char *what, const char *body);
/* A grant in force for prog to act as member, without the customer's word. */
const char *grant_leave(const char *more);

struct answer visit_start(const char *grant);
struct answer visit_end(const char *visit);
/* The two above in one: the visit's id. */
const char *visit_begin(const char *more);
/* A call within a visit. */
struct answer as_user(enum method m, const char *path, const char *body, const char *visit);
/* What the worker finds to do, all of it. */
int visits_close_all(void);

/* always, on_request or never. */
void support_policy(int64_t account, const char *mode);

/* How many lines of an action an account's log has. */
int64_t lines_logged(const char *action, int64_t account);
int64_t number_of_row(const struct db_query *q, const struct db_arg *args, size_t nargs);

#endif
