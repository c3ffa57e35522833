/*
 * recall.h - sessions a worker has seen a moment ago, for requests that read.
 *
 * Resolving a session looks at nine tables.  For five seconds a worker goes by
 * what it found, and asks only whether the session still lives and person,
 * membership and main user are unchanged: every end of a session (suspension,
 * removal, password, signing out) and every change of a person, a role, a policy
 * or a permission is seen at once, because such a change ends the session or
 * counts a version up (core/epoch.h for what concerns many).  What may be seen
 * five seconds late is a new name of the account, and a
 * hold whose time comes before the worker acts on it.
 */
#ifndef SIGNIN_RECALL_H
#define SIGNIN_RECALL_H

#include "signin/session.h"

/* A worker's own, never shared; lives in the arena. */
struct session_memo *session_memo_new(struct arena *mem);

/* As session_resolve(); without a memo in the ctx it is that. */
enum err session_recall(struct ctx *c, const char *token, struct session *out) MUST_CHECK;

#endif
