/*
 * metrics.h - counters of a pool, shared by its processes.
 *
 * They lie in memory made before the processes, so any of them answers for
 * all, and a process that dies takes none with it.  Every call takes NULL and
 * then does nothing.
 */
#ifndef WEB_METRICS_H
#define WEB_METRICS_H

#include "web/route.h"

struct metrics;

/* In the parent, before the processes.  NULL without memory. */
struct metrics *metrics_new(void);
void metrics_free(struct metrics *m);

void metrics_begin(struct metrics *m);

/* index: of the route, -1 when there was none. */
void metrics_end(struct metrics *m, int index, int status, int64_t usec, bool failed);

/* As Prometheus text, version 0.0.4. */
void metrics_write(struct buf *b, const struct metrics *m, const struct route_table *tables,
                   const char *pool);

#endif
