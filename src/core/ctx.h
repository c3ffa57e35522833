/*
 * ctx.h - who asks, when, on which connection: what every verb is given.
 *
 * A ctx lives as long as one request or one job step.  A refusal is told
 * once, at its cause: "return FAIL(c, ERR_X, "stable-code", "For people.")".
 */
#ifndef CORE_CTX_H
#define CORE_CTX_H

#include "base/arena.h"
#include "base/err.h"
#include "base/field.h"
#include "core/perm.h"
#include "db/db.h"

/* The platform itself: the root of the tree, made by the first migration run. */
#define ACCOUNT_ROOT 1

enum actor_kind { ACTOR_PERSON, ACTOR_BILLING, ACTOR_SYSTEM, ACTOR_API };

struct actor {
	enum actor_kind kind;
	int64_t person_id;     /* of a PERSON */
	int64_t source_id;     /* of a BILLING source */
	int64_t membership_id; /* the one acted through */
	int64_t account_id;    /* the acting account: root of all that is visible */
	int64_t home_id;       /* the membership's own account: that one or one above */
	const char *label;     /* a name that stays readable in the log */
	const char *role;      /* built-in role of the membership */
	int64_t impersonator_id; /* 0: none */
	const char *impersonator_label;
	struct perm_set perms;
	struct perm_set rank; /* the same, whatever areas are off: what he may give */
	const char *ip, *user_agent; /* NULL for the system */
	const unsigned char *session_hash; /* HASH_BYTES, or NULL */
	int64_t epoch; /* core/epoch.h, when he was looked up; 0 without a session */
};

struct session;
struct session_memo;

struct ctx {
	struct arena *mem;
	struct db *db;
	struct stamp now; /* one instant for the whole request */
	struct actor actor;
	const struct session *session; /* of signin/session.h; NULL without one */
	struct fault fault;
	char request_id[33];
	int audited; /* change-log rows written in this transaction */
	const struct core_config *config;
	struct memo *memo; /* what the pool remembers (memo.h), or NULL */
	struct session_memo *sessions; /* of signin/recall.h, or NULL */
	struct source_memo *sources;   /* of billing/recall.h, or NULL */
};

/* What the core and the modules need to know of the configuration. */
struct core_config {
	const char *base_path, *public_url;
	const char *spool_dir;
	const char *default_locale;
	int64_t retention_days;
	int64_t session_idle_min, session_absolute_min;
	const struct seal_ring *key; /* secrets at rest */
	struct hash_gate *gate;     /* password hashing, shared by the pool's processes */
	const char *metrics_allow;  /* addresses that may see metrics and details */
	struct metrics *metrics;    /* of web/metrics.h, or NULL */
	const struct openapi *openapi; /* of web/web.h: the description of the API */
	const struct mail_config *mail; /* of mail/smtp.h, or NULL */
	struct hash_gate *export_gate; /* exports under way: a share of the pool's workers */
	struct load *load; /* of core/load.h: what the pool is asked; or NULL */
};

#define FAIL(c, e, ...) fault_set(&(c)->fault, (e), __VA_ARGS__)
#define FAIL_FIELD(c, pointer, code) fault_field(&(c)->fault, (pointer), (code))

/* The system itself (worker, command line): may do all, sees all, has no session. */
void ctx_init_system(struct ctx *c, struct arena *mem, struct db *db,
                     const struct core_config *config, const char *label);

/* 404 in one wording, whether it does not exist or is not the caller's. */
enum err ctx_not_found(struct ctx *c);

/* ERR_DENIED unless the actor holds the permission. */
enum err ctx_need(struct ctx *c, enum perm perm) MUST_CHECK;
bool ctx_may(const struct ctx *c, enum perm perm);

/*
 * The tenancy test: one fragment for every statement that loads or lists.
 * Takes one argument, the acting account.
 */
#define SCOPE_SEES(column) \
	"EXISTS (SELECT 1 FROM account_tree vis" \
	" WHERE vis.ancestor_id = ? AND vis.descendant_id = " column ")"

#endif
