/*
 * bulk.h - four customers of one reseller, and one act on all of them.
 *
 * bulk_begin() is the fixture; it leaves the reseller's program administrator signed in.
 */
#ifndef MODULE_BULK_H
#define MODULE_BULK_H

#include "module/roles.h"

#define BULK_MANY 4
#define BULK_REASON ",\"reason_text\":\"Asked for\""

extern int64_t bulk_prog, bulk_many[BULK_MANY];

void bulk_begin(void);

/* Members of a body: all of them, and how many. */
const char *bulk_ids(void);
/* The main user of all of them but the last. */
void bulk_give_mains(void);

struct answer bulk_start(const char *act, const char *members);
struct answer bulk_suspend_all(void);

/* One step of the worker; false when there was nothing to do.  And all of them. */
bool bulk_step(void);
void bulk_work_off(void);

struct answer bulk_of_job(const struct answer *job, const char *rest);
void ck_job(const struct answer *job, const char *state, int done, int failed);
/* message: "" for none. */
void ck_item(const struct answer *job, int at, const char *state, const char *message);

#endif
