/*
 * acct.h - a table of three counters and one of op_ids, and two connections.
 *
 * Tests of transactions share it: an effect is a counter that is one higher,
 * and its op_id says that it happened.
 */
#ifndef DB_ACCT_H
#define DB_ACCT_H

#include "lib/scratch.h"

struct number {
	int64_t n;
};

extern const struct field number_fields[1];
extern const struct db_query add, put_op, seats, lock; /* each takes an id */

extern struct arena mem;
extern struct db *db, *other;

void acct_setup(void);
void acct_teardown(void);

int64_t read_number(struct db *on, const struct db_query *q, int64_t id);
int64_t connection_id(struct db *on);

#endif
