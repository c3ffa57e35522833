/*
 * epoch.h - "what many people may do has changed", in the transaction of the change.
 *
 * Workers remember sessions for seconds (signin/recall.h).  A change of one
 * membership counts its own version up; a change of a role, a policy or an
 * area, which concerns who knows how many, counts this one number up.
 */
#ifndef CORE_EPOCH_H
#define CORE_EPOCH_H

#include "core/ctx.h"

enum err access_changed(struct ctx *c) MUST_CHECK;

#endif
