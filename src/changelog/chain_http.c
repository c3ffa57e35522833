#include <string.h>

#include "accounts/accounts.h"
#include "changelog/chain.h"
#include "changelog/changelog_http.h"
#include "core/change.h"
#include "json/json_out.h"

struct chain_answer {
	int64_t pos, dropped;
	const char *link;
	int64_t last_id; /* of the entry */
	struct stamp sealed_at, verified_at;
	int64_t verified_pos, broken;
	bool checking;
	int64_t checked_pos;
};

static const struct field answer_v[] = {
	FIELD(struct chain_answer, pos),
	FIELD(struct chain_answer, link),
	FIELD_KEY(struct chain_answer, last_id, ID_CHANGE),
	FIELD(struct chain_answer, sealed_at),
	FIELD(struct chain_answer, dropped),
	FIELD(struct chain_answer, verified_at),
	FIELD(struct chain_answer, verified_pos),
	FIELD(struct chain_answer, broken),
	FIELD(struct chain_answer, checking),
	FIELD(struct chain_answer, checked_pos),
};

static const char *const whats[] = {
	"altered", "missing", "added", "seal", "head", "key", NULL
};

struct break_answer {
	const char *what;
	int64_t pos, id; /* of the entry */
	struct stamp found_at;
};
static const struct field break_v[] = {
	FIELD(struct break_answer, what, .words = whats),
	FIELD(struct break_answer, pos),
	FIELD_KEY(struct break_answer, id, ID_CHANGE),
	FIELD(struct break_answer, found_at),
};
static const struct shape break_shape = { .name = "ChainBreak", .fields = FIELDS(break_v) };
static const struct shape_part parts[] = {
	{ "breaks", &break_shape, true },
	{ NULL, NULL, false },
};
static const struct shape chain_shape = { .name = "ChangeChain",
	                                  .fields = FIELDS(answer_v),
	                                  .parts = parts };

static void write_answer(struct response *rs, const struct chain_answer *a,
                         const struct db_list *breaks)
{
	struct buf *b = &rs->body;

	json_open(b, '{');
	json_members(b, chain_shape.fields, a);
	json_key(b, "breaks");
	json_open(b, '[');
	for (size_t i = 0; i < breaks->n; i++) {
		const struct chain_break *f = (const struct chain_break *)breaks->v + i;

		json_row(b, break_shape.fields,
		         &(struct break_answer){ f->what, f->pos, f->seq, f->found_at });
	}
	json_close(b, ']');
	json_close(b, '}');
}

static enum err answer(struct ctx *c, struct response *rs)
{
	char link[LINK_TEXT] = "";
	struct chain_answer a;
	struct chain_state s;
	struct db_list breaks;
	enum err e = chain_read(c, &s);

	if (!e)
		e = chain_breaks(c, &breaks);
	if (e)
		return e;
	hex_write(s.head_link.p, s.head_link.n, link);
	a = (struct chain_answer){
		.pos = s.head_pos,
		.link = arena_str(c->mem, link),
		.last_id = s.head_seq,
		.sealed_at = s.head_at,
		.dropped = s.base_pos,
		.verified_at = s.verified_at,
		.verified_pos = s.verified_pos,
		.broken = s.broken,
		.checking = s.check_pos.set || (stamp_is_set(s.check_due_at) &&
		                                s.check_due_at.usec <= c->now.usec),
		.checked_pos = s.check_pos.v,
	};
	write_answer(rs, &a, &breaks);
	return OK;
}

static enum err get(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rq;
	return answer(c, rs);
}

static enum err verify(struct ctx *c, const struct request *rq, struct response *rs)
{
	int64_t here = c->actor.account_id;
	struct change ch = { .action = ACTION_CHANGES_VERIFY,
		             .target_kind = ID_ACCOUNT,
		             .target_id = here,
		             .account_id = here };
	enum err e = accounts_name(c, here, &ch.account_label);

	(void)rq;
	ch.target_label = ch.account_label;
	if (!e)
		e = chain_check_soon(c);
	if (!e)
		e = change_put(c, &ch);
	return e ? e : answer(c, rs);
}

const struct route chain_routes[] = {
	{ .method = METHOD_GET,
	  .path = "/api/v1/change-chain",
	  .run = get,
	  .perm = PERM_AUDIT_VERIFY,
	  .mode = ROUTE_READ,
	  .name = "getChangeChain",
	  .summary =
	          "Where the chain of seals over the change log is, and when it was verified",
	  .out = &chain_shape },
	{ .method = METHOD_POST,
	  .path = "/api/v1/change-chain/verify",
	  .run = verify,
	  .perm = PERM_AUDIT_VERIFY,
	  .mode = ROUTE_WRITE,
	  .name = "verifyChangeChain",
	  .summary = "Has the whole change log verified, soon",
	  .out = &chain_shape },
	{ .path = NULL },
};
