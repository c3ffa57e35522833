#include <string.h>

#include "accounts/index.h"
#include "members/inner.h"
#include "members/queries.h"
#include "people/guard.h"
#include "people/people.h"
#include "people/welcome.h"
#include "roles/roles.h"

struct key_row {
	int64_t id;
	const char *state;
};
static const struct field key_v[] = { FIELD(struct key_row, id), FIELD(struct key_row, state) };

static const struct db_query same_kind = {
	.text = "SELECT id, state FROM membership WHERE person_id = ? AND account_id = ?"
		" AND kind = ? FOR UPDATE",
	DB_ROWS(key_v),
};
static const struct db_query main_member = {
	.text = "SELECT id, state FROM membership WHERE account_id = ? AND kind = 'main'"
		" AND state <> 'removed' LIMIT 1",
	DB_ROWS(key_v),
};
static const struct db_query drop_roles = {
	.text = "DELETE FROM membership_role WHERE membership_id = ?",
};
static const struct db_query drop_switches = {
	.text = "DELETE FROM member_permission WHERE membership_id = ?",
};
static const struct db_query drop_devices = {
	.text = "DELETE FROM device_grant WHERE membership_id = ?",
};
static const struct db_query revive = {
	.text = "UPDATE membership SET state = 'active', parent_membership_id = ?, expires_at = ?,"
		" created_at = ?, created_by = ?, created_by_label = ?, first_login_at = NULL,"
		" ver = ver + 1, updated_at = ? WHERE id = ?",
};
static const struct db_query put_role = {
	.text = "INSERT INTO membership_role (membership_id, role_id, scope_account_id,"
		" created_at) VALUES (?, ?, ?, ?)",
};
static const struct db_query set_label = {
	.text = "UPDATE membership SET label = ? WHERE id = ?",
};
static const struct db_query set_main = {
	.text = "UPDATE account SET main_person_id = ? WHERE id = ?",
};

const struct db_query *const member_add_queries[] = {
	&same_kind, &main_member, &drop_roles, &drop_switches, &drop_devices,
	&revive,    &put_role,    &set_label,  &set_main,      NULL,
};

/* Somebody being added. */
struct adding {
	struct ctx *c;
	const struct member_new *in;
	struct account_head head;
	const char *role_kind;
	struct person person;
	bool known;
	int64_t id;
};

static enum err check_main(struct adding *a)
{
	struct key_row row;
	enum err e =
		db_one(a->c->db, &main_member, DB_ARGS(db_i64(a->head.id)), a->c->mem, &row);

	if (e == ERR_NOT_FOUND && a->head.main_person_id == 0)
		return OK;
	if (e && e != ERR_NOT_FOUND)
		return e;
	return FAIL(a->c, ERR_CONFLICT, "main-exists", "The account has a main user already.");
}

/* A sub-user's main user: a main user or a staff member of the same account. */
static enum err check_parent(struct adding *a)
{
	int64_t id = a->in->parent_membership_id;
	struct member m;
	enum err e;

	if (strcmp(a->in->kind, "sub") != 0)
		return id ? FAIL_FIELD(a->c, "/parent_membership_id", "only-of-sub-users") : OK;
	if (!id)
		return FAIL_FIELD(a->c, "/parent_membership_id", "required");
	e = members_find(a->c, a->head.id, id, &m);
	if (e == ERR_NOT_FOUND) {
		a->c->fault = (struct fault){ 0 };
		return FAIL_FIELD(a->c, "/parent_membership_id", "unknown-value");
	}
	if (e)
		return e;
	if (!strcmp(m.base_state, "removed") || !strcmp(m.kind, "sub") ||
	    !strcmp(m.kind, "support"))
		return FAIL_FIELD(a->c, "/parent_membership_id", "not-a-main-user");
	if (a->known && m.person_id == a->person.id)
		return FAIL_FIELD(a->c, "/parent_membership_id", "same-person");
	return OK;
}

static enum err check_role(struct adding *a)
{
	const struct role_gift gift = {
		.account_id = a->head.id,
		.role_id = a->in->role_id,
		.scope_account_id = a->in->scope_account_id,
		.pointer = "/role_id",
	};

	return roles_check(a->c, &gift, &a->role_kind);
}

static enum err check_input(struct adding *a)
{
	struct ctx *c = a->c;
	enum err e = member_check_end(c, a->in->kind, a->in->expires_at);

	if (!e && stamp_is_set(a->in->expires_at) && strcmp(a->in->kind, "support") != 0)
		e = ctx_need(c, PERM_MEMBER_EXPIRY);
	if (!e && !strcmp(a->in->kind, "main"))
		e = check_main(a);
	if (!e)
		e = check_parent(a);
	return e ? e : check_role(a);
}

/* Who has the login is asked nothing: he is told, and finds one account more. */
static enum err find_person(struct adding *a)
{
	const char *login = a->in->login ? a->in->login : a->in->email;
	enum err e = persons_by_login(a->c, login, &a->person);

	if (e == ERR_NOT_FOUND)
		return OK;
	if (e)
		return e;
	a->known = true;
	return guard_not_self(a->c, a->person.id);
}

static enum err make_person(struct adding *a)
{
	const struct member_new *in = a->in;
	const struct person_place at = { a->head.id, a->head.name };
	const struct person_new new = {
		.login = in->login ? in->login : in->email,
		.name = in->name,
		.email = in->email,
		.phone = in->phone,
		.locale = in->language,
		.origin = "manual",
	};
	int64_t id;
	enum err e = persons_create(a->c, &at, &new, &id);

	return e ? e : persons_find(a->c, id, &a->person);
}

/* He was here before: what he had then is not given back with the place. */
static enum err come_back(struct adding *a, int64_t id)
{
	static const struct db_query *const drops[] = { &drop_roles, &drop_switches,
		                                        &drop_devices };
	const struct member_new *in = a->in;
	int64_t scope = in->scope_account_id ? in->scope_account_id : a->head.id;
	struct ctx *c = a->c;
	enum err e = OK;

	for (size_t i = 0; !e && i < ARRAY_LEN(drops); i++)
		e = db_exec(c->db, drops[i], DB_ARGS(db_i64(id)), NULL);
	if (!e)
		e = db_exec(c->db, &revive,
		            DB_ARGS(db_key(in->parent_membership_id), db_stamp(in->expires_at),
		                    db_stamp(c->now), db_key(c->actor.person_id),
		                    db_str(c->actor.label), db_stamp(c->now), db_i64(id)),
		            NULL);
	if (!e)
		e = db_exec(c->db, &put_role,
		            DB_ARGS(db_i64(id), db_i64(in->role_id), db_i64(scope),
		                    db_stamp(c->now)),
		            NULL);
	if (!e)
		e = people_reindex(c, a->person.id);
	a->id = id;
	return e ? e : roles_relabel(c, id);
}

static enum err join(struct adding *a)
{
	const struct member_new *in = a->in;
	struct membership_new new = {
		.person_id = a->person.id,
		.account_id = a->head.id,
		.kind = in->kind,
		.role_id = in->role_id,
		.scope_account_id = in->scope_account_id,
		.parent_membership_id = in->parent_membership_id,
		.expires_at = in->expires_at,
	};
	struct ctx *c = a->c;
	struct key_row row;
	enum err e = db_one(c->db, &same_kind,
	                    DB_ARGS(db_i64(a->person.id), db_i64(a->head.id), db_str(in->kind)),
	                    c->mem, &row);

	if (e == ERR_NOT_FOUND)
		return memberships_create(c, &new, &a->id);
	if (e)
		return e;
	if (strcmp(row.state, "removed") != 0)
		return FAIL(c, ERR_CONFLICT, "already-member",
		            "This person is a member already.");
	return come_back(a, row.id);
}

static enum err settle(struct adding *a)
{
	const char *kind = a->in->kind;
	struct ctx *c = a->c;
	struct member m;
	enum err e = OK;

	if (a->in->label)
		e = db_exec(c->db, &set_label, DB_ARGS(db_str(a->in->label), db_i64(a->id)),
		            NULL);
	if (!e && !strcmp(kind, "main"))
		e = db_exec(c->db, &set_main, DB_ARGS(db_i64(a->person.id), db_i64(a->head.id)),
		            NULL);
	if (!e)
		e = accounts_reindex(c, a->head.id);
	if (!e)
		e = members_find(c, a->head.id, a->id, &m);
	if (!e && m.email)
		e = member_welcome(c, &m);
	if (e)
		return e;
	return member_log(c,
	                  strcmp(kind, "support") ? ACTION_USER_ADD : ACTION_SUPPORT_USER_ADD,
	                  &m, NULL);
}

enum err members_add(struct ctx *c, int64_t account_id, const struct member_new *in,
                     int64_t *id)
{
	struct adding a = { .c = c, .in = in };
	enum err e = accounts_lock(c, account_id, &a.head);

	if (!e && strcmp(a.head.base_state, "active") != 0)
		e = FAIL(c, ERR_CONFLICT, "not-active", "The account is removed.");
	if (!e)
		e = find_person(&a);
	if (!e)
		e = check_input(&a);
	if (!e)
		e = a.known ? roles_check_kind(c, account_id, a.person.id, 0, a.role_kind)
		            : make_person(&a);
	if (!e)
		e = join(&a);
	if (!e)
		e = settle(&a);
	if (!e)
		*id = a.id;
	return e;
}
