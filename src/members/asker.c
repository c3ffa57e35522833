#include "members/asker.h"

#include "roles/holder.h"

enum err asker_become(struct ctx *c, int64_t membership_id, int64_t account_id)
{
	struct access_facts facts;
	struct access access;
	struct perm_set perms;
	struct holder h;
	enum err e = holders_find_any(c, membership_id, account_id, &h);

	if (e == ERR_NOT_FOUND || (!e && !holder_lives(c, &h)))
		return FAIL(c, ERR_DENIED, "asker-gone",
		            "Who asked for this does not work here any more.");
	if (e)
		return e;
	facts = holder_facts(&h);
	facts.pending = false; /* he had shown his second step when he asked */
	access_evaluate(&facts, &access);
	perms = access_perms(&access);
	access.step[ACCESS_AREA] = perm_set_all();
	c->actor = (struct actor){
		.kind = ACTOR_PERSON,
		.person_id = h.person_id,
		.membership_id = membership_id,
		.account_id = account_id,
		.label = h.name,
		.role = h.role,
		.perms = perms,
		.rank = access_perms(&access),
	};
	return OK;
}
