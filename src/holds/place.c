#include <string.h>

#include "accounts/index.h"
#include "holds/inner.h"
#include "holds/queries.h"
#include "people/revoke.h"

static const struct db_query insert = {
	.text = "INSERT INTO hold (account_id, account_kind, module, kind, reason_code,"
	        " reason_text, placed_at, placed_by, placed_by_label, starts_at, ends_at,"
	        " source_event_id, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

static const struct db_query rewrite = {
	.text = "UPDATE hold SET reason_code = ?, reason_text = ?, starts_at = ?, ends_at = ?,"
	        " source_event_id = ?, due_at = ?, ver = ver + 1 WHERE id = ? AND open_slot = 1",
};

static bool is_billing(const char *kind)
{
	return !strcmp(kind, "billing");
}

/* Billing places its own kind, people all kinds but billing's, the system any. */
static enum err check_author(struct ctx *c, const struct hold_new *in)
{
	enum err e = OK;

	if (c->actor.kind == ACTOR_SYSTEM)
		return OK;
	if ((c->actor.kind == ACTOR_BILLING) != is_billing(in->kind))
		return FAIL(c, ERR_DENIED, "another-authors-hold",
		            "Holds of this kind are placed by somebody else.");
	if (c->actor.kind == ACTOR_BILLING)
		return OK;
	e = ctx_need(c, PERM_ACCOUNT_SUSPEND);
	if (!e && (!in->reason_text || !*in->reason_text))
		e = FAIL_FIELD(c, "/reason_text", "required");
	return e;
}

static bool in_force(const struct hold *h, struct stamp now)
{
	return h->starts_at.usec <= now.usec &&
	       (!stamp_is_set(h->ends_at) || h->ends_at.usec > now.usec);
}

/* When the effective state changes next by this hold. */
static struct stamp due_at(const struct hold *h, struct stamp now)
{
	return h->starts_at.usec > now.usec ? h->starts_at : h->ends_at;
}

static enum err check_times(struct ctx *c, struct hold *h)
{
	bool billing = is_billing(h->kind);

	if (!stamp_is_set(h->starts_at) || (!billing && h->starts_at.usec < c->now.usec))
		h->starts_at = c->now;
	if (stamp_is_set(h->ends_at) &&
	    (h->ends_at.usec <= h->starts_at.usec || h->ends_at.usec <= c->now.usec))
		return FAIL_FIELD(c, "/ends_at", "not-after-start");
	return OK;
}

/* What follows from a hold that is new or changed. */
static enum err settle(struct ctx *c, const struct hold *h)
{
	enum err e;

	if (*h->module)
		return OK;
	e = accounts_reindex_state(c, h->account_id);
	if (!e && in_force(h, c->now))
		e = sessions_revoke_under(c, h->account_id, "suspended", NULL);
	return e;
}

static enum err put(struct ctx *c, const struct account_head *head, struct hold *h, int64_t *id)
{
	enum err e = db_exec(c->db, &insert,
	                     DB_ARGS(db_i64(head->id), db_str(head->kind), db_str(h->module),
	                             db_str(h->kind), db_str(h->reason_code),
	                             db_str(h->reason_text), db_stamp(c->now),
	                             db_key(c->actor.person_id),
	                             db_str(c->actor.label ? c->actor.label : ""),
	                             db_stamp(h->starts_at), db_stamp(h->ends_at),
	                             db_key(h->event_id), db_stamp(due_at(h, c->now))),
	                     NULL);

	if (e)
		return e;
	*id = db_insert_id(c->db);
	e = settle(c, h);
	return e ? e : hold_log(c, ACTION_ACCOUNT_SUSPEND, head, NULL, h, h->reason_text);
}

static struct hold hold_of(const struct hold_new *in)
{
	return (struct hold){ .account_id = in->account_id,
		              .kind = in->kind,
		              .module = in->module ? in->module : "",
		              .reason_code = in->reason_code ? in->reason_code : "other",
		              .reason_text = in->reason_text,
		              .starts_at = in->starts_at,
		              .ends_at = in->ends_at,
		              .event_id = in->event_id };
}

static enum err begin(struct ctx *c, const struct hold_new *in, struct hold *h,
                      struct account_head *head)
{
	enum err e = check_author(c, in);

	if (!e)
		e = accounts_lock(c, in->account_id, head);
	if (!e)
		e = hold_check_target(c, head);
	if (!e && strcmp(head->base_state, "active") != 0)
		e = FAIL(c, ERR_CONFLICT, "not-active", "The account is removed.");
	if (e)
		return e;
	*h = hold_of(in);
	return check_times(c, h);
}

/* The open one of the kind, if it is not over; one that is over is closed on the way. */
static enum err read_open(struct ctx *c, const struct hold *h, struct hold *out)
{
	enum err e = hold_read_open(c, h->account_id, h->module, h->kind, out);

	if (e || !stamp_is_set(out->ends_at) || out->ends_at.usec > c->now.usec)
		return e;
	e = hold_close(c, out, NULL);
	return e ? e : ERR_NOT_FOUND;
}

enum err holds_place(struct ctx *c, const struct hold_new *in, int64_t *id)
{
	struct account_head head;
	struct hold h, open;
	enum err e = begin(c, in, &h, &head);

	if (e)
		return e;
	e = read_open(c, &h, &open);
	if (!e)
		return FAIL(c, ERR_CONFLICT, "hold-exists", "There is an open hold of this kind.");
	return e == ERR_NOT_FOUND ? put(c, &head, &h, id) : e;
}

static bool same_text(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

/* A start that has been is not moved; what begins later may be. */
static enum err update(struct ctx *c, const struct account_head *head, const struct hold *was,
                       struct hold *h, enum hold_did *did)
{
	enum err e;

	if (was->starts_at.usec <= c->now.usec && h->starts_at.usec > was->starts_at.usec)
		h->starts_at = was->starts_at;
	*did = HOLD_SAME;
	if (same_text(was->reason_code, h->reason_code) &&
	    same_text(was->reason_text, h->reason_text) &&
	    was->starts_at.usec == h->starts_at.usec && was->ends_at.usec == h->ends_at.usec)
		return OK;
	*did = HOLD_UPDATED;
	e = db_exec(c->db, &rewrite,
	            DB_ARGS(db_str(h->reason_code), db_str(h->reason_text), db_stamp(h->starts_at),
	                    db_stamp(h->ends_at), db_key(h->event_id),
	                    db_stamp(due_at(h, c->now)), db_i64(was->id)),
	            NULL);
	if (!e)
		e = settle(c, h);
	return e ? e : hold_log(c, ACTION_HOLD_UPDATE, head, was, h, h->reason_text);
}

enum err holds_put(struct ctx *c, const struct hold_new *in, int64_t *id, enum hold_did *did)
{
	struct account_head head;
	struct hold h, open;
	enum err e = begin(c, in, &h, &head);

	if (e)
		return e;
	e = read_open(c, &h, &open);
	if (!e) {
		*id = open.id;
		return update(c, &head, &open, &h, did);
	}
	if (e != ERR_NOT_FOUND)
		return e;
	*did = HOLD_PLACED;
	return put(c, &head, &h, id);
}

/* --- releasing ---------------------------------------------------------------- */

static enum err check_release(struct ctx *c, const struct hold *h)
{
	enum err e;

	if (!h->open)
		return FAIL(c, ERR_CONFLICT, "hold-released", "This hold is released already.");
	if (c->actor.kind == ACTOR_SYSTEM)
		return OK;
	if (c->actor.kind == ACTOR_BILLING)
		return is_billing(h->kind) ? OK : FAIL(c, ERR_DENIED, "another-authors-hold",
		                                       "Billing releases billing's holds only.");
	if (is_billing(h->kind))
		return FAIL(c, ERR_CONFLICT, "billing-hold", "Only billing releases this hold.");
	e = ctx_need(c, PERM_ACCOUNT_RESUME);
	if (!e && !strcmp(h->kind, "security"))
		e = ctx_need(c, PERM_ACCOUNT_RESUME_SECURITY);
	return e;
}

static enum err release(struct ctx *c, const struct account_head *head, const struct hold *h,
                        const char *text)
{
	enum err e = hold_close(c, h, text);

	if (!e && !*h->module)
		e = accounts_reindex_state(c, head->id);
	return e ? e : hold_log(c, ACTION_ACCOUNT_RESUME, head, h, NULL, text);
}

enum err holds_release(struct ctx *c, int64_t account_id, int64_t hold_id, const char *text)
{
	struct account_head head;
	struct hold h;
	enum err e = accounts_lock(c, account_id, &head);

	if (!e)
		e = hold_read(c, account_id, hold_id, &h);
	if (!e)
		e = hold_check_target(c, &head);
	if (!e)
		e = check_release(c, &h);
	return e ? e : release(c, &head, &h, text);
}

enum err holds_release_billing(struct ctx *c, int64_t account_id, const char *module,
                               const char *text, int64_t *n)
{
	struct account_head head;
	struct db_list list;
	int64_t count = 0;
	enum err e = accounts_lock(c, account_id, &head);

	if (!e)
		e = holds_open(c, account_id, &list);
	if (e)
		return e;
	for (size_t i = 0; !e && i < list.n; i++) {
		const struct hold *h = (const struct hold *)list.v + i;

		if (!is_billing(h->kind) || (module && strcmp(module, h->module) != 0))
			continue;
		e = release(c, &head, h, text);
		count++;
	}
	if (!e)
		*n = count;
	return e;
}

const struct db_query *const hold_place_queries[] = { &insert, &rewrite, NULL };
