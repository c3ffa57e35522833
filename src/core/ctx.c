#include "core/ctx.h"

#include <string.h>

void ctx_init_system(struct ctx *c, struct arena *mem, struct db *db,
                     const struct core_config *config, const char *label)
{
	unsigned char id[16];

	memset(c, 0, sizeof(*c));
	token_random(id, sizeof(id));
	hex_write(id, sizeof(id), c->request_id);
	c->mem = mem;
	c->db = db;
	c->now = stamp_now();
	c->config = config;
	c->actor.kind = ACTOR_SYSTEM;
	c->actor.account_id = ACCOUNT_ROOT;
	c->actor.label = label;
	c->actor.perms = c->actor.rank = perm_set_all();
}

enum err ctx_not_found(struct ctx *c)
{
	return FAIL(c, ERR_NOT_FOUND, "not-found", "There is no such thing here.");
}

bool ctx_may(const struct ctx *c, enum perm perm)
{
	return perm_has(&c->actor.perms, perm);
}

enum err ctx_need(struct ctx *c, enum perm perm)
{
	if (ctx_may(c, perm))
		return OK;
	return FAIL(c, ERR_DENIED, "not-permitted", "This needs the permission %s.",
	            perm_text(perm));
}
