/*
 * chain_inner.h - what sealing and verifying share: an entry, its digests, the head.
 */
#ifndef CHANGELOG_CHAIN_INNER_H
#define CHANGELOG_CHAIN_INNER_H

#include "changelog/chain.h"

#define DIGEST_BYTES 16
#define CHAIN_ROWS   250

/* An entry as the log has it; seq is 0 when it is gone. */
struct chain_entry {
	int64_t pos, sealed; /* of its seal: place and seq */
	const char *key_id;
	struct bytes facts, doer, told, link;
	int64_t seq;
	struct stamp at;
	const char *action, *actor_kind;
	int64_t actor_id;
	const char *actor_label;
	int64_t impersonator_id;
	const char *impersonator_label, *target_kind;
	int64_t target_id;
	const char *target_label;
	int64_t account_id;
	const char *account_label, *result, *failure, *before, *after, *reason, *ip,
		*user_agent, *correlation_id;
};

#define ENTRY_FIELDS \
	FIELD(struct chain_entry, seq), FIELD(struct chain_entry, at), \
		FIELD(struct chain_entry, action), FIELD(struct chain_entry, actor_kind), \
		FIELD(struct chain_entry, actor_id), FIELD(struct chain_entry, actor_label), \
		FIELD(struct chain_entry, impersonator_id), \
		FIELD(struct chain_entry, impersonator_label), \
		FIELD(struct chain_entry, target_kind), FIELD(struct chain_entry, target_id), \
		FIELD(struct chain_entry, target_label), \
		FIELD(struct chain_entry, account_id), \
		FIELD(struct chain_entry, account_label), FIELD(struct chain_entry, result), \
		FIELD(struct chain_entry, failure), FIELD(struct chain_entry, before), \
		FIELD(struct chain_entry, after), FIELD(struct chain_entry, reason), \
		FIELD(struct chain_entry, ip), FIELD(struct chain_entry, user_agent), \
		FIELD(struct chain_entry, correlation_id)

#define ENTRY_COLUMNS \
	"l.seq AS seq, l.at AS at, l.action AS action, l.actor_kind AS actor_kind," \
	" l.actor_id AS actor_id, l.actor_label AS actor_label," \
	" l.impersonator_id AS impersonator_id, l.impersonator_label AS impersonator_label," \
	" l.target_kind AS target_kind, l.target_id AS target_id," \
	" l.target_label AS target_label, l.account_id AS account_id," \
	" l.account_label AS account_label, l.result AS result, l.failure AS failure," \
	" l.before_values AS `before`, l.after_values AS `after`, l.reason AS reason," \
	" l.ip AS ip, l.user_agent AS user_agent, l.correlation_id AS correlation_id"

struct digests {
	unsigned char facts[DIGEST_BYTES], doer[DIGEST_BYTES], told[DIGEST_BYTES];
};

/* ERR_NOT_FOUND when the key file has no such key. */
enum err chain_digest(struct ctx *c, const char *key_id, const struct chain_entry *of,
                      struct digests *out) MUST_CHECK;
enum err chain_link(struct ctx *c, const char *key_id, const unsigned char *before,
                    const struct chain_entry *of, unsigned char out[LINK_BYTES]) MUST_CHECK;
enum err chain_mac(struct ctx *c, const char *key_id, const struct chain_state *of,
                   unsigned char out[LINK_BYTES]) MUST_CHECK;

/* The chain's row, locked. */
enum err chain_lock(struct ctx *c, struct chain_state *out) MUST_CHECK;

#endif
