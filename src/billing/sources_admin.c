#include <string.h>

#include "base/seal.h"
#include "base/utf8.h"
#include "billing/sources_priv.h"
#include "core/change.h"
#include "core/ip.h"

#define NAME_MAX_BYTES 40
#define KEY_BYTES      32
#define KEEP_SEC_MAX   (400 * INT64_C(86400))

struct parent {
	const char *name;
};
static const struct field parent_v[] = { FIELD(struct parent, name) };

static const struct db_query parent_name = {
	.text = "SELECT a.name AS name FROM account a WHERE a.id = ?"
		" AND a.kind <> 'customer' AND " SCOPE_SEES("a.id"),
	DB_ROWS(parent_v),
};
static const struct db_query insert = {
	.text = "INSERT INTO billing_source (name, label, mode, parent_account_id,"
		" auto_provisioning, ip_allow, rate_per_min, created_at, updated_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
};
static const struct db_query update = {
	.text = "UPDATE billing_source SET label = ?, parent_account_id = ?,"
		" auto_provisioning = ?, ip_allow = ?, rate_per_min = ?, enabled = ?,"
		" ver = ver + 1, updated_at = ? WHERE id = ?",
};
/* Workers that remember the source see that its keys are others. */
static const struct db_query count_up = {
	.text = "UPDATE billing_source SET ver = ver + 1, updated_at = ? WHERE id = ?",
};
static const struct db_query insert_secret = {
	.text = "INSERT INTO billing_secret (source_id, kind, sealed, created_at)"
		" VALUES (?, ?, ?, ?)",
};
static const struct db_query retire_at = {
	.text = "UPDATE billing_secret SET retire_at = ? WHERE source_id = ?"
		" AND (retire_at IS NULL OR retire_at > ?)",
};
/* In MariaDB a subquery on the updated table must be wrapped. */
static const struct db_query retire_old = {
	.text = "UPDATE billing_secret SET retire_at = ? WHERE source_id = ?"
		" AND (retire_at IS NULL OR retire_at > ?) AND id < (SELECT m FROM"
		" (SELECT MAX(id) AS m FROM billing_secret WHERE source_id = ?) x)",
};

const struct db_query *const sources_admin_queries[] = {
	&parent_name, &insert,    &update,     &insert_secret,
	&count_up,    &retire_at, &retire_old, NULL,
};

static const struct field logged_v[] = {
	FIELD(struct billing_source, name),
	FIELD(struct billing_source, label),
	FIELD(struct billing_source, mode),
	FIELD_KEY(struct billing_source, parent_account_id, ID_ACCOUNT),
	FIELD(struct billing_source, auto_provisioning),
	FIELD(struct billing_source, ip_allow),
	FIELD(struct billing_source, rate_per_min),
	FIELD(struct billing_source, enabled),
};
static const struct fields logged = FIELDS(logged_v);

static enum err log_source(struct ctx *c, enum action action,
                           const struct billing_source *before,
                           const struct billing_source *after)
{
	struct change ch = {
		.action = action,
		.target_kind = ID_SOURCE,
		.target_id = after->id,
		.target_label = after->label,
		.account_id = after->parent_account_id,
	};
	struct parent p;
	enum err e =
		db_one(c->db, &parent_name,
	               DB_ARGS(db_i64(after->parent_account_id), db_i64(c->actor.account_id)),
	               c->mem, &p);

	if (e == ERR_NOT_FOUND)
		return FAIL_FIELD(c, "/parent_account_id", "not-found");
	if (e)
		return e;
	ch.account_label = p.name;
	if (before != after && !change_diff(c->mem, logged, before, after, &ch))
		return OK;
	return change_put(c, &ch);
}

/* Text for people's eyes once, key bytes for the table. */
static enum err put_secret(struct ctx *c, const struct billing_source *s,
                           char secret[SOURCE_SECRET_TEXT])
{
	bool legacy = strcmp(s->mode, "legacy") == 0;
	const char *kind = legacy ? "bearer" : "signing";
	unsigned char key[KEY_BYTES];
	const char *sealed;

	token_random(key, sizeof(key));
	memcpy(secret, "whsec_", 7);
	base64_write(key, sizeof(key), secret + 6, SOURCE_SECRET_TEXT - 6);
	if (legacy)
		token_new(secret);
	sealed =
		legacy ? seal_write(c->config->key, c->mem,
	                            source_seal_place(c->mem, s->name, kind), secret,
	                            strlen(secret))
		       : seal_write(c->config->key, c->mem,
	                            source_seal_place(c->mem, s->name, kind), key, sizeof(key));
	token_wipe(key, sizeof(key));
	return db_exec(c->db, &insert_secret,
	               DB_ARGS(db_i64(s->id), db_str(kind), db_str(sealed), db_stamp(c->now)),
	               NULL);
}

static enum err check_new(struct ctx *c, const struct source_new *in)
{
	size_t n = strspn(in->name, "abcdefghijklmnopqrstuvwxyz0123456789-");
	const char *list = in->ip_allow ? in->ip_allow : "";
	enum err e = OK;

	if (n == 0 || in->name[n] != '\0' || n > NAME_MAX_BYTES)
		e = FAIL_FIELD(c, "/name", "not-a-name");
	if (!in->label || utf8_length(in->label, strlen(in->label)) - 1 >= 100)
		e = FAIL_FIELD(c, "/label", "too-long");
	if (!ip_list_valid(list))
		e = FAIL_FIELD(c, "/ip_allow", "not-an-address");
	if (in->legacy && !*list)
		e = FAIL_FIELD(c, "/ip_allow", "required");
	if (in->rate_per_min < 0 || in->rate_per_min > 1000000)
		e = FAIL_FIELD(c, "/rate_per_min", "out-of-range");
	return e;
}

enum err sources_create(struct ctx *c, const struct source_new *in, int64_t *id,
                        char secret[SOURCE_SECRET_TEXT])
{
	struct billing_source s = {
		.name = in->name,
		.label = in->label,
		.mode = in->legacy ? "legacy" : "signed",
		.parent_account_id = in->parent_account_id,
		.auto_provisioning = in->auto_provisioning,
		.ip_allow = in->ip_allow ? in->ip_allow : "",
		.rate_per_min = in->rate_per_min,
		.enabled = true,
	};
	enum err e = check_new(c, in);

	if (!e)
		e = db_exec(c->db, &insert,
		            DB_ARGS(db_str(s.name), db_str(s.label), db_str(s.mode),
		                    db_i64(s.parent_account_id), db_bool(s.auto_provisioning),
		                    db_str(s.ip_allow), db_i64(s.rate_per_min),
		                    db_stamp(c->now), db_stamp(c->now)),
		            NULL);
	if (e == ERR_CONFLICT && strcmp(db_violated_key(c->db), "uq_source_name") == 0)
		return FAIL(c, e, "source-exists", "There is a source of this name.");
	if (e == ERR_CONFLICT)
		return FAIL_FIELD(c, "/parent_account_id", "not-found");
	if (e)
		return e;
	s.id = db_insert_id(c->db);
	e = put_secret(c, &s, secret);
	if (!e)
		e = log_source(c, ACTION_SOURCE_CREATE, NULL, &s);
	if (!e)
		*id = s.id;
	return e;
}

static enum err lock_source(struct ctx *c, const char *name, struct billing_source *out)
{
	enum err e = db_one(c->db, &source_by_name_locked, DB_ARGS(db_str(name)), c->mem, out);

	return e == ERR_NOT_FOUND ? ctx_not_found(c) : e;
}

enum err sources_rotate(struct ctx *c, const char *name, int64_t keep_sec,
                        char secret[SOURCE_SECRET_TEXT])
{
	struct billing_source s = { 0 };
	struct stamp until = stamp_add(c->now, keep_sec * USEC_PER_SEC);
	enum err e;

	if (keep_sec < 0 || keep_sec > KEEP_SEC_MAX)
		return FAIL_FIELD(c, "/keep_sec", "out-of-range");
	e = lock_source(c, name, &s);
	/* Only ever sooner: a secret that ends earlier keeps its date. */
	if (!e)
		e = db_exec(c->db, &retire_at,
		            DB_ARGS(db_stamp(until), db_i64(s.id), db_stamp(until)), NULL);
	if (!e)
		e = put_secret(c, &s, secret);
	if (!e)
		e = db_exec(c->db, &count_up, DB_ARGS(db_stamp(c->now), db_i64(s.id)), NULL);
	if (!e)
		e = log_source(c, ACTION_SOURCE_ROTATE, &s, &s);
	return e;
}

enum err sources_retire(struct ctx *c, const char *name)
{
	struct billing_source s = { 0 };
	enum err e = lock_source(c, name, &s);

	if (!e)
		e = db_exec(c->db, &retire_old,
		            DB_ARGS(db_stamp(c->now), db_i64(s.id), db_stamp(c->now),
		                    db_i64(s.id)),
		            NULL);
	if (!e)
		e = db_exec(c->db, &count_up, DB_ARGS(db_stamp(c->now), db_i64(s.id)), NULL);
	if (!e)
		e = log_source(c, ACTION_SOURCE_ROTATE, &s, &s);
	return e;
}

static enum err check_edit(struct ctx *c, const struct billing_source *s)
{
	enum err e = OK;

	if (utf8_length(s->label, strlen(s->label)) - 1 >= 100)
		e = FAIL_FIELD(c, "/label", "too-long");
	if (!ip_list_valid(s->ip_allow))
		e = FAIL_FIELD(c, "/ip_allow", "not-an-address");
	if (strcmp(s->mode, "legacy") == 0 && !*s->ip_allow)
		e = FAIL_FIELD(c, "/ip_allow", "required");
	if (s->rate_per_min < 0 || s->rate_per_min > 1000000)
		e = FAIL_FIELD(c, "/rate_per_min", "out-of-range");
	return e;
}

enum err sources_update(struct ctx *c, const char *name, const struct source_edit *in)
{
	struct billing_source was = { 0 }, s;
	enum err e = lock_source(c, name, &was);

	if (e)
		return e;
	s = was;
	s.label = in->label ? in->label : was.label;
	s.ip_allow = in->ip_allow ? in->ip_allow : was.ip_allow;
	s.enabled = in->enabled.set ? in->enabled.v : was.enabled;
	s.auto_provisioning =
		in->auto_provisioning.set ? in->auto_provisioning.v : was.auto_provisioning;
	s.rate_per_min = in->rate_per_min.set ? in->rate_per_min.v : was.rate_per_min;
	if (in->parent_account_id)
		s.parent_account_id = in->parent_account_id;
	e = check_edit(c, &s);
	if (!e)
		e = db_exec(c->db, &update,
		            DB_ARGS(db_str(s.label), db_i64(s.parent_account_id),
		                    db_bool(s.auto_provisioning), db_str(s.ip_allow),
		                    db_i64(s.rate_per_min), db_bool(s.enabled),
		                    db_stamp(c->now), db_i64(s.id)),
		            NULL);
	if (e == ERR_CONFLICT)
		return FAIL_FIELD(c, "/parent_account_id", "not-found");
	return e ? e : log_source(c, ACTION_SOURCE_UPDATE, &was, &s);
}
