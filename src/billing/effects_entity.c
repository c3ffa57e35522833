#include <string.h>

#include "accounts/accounts.h"
#include "accounts/index.h"
#include "billing/effects.h"
#include "billing/order.h"
#include "holds/life.h"
#include "people/people.h"
#include "json/json_out.h"

/* Names of the registers of a profile, as they stand in the input too. */
static const char *const profile_fields[] = {
	"name", "type", "contract_no", "billing_info", "properties", "can_update_password",
	NULL,
};

static void profile_registers(struct work *w)
{
	for (size_t i = 0; profile_fields[i]; i++)
		if (work_has(w, profile_fields[i]))
			work_reg_of(w, "profile", profile_fields[i], "");
	if (work_has(w, "status"))
		work_reg(w, "hold.account");
}

void registers_new_entity(struct work *w)
{
	work_reg(w, "life");
	work_reg(w, "login");
	profile_registers(w);
}

void registers_update_entity(struct work *w)
{
	profile_registers(w);
	if (work_has(w, "permissions_to_attach") || work_has(w, "permissions_to_detach"))
		work_reg(w, "profile.permissions");
	if (work_has(w, "session_limits"))
		work_reg(w, "profile.session_limits");
}

enum err check_entity(struct arena *mem, struct fault *f, const void *data)
{
	const struct in_entity *in = data;
	const struct in_property *p = in->properties.v;
	enum err e = OK;

	(void)mem;
	for (size_t i = 0; i < in->properties.n; i++)
		if (p[i].type && p[i].value && strlen(p[i].value) > 50 &&
		    strcmp(p[i].type, "phone") == 0)
			e = fault_field(f, "/properties", "too-long");
	return e;
}

/* The last property of a kind counts. */
static const char *property(const struct in_entity *in, const char *type)
{
	const struct in_property *p = in->properties.v;
	const char *value = NULL;

	for (size_t i = 0; i < in->properties.n; i++)
		if (strcmp(p[i].type, type) == 0)
			value = *p[i].value ? p[i].value : NULL;
	return value;
}

static const char *class_of(const char *type)
{
	static const char *const organisations[] = { "b2b",          "legal",     "company",
		                                     "organisation", "corporate", NULL };

	for (size_t i = 0; type && organisations[i]; i++)
		if (strcmp(type, organisations[i]) == 0)
			return "organisation";
	return "person";
}

static const char *text_or_null(const char *s)
{
	return s && *s ? s : NULL;
}

/* ERR_NOT_FOUND when the parent is not there, or not one that may have customers. */
static enum err find_parent(struct work *w, const struct in_entity *in, int64_t *parent)
{
	struct ctx *c = w->c;

	if (!in->parent_external_id) {
		*parent = w->source->parent_account_id;
		return OK;
	}
	return accounts_find_external(c, w->source->id, in->parent_external_id, parent);
}

/* Somebody has the login who is not this entity's main person. */
static enum err is_taken(struct work *w, const char *login, bool *taken)
{
	struct person p;
	enum err e = persons_by_login(w->c, login, &p);

	*taken = !e && p.id != w->account.main_person_id;
	return e == ERR_NOT_FOUND ? OK : e;
}

static enum err create_account(struct work *w, const struct in_entity *in, int64_t parent)
{
	struct account_new new = {
		.parent_id = parent,
		.kind = "customer",
		.class = class_of(in->type),
		.name = text_or_null(in->name) ? in->name : in->login,
		.origin = "billing",
		.login = in->login,
		.email = property(in, "email"),
		.phone = property(in, "phone"),
		.contract_no = text_or_null(in->contract_no),
		.type = text_or_null(in->type),
		.billing_source_id = w->source->id,
		.external_id = w->env->subject.external_id,
		.billing_extra = in->billing_info.billing_extra,
		.password_hash = w->ev.sealed_password,
		.fixed_password =
			work_has(w, "can_update_password") && !in->can_update_password,
		.event_id = w->ev.seq,
	};
	enum err e = accounts_create(w->c, &new, &w->account.id);

	if (e)
		return e;
	w->account.name = new.name;
	w->account.state = "active";
	w->created = true;
	work_reg(w, "password"); /* an older one must not come back */
	work_changed(w, "account", NULL, new.name);
	work_changed(w, "login", NULL, new.login);
	return OK;
}

static enum err apply_status(struct work *w, const struct in_entity *in, bool *changed)
{
	struct in_hold hold = { .reason = "blocked" };
	bool did = false;
	enum err e;

	hold.effective_at = STAMP_NONE;
	hold.until = STAMP_NONE;
	if (!in->status || !work_may_write(w, "hold.account"))
		return OK;
	e = hold_set(w, &hold, strcmp(in->status, "blocked") == 0, &did);
	*changed = *changed || did;
	return e;
}

static enum err create(struct work *w, const struct in_entity *in)
{
	int64_t parent;
	bool taken, changed = false;
	enum err e = find_parent(w, in, &parent);

	if (e == ERR_NOT_FOUND) {
		w->c->fault = (struct fault){ 0 };
		return work_quarantine(w, "unknown_parent");
	}
	if (!e)
		e = is_taken(w, in->login, &taken);
	if (e)
		return e;
	if (taken)
		return work_quarantine(w, "login_conflict");
	e = create_account(w, in, parent);
	if (!e && in->status && strcmp(in->status, "blocked") == 0)
		e = apply_status(w, in, &changed);
	return e ? e : work_applied(w);
}

static uint64_t edit_of(const struct work *w, const struct in_entity *in,
                        struct account_edit *out)
{
	uint64_t mask = 0;

	*out = (struct account_edit){ .name = in->name,
		                      .type = text_or_null(in->type),
		                      .contract_no = text_or_null(in->contract_no),
		                      .billing_extra = in->billing_info.billing_extra,
		                      .external_id = w->env->subject.external_id };
	out->latitude = MICRO_NONE;
	out->longitude = MICRO_NONE;
	if (work_has(w, "name") && text_or_null(in->name) && work_may_write(w, "profile.name"))
		mask |= EDIT_BIT(EDIT_NAME);
	if (work_has(w, "type") && work_may_write(w, "profile.type"))
		mask |= EDIT_BIT(EDIT_TYPE);
	if (work_has(w, "contract_no") && work_may_write(w, "profile.contract_no"))
		mask |= EDIT_BIT(EDIT_CONTRACT_NO);
	if (in->billing_info.billing_extra.s && work_may_write(w, "profile.billing_info"))
		mask |= EDIT_BIT(EDIT_BILLING_EXTRA);
	if (out->external_id && !w->account.external_id)
		mask |= EDIT_BIT(EDIT_EXTERNAL_ID);
	return mask;
}

/* What the event's own record says of a profile: the account before, the values given. */
static void note_profile(struct work *w, const struct account *was,
                         const struct account_edit *is, uint64_t mask)
{
	if ((mask & EDIT_BIT(EDIT_NAME)) && strcmp(was->name, is->name) != 0)
		work_changed(w, "name", was->name, is->name);
	if (mask & EDIT_BIT(EDIT_TYPE))
		work_changed(w, "type", was->type, is->type);
	if (mask & EDIT_BIT(EDIT_CONTRACT_NO))
		work_changed(w, "contract_no", was->contract_no, is->contract_no);
	if (mask & EDIT_BIT(EDIT_EXTERNAL_ID))
		work_changed(w, "external_id", was->external_id, is->external_id);
	if (mask & EDIT_BIT(EDIT_BILLING_EXTRA)) {
		json_key(&w->before, "billing_extra");
		json_raw(&w->before, was->billing_extra.s ? was->billing_extra.s : "null");
		json_key(&w->after, "billing_extra");
		json_raw(&w->after, is->billing_extra.s);
	}
}

static enum err update_person(struct work *w, const struct in_entity *in, bool *changed)
{
	struct person_place at = { w->account.id, w->account.name };
	struct person p;
	struct person_edit edit;
	bool did = false,
	     props = work_has(w, "properties") && work_may_write(w, "profile.properties");
	bool may = work_has(w, "can_update_password") &&
	           work_may_write(w, "profile.can_update_password");
	enum err e;

	if (!props && !may)
		return OK;
	e = persons_main_of(w->c, w->account.id, &p);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	edit = (struct person_edit){ p.name, p.email, p.phone, !p.can_change_password };
	if (props && property(in, "email"))
		edit.email = property(in, "email");
	if (props && property(in, "phone"))
		edit.phone = property(in, "phone");
	if (may)
		edit.keep_password = !in->can_update_password;
	e = persons_update(w->c, &at, p.id, &edit, &did);
	if (e || !did)
		return e;
	*changed = true;
	work_changed(w, "email", p.email, edit.email);
	work_changed(w, "phone", p.phone, edit.phone);
	return accounts_reindex(w->c, w->account.id);
}

static enum err update_profile(struct work *w, const struct in_entity *in, bool *changed)
{
	struct account_edit edit;
	struct account was;
	uint64_t mask = edit_of(w, in, &edit);
	bool did = false;
	enum err e = OK;

	if (mask)
		e = accounts_find(w->c, w->account.id, &was);
	if (!e && mask)
		e = accounts_update_billing(w->c, w->account.id, &edit, mask, w->ev.seq, &did);
	if (!e && did)
		note_profile(w, &was, &edit, mask);
	*changed = *changed || did;
	return e ? e : update_person(w, in, changed);
}

/* new_entity of one that exists may carry another login. */
static enum err update_login(struct work *w, const struct in_entity *in, bool *changed,
                             bool *conflict)
{
	struct person_place at = { w->account.id, w->account.name };
	const char *login = login_canonical(w->c->mem, in->login);
	struct person p;
	enum err e;

	*conflict = false;
	if (!login || !w->account.main_person_id || !work_may_write(w, "login"))
		return OK;
	e = persons_find(w->c, w->account.main_person_id, &p);
	if (e || strcmp(p.login, login) == 0)
		return e;
	e = is_taken(w, login, conflict);
	if (e || *conflict)
		return e;
	e = persons_set_login(w->c, &at, p.id, login);
	if (!e)
		e = accounts_mark_origin(w->c, w->account.id, "login", w->ev.seq);
	if (!e)
		e = accounts_reindex(w->c, w->account.id);
	if (e)
		return e;
	*changed = true;
	work_changed(w, "login", p.login, login);
	return OK;
}

static enum err upsert(struct work *w, const struct in_entity *in, bool changed)
{
	bool conflict;
	enum err e = update_login(w, in, &changed, &conflict);

	if (e)
		return e;
	if (conflict && !changed)
		return work_quarantine(w, "login_conflict");
	e = update_profile(w, in, &changed);
	if (!e)
		e = apply_status(w, in, &changed);
	return e ? e : work_done(w, changed);
}

static enum err restore(struct work *w, const struct in_entity *in)
{
	struct person_place at = { w->account.id, w->account.name };
	enum err e = life_restore(w->c, w->account.id, "new_entity");

	if (e)
		return e;
	w->created = true;
	work_changed(w, "state", "terminated", "active");
	if (w->ev.sealed_password && w->account.main_person_id)
		e = persons_set_password_hash(w->c, &at, w->account.main_person_id,
		                              w->ev.sealed_password);
	work_reg(w, "password");
	return e ? e : upsert(w, in, true);
}

enum err effect_new_entity(struct work *w)
{
	const struct in_entity *in = w->in;

	if (w->tomb.set && !work_is_after(w, w->tomb.seq, w->tomb.at))
		return work_noop(w, "stale_terminated");
	if (!w->account.id)
		return create(w, in);
	if (strcmp(w->account.state, "active") == 0)
		return upsert(w, in, false);
	/* Ended by staff there is no tombstone: only the instants can be compared. */
	if (!w->tomb.set && w->ev.occurred_at.usec <= w->account.terminated_at.usec)
		return work_noop(w, "stale_terminated");
	return restore(w, in);
}

enum err effect_update_entity(struct work *w)
{
	const struct in_entity *in = w->in;
	bool changed = false;
	enum err e = update_profile(w, in, &changed);

	if (!e)
		e = apply_status(w, in, &changed);
	if (!e)
		e = members_update(w, in, &changed);
	return e ? e : work_done(w, changed);
}
