#include "main/jobs.h"

#include "base/log.h"
#include "billing/step.h"
#include "bulk/bulk.h"
#include "changelog/chain.h"
#include "core/jobs.h"
#include "core/op.h"
#include "core/outbox.h"
#include "custom/custom.h"
#include "exports/exports.h"
#include "holds/holds.h"
#include "holds/life.h"
#include "invitations/invitations.h"
#include "mail/mail.h"
#include "members/resets.h"
#include "people/words.h"
#include "registrations/registrations.h"
#include "signin/code.h"
#include "signin/one_time.h"
#include "signin/reset.h"
#include "signin/session.h"
#include "signin/throttle.h"
#include "signin/unlock.h"
#include "support/support.h"

#define SWEEP_EVERY_USEC USEC_PER_MIN
#define SWEEP_ROWS       500

typedef enum err due_step(struct ctx *c, bool *did);

/* A mail knows itself how often and how long it is tried. */
static const struct outbox_kind mail_kinds[] = {
	{ MAIL_OUTBOX, mail_deliver, 0 },
	{ NULL, NULL, 0 },
};
static const struct outbox_kind other_kinds[] = {
	{ RESET_OUTBOX, reset_ask_run, 5 },
	{ CODE_OUTBOX, code_ask_run, 5 },
	{ CUSTOM_OUTBOX, custom_settle_run, 20 },
	{ NULL, NULL, 0 },
};

static enum err step_outbox(struct ctx *c, bool *did)
{
	return outbox_step(c, other_kinds, did);
}

/* A whole verification is told to who keeps this program's log: where the chain was then. */
static enum err step_check(struct ctx *c, bool *did)
{
	struct chain_state was, is;
	char link[LINK_TEXT] = "";
	enum err e = chain_read(c, &was);

	if (!e)
		e = chain_check_step(c, did);
	if (!e)
		e = chain_read(c, &is);
	if (e || is.verified_at.usec == was.verified_at.usec)
		return e;
	hex_write(is.verified_link.p, is.verified_link.n, link);
	log_event(is.broken > 0 ? LOG_ERROR : LOG_INFO, "change-log-verified",
	          LOG_N("pos", is.verified_pos), LOG_S("link", link),
	          LOG_N("broken", is.broken));
	return OK;
}

/* In the order in which people wait for them. */
static due_step *const steps[] = {
	billing_due_step, holds_due_step,  step_outbox,
	unlock_due_step,  resets_due_step, people_index_step,
	visits_due_step,  life_purge_step, billing_sweep_step,
	chain_seal_step,  step_check,
};

/* A sweep removes some rows that are past their time. */
typedef enum err row_sweep(struct ctx *c, int64_t max, int64_t *out);

static enum err sweep_silent(struct ctx *c, int64_t max, int64_t *out)
{
	(void)max;
	*out = 0;
	return jobs_sweep(c);
}

static const struct sweep {
	const char *name;
	row_sweep *run;
} sweeps[] = {
	{ "jobs", sweep_silent },
	{ "old-jobs", jobs_forget },
	{ "op", op_sweep },
	{ "outbox", outbox_sweep },
	{ "sessions", sessions_sweep },
	{ "throttle", throttle_sweep },
	{ "mail", mail_sweep },
	{ "one-time", one_time_sweep },
	{ "invitations", invitations_sweep },
	{ "registrations", registrations_sweep },
	{ "late-changes", chain_late_sweep },
};

struct sweep_work {
	struct ctx *c;
	row_sweep *run;
	int64_t n;
};

static enum err sweep_rows(void *arg)
{
	struct sweep_work *w = arg;

	return w->run(w->c, SWEEP_ROWS, &w->n);
}

static void log_failed(struct ctx *c, const char *name, enum err e)
{
	log_event(LOG_ERROR, "sweep", LOG_S("name", name), LOG_S("err", err_name(e)),
	          LOG_S("code", c->fault.code), LOG_S("detail", db_error(c->db)),
	          LOG_S("id", c->request_id));
	c->fault = (struct fault){ 0 };
}

/* Nobody waits for a sweep: one that fails is logged and keeps no other from its rows. */
static enum err sweep_all(struct ctx *c, bool *did)
{
	enum err first = OK, e;

	for (size_t i = 0; i < ARRAY_LEN(sweeps); i++) {
		struct sweep_work w = { .c = c, .run = sweeps[i].run };

		e = db_tx(c->db, DB_WRITE, sweep_rows, &w);
		*did = *did || (!e && w.n >= SWEEP_ROWS);
		if (!e)
			continue;
		log_failed(c, sweeps[i].name, e);
		first = first ? first : e;
	}
	e = exports_sweep(c->config->spool_dir);
	if (e)
		log_failed(c, "exports", e);
	return first ? first : e;
}

enum err jobs_run_round(struct ctx *c, struct jobs_clock *clock, bool *did)
{
	enum err first = OK, e;

	*did = false;
	/* A step that fails does not keep the others from their work. */
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		bool one = false;

		e = steps[i](c, &one);
		*did = *did || one;
		if (e && !first)
			first = e;
	}
	if (stamp_monotonic_usec() < clock->sweep_at_usec)
		return first;
	clock->sweep_at_usec = stamp_monotonic_usec() + SWEEP_EVERY_USEC;
	e = sweep_all(c, did);
	return first ? first : e;
}

enum err jobs_run_bulk(struct ctx *c, bool *did)
{
	return bulk_due_step(c, did);
}

enum err jobs_run_mail(struct ctx *c, bool *did)
{
	return outbox_step(c, mail_kinds, did);
}
