#include <string.h>

#include "billing/effects.h"
#include "core/change.h"
#include "devices/devices.h"
#include "json/json_out.h"

#define CAMERAS_MAX   5000
#define REMAINDER_MAX 65536

struct grant {
	int64_t id;
	const char *state;
};
static const struct field grant_v[] = { FIELD(struct grant, id), FIELD(struct grant, state) };

static const struct db_query main_grant = {
	.text = "SELECT g.id AS id, g.state AS state FROM device_grant g"
		" JOIN membership m ON m.id = g.membership_id AND m.kind = 'main'"
		" WHERE g.device_id = ? AND m.account_id = ? ORDER BY g.id LIMIT 1",
	DB_ROWS(grant_v),
};
static const struct db_query set_grant = {
	.text = "UPDATE device_grant SET state = ?, ver = ver + 1, updated_at = ? WHERE id = ?",
};

struct camera_reg {
	const char *name;
	struct opt applied_seq;
	struct stamp applied_at;
};
static const struct field camera_reg_v[] = {
	FIELD(struct camera_reg, name),
	FIELD(struct camera_reg, applied_seq),
	FIELD(struct camera_reg, applied_at),
};
static const struct db_query camera_regs = {
	.text = "SELECT name, applied_seq, applied_at FROM billing_register WHERE source_id = ?"
		" AND kind = ? AND subject_key = ? AND name >= 'camera.' AND name < 'camera/'",
	DB_ROWS(camera_reg_v),
};
static const struct db_query insert_remainder = {
	.text = "INSERT INTO billing_event (source_id, event_id, type, original_type, "
		"subject_kind,"
		" subject_key, occurred_at, received_at, body_sha256, payload, account_id, "
		"state,"
		" state_reason, correlation_id)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'quarantined', ?, ?)",
};

const struct db_query *const effects_sync_queries[] = {
	&main_grant, &set_grant, &camera_regs, &insert_remainder, NULL,
};

void registers_sync(struct work *w)
{
	work_reg(w, "cameras");
}

/* --- what is left for a person ---------------------------------------------- */

enum err remainder_put(struct work *w, const char *reason, const char *data)
{
	const struct event *ev = &w->ev;
	struct ctx *c = w->c;
	unsigned char hash[HASH_BYTES];
	struct buf b;

	token_sha256(data, strlen(data), hash);
	buf_init(&b, c->mem, REMAINDER_MAX + 4096);
	json_open(&b, '{');
	json_key(&b, "type");
	json_str(&b, ev->original_type);
	json_key(&b, "subject");
	json_open(&b, '{');
	json_key(&b, "kind");
	json_str(&b, ev->subject_kind);
	json_key(&b, "external_id");
	json_str(&b, w->env->subject.external_id);
	json_key(&b, "login");
	json_str(&b, w->env->subject.login);
	json_close(&b, '}');
	json_key(&b, "data");
	json_raw(&b, data);
	json_close(&b, '}');
	if (b.failed)
		return FAIL(c, ERR_CONFLICT, "remainder-too-large", "Too much is unresolved.");
	return db_exec(
		c->db, &insert_remainder,
		DB_ARGS(db_i64(ev->source_id),
	                db_str(arena_printf(c->mem, "remainder:%lld:%s", (long long)ev->seq,
	                                    reason)),
	                db_str(ev->type), db_str(ev->original_type), db_str(ev->subject_kind),
	                db_str(ev->subject_key), db_stamp(ev->occurred_at), db_stamp(c->now),
	                db_bytes(hash, sizeof(hash)), db_str(buf_str(&b)),
	                db_key(w->account.id), db_str(reason), db_str(ev->correlation_id)),
		NULL);
}

/* --- cameras ----------------------------------------------------------------- */

/* Cameras whose owner a later event decided are left as they are. */
struct newer {
	const struct camera_reg *v;
	size_t n;
};

static enum err load_newer(struct work *w, struct newer *out)
{
	struct db_list rows;
	enum err e = db_all(w->c->db, &camera_regs,
	                    DB_ARGS(db_i64(w->ev.source_id), db_str(w->ev.subject_kind),
	                            db_str(w->ev.subject_key)),
	                    w->c->mem, sizeof(struct camera_reg), CAMERAS_MAX, &rows);

	if (!e)
		*out = (struct newer){ rows.v, rows.n };
	return e;
}

static bool is_newer(struct work *w, const struct newer *newer, const char *id)
{
	struct work probe = { .c = w->c };

	if (!id)
		return false;
	work_reg_of(&probe, "camera", id, ".owner");
	for (size_t i = 0; i < newer->n; i++)
		if (strcmp(newer->v[i].name, probe.regs[0].name) == 0)
			return !work_is_after(w, newer->v[i].applied_seq,
			                      newer->v[i].applied_at);
	return false;
}

static bool is_listed(const struct row_list *list, const char *external_id)
{
	const struct in_cam_status *v = list->v;

	for (size_t i = 0; external_id && i < list->n; i++)
		if (strcmp(v[i].external_id, external_id) == 0)
			return true;
	return false;
}

/* Only what billing's source knows by its id can be missing from its list. */
static enum err detach_missing(struct work *w, int64_t account_id, const struct row_list *list,
                               const struct newer *newer, bool *changed)
{
	const struct device *v;
	struct db_list rows;
	enum err e = devices_list(w->c, account_id, 0, CAMERAS_MAX, &rows);

	if (e)
		return e;
	v = rows.v;
	for (size_t i = 0; i < rows.n && !e; i++) {
		if (strcmp(v[i].kind, "camera") != 0 || !v[i].external_id ||
		    v[i].billing_source_id != w->source->id ||
		    is_listed(list, v[i].external_id) || is_newer(w, newer, v[i].external_id))
			continue;
		e = devices_detach(w->c, v[i].id, "sync_cameras");
		work_changed(w, arena_printf(w->c->mem, "camera.%s", v[i].external_id),
		             "attached", NULL);
		*changed = true;
	}
	return e;
}

/* Entries without a status keep theirs. */
static enum err set_status(struct work *w, int64_t account_id, const struct device *d,
                           const char *status, bool *changed)
{
	struct ctx *c = w->c;
	struct change ch = { .action = ACTION_DEVICE_UPDATE,
		             .target_kind = ID_DEVICE,
		             .target_id = d->id,
		             .target_label = d->name,
		             .account_id = account_id,
		             .account_label = w->account.name };
	struct grant g;
	enum err e;

	if (!status)
		return OK;
	e = db_one(c->db, &main_grant, DB_ARGS(db_i64(d->id), db_i64(account_id)), c->mem, &g);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	if (strcmp(g.state, status) == 0)
		return OK;
	e = db_exec(c->db, &set_grant, DB_ARGS(db_str(status), db_stamp(c->now), db_i64(g.id)),
	            NULL);
	ch.before = arena_printf(c->mem, "{\"grant\":\"%s\"}", g.state);
	ch.after = arena_printf(c->mem, "{\"grant\":\"%s\"}", status);
	*changed = true;
	work_changed(w, arena_printf(c->mem, "camera.%s.status", d->external_id), g.state,
	             status);
	return e ? e : change_put(c, &ch);
}

static enum err set_one(struct work *w, int64_t account_id, const struct in_cam_status *cam,
                        bool *changed, const char **unresolved)
{
	struct device_edit edit = { 0 };
	struct device d;
	enum err e = devices_find_external(w->c, w->source->id, cam->external_id, &d);

	*unresolved = NULL;
	if (e == ERR_NOT_FOUND) {
		*unresolved = "unknown_camera";
		return OK;
	}
	if (e)
		return e;
	if (d.account_id && d.account_id != account_id) {
		*unresolved = "owned_by_other";
		return OK;
	}
	if (!d.account_id) {
		e = devices_attach(w->c, d.id, account_id, &edit);
		work_changed(w, arena_printf(w->c->mem, "camera.%s", cam->external_id), NULL,
		             "attached");
		*changed = true;
	}
	return e ? e : set_status(w, account_id, &d, cam->status, changed);
}

enum err cameras_set(struct work *w, int64_t account_id, const struct row_list *list,
                     bool *changed, int64_t *unresolved)
{
	const struct in_cam_status *v = list->v;
	struct newer newer;
	const char *why;
	enum err e = load_newer(w, &newer);

	*unresolved = 0;
	if (!e)
		e = detach_missing(w, account_id, list, &newer, changed);
	for (size_t i = 0; i < list->n && !e; i++) {
		if (is_newer(w, &newer, v[i].external_id))
			continue;
		e = set_one(w, account_id, &v[i], changed, &why);
		if (e || !why)
			continue;
		if ((*unresolved)++ == 0) {
			json_key(&w->answer, "unresolved");
			json_open(&w->answer, '[');
		}
		json_str(&w->answer, v[i].external_id);
	}
	if (*unresolved)
		json_close(&w->answer, ']');
	return e;
}

/* Groups are not ours to know yet: they are named with what could not be resolved. */
static void list_groups(struct work *w, const struct in_sync *in)
{
	const struct in_group *g = in->private_group_external_ids.v;

	if (in->public_group_external_ids.n + in->private_group_external_ids.n == 0)
		return;
	json_key(&w->answer, "unresolved_groups");
	json_open(&w->answer, '[');
	for (size_t i = 0; i < in->public_group_external_ids.n; i++)
		json_str(&w->answer, in->public_group_external_ids.v[i]);
	for (size_t i = 0; i < in->private_group_external_ids.n; i++)
		json_str(&w->answer, g[i].group_external_id);
	json_close(&w->answer, ']');
}

enum err effect_sync_cameras(struct work *w)
{
	const struct in_sync *in = w->in;
	bool changed = false;
	int64_t unresolved;
	enum err e =
		cameras_set(w, w->account.id, &in->camera_external_ids, &changed, &unresolved);

	if (e)
		return e;
	list_groups(w, in);
	if (w->answer.len > 0)
		e = remainder_put(w, "unresolved",
		                  arena_printf(w->c->mem, "{%s}", buf_str(&w->answer)));
	return e ? e : work_done(w, changed);
}
