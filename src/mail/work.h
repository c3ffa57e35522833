/*
 * work.h - a mail as the worker takes it up, and what it writes down of it.
 *
 * When to try again: half a minute at first, twice as long each time, six
 * hours at most, and a fifth more or less so that mails do not come back all at
 * once.  Five days after the first try it is given up.
 */
#ifndef MAIL_WORK_H
#define MAIL_WORK_H

#include "mail/mail.h"
#include "mail/smtp.h"

struct mail_work {
	int64_t id;
	const char *kind, *locale, *to_address, *sealed, *state;
	int64_t outbox_id, tries;
	struct stamp created_at, first_at;
};

/* ERR_NOT_FOUND when there is none, or it waits no more, or by another promise. */
enum err mail_work_find(struct ctx *c, const struct outbox_row *row,
                        struct mail_work *out) MUST_CHECK;

/* The values, opened. */
enum err mail_work_open(struct ctx *c, const struct mail_work *w,
                        struct mail_value out[MAIL_VALUES_MAX + 1]) MUST_CHECK;

/* What was sent or given up is forgotten but for its envelope. */
enum err mail_work_end(struct ctx *c, const struct mail_work *w, const char *state,
                       const char *reason) MUST_CHECK;

/*
 * A try that failed, or (tried false) one that was not made; wait_usec is when
 * to come again, changed to OUTBOX_NEVER when it is given up.
 */
enum err mail_work_later(struct ctx *c, const struct mail_work *w, const char *reason,
                         bool tried, int64_t *wait_usec) MUST_CHECK;

/* How long to wait after so many tries; spread is a random number. */
int64_t mail_work_wait_usec(int64_t tries, uint32_t spread);

#endif
