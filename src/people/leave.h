/*
 * leave.h - a person who belongs to no account any more.
 *
 * He is removed: his login is free for somebody else at once, password and
 * second factor go.  Name and address stay until the account he was in is
 * purged, so that its log can be read.
 */
#ifndef PEOPLE_LEAVE_H
#define PEOPLE_LEAVE_H

#include "core/ctx.h"

/* After a membership of his ended: removes him when it was the last. */
enum err persons_leave(struct ctx *c, int64_t person_id) MUST_CHECK;

/* His second factor and its recovery codes go; *had says whether he had one. */
enum err persons_drop_factor(struct ctx *c, int64_t person_id, bool *had) MUST_CHECK;

/* Links and codes that were mailed to him work no more. */
enum err persons_void_mailed(struct ctx *c, int64_t person_id) MUST_CHECK;

#endif
