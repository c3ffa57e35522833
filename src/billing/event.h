/*
 * event.h - the rows of billing_event: what arrived and what became of it.
 *
 * A row is written before anything else and finished in the same transaction
 * when that is possible.  due_at means two things: of an open event when the
 * worker looks at it again, of a finished one when its row may be forgotten.
 */
#ifndef BILLING_EVENT_H
#define BILLING_EVENT_H

#include "core/ctx.h"

#define EVENT_TRIES        5   /* of a failed event, after the first */
#define EVENT_KEEP_DAYS    400 /* rows of finished events */
#define EVENT_MEMORY_DAYS  800 /* what is remembered of them after that */
#define EVENT_ORPHAN_HOURS 72  /* how long a prerequisite is waited for */
#define EVENT_GAP_SEC      60

struct event {
	int64_t seq, source_id;
	const char *event_id, *type, *original_type;
	const char *subject_kind, *subject_key;
	struct opt subject_seq;
	struct stamp occurred_at, received_at;
	int64_t attempts;
	struct bytes body_sha256;
	const char *payload;         /* JSON, secrets masked */
	const char *sealed_password; /* hash of a password not yet set, or NULL */
	int64_t account_id;
	const char *state, *state_reason;
	struct json_text answer; /* object: what the answer says beside id and state */
	int64_t tries;
	struct stamp due_at, applied_at;
	struct json_text changes; /* {"before":{},"after":{}} */
	struct json_text log_extra;
	struct opt gap_before; /* the first number missing before this one */
	int64_t replay_of;
	const char *dismissed_why, *correlation_id;
	const char *verified_by; /* signature, token; NULL: nobody sent it as it is */
	int64_t ver;
};

extern const struct db_query *const event_queries[];

/* open: received, deferred, failed; waiting for a person: quarantined, dead, rejected. */
bool event_is_open(const struct event *ev);
bool event_is_waiting(const struct event *ev);

/* Sent, and waiting or passed over while provisioning was off; mappable: its address is unknown. */
bool event_is_replayable(const struct event *ev);
bool event_is_mappable(const struct event *ev);

/* Not sent but left by another event, for a person to read. */
bool event_is_remainder(const struct event *ev);

/* When the row of an event finished now may be forgotten. */
struct stamp event_forget_at(struct stamp received_at);

/*
 * Writes ev (all but seq); *fresh false when the source sent this id before:
 * then the attempt is counted and nothing else is touched.  Read the row with
 * event_find_id().  A transaction of ours run again after a lost COMMIT is no
 * new attempt.
 */
enum err event_insert(struct ctx *c, const struct event *ev, int64_t *seq,
                      bool *fresh) MUST_CHECK;

/* The event id of the attempt that replays this one. */
const char *event_replay_id(struct arena *mem, int64_t seq);

enum err event_find_id(struct ctx *c, int64_t source_id, const char *event_id,
                       struct event *out) MUST_CHECK;
enum err event_find(struct ctx *c, int64_t seq, struct event *out) MUST_CHECK;
enum err event_lock(struct ctx *c, int64_t seq, struct event *out) MUST_CHECK;

/* Writes what became of it: type, account, state, reason, answer, tries, due, changes, ... */
enum err event_finish(struct ctx *c, const struct event *ev) MUST_CHECK;

/* Events of a subject that wait (deferred) or block (quarantined), by their number. */
enum err event_list_unsettled(struct ctx *c, const struct event *of,
                              struct db_list *out) MUST_CHECK;

/* Another event of the type deferred or not yet worked on, of the source and subject. */
enum err event_pending(struct ctx *c, int64_t source_id, const char *type,
                       const char *subject_key, bool *found) MUST_CHECK;

/* Makes the subject's own deferred events due, but those with a date of their own. */
enum err event_wake_subject(struct ctx *c, const struct event *of) MUST_CHECK;

/* Keys of the subject's deferred events, by number: array of int64_t. */
enum err event_list_deferred(struct ctx *c, const struct event *of, size_t max,
                             struct db_list *out) MUST_CHECK;

/* The same of the source's other subjects whose payload holds one of three words. */
enum err event_list_naming(struct ctx *c, int64_t source_id, const char *const words[3],
                           size_t max, struct db_list *out) MUST_CHECK;

/* A gap before a later event of the subject is closed when its last number came. */
enum err event_close_gap(struct ctx *c, const struct event *late) MUST_CHECK;

/* What is remembered of an event whose row is gone: ERR_NOT_FOUND or its hash and state. */
struct event_memory {
	struct bytes body_sha256;
	const char *state;
};
enum err event_recall(struct ctx *c, int64_t source_id, const char *event_id,
                      struct event_memory *out) MUST_CHECK;

#endif
