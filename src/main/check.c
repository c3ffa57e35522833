#include "main/check.h"

#include "accounts/state.h"

struct number {
	int64_t n;
};
static const struct field number_v[] = { FIELD(struct number, n) };

struct rule {
	const char *says;
	struct db_query count;
	int nows; /* arguments, each the present instant */
};

#define RULE(words, arguments, ...) \
	{ \
		words, \
			{ .text = "SELECT COUNT(*) AS n FROM " __VA_ARGS__, \
			  DB_ROWS(number_v) }, \
			arguments \
	}

static const struct rule rules[] = {
	RULE("every account stands in the tree below itself and all above its parent", 0,
	     "account a JOIN account_tree p ON p.descendant_id = a.parent_id"
	     " LEFT JOIN account_tree t ON t.ancestor_id = p.ancestor_id"
	     " AND t.descendant_id = a.id AND t.depth = p.depth + 1 WHERE t.depth IS NULL"),
	RULE("the tree holds nothing else", 0,
	     "account_tree t JOIN account a ON a.id = t.descendant_id"
	     " LEFT JOIN account_tree p ON p.ancestor_id = t.ancestor_id"
	     " AND p.descendant_id = a.parent_id AND p.depth = t.depth - 1"
	     " WHERE t.depth > 0 AND p.depth IS NULL"),
	RULE("the tree's keys are those of the accounts", 2,
	     "account_tree t JOIN account a ON a.id = t.descendant_id"
	     " WHERE t.kind <> a.kind OR t.name_key <> LEFT(a.name, 80)"
	     " OR t.own_state <> " STATE_OWN("a")),
	RULE("what lists show of main persons and accounts above is what these say", 0,
	     "account a LEFT JOIN person p ON p.id = a.main_person_id"
	     " LEFT JOIN membership m ON m.person_id = a.main_person_id"
	     " AND m.account_id = a.id AND m.kind = 'main'"
	     " LEFT JOIN account u ON u.id = a.parent_id"
	     " WHERE NOT (a.list_login <=> p.login AND BINARY a.list_email <=> BINARY p.email"
	     " AND BINARY a.list_role <=> BINARY m.role"
	     " AND BINARY a.list_label <=> BINARY m.label"
	     " AND BINARY a.list_parent <=> BINARY u.name)"),
	RULE("the words of an account stand beside it as in their index", 0,
	     "account a LEFT JOIN (SELECT account_id, CONCAT(' ', GROUP_CONCAT(word"
	     " ORDER BY word SEPARATOR ' '), ' ') AS words FROM account_word"
	     " GROUP BY account_id) w ON w.account_id = a.id"
	     " WHERE NOT (a.list_words <=> w.words)"),
	RULE("customers have no accounts below them", 0,
	     "account a JOIN account p ON p.id = a.parent_id WHERE p.kind = 'customer'"),
	RULE("an organisation has one headquarters", 0,
	     "account a WHERE a.class = 'organisation' AND a.kind = 'customer'"
	     " AND a.state <> 'purged' AND (SELECT COUNT(*) FROM site s"
	     " WHERE s.account_id = a.id AND s.kind = 'hq') <> 1"),
	RULE("nobody is signed in below a terminated or purged account", 1,
	     "session s JOIN membership m ON m.id = s.membership_id"
	     " JOIN account_tree t ON t.descendant_id = m.account_id"
	     " JOIN account a ON a.id = t.ancestor_id"
	     " WHERE s.revoked_at IS NULL AND s.expires_at > ? AND a.state <> 'active'"),
	RULE("what is released is not open", 0,
	     "hold h WHERE (h.released_at IS NULL) <> (h.open_slot IS NOT NULL)"),
	RULE("an applied event says when", 0,
	     "billing_event v WHERE v.state = 'applied' AND v.applied_at IS NULL"),
	RULE("no register is ahead of what its subject has seen", 0,
	     "billing_register r JOIN billing_subject s ON s.source_id = r.source_id"
	     " AND s.kind = r.kind AND s.subject_key = r.subject_key"
	     " WHERE r.applied_seq > s.highest_seq"),
	RULE("a purged account keeps no personal data", 0,
	     "account a WHERE a.state = 'purged' AND (a.payer IS NOT NULL"
	     " OR a.street IS NOT NULL"
	     " OR EXISTS (SELECT 1 FROM account_contact c WHERE c.account_id = a.id)"
	     " OR EXISTS (SELECT 1 FROM account_note n WHERE n.account_id = a.id)"
	     " OR EXISTS (SELECT 1 FROM custom_value v WHERE v.account_id = a.id))"),
	RULE("devices of purged accounts went to stock", 0,
	     "device d JOIN account a ON a.id = d.account_id WHERE a.state = 'purged'"),
	RULE("grants are for devices of the member's own account", 0,
	     "device_grant g JOIN device d ON d.id = g.device_id WHERE d.account_id IS NULL"),
};

enum err check_data(struct ctx *c, check_said *said, void *to, int64_t *broken)
{
	struct db_arg now[2] = { db_stamp(c->now), db_stamp(c->now) };
	struct number found;
	int64_t n = 0;
	enum err e;

	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		e = db_one(c->db, &rules[i].count, now, (size_t)rules[i].nows, c->mem, &found);
		if (e)
			return e;
		said(to, rules[i].says, found.n);
		n += found.n;
	}
	*broken = n;
	return OK;
}
