/*
 * events.h - the log of billing events: pages, one event, what a person does.
 *
 * An event belongs to its account, or while it has none to the account its
 * source stands below; who does not see that does not see the event.
 */
#ifndef BILLING_EVENTS_H
#define BILLING_EVENTS_H

#include "base/buf.h"
#include "billing/event.h"
#include "core/page.h"
#include "json/json_in.h"

#define EVENT_TYPES_MAX  24
#define EVENT_STATES_MAX 10

struct event_filter {
	int64_t account_id; /* 0: all the caller sees */
	struct str_list types, states;
	struct stamp from, to;   /* of receipt; to is excluded */
	const char *subject;     /* exactly, or NULL */
	const char *correlation; /* a value or word inside log_extra, or NULL */
};

struct event_row {
	int64_t id; /* seq */
	const char *event_id, *type, *label, *original_type, *subject_kind, *subject_key;
	struct opt subject_seq;
	struct stamp occurred_at, received_at;
	int64_t attempts;
	const char *state, *state_reason;
	int64_t account_id;
	const char *account_name, *source_name;
	struct json_text log_extra;
	struct stamp applied_at;
	struct opt gap_before;
	int64_t replay_of;
	const char *dismissed_why;
	int64_t ver;
	/* of one event alone */
	struct json_text payload, changes, answer;
	const char *correlation_id, *verified_by;
	bool replayable, dismissible, mappable;
};

extern const struct db_query *const events_queries[], *const actions_queries[];

/* A page of struct event_row, limit + 1 rows at most, before page_close(). */
enum err events_list(struct ctx *c, const struct event_filter *f, const struct page *p,
                     struct db_list *out) MUST_CHECK;
/* How many match, counted to EVENTS_COUNT_MAX; one more: there are more. */
#define EVENTS_COUNT_MAX 1000
enum err events_count(struct ctx *c, const struct event_filter *f, int64_t *out) MUST_CHECK;
void events_page_key(const void *row, const struct page *p, struct cursor *out);

/* All that match, newest first, on a connection of its own. */
enum err events_open(struct ctx *c, struct db *db, const struct event_filter *f,
                     struct db_rows *out) MUST_CHECK;
bool events_next(struct ctx *c, struct db_rows *rows, struct arena *mem, struct event_row *out);

/* The payload only for who may see payloads. */
enum err events_find(struct ctx *c, int64_t seq, struct event_row *out) MUST_CHECK;

/*
 * A new attempt of a quarantined, dead or rejected event (or of one that was
 * passed over because provisioning is off): a row of its own, *attempt; the
 * old one becomes "replayed".  ERR_CONFLICT "not-replayable".
 */
enum err events_replay(struct ctx *c, int64_t seq, int64_t *attempt) MUST_CHECK;

/* Which waiting events to try again: of a type, by its name or the one they were sent by. */
struct event_which {
	const char *type;
	const char *source; /* name, or NULL: of all sources */
};
#define REPLAY_ALL_MAX 200

/*
 * New attempts of all quarantined events of the type that a program of this
 * version can apply, oldest first, at most REPLAY_ALL_MAX: array of struct
 * event_row.  The worker runs them.  *total counts those that were found.
 */
enum err events_replay_all(struct ctx *c, const struct event_which *which, struct db_list *out,
                           int64_t *total) MUST_CHECK;

/* Nobody will do anything about it.  ERR_CONFLICT "not-dismissible". */
enum err events_dismiss(struct ctx *c, int64_t seq, const char *why) MUST_CHECK;

struct event_map {
	const char *csa_code;
	bool add; /* to the directory, if it is not there */
	const char *country, *region, *city, *postcode, *street, *house;
	struct micro latitude, longitude;
};

/*
 * The address code of an event that has an unknown one: adds it to the
 * directory, or names another that is there, and replays the event.
 */
enum err events_map(struct ctx *c, int64_t seq, const struct event_map *in,
                    int64_t *attempt) MUST_CHECK;

/* How many wait for a person below the caller, counted to 10,000. */
enum err events_count_open(struct ctx *c, int64_t *out) MUST_CHECK;

#endif
