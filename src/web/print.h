/*
 * print.h - the tables a reviewer wants to see, as plain text.
 *
 * tests/expect/ holds what they print: whoever widens access or adds an end
 * point does so with a visible line in the change.
 */
#ifndef WEB_PRINT_H
#define WEB_PRINT_H

#include "base/buf.h"

typedef void print_table(struct buf *b);

print_table print_permissions; /* who holds what, and which end points ask for it */
print_table print_routes;      /* every end point of both pools */
print_table print_role_routes; /* built-in role by end point: who may ask what */
print_table print_problems;    /* classes of errors, and every code with its meaning */
print_table print_actions;     /* what the change log can say */
print_table print_event_types; /* what billing can send */
print_table print_visit_routes; /* what an operator may do as somebody else */

/* Ended by a NULL name. */
struct printable {
	const char *name, *help;
	print_table *print;
};
extern const struct printable printables[];

#endif
