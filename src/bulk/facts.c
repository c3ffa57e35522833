#include <string.h>

#include "base/buf.h"
#include "bulk/inner.h"

#define ID_DIGITS 20

static const struct field fact_v[] = {
	FIELD(struct bulk_fact, id),       FIELD(struct bulk_fact, name),
	FIELD(struct bulk_fact, kind),     FIELD(struct bulk_fact, state),
	FIELD(struct bulk_fact, held),     FIELD(struct bulk_fact, free),
	FIELD(struct bulk_fact, billing),  FIELD(struct bulk_fact, security),
	FIELD(struct bulk_fact, living),   FIELD(struct bulk_fact, accounts),
	FIELD(struct bulk_fact, members),  FIELD(struct bulk_fact, cameras),
	FIELD(struct bulk_fact, main),     FIELD(struct bulk_fact, email),
};

/* clang-format off */
/* Argument: now.  One that is over makes room for another. */
#define HOLDS(of) \
	"(SELECT COUNT(*) FROM hold h FORCE INDEX (uq_hold_open) WHERE h.account_id = a.id" \
	" AND h.open_slot = 1 AND h.module = '' AND (h.ends_at IS NULL OR h.ends_at > ?)" \
	" AND h.kind " of ")"
#define BELOW(join) \
	"(SELECT COUNT(*) FROM account_tree t FORCE INDEX (PRIMARY)" join \
	" WHERE t.ancestor_id = a.id)"

/* Arguments: now four times, the ids as a JSON array, the acting account. */
static const struct db_query facts = {
	.text = "SELECT a.id AS id, a.name AS name, a.kind AS kind, a.state AS state, "
		HOLDS("= 'admin'") " > 0 AS held, "
		HOLDS("NOT IN ('billing', 'security', 'parent')") " AS free, "
		HOLDS("= 'billing'") " AS billing, "
		HOLDS("= 'security'") " AS security,"
		" a.kind <> 'customer' AND EXISTS (SELECT 1 FROM account b"
		"  WHERE b.parent_id = a.id AND b.state = 'active') AS living, "
		BELOW("") " AS accounts, "
		BELOW(" JOIN membership m ON m.account_id = t.descendant_id"
		      " AND m.state = 'active'") " AS members, "
		BELOW(" JOIN device d ON d.account_id = t.descendant_id AND d.kind = 'camera'"
		      " AND d.removed_at IS NULL") " AS cameras,"
		" u.id IS NOT NULL AS main, p.email IS NOT NULL AS email"
		" FROM JSON_TABLE(?, '$[*]' COLUMNS (at FOR ORDINALITY, id BIGINT PATH '$')) j"
		" STRAIGHT_JOIN account_tree v ON v.ancestor_id = ? AND v.descendant_id = j.id"
		" STRAIGHT_JOIN account a ON a.id = j.id"
		" LEFT JOIN membership u ON u.id = (SELECT MIN(m.id) FROM membership m"
		"  WHERE m.account_id = a.id AND m.person_id = a.main_person_id"
		"  AND m.state <> 'removed')"
		" LEFT JOIN person p ON p.id = u.person_id ORDER BY j.at",
	DB_ROWS(fact_v),
};
/* clang-format on */

const struct db_query *const bulk_facts_queries[] = { &facts, NULL };

enum err bulk_facts(struct ctx *c, const int64_t *ids, size_t n, struct db_list *out)
{
	struct db_arg now = db_stamp(c->now);
	struct buf b;

	buf_init(&b, c->mem, 2 + n * (ID_DIGITS + 1));
	buf_putc(&b, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(&b, ',');
		buf_put_i64(&b, ids[i]);
	}
	buf_putc(&b, ']');
	return db_all(c->db, &facts,
	              DB_ARGS(now, now, now, now, db_str(buf_str(&b)),
	                      db_i64(c->actor.account_id)),
	              c->mem, sizeof(struct bulk_fact), n, out);
}

static const char *refuse_enable(const struct ctx *c, const struct bulk_fact *f)
{
	if (strcmp(f->state, "active") != 0)
		return "not-active";
	if (f->free > 0 || (f->security > 0 && ctx_may(c, PERM_ACCOUNT_RESUME_SECURITY)))
		return NULL;
	if (f->billing > 0)
		return "billing-hold";
	return f->security > 0 ? "not-permitted" : "not-suspended";
}

const char *bulk_refusal(const struct ctx *c, enum bulk_act act, const struct bulk_fact *f)
{
	if (act != BULK_RESET && !strcmp(f->kind, "platform"))
		return "is-platform";
	if (act != BULK_RESET && f->id == c->actor.account_id)
		return "own-account";
	switch (act) {
	case BULK_SUSPEND:
		if (strcmp(f->state, "active") != 0)
			return "not-active";
		return f->held ? "hold-exists" : NULL;
	case BULK_ENABLE:
		return refuse_enable(c, f);
	case BULK_TERMINATE:
		if (strcmp(f->state, "active") != 0)
			return "already-terminated";
		return f->living ? "has-accounts" : NULL;
	case BULK_RESET:
		if (strcmp(f->state, "active") != 0)
			return "not-active";
		if (!f->main)
			return "no-main-user";
		return f->email ? NULL : "no-email";
	case BULK__MAX:
		break;
	}
	return NULL;
}
