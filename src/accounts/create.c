#include <string.h>

#include "accounts/accounts.h"
#include "accounts/index.h"
#include "accounts/queries.h"
#include "accounts/sites.h"
#include "core/change.h"
#include "people/people.h"
#include "people/welcome.h"

static const struct db_query insert = {
	.text = "INSERT INTO account (parent_id, kind, class, origin, name, tenant_id,"
	        " billing_source_id, external_id, contract_no, type, locale, time_zone,"
	        " billing_extra, created_at, created_by, created_by_label, updated_at,"
	        " list_parent)"
	        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

static const struct db_query plant = {
	.text = "INSERT INTO account_tree"
	        " (ancestor_id, descendant_id, depth, kind, own_state, name_key)"
	        " SELECT up.ancestor_id, ?, up.depth + 1, ?, 'active', ''"
	        " FROM account_tree up WHERE up.descendant_id = ?"
	        " UNION ALL SELECT ?, ?, 0, ?, 'active', ''",
};

struct depth {
	int64_t depth;
};
static const struct field depth_row[] = { FIELD(struct depth, depth) };

static const struct db_query depth_of = {
	.text = "SELECT MAX(depth) AS depth FROM account_tree WHERE descendant_id = ?",
	DB_ROWS(depth_row),
};

static const struct db_query root = {
	.text = "SELECT id AS depth FROM account WHERE parent_id IS NULL ORDER BY id LIMIT 1",
	DB_ROWS(depth_row),
};

static const struct db_query insert_root = {
	.text = "INSERT INTO account (id, kind, class, origin, name, tenant_id, confirmed_at,"
	        " created_at, created_by_label, updated_at)"
	        " VALUES (" STRINGIFY(ACCOUNT_ROOT) ", 'platform', 'organisation', 'manual',"
	        " ?, ?, ?, ?, ?, ?)",
};

static const struct field log_v[] = {
	FIELD(struct account, kind),
	FIELD(struct account, class),
	FIELD(struct account, origin),
	FIELD(struct account, name),
	FIELD(struct account, login),
	FIELD(struct account, email),
	FIELD(struct account, phone),
	FIELD(struct account, external_id),
	FIELD(struct account, contract_no),
	FIELD(struct account, type),
	FIELD_KEY(struct account, parent_id, ID_ACCOUNT),
	FIELD(struct account, locale),
	FIELD(struct account, time_zone),
};
static const struct fields log_fields = FIELDS(log_v);

static enum err log_create(struct ctx *c, int64_t id)
{
	struct account a;
	struct change ch = { .action = ACTION_ACCOUNT_CREATE, .target_kind = ID_ACCOUNT,
		             .target_id = id, .account_id = id };
	enum err e = accounts_find(c, id, &a);

	if (e)
		return e;
	ch.target_label = a.name;
	ch.account_label = a.name;
	change_diff(c->mem, log_fields, NULL, &a, &ch);
	return change_put(c, &ch);
}

enum err accounts_root(struct ctx *c, const char *name, int64_t *id)
{
	char tenant[UUID_TEXT];
	struct depth row;
	enum err e = db_one(c->db, &root, DB_NO_ARGS, c->mem, &row);

	if (!e)
		*id = row.depth;
	if (e != ERR_NOT_FOUND)
		return e;
	token_uuid(tenant);
	e = db_exec(c->db, &insert_root,
	            DB_ARGS(db_str(name), db_str(tenant), db_stamp(c->now), db_stamp(c->now),
	                    db_str(c->actor.label), db_stamp(c->now)),
	            NULL);
	if (!e)
		e = db_exec(c->db, &plant,
		            DB_ARGS(db_i64(ACCOUNT_ROOT), db_str("platform"), db_i64(0),
		                    db_i64(ACCOUNT_ROOT), db_i64(ACCOUNT_ROOT), db_str("platform")),
		            NULL);
	if (!e)
		e = sites_ensure_hq(c, ACCOUNT_ROOT, name);
	if (!e)
		e = accounts_reindex(c, ACCOUNT_ROOT);
	if (!e)
		e = log_create(c, ACCOUNT_ROOT);
	if (!e)
		*id = ACCOUNT_ROOT;
	return e;
}

/* The parent stays locked: it is neither terminated nor renamed while it gets a child. */
static enum err check_parent(struct ctx *c, const struct account_new *in, const char **name)
{
	struct account_head parent;
	struct depth row;
	enum err e = accounts_lock(c, in->parent_id, &parent);

	if (e == ERR_NOT_FOUND) {
		c->fault = (struct fault){ 0 };
		return FAIL_FIELD(c, "/parent_id", "not-found");
	}
	if (e)
		return e;
	if (!strcmp(parent.kind, "customer"))
		return FAIL_FIELD(c, "/parent_id", "cannot-have-accounts");
	if (strcmp(parent.base_state, "active") != 0)
		return FAIL_FIELD(c, "/parent_id", "not-active");
	e = db_one(c->db, &depth_of, DB_ARGS(db_i64(in->parent_id)), c->mem, &row);
	if (e)
		return e;
	if (row.depth + 1 > ACCOUNT_DEPTH_MAX)
		return FAIL_FIELD(c, "/parent_id", "too-deep");
	*name = parent.name;
	return OK;
}

static enum err check(struct ctx *c, const struct account_new *in, const char **parent)
{
	int64_t other;
	enum err e = check_parent(c, in, parent);

	if (!e && strcmp(in->kind, "reseller") != 0 && strcmp(in->kind, "customer") != 0)
		e = FAIL_FIELD(c, "/kind", "not-one-of");
	if (e || !in->external_id)
		return e;
	e = accounts_find_external(c, in->billing_source_id, in->external_id, &other);
	if (e == ERR_NOT_FOUND)
		return OK;
	return e ? e : FAIL(c, ERR_CONFLICT, "external-id-taken", "This external id is taken.");
}

static enum err put_account(struct ctx *c, const struct account_new *in, const char *parent,
                            int64_t *id)
{
	char tenant[UUID_TEXT];
	enum err e;

	token_uuid(tenant);
	e = db_exec(c->db, &insert,
	            DB_ARGS(db_i64(in->parent_id), db_str(in->kind), db_str(in->class),
	                    db_str(in->origin ? in->origin : "manual"), db_str(in->name),
	                    db_str(tenant), db_key(in->billing_source_id), db_str(in->external_id),
	                    db_str(in->contract_no), db_str(in->type), db_str(in->locale),
	                    db_str(in->time_zone), db_str(in->billing_extra.s), db_stamp(c->now),
	                    db_key(c->actor.person_id),
	                    db_str(c->actor.label ? c->actor.label : ""), db_stamp(c->now),
	                    db_str(parent)),
	            NULL);
	if (e)
		return e;
	*id = db_insert_id(c->db);
	return db_exec(c->db, &plant,
	               DB_ARGS(db_i64(*id), db_str(in->kind), db_i64(in->parent_id), db_i64(*id),
	                       db_i64(*id), db_str(in->kind)),
	               NULL);
}

/* Who was made by hand sets his password by a code; billing tells its people itself. */
static enum err welcome(struct ctx *c, const struct person_place *at, int64_t person_id,
                        const struct person_new *p)
{
	const struct welcome w = {
		.person_id = person_id,
		.account_id = at->account_id,
		.account_name = at->account_label,
		.name = p->name,
		.login = login_canonical(c->mem, p->login),
		.email = p->email,
		.locale = p->locale,
	};

	if (!p->email || p->password_hash ||
	    (c->actor.kind != ACTOR_PERSON && c->actor.kind != ACTOR_API))
		return OK;
	return welcome_send(c, &w);
}

static enum err put_person(struct ctx *c, const struct account_new *in, int64_t id)
{
	struct person_place at = { id, in->name };
	struct person_new person = {
		.login = in->login ? in->login : in->email,
		.name = in->name,
		.email = in->email,
		.phone = in->phone,
		.locale = in->locale,
		.time_zone = in->time_zone,
		.origin = in->origin ? in->origin : "manual",
		.password_hash = in->password_hash,
		.keep_password = in->fixed_password,
	};
	int64_t person_id;
	enum err e;

	if (!person.login)
		return OK;
	e = persons_create_main(c, &at, in->kind, &person, &person_id);
	if (!e)
		return welcome(c, &at, person_id, &person);
	/* To who fills a form, it is one field that has to be another. */
	if (e == ERR_CONFLICT && c->actor.kind != ACTOR_BILLING) {
		c->fault = (struct fault){ 0 };
		return FAIL_FIELD(c, in->login ? "/login" : "/email", "login-taken");
	}
	return e;
}

/* What the event gave belongs to billing from now on. */
static enum err put_origins(struct ctx *c, const struct account_new *in, int64_t id)
{
	const struct {
		const char *field;
		bool given;
	} fields[] = {
		{ "name", true },
		{ "class", true },
		{ "login", in->login != NULL },
		{ "email", in->email != NULL },
		{ "phone", in->phone != NULL },
		{ "contract_no", in->contract_no != NULL },
		{ "type", in->type != NULL },
		{ "external_id", in->external_id != NULL },
		{ "billing_extra", in->billing_extra.s != NULL },
	};
	enum err e = OK;

	for (size_t i = 0; !e && in->event_id && i < ARRAY_LEN(fields); i++)
		if (fields[i].given)
			e = accounts_mark_origin(c, id, fields[i].field, in->event_id);
	return e;
}

enum err accounts_create(struct ctx *c, const struct account_new *in, int64_t *id)
{
	const char *parent;
	int64_t made;
	enum err e = check(c, in, &parent);

	if (!e)
		e = put_account(c, in, parent, &made);
	if (!e)
		e = put_person(c, in, made);
	if (!e && !strcmp(in->class, "organisation"))
		e = sites_ensure_hq(c, made, in->name);
	if (!e)
		e = put_origins(c, in, made);
	if (!e)
		e = accounts_reindex(c, made);
	if (!e)
		e = log_create(c, made);
	if (!e)
		*id = made;
	return e;
}

const struct db_query *const account_create_queries[] = {
	&insert, &plant, &depth_of, &root, &insert_root, NULL,
};
