/*
 * recall.h - sources a worker has read a moment ago.
 *
 * For five seconds a worker goes by the source and the keys it read before.
 * The surprising rule: nothing is applied by it alone; every event's
 * transaction reads the source's version again, and when that is another the
 * source is read anew and the signature checked anew.  So a source that was
 * disabled, or a secret that was retired, ends at once.
 */
#ifndef BILLING_RECALL_H
#define BILLING_RECALL_H

#include "billing/sources.h"

/* A worker's own, never shared; lives in the arena. */
struct source_memo *source_memo_new(struct arena *mem);

/* As sources_find_by_name(); without a memo in the ctx it is that. */
enum err sources_recall(struct ctx *c, const char *name, struct billing_source *out) MUST_CHECK;

/* The next recall reads it anew. */
void sources_forget(struct ctx *c, const char *name);

#endif
