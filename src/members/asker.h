/*
 * asker.h - work that goes on after its request, in the name of who asked.
 *
 * He may do what he may do now, not what he could when he asked: who has lost
 * a role, is suspended or gone gets nothing more done.
 */
#ifndef MEMBERS_ASKER_H
#define MEMBERS_ASKER_H

#include "core/ctx.h"

/*
 * c->actor becomes the member acting at the account.  ERR_DENIED "asker-gone"
 * when he does not work there any more.
 */
enum err asker_become(struct ctx *c, int64_t membership_id, int64_t account_id) MUST_CHECK;

#endif
