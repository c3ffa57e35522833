#include <string.h>

#include "accounts/index.h"
#include "holds/inner.h"
#include "holds/queries.h"
#include "people/revoke.h"

#define SESSION_DAYS_MAX 8 /* the configuration allows seven */

static const struct db_query insert = {
	.text = "INSERT INTO hold (account_id, account_kind, module, kind, reason_code,"
		" reason_text, placed_at, placed_by, placed_by_label, starts_at, planned_at,"
		" ends_at, source_event_id, due_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

static const struct db_query rewrite = {
	.text = "UPDATE hold SET reason_code = ?, reason_text = ?, starts_at = ?,"
		" planned_at = ?, ends_at = ?, source_event_id = ?, due_at = ?, ver = ver + 1"
		" WHERE id = ? AND open_slot = 1",
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

/* One of them, but this, stops the whole account now. */
static bool held_beside(const struct ctx *c, const struct db_list *open, const struct hold *but)
{
	const struct hold *v = open->v;

	for (size_t i = 0; i < open->n; i++)
		if (v[i].id != but->id && !*v[i].module && in_force(&v[i], c->now))
			return true;
	return false;
}

/* No session is older than that of the last sign-in; customers have nobody below them. */
static bool may_have_sessions(const struct ctx *c, const struct account_head *head)
{
	if (strcmp(head->kind, "customer") != 0)
		return true;
	return stamp_is_set(head->last_login_at) &&
	       head->last_login_at.usec > c->now.usec - SESSION_DAYS_MAX * USEC_PER_DAY;
}

/* Keys and links live longer than sessions do. */
static enum err revoke(struct ctx *c, const struct account_head *head)
{
	bool any = true;
	enum err e = may_have_sessions(c, head) ? OK : sessions_kept(c, head->id, &any);

	return e || !any ? e : sessions_revoke_under(c, head->id, "suspended", NULL);
}

/* What follows from a hold that is new or changed; open: the others, when they were read. */
static enum err settle(struct ctx *c, const struct account_head *head, const struct hold *h,
                       const struct db_list *open)
{
	bool now = in_force(h, c->now);
	enum err e = OK;

	if (*h->module)
		return OK;
	if (!open)
		e = accounts_reindex_state(c, h->account_id);
	else if (now && !held_beside(c, open, h))
		e = accounts_set_state(c, head, true);
	return e || !now ? e : revoke(c, head);
}

static enum err put(struct ctx *c, const struct account_head *head, struct hold *h,
                    const struct db_list *open)
{
	enum err e = db_exec(
		c->db, &insert,
		DB_ARGS(db_i64(head->id), db_str(head->kind), db_str(h->module),
	                db_str(h->kind), db_str(h->reason_code), db_str(h->reason_text),
	                db_stamp(c->now), db_key(c->actor.person_id),
	                db_str(c->actor.label ? c->actor.label : ""), db_stamp(h->starts_at),
	                db_stamp(h->planned_at), db_stamp(h->ends_at), db_key(h->event_id),
	                db_stamp(hold_due_at(h, c->now))),
		NULL);

	if (e)
		return e;
	h->id = db_insert_id(c->db);
	e = settle(c, head, h, open);
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

/* Of an exempt account billing's hold is recorded, and begins when that ends (exempt.h). */
static void put_off(struct hold *h, const struct account_head *head)
{
	h->planned_at = STAMP_NONE;
	if (!is_billing(h->kind) || !stamp_is_set(head->exempt_until) ||
	    head->exempt_until.usec <= h->starts_at.usec)
		return;
	h->planned_at = h->starts_at;
	h->starts_at = head->exempt_until;
}

static enum err begin(struct ctx *c, const struct hold_new *in, struct hold *h,
                      struct account_head *head)
{
	enum err e = check_author(c, in);

	if (!e && in->head)
		*head = *in->head;
	else if (!e)
		e = accounts_lock(c, in->account_id, head);
	if (!e)
		e = hold_check_target(c, head);
	if (!e && strcmp(head->base_state, "active") != 0)
		e = FAIL(c, ERR_CONFLICT, "not-active", "The account is removed.");
	if (e)
		return e;
	*h = hold_of(in);
	e = check_times(c, h);
	if (!e)
		put_off(h, head);
	return e;
}

static bool is_over(const struct ctx *c, const struct hold *h)
{
	return stamp_is_set(h->ends_at) && h->ends_at.usec <= c->now.usec;
}

/* The open one of the kind, if it is not over; one that is over is closed on the way. */
static enum err read_open(struct ctx *c, const struct hold *h, struct hold *out)
{
	enum err e = hold_read_open(c, h->account_id, h->module, h->kind, out);

	if (e || !is_over(c, out))
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
		return FAIL(c, ERR_CONFLICT, "hold-exists",
		            "There is an open hold of this kind.");
	if (e == ERR_NOT_FOUND)
		e = put(c, &head, &h, NULL);
	if (!e)
		*id = h.id;
	return e;
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
	            DB_ARGS(db_str(h->reason_code), db_str(h->reason_text),
	                    db_stamp(h->starts_at), db_stamp(h->planned_at),
	                    db_stamp(h->ends_at), db_key(h->event_id),
	                    db_stamp(hold_due_at(h, c->now)), db_i64(was->id)),
	            NULL);
	if (!e)
		e = settle(c, head, h, NULL);
	return e ? e : hold_log(c, ACTION_HOLD_UPDATE, head, was, h, h->reason_text);
}

/*
 * read_open() of an account that was locked before anything was read: no lock
 * is needed, and what is told of the others can be relied on.
 */
static enum err find_open(struct ctx *c, const struct hold *h, struct db_list *all,
                          struct hold *out)
{
	enum err e = holds_open(c, h->account_id, all);
	const struct hold *v;

	if (e)
		return e;
	v = all->v;
	for (size_t i = 0; i < all->n; i++) {
		if (strcmp(v[i].kind, h->kind) != 0 || strcmp(v[i].module, h->module) != 0)
			continue;
		*out = v[i];
		if (!is_over(c, out))
			return OK;
		e = hold_close(c, out, NULL);
		return e ? e : ERR_NOT_FOUND;
	}
	return ERR_NOT_FOUND;
}

enum err holds_put(struct ctx *c, const struct hold_new *in, int64_t *id, enum hold_did *did)
{
	struct account_head head;
	struct hold h, was;
	struct db_list open;
	enum err e = begin(c, in, &h, &head);

	if (e)
		return e;
	e = in->head ? find_open(c, &h, &open, &was) : read_open(c, &h, &was);
	if (!e) {
		*id = was.id;
		return update(c, &head, &was, &h, did);
	}
	if (e == ERR_NOT_FOUND)
		e = put(c, &head, &h, in->head ? &open : NULL);
	if (e)
		return e;
	*did = HOLD_PLACED;
	*id = h.id;
	return OK;
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
		return is_billing(h->kind) ? OK
		                           : FAIL(c, ERR_DENIED, "another-authors-hold",
		                                  "Billing releases billing's holds only.");
	if (is_billing(h->kind))
		return FAIL(c, ERR_CONFLICT, "billing-hold",
		            "Only billing releases this hold.");
	e = ctx_need(c, PERM_ACCOUNT_RESUME);
	if (!e && !strcmp(h->kind, "security"))
		e = ctx_need(c, PERM_ACCOUNT_RESUME_SECURITY);
	return e;
}

static enum err release(struct ctx *c, const struct account_head *head, const struct hold *h,
                        const char *text, const struct db_list *open)
{
	enum err e = hold_close(c, h, text);

	if (!e && !*h->module && !open)
		e = accounts_reindex_state(c, head->id);
	else if (!e && !*h->module && !held_beside(c, open, h))
		e = accounts_set_state(c, head, false);
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
	return e ? e : release(c, &head, &h, text, NULL);
}

/* Billing has one open hold a module at most: each is judged beside the others. */
static bool is_meant(const struct hold *h, const struct hold_end *in)
{
	return is_billing(h->kind) && (!in->module || strcmp(in->module, h->module) == 0);
}

enum err holds_release_billing(struct ctx *c, const struct hold_end *in, struct hold_left *out)
{
	struct hold_left left = { 0 };
	struct account_head head;
	struct db_list open;
	const struct hold *v;
	enum err e = OK;

	if (in->head)
		head = *in->head;
	else
		e = accounts_lock(c, in->account_id, &head);
	if (!e)
		e = holds_open(c, in->account_id, &open);
	if (e)
		return e;
	v = open.v;
	for (size_t i = 0; !e && i < open.n; i++) {
		if (is_meant(&v[i], in)) {
			e = release(c, &head, &v[i], in->text, in->head ? &open : NULL);
			left.released++;
		} else if (!*v[i].module && in_force(&v[i], c->now) &&
		           left.n < HOLD_KINDS_MAX) {
			left.kinds[left.n++] = v[i].kind;
		}
	}
	if (!e)
		*out = left;
	return e;
}

const struct db_query *const hold_place_queries[] = { &insert, &rewrite, NULL };
