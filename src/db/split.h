/*
 * split.h - cuts a migration file into statements.
 *
 * A statement ends at a ';' that ends its line, outside quotes and comments.
 * A ';' inside a line does not end one.
 */
#ifndef DB_SPLIT_H
#define DB_SPLIT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The next statement of [*at, end), without comments before it and without
 * its ';', or false when there is none.  Moves *at behind it.
 */
bool split_next(const char **at, const char *end, const char **text, size_t *n);

#endif
