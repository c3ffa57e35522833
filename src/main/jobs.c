#include "main/jobs.h"

#include "base/log.h"
#include "billing/step.h"
#include "core/jobs.h"
#include "core/op.h"
#include "core/outbox.h"
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
#define SWEEP_ROWS 500

typedef enum err due_step(struct ctx *c, bool *did);

/* A mail knows itself how often and how long it is tried. */
static const struct outbox_kind mail_kinds[] = {
	{ MAIL_OUTBOX, mail_deliver, 0 },
	{ NULL, NULL, 0 },
};
static const struct outbox_kind other_kinds[] = {
	{ RESET_OUTBOX, reset_ask_run, 5 },
	{ CODE_OUTBOX, code_ask_run, 5 },
	{ NULL, NULL, 0 },
};

static enum err step_outbox(struct ctx *c, bool *did)
{
	return outbox_step(c, other_kinds, did);
}

/* In the order in which people wait for them. */
static due_step *const steps[] = {
	billing_due_step,
	holds_due_step,
	step_outbox,
	unlock_due_step,
	resets_due_step,
	people_index_step,
	visits_due_step,
	life_purge_step,
	billing_sweep_step,
};

/* A sweep removes some rows that are past their time. */
typedef enum err row_sweep(struct ctx *c, int64_t max, int64_t *out);

struct sweep_work {
	struct ctx *c;
	row_sweep *run;
	int64_t n;
};

static row_sweep *const sweeps[] = { op_sweep, outbox_sweep, sessions_sweep, throttle_sweep,
	                             mail_sweep, one_time_sweep, invitations_sweep,
	                             registrations_sweep };

static enum err sweep_rows(void *arg)
{
	struct sweep_work *w = arg;

	return w->run(w->c, SWEEP_ROWS, &w->n);
}

static enum err sweep_jobs(void *arg)
{
	return jobs_sweep(arg);
}

static enum err sweep_all(struct ctx *c, bool *did)
{
	enum err e = db_tx(c->db, DB_WRITE, sweep_jobs, c);

	for (size_t i = 0; !e && i < ARRAY_LEN(sweeps); i++) {
		struct sweep_work w = { .c = c, .run = sweeps[i] };

		e = db_tx(c->db, DB_WRITE, sweep_rows, &w);
		*did = *did || w.n == SWEEP_ROWS;
	}
	return e ? e : exports_sweep(c->config->spool_dir);
}

enum err jobs_run_round(struct ctx *c, struct jobs_clock *clock, bool *did)
{
	enum err first = OK;

	*did = false;
	/* A step that fails does not keep the others from their work. */
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		bool one = false;
		enum err e = steps[i](c, &one);

		*did = *did || one;
		if (e && !first)
			first = e;
	}
	if (stamp_monotonic_usec() < clock->sweep_at_usec)
		return first;
	clock->sweep_at_usec = stamp_monotonic_usec() + SWEEP_EVERY_USEC;
	return first ? first : sweep_all(c, did);
}

enum err jobs_run_mail(struct ctx *c, bool *did)
{
	return outbox_step(c, mail_kinds, did);
}
