#include <string.h>

#include "accounts/accounts.h"
#include "core/change.h"
#include "core/epoch.h"
#include "core/ip.h"
#include "policy/policy.h"
#include "policy/queries.h"
#include "roles/roles.h"

#define NETS_MAX 20000 /* addresses with live sessions below one account */

struct count_row {
	int64_t n;
};
static const struct field count_v[] = { FIELD(struct count_row, n) };

static const struct db_query put = {
	.text = "INSERT INTO account_policy (account_id, require_two_step, users_may_change_email,"
		" users_may_change_password, idle_min, absolute_min, ip_allow, support_access,"
		" self_registration, registration_role_id, ver, updated_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?) ON DUPLICATE KEY UPDATE"
		" require_two_step = VALUES(require_two_step),"
		" users_may_change_email = VALUES(users_may_change_email),"
		" users_may_change_password = VALUES(users_may_change_password),"
		" idle_min = VALUES(idle_min), absolute_min = VALUES(absolute_min),"
		" ip_allow = VALUES(ip_allow), support_access = VALUES(support_access),"
		" self_registration = VALUES(self_registration),"
		" registration_role_id = VALUES(registration_role_id), ver = ver + 1,"
		" updated_at = VALUES(updated_at)",
};
/* The account's policy is asked of the caller, too. */
static const struct db_query binds_caller = {
	.text = "SELECT COUNT(*) AS n FROM membership m JOIN account_tree t"
		" ON t.descendant_id = m.account_id AND t.ancestor_id = ? WHERE m.id = ?",
	DB_ROWS(count_v),
};
#define PEOPLE \
	"SELECT COUNT(DISTINCT m.person_id) AS n FROM account_tree t" \
	" JOIN membership m ON m.account_id = t.descendant_id AND m.state = 'active'" \
	" AND (m.expires_at IS NULL OR m.expires_at > ?)" \
	" JOIN person p ON p.id = m.person_id AND p.state <> 'removed' WHERE t.ancestor_id = ?"
static const struct db_query people = { .text = PEOPLE, DB_ROWS(count_v) };
static const struct db_query without_factor = {
	.text = PEOPLE " AND NOT EXISTS (SELECT 1 FROM factor f WHERE f.person_id = p.id"
		       " AND f.confirmed_at IS NOT NULL) AND NOT EXISTS (SELECT 1"
		       " FROM account_tree pt JOIN account_policy po ON po.account_id ="
		       " pt.ancestor_id AND po.require_two_step = 1"
		       " WHERE pt.descendant_id = m.account_id)",
	DB_ROWS(count_v),
};

/* Live sessions of an address, and how many of them are idle or old. */
struct net_row {
	const char *ip;
	int64_t n, late;
};
static const struct field net_v[] = {
	FIELD(struct net_row, ip),
	FIELD(struct net_row, n),
	FIELD(struct net_row, late),
};
static const struct db_query sessions = {
	.text = "SELECT s.ip, COUNT(*) AS n, CAST(SUM(IFNULL(s.last_seen_at < ?, 0)"
		" OR IFNULL(s.created_at < ?, 0)) AS SIGNED) AS late FROM account_tree t"
		" JOIN membership m ON m.account_id = t.descendant_id"
		" JOIN session s ON s.membership_id = m.id WHERE t.ancestor_id = ?"
		" AND s.revoked_at IS NULL AND s.expires_at > ? AND s.last_seen_at > ?"
		" GROUP BY s.ip",
	DB_ROWS(net_v),
};

const struct field policy_preview_v[POLICY_PREVIEW_FIELDS] = {
	FIELD(struct policy_preview, people),
	FIELD(struct policy_preview, must_enrol),
	FIELD(struct policy_preview, signed_out),
};

const struct db_query *const policy_write_queries[] = {
	&put, &binds_caller, &people, &without_factor, &sessions, NULL,
};

static bool in(uint64_t mask, enum policy_field f)
{
	return (mask & POLICY_BIT(f)) != 0;
}

static void merge(struct policy *p, const struct policy *from, uint64_t mask)
{
	struct opt *opts[] = { &p->require_two_step, &p->users_may_change_email,
		               &p->users_may_change_password, &p->idle_min, &p->absolute_min };
	const struct opt values[] = { from->require_two_step, from->users_may_change_email,
		                      from->users_may_change_password, from->idle_min,
		                      from->absolute_min };

	for (size_t i = 0; i < ARRAY_LEN(opts); i++)
		if (in(mask, (enum policy_field)i))
			*opts[i] = values[i];
	if (in(mask, POLICY_IP_ALLOW))
		p->ip_allow = from->ip_allow && *from->ip_allow ? from->ip_allow : NULL;
	if (in(mask, POLICY_SUPPORT_ACCESS))
		p->support_access = from->support_access;
	if (in(mask, POLICY_SELF_REGISTRATION))
		p->self_registration = from->self_registration;
	if (in(mask, POLICY_REGISTRATION_ROLE))
		p->registration_role_id = from->registration_role_id;
}

/* A mistyped list must not keep out the one who could mend it. */
static enum err check_addresses(struct ctx *c, int64_t account_id, const char *list)
{
	struct count_row r;
	enum err e;

	if (!list)
		return OK;
	if (!ip_list_valid(list))
		return FAIL_FIELD(c, "/ip_allow", "not-addresses");
	if (!c->actor.membership_id || !c->actor.ip || ip_allowed(list, c->actor.ip))
		return OK;
	e = db_one(c->db, &binds_caller,
	           DB_ARGS(db_i64(account_id), db_i64(c->actor.membership_id)), c->mem, &r);
	return e || r.n == 0 ? e : FAIL_FIELD(c, "/ip_allow", "locks-you-out");
}

static enum err check_registration(struct ctx *c, const struct account_head *head,
                                   const struct policy *is, uint64_t mask)
{
	const struct role_gift gift = { .account_id = head->id,
		                        .role_id = is->registration_role_id,
		                        .account_kind = "customer",
		                        .pointer = "/registration_role_id" };
	bool customer = !strcmp(head->kind, "customer");

	if (in(mask, POLICY_SELF_REGISTRATION) && is->self_registration && customer)
		return FAIL_FIELD(c, "/self_registration", "not-allowed");
	if (!in(mask, POLICY_REGISTRATION_ROLE) || !is->registration_role_id)
		return OK;
	if (customer)
		return FAIL_FIELD(c, "/registration_role_id", "not-allowed");
	return roles_check(c, &gift, NULL);
}

/* Whether a customer lets his provider in is his own word, and nobody else's. */
static enum err check_own_word(struct ctx *c, const struct account_head *head)
{
	enum err e = ctx_need(c, PERM_SUPPORT_APPROVE);

	if (e || c->actor.kind == ACTOR_SYSTEM || c->actor.home_id == head->id)
		return e;
	return FAIL(c, ERR_DENIED, "customer-decides",
	            "Only the account's own people decide about this.");
}

static enum err check_rights(struct ctx *c, const struct account_head *head, uint64_t mask)
{
	enum err e = OK;

	if (mask & POLICY_SECURITY)
		e = ctx_need(c, PERM_POLICY_EDIT_SECURITY);
	if (!e && mask & ~POLICY_SECURITY)
		e = ctx_need(c, PERM_POLICY_EDIT_PREFERENCES);
	if (!e && in(mask, POLICY_SUPPORT_ACCESS) && !strcmp(head->kind, "customer"))
		e = check_own_word(c, head);
	return e;
}

static enum err check(struct ctx *c, const struct account_head *head, const struct policy *is,
                      uint64_t mask)
{
	enum err e = check_rights(c, head, mask);

	if (!e && in(mask, POLICY_IP_ALLOW))
		e = check_addresses(c, head->id, is->ip_allow);
	return e ? e : check_registration(c, head, is, mask);
}

static enum err write(struct ctx *c, int64_t account_id, const struct policy *p)
{
	return db_exec(c->db, &put,
	               DB_ARGS(db_i64(account_id), db_opt(p->require_two_step),
	                       db_opt(p->users_may_change_email),
	                       db_opt(p->users_may_change_password), db_opt(p->idle_min),
	                       db_opt(p->absolute_min), db_str(p->ip_allow),
	                       db_str(p->support_access), db_str(p->self_registration),
	                       db_key(p->registration_role_id), db_stamp(c->now)),
	               NULL);
}

enum err policy_update(struct ctx *c, int64_t account_id, const struct policy *in,
                       uint64_t mask, int64_t ver)
{
	/* All but the version, which stands last. */
	const struct fields logged = { policy_v, POLICY__MAX };
	struct change ch = { .action = ACTION_POLICY_UPDATE,
		             .target_kind = ID_ACCOUNT,
		             .target_id = account_id,
		             .account_id = account_id };
	struct account_head head;
	struct policy was, is;
	enum err e = access_changed(c);

	if (!e)
		e = accounts_lock(c, account_id, &head);
	if (!e)
		e = policy_find(c, account_id, &was);
	if (e)
		return e;
	if (ver && was.ver != ver)
		return FAIL(c, ERR_VERSION, "changed-meanwhile",
		            "Somebody else changed it meanwhile.");
	is = was;
	merge(&is, in, mask);
	e = check(c, &head, &is, mask);
	if (e)
		return e;
	if (!change_diff(c->mem, logged, &was, &is, &ch)) {
		c->audited++; /* nothing changed: there is nothing to say */
		return OK;
	}
	ch.target_label = ch.account_label = head.name;
	e = write(c, account_id, &is);
	return e ? e : change_put(c, &ch);
}

/* --- whom it would touch -------------------------------------------------- */

static struct db_arg before(struct ctx *c, struct opt minutes)
{
	return db_stamp(minutes.set ? stamp_add(c->now, -minutes.v * USEC_PER_MIN)
	                            : STAMP_NONE);
}

static enum err count_signed_out(struct ctx *c, int64_t account_id, const struct policy *is,
                                 int64_t *out)
{
	struct opt idle = { true, c->config->session_idle_min };
	const struct net_row *v;
	struct db_list rows;
	int64_t n = 0;
	enum err e = db_all(c->db, &sessions,
	                    DB_ARGS(before(c, is->idle_min), before(c, is->absolute_min),
	                            db_i64(account_id), db_stamp(c->now), before(c, idle)),
	                    c->mem, sizeof(struct net_row), NETS_MAX, &rows);

	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; i < rows.n; i++)
		n += is->ip_allow && !ip_allowed(is->ip_allow, v[i].ip) ? v[i].n : v[i].late;
	*out = n;
	return OK;
}

enum err policy_preview(struct ctx *c, int64_t account_id, const struct policy *in,
                        uint64_t mask, struct policy_preview *out)
{
	struct policy_preview p = { 0 };
	struct db_arg args[] = { db_stamp(c->now), db_i64(account_id) };
	struct count_row r = { 0 };
	struct policy was, is = { 0 };
	enum err e = policy_find(c, account_id, &was);

	merge(&is, in, mask);
	if (!e && is.ip_allow && !ip_list_valid(is.ip_allow))
		return FAIL_FIELD(c, "/ip_allow", "not-addresses");
	if (!e)
		e = db_one(c->db, &people, args, ARRAY_LEN(args), c->mem, &r);
	p.people = r.n;
	if (!e && is.require_two_step.v) {
		e = db_one(c->db, &without_factor, args, ARRAY_LEN(args), c->mem, &r);
		p.must_enrol = r.n;
	}
	if (!e && (is.ip_allow || is.idle_min.set || is.absolute_min.set))
		e = count_signed_out(c, account_id, &is, &p.signed_out);
	if (!e)
		*out = p;
	return e;
}
