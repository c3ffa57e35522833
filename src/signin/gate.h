/*
 * gate.h - at most so many at once, over all processes of a pool.
 *
 * Made for password hashes, which cost a core and 19 MiB each.  Slots in
 * shared memory hold the number of the process that took them; a slot of a
 * process that is gone is free again, so a kill costs nothing.  Who finds no
 * slot for a second is told to come back.  Then more come than can be served,
 * and for the two seconds after that others wait for a tenth of one only:
 * whoever waits holds a worker, and those behind him have waited already.
 */
#ifndef SIGNIN_GATE_H
#define SIGNIN_GATE_H

#include <stdbool.h>
#include <stdint.h>

struct hash_gate;

/* Before the processes fork; slots 0: one a processor.  NULL without memory. */
struct hash_gate *gate_new(int slots);
void gate_free(struct hash_gate *g);

/* The slot taken, or -1 when none came free in time.  A NULL gate has always room. */
int gate_enter(struct hash_gate *g);
/* The same without waiting. */
int gate_try(struct hash_gate *g);
void gate_leave(struct hash_gate *g, int slot);

/* Whether somebody was turned away just now. */
bool gate_is_crowded(const struct hash_gate *g);

/* Slots taken now, and those turned away so far; for the metrics. */
int gate_busy(const struct hash_gate *g);
int64_t gate_taken(const struct hash_gate *g); /* so many went through */
int64_t gate_refused(const struct hash_gate *g);

#endif
