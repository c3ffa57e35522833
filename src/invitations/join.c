#include "invitations/join.h"

#include <string.h>

#include "accounts/index.h"
#include "invitations/queries.h"
#include "people/people.h"
#include "roles/roles.h"

#define MEMBERSHIPS_MAX 8 /* of one person in one account: one of each kind */

static const struct field invitee_v[] = {
	FIELD(struct invitee, id),
	FIELD(struct invitee, name),
	FIELD(struct invitee, login),
	FIELD(struct invitee, email),
	FIELD(struct invitee, password_hash),
	FIELD(struct invitee, state),
	FIELD(struct invitee, locale),
};
struct was {
	int64_t id;
	const char *kind;
	bool lives;
};
static const struct field was_v[] = {
	FIELD(struct was, id),
	FIELD(struct was, kind),
	FIELD(struct was, lives),
};

#define PERSON "SELECT id, name, login, email, password_hash, state, locale FROM person"

static const struct db_query by_login = {
	.text = PERSON " WHERE login = ?",
	DB_ROWS(invitee_v),
};
static const struct db_query by_email = {
	.text = PERSON
	" WHERE email = ? AND email_verified_at IS NOT NULL AND state <> 'removed'"
	" LIMIT 2",
	DB_ROWS(invitee_v),
};
/* An end that has come is no longer a membership, whatever its state. */
static const struct db_query memberships = {
	.text = "SELECT id, kind, (state <> 'removed' AND (expires_at IS NULL OR expires_at > ?))"
		" AS lives FROM membership WHERE person_id = ? AND account_id = ?",
	DB_ROWS(was_v),
};
static const struct db_query verify_email = {
	.text = "UPDATE person SET email_verified_at = ?, ver = ver + 1, updated_at = ?"
		" WHERE id = ? AND email = ?",
};
static const struct db_query count_up = {
	.text = "UPDATE person SET ver = ver + 1, updated_at = ? WHERE id = ?",
};
static const struct db_query come_back = {
	.text = "UPDATE membership SET state = 'active', expires_at = ?,"
		" parent_membership_id = NULL, label = NULL, first_login_at = NULL,"
		" ver = ver + 1, created_at = ?, updated_at = ? WHERE id = ?",
};
static const struct db_query drop_roles = {
	.text = "DELETE FROM membership_role WHERE membership_id = ?",
};
static const struct db_query drop_switches = {
	.text = "DELETE FROM member_permission WHERE membership_id = ?",
};
static const struct db_query give_role = {
	.text = "INSERT INTO membership_role (membership_id, role_id, scope_account_id,"
		" created_at) VALUES (?, ?, ?, ?)",
};
/* Made by who invited, not by who accepted. */
static const struct db_query made_by = {
	.text = "UPDATE membership m JOIN invitation i ON i.id = ?"
		" SET m.created_by = i.invited_by, m.created_by_label = i.invited_by_label"
		" WHERE m.id = ?",
};

const struct db_query *const invitation_join_queries[] = {
	&by_login,   &by_email,      &memberships, &verify_email, &count_up, &come_back,
	&drop_roles, &drop_switches, &give_role,   &made_by,      NULL,
};

enum err invitee_find(struct ctx *c, const char *email, struct invitee *out)
{
	struct invitee who = { 0 };
	struct db_list rows;
	enum err e =
		db_one(c->db, &by_login, DB_ARGS(db_bytes(email, strlen(email))), c->mem, &who);

	if (e && e != ERR_NOT_FOUND)
		return e;
	if (e == ERR_NOT_FOUND) {
		e = db_all(c->db, &by_email, DB_ARGS(db_str(email)), c->mem,
		           sizeof(struct invitee), 2, &rows);
		if (e)
			return e;
		if (rows.n == 1)
			who = *(const struct invitee *)rows.v;
	}
	*out = who;
	return OK;
}

bool invitee_is_known(const struct invitee *who)
{
	return who->id != 0 && who->password_hash != NULL;
}

static enum err create_person(struct ctx *c, const struct joining *j,
                              const struct person_place *at, int64_t *id)
{
	const struct invitation *i = j->invitation;
	const struct person_new in = {
		.login = i->email,
		.name = j->name,
		.email = i->email,
		.locale = i->language,
		.origin = "manual",
		.password_hash = j->password_hash,
	};

	return persons_create(c, at, &in, id);
}

/* Who was made by somebody but never set a password has read his mail now. */
static enum err make_person(struct ctx *c, const struct joining *j, int64_t *id)
{
	const struct invitation *i = j->invitation;
	const struct person_place at = { i->account_id, i->account_name };
	enum err e = OK;

	*id = j->who.id;
	c->actor.person_id = j->who.id;
	if (*id == 0)
		e = create_person(c, j, &at, id);
	else if (j->password_hash)
		e = persons_set_password_hash(c, &at, *id, j->password_hash);
	c->actor.person_id = e ? 0 : *id;
	if (!e)
		e = db_exec(c->db, &verify_email,
		            DB_ARGS(db_stamp(c->now), db_stamp(c->now), db_i64(*id),
		                    db_str(i->email)),
		            NULL);
	if (!e && j->who.id) /* what is remembered of his sessions knows one account less */
		e = db_exec(c->db, &count_up, DB_ARGS(db_stamp(c->now), db_i64(*id)), NULL);
	return e;
}

static enum err revive(struct ctx *c, const struct invitation *i, int64_t id)
{
	struct db_arg now = db_stamp(c->now), key = db_i64(id);
	enum err e = db_exec(c->db, &come_back,
	                     DB_ARGS(db_stamp(i->member_until), now, now, key), NULL);

	if (!e)
		e = db_exec(c->db, &drop_roles, DB_ARGS(key), NULL);
	if (!e)
		e = db_exec(c->db, &drop_switches, DB_ARGS(key), NULL);
	if (!e)
		e = db_exec(c->db, &give_role,
		            DB_ARGS(key, db_i64(i->role_id), db_i64(i->account_id), now), NULL);
	return e ? e : roles_relabel(c, id);
}

static enum err make_membership(struct ctx *c, const struct invitation *i, int64_t person_id,
                                int64_t *id)
{
	const struct membership_new in = {
		.person_id = person_id,
		.account_id = i->account_id,
		.kind = i->kind,
		.role_id = i->role_id,
		.expires_at = i->member_until,
	};
	struct db_list rows;
	const struct was *v;
	enum err e = db_all(c->db, &memberships,
	                    DB_ARGS(db_stamp(c->now), db_i64(person_id), db_i64(i->account_id)),
	                    c->mem, sizeof(struct was), MEMBERSHIPS_MAX, &rows);

	if (e)
		return e;
	*id = 0;
	v = rows.v;
	for (size_t k = 0; k < rows.n; k++) {
		if (v[k].lives)
			return FAIL(c, ERR_CONFLICT, "already-member",
			            "You are a member of this account already.");
		if (!strcmp(v[k].kind, i->kind))
			*id = v[k].id;
	}
	return *id ? revive(c, i, *id) : memberships_create(c, &in, id);
}

static enum err log_member(struct ctx *c, const struct invitation *i, int64_t membership_id,
                           const char *name)
{
	return change_put(c, &(struct change){
				     .action = strcmp(i->kind, "support") == 0
	                                               ? ACTION_SUPPORT_USER_ADD
	                                               : ACTION_USER_ADD,
				     .target_kind = ID_MEMBERSHIP,
				     .target_id = membership_id,
				     .target_label = name,
				     .account_id = i->account_id,
				     .account_label = i->account_name,
			     });
}

enum err invitee_join(struct ctx *c, const struct joining *j, int64_t *person_id,
                      int64_t *membership_id)
{
	const struct invitation *i = j->invitation;
	int64_t person = 0, member = 0;
	enum err e = make_person(c, j, &person);

	if (!e)
		e = make_membership(c, i, person, &member);
	if (!e)
		e = db_exec(c->db, &made_by, DB_ARGS(db_i64(i->id), db_i64(member)), NULL);
	if (!e)
		e = accounts_reindex(c, i->account_id);
	if (!e)
		e = log_member(c, i, member, j->name);
	if (e)
		return e;
	*person_id = person;
	*membership_id = member;
	return OK;
}
