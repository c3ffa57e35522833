#include "people/people.h"

#include <string.h>

#include "base/utf8.h"
#include "core/change.h"
#include "people/lockout.h"
#include "people/queries.h"
#include "people/words.h"

static const struct field person_v[] = {
	FIELD_KEY(struct person, id, ID_PERSON),
	FIELD(struct person, login),
	FIELD(struct person, email),
	FIELD(struct person, name),
	FIELD(struct person, phone),
	FIELD(struct person, origin),
	FIELD(struct person, state),
	FIELD(struct person, has_password),
	FIELD(struct person, can_change_password),
	FIELD(struct person, locale),
	FIELD(struct person, time_zone),
	FIELD(struct person, last_login_at),
	FIELD(struct person, created_at),
	FIELD(struct person, ver),
};
const struct fields person_fields = FIELDS(person_v);

/* What the change log says of a person. */
static const struct field logged_v[] = {
	FIELD(struct person, login), FIELD(struct person, name),
	FIELD(struct person, email), FIELD(struct person, phone),
	FIELD(struct person, state), FIELD(struct person, can_change_password),
};
static const struct fields logged = FIELDS(logged_v);

#define COLUMNS \
	"SELECT p.id, p.login, p.email, p.name, p.phone, p.origin, p.state," \
	" p.password_changed_at IS NOT NULL AS has_password, p.can_change_password, p.locale," \
	" p.time_zone, p.last_login_at, p.created_at, p.ver"

static const struct db_query by_id = {
	.text = COLUMNS " FROM person p WHERE p.id = ?",
	DB_ROWS(person_v),
};
static const struct db_query by_login = {
	.text = COLUMNS " FROM person p WHERE p.login = ?",
	DB_ROWS(person_v),
};
static const struct db_query main_of = {
	.text = COLUMNS
	" FROM account a JOIN person p ON p.id = a.main_person_id WHERE a.id = ?",
	DB_ROWS(person_v),
};
static const struct db_query insert = {
	.text = "INSERT INTO person (login, email, name, phone, origin, state, password_hash,"
		" password_changed_at, can_change_password, locale, time_zone, created_at,"
		" created_by_label, updated_at, indexed)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
};
static const struct db_query insert_membership = {
	.text = "INSERT INTO membership (person_id, account_id, kind, parent_membership_id, role,"
		" expires_at, created_at, created_by, created_by_label, updated_at)"
		" SELECT ?, ?, ?, ?, IFNULL(r.builtin, r.name), ?, ?, ?, ?, ? FROM role r"
		" WHERE r.id = ? OR r.builtin = ?",
};
static const struct db_query insert_role = {
	.text = "INSERT INTO membership_role (membership_id, role_id, scope_account_id,"
		" created_at) SELECT ?, r.id, ?, ? FROM role r WHERE r.id = ? OR r.builtin = ?",
};
static const struct db_query set_main = {
	.text = "UPDATE account SET main_person_id = ? WHERE id = ?",
};
static const struct db_query set_login = {
	.text = "UPDATE person SET login = ?, ver = ver + 1, updated_at = ? WHERE id = ?",
};
static const struct db_query set_hash = {
	.text = "UPDATE person SET password_hash = ?, password_changed_at = ?, must_change = 0,"
		" state = IF(state = 'invited', 'active', state), ver = ver + 1, updated_at = ?"
		" WHERE id = ?",
};
static const struct db_query update = {
	.text = "UPDATE person SET name = ?, email = ?, phone = ?, can_change_password = ?,"
		" ver = ver + 1, updated_at = ? WHERE id = ?",
};
static const struct db_query purge = {
	.text = "UPDATE person SET login = ?, name = ?, email = NULL, email_verified_at = NULL,"
		" phone = NULL, password_hash = NULL, password_changed_at = NULL,"
		" last_login_ip = NULL, state = 'removed', ver = ver + 1, updated_at = ?"
		" WHERE id = ?",
};
static const struct db_query end_memberships = {
	.text = "UPDATE membership SET state = 'removed', ver = ver + 1, updated_at = ?"
		" WHERE person_id = ? AND state = 'active'",
};

const struct db_query *const people_queries[] = {
	&by_id,     &by_login, &main_of, &insert, &insert_membership, &insert_role, &set_main,
	&set_login, &set_hash, &update,  &purge,  &end_memberships,   NULL,
};

const char *login_canonical(struct arena *mem, const char *login)
{
	size_t n = login ? strlen(login) : 0;
	char *out;

	if (n == 0 || !utf8_valid(login, n) || !utf8_printable(login, n, false))
		return NULL;
	login = utf8_nfc(mem, login);
	out = utf8_trim(mem, login, strlen(login));
	n = strlen(out);
	if (n == 0 || n > LOGIN_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (out[i] >= 'A' && out[i] <= 'Z')
			out[i] = (char)(out[i] - 'A' + 'a');
	return out;
}

enum err persons_find(struct ctx *c, int64_t id, struct person *out)
{
	return db_one(c->db, &by_id, DB_ARGS(db_i64(id)), c->mem, out);
}

enum err persons_by_login(struct ctx *c, const char *login, struct person *out)
{
	const char *canonical = login_canonical(c->mem, login);

	if (!canonical)
		return ERR_NOT_FOUND;
	return db_one(c->db, &by_login, DB_ARGS(db_bytes(canonical, strlen(canonical))), c->mem,
	              out);
}

enum err persons_main_of(struct ctx *c, int64_t account_id, struct person *out)
{
	return db_one(c->db, &main_of, DB_ARGS(db_i64(account_id)), c->mem, out);
}

static enum err taken(struct ctx *c)
{
	return FAIL(c, ERR_CONFLICT, "login-taken", "Somebody has this login already.");
}

static enum err check_free(struct ctx *c, const char *login)
{
	struct person other;
	enum err e = persons_by_login(c, login, &other);

	if (e == ERR_NOT_FOUND)
		return OK;
	return e ? e : taken(c);
}

static enum err put(struct ctx *c, const struct person_place *at, enum action action,
                    const struct person *before, const struct person *after)
{
	struct change ch = {
		.action = action,
		.target_kind = ID_PERSON,
		.target_id = after->id,
		.target_label = after->name,
		.account_id = at->account_id,
		.account_label = at->account_label,
	};

	change_diff(c->mem, logged, before, after, &ch);
	return change_put(c, &ch);
}

enum err persons_create(struct ctx *c, const struct person_place *at,
                        const struct person_new *in, int64_t *id)
{
	struct person p = { .origin = in->origin, .email = in->email, .phone = in->phone };
	enum err e;

	p.login = login_canonical(c->mem, in->login);
	if (!p.login)
		return FAIL_FIELD(c, "/login", "not-a-login");
	e = check_free(c, p.login);
	if (e)
		return e;
	p.name = in->name && in->name[0] ? in->name : p.login;
	p.state = in->password_hash ? "active" : "invited";
	p.can_change_password = !in->keep_password;
	e = db_exec(c->db, &insert,
	            DB_ARGS(db_bytes(p.login, strlen(p.login)), db_str(p.email), db_str(p.name),
	                    db_str(p.phone), db_str(p.origin), db_str(p.state),
	                    db_str(in->password_hash),
	                    db_stamp(in->password_hash ? c->now : STAMP_NONE),
	                    db_bool(p.can_change_password), db_str(in->locale),
	                    db_str(in->time_zone), db_stamp(c->now), db_str(c->actor.label),
	                    db_stamp(c->now)),
	            NULL);
	if (e == ERR_CONFLICT)
		return taken(c);
	if (e)
		return e;
	p.id = db_insert_id(c->db);
	e = people_index_new(c, p.id, (const char *const[]){ p.login, p.name, p.email }, 3);
	if (!e)
		e = put(c, at, ACTION_PERSON_CREATE, NULL, &p);
	if (!e)
		*id = p.id;
	return e;
}

enum err memberships_create(struct ctx *c, const struct membership_new *in, int64_t *id)
{
	struct stamp until = in->expires_at.usec ? in->expires_at : STAMP_NONE;
	const char *builtin = in->role == ROLE_NONE ? NULL : role_text(in->role);
	int64_t scope = in->scope_account_id ? in->scope_account_id : in->account_id, made;
	enum err e = db_exec(c->db, &insert_membership,
	                     DB_ARGS(db_i64(in->person_id), db_i64(in->account_id),
	                             db_str(in->kind), db_key(in->parent_membership_id),
	                             db_stamp(until), db_stamp(c->now),
	                             db_key(c->actor.person_id), db_str(c->actor.label),
	                             db_stamp(c->now), db_i64(in->role_id), db_str(builtin)),
	                     NULL);

	if (e == ERR_CONFLICT)
		return FAIL(c, e, "already-member", "This person is a member already.");
	if (e)
		return e;
	made = db_insert_id(c->db);
	e = db_exec(c->db, &insert_role,
	            DB_ARGS(db_i64(made), db_i64(scope), db_stamp(c->now), db_i64(in->role_id),
	                    db_str(builtin)),
	            NULL);
	if (!e && in->parent_membership_id)
		e = people_reindex(c, in->person_id);
	if (!e)
		*id = made;
	return e;
}

enum role role_of_main(const char *account_kind)
{
	if (!strcmp(account_kind, "platform"))
		return ROLE_PLATFORM_ADMIN;
	if (!strcmp(account_kind, "reseller"))
		return ROLE_RESELLER_PROGRAM;
	return ROLE_CUSTOMER_OWNER;
}

enum err persons_create_main(struct ctx *c, const struct person_place *at,
                             const char *account_kind, const struct person_new *in, int64_t *id)
{
	struct membership_new m = {
		.account_id = at->account_id,
		.kind = "main",
		.role = role_of_main(account_kind),
	};
	int64_t person_id, membership_id;
	enum err e = persons_create(c, at, in, &person_id);

	m.person_id = person_id;
	if (!e)
		e = memberships_create(c, &m, &membership_id);
	if (!e)
		e = db_exec(c->db, &set_main,
		            DB_ARGS(db_i64(person_id), db_i64(at->account_id)), NULL);
	if (!e)
		*id = person_id;
	return e;
}

enum err persons_set_login(struct ctx *c, const struct person_place *at, int64_t id,
                           const char *login)
{
	struct person old, new;
	enum err e = persons_find(c, id, &old);

	if (e)
		return e;
	new = old;
	new.login = login_canonical(c->mem, login);
	if (!new.login)
		return FAIL_FIELD(c, "/login", "not-a-login");
	if (!strcmp(new.login, old.login))
		return OK;
	e = check_free(c, new.login);
	if (e)
		return e;
	e = db_exec(c->db, &set_login,
	            DB_ARGS(db_bytes(new.login, strlen(new.login)), db_stamp(c->now),
	                    db_i64(id)),
	            NULL);
	if (e == ERR_CONFLICT)
		return taken(c);
	if (!e)
		e = people_reindex(c, id);
	return e ? e : put(c, at, ACTION_PERSON_LOGIN, &old, &new);
}

enum err persons_set_password_hash(struct ctx *c, const struct person_place *at, int64_t id,
                                   const char *hash)
{
	return persons_put_password_hash(c, at, id, hash, false);
}

enum err persons_put_password_hash(struct ctx *c, const struct person_place *at, int64_t id,
                                   const char *hash, bool keep_sessions)
{
	const unsigned char *keep = c->actor.person_id == id ? c->actor.session_hash : NULL;
	struct person old, new;
	enum err e = persons_find(c, id, &old);

	if (e)
		return e;
	new = old;
	if (!strcmp(old.state, "invited"))
		new.state = "active";
	e = db_exec(c->db, &set_hash,
	            DB_ARGS(db_str(hash), db_stamp(c->now), db_stamp(c->now), db_i64(id)),
	            NULL);
	if (!e)
		e = lockout_forget(c, id, NULL);
	if (!e && !keep_sessions)
		e = sessions_revoke_person(c, id, keep, "password");
	return e ? e : put(c, at, ACTION_PERSON_PASSWORD, &old, &new);
}

enum err persons_update(struct ctx *c, const struct person_place *at, int64_t id,
                        const struct person_edit *edit, bool *changed)
{
	struct person old, new;
	struct change ignored;
	enum err e = persons_find(c, id, &old);

	if (e)
		return e;
	new = old;
	new.name = edit->name && edit->name[0] ? edit->name : old.name;
	new.email = edit->email;
	new.phone = edit->phone;
	new.can_change_password = !edit->keep_password;
	if (!change_diff(c->mem, logged, &old, &new, &ignored)) {
		*changed = false;
		return OK;
	}
	e = db_exec(c->db, &update,
	            DB_ARGS(db_str(new.name), db_str(new.email), db_str(new.phone),
	                    db_bool(new.can_change_password), db_stamp(c->now), db_i64(id)),
	            NULL);
	if (!e)
		e = people_reindex(c, id);
	if (!e)
		e = put(c, at, ACTION_PERSON_UPDATE, &old, &new);
	if (!e)
		*changed = true;
	return e;
}

enum err persons_purge(struct ctx *c, const struct person_place *at, int64_t id)
{
	const char *label = arena_printf(c->mem, "removed-%lld", (long long)id);
	struct change ch = {
		.action = ACTION_PERSON_PURGE,
		.target_kind = ID_PERSON,
		.target_id = id,
		.target_label = label,
		.account_id = at->account_id,
		.account_label = at->account_label,
	};
	enum err e = db_exec(c->db, &purge,
	                     DB_ARGS(db_bytes(label, strlen(label)), db_str(label),
	                             db_stamp(c->now), db_i64(id)),
	                     NULL);

	if (!e)
		e = db_exec(c->db, &end_memberships, DB_ARGS(db_stamp(c->now), db_i64(id)),
		            NULL);
	if (!e)
		e = lockout_forget(c, id, NULL);
	if (!e)
		e = sessions_revoke_person(c, id, NULL, "removed");
	if (!e)
		e = people_reindex(c, id);
	return e ? e : change_put(c, &ch);
}
