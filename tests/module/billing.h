/*
 * billing.h - a billing system to test with: it signs and sends events.
 *
 * billing_begin() is the fixture: two resellers, each with a source of its
 * own, "acme" and "other".  say() sends one signed event as acme unless told
 * otherwise; the database user is the billing pool's own.
 */
#ifndef MODULE_BILLING_H
#define MODULE_BILLING_H

#include "billing/sources.h"
#include "module/harness.h"

extern int64_t reseller_id, other_reseller_id;

void billing_begin(void);

/* What an event says; members left out get what is usual. */
struct said {
	const char *source; /* "acme" */
	const char *id;     /* a new one */
	const char *type;   /* without "billing." */
	const char *kind;   /* "entity" */
	const char *key;    /* "C-1"; "" is none */
	const char *login;  /* none */
	int64_t seq;        /* 0: none */
	const char *at;     /* now */
	const char *data;   /* "{}" */
};

struct answer say_it(const struct said *s);
#define SAY(...) say_it(&(struct said){ __VA_ARGS__ })

/* The body of such an event. */
const char *body_of(const struct said *s);

/* Signs and posts any bytes; path NULL: the callback of the source. */
struct answer post_signed(const char *source, const char *path, const char *id,
                          const char *body);

/* The header's value for a body, at an instant, by the key of the source. */
const char *sign_body(const char *source, const char *id, int64_t sec, const char *body);

/* Another key for the source from now on (rotated): the text is its new secret. */
void use_secret(const char *source, const char *secret);

/* Changes the source "acme", as a command would. */
void change_source(const struct source_edit *edit);
#define CHANGE_SOURCE(...) change_source(&(struct source_edit){ __VA_ARGS__ })

/* Makes an entity "C-<n>" with the login "c<n>", by an event with this number. */
void new_entity(int n, int64_t seq);

/* State of the account of an external id of acme: "none" when there is no account. */
const char *state_of(const char *external_id);
int64_t account_of(const char *external_id);

/* State, reason and type of the event with an id, as they stand in the database. */
const char *event_state(const char *id);
const char *event_reason(const char *id);
const char *event_type_of(const char *id);

/* Does all the worker has to do, as its own user; how many pieces there were. */
int run_worker(void);

/* Moves the arrival and the due dates of all events into the past. */
void let_pass(int64_t sec);

/* One number, or one text, of a statement with printf's arguments; NULL for none. */
int64_t number_of(const char *fmt, ...) PRINTF(1, 2);
const char *text_of(const char *fmt, ...) PRINTF(1, 2);
void run_sql(const char *fmt, ...) PRINTF(1, 2);

/* Sweeps all that is due to be forgotten, as the worker does. */
void sweep(void);

/* ck_assert that an answer has this status and "state". */
#define ck_event(a, expected, state) \
	do { \
		const struct answer event_ = (a); \
\
		ck_status(event_, expected); \
		ck_assert_str_eq(text_at(&event_, "/state"), state); \
	} while (0)

/* The same of what is applied, changes nothing, or waits for a person; why is its reason. */
#define ck_applied(a) ck_event(a, 200, "applied")
#define ck_noop(a, why) \
	do { \
		const struct answer noop_ = (a); \
\
		ck_event(noop_, 200, "noop"); \
		ck_assert_pstr_eq(text_at(&noop_, "/reason"), why); \
	} while (0)
#define ck_waits(a, why) \
	do { \
		const struct answer waits_ = (a); \
\
		ck_event(waits_, 202, "quarantined"); \
		ck_assert_pstr_eq(text_at(&waits_, "/reason"), why); \
	} while (0)

#endif
