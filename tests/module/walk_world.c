#include "module/walk.h"

#include <string.h>

#include "base/seal.h"
#include "mail/mail.h"
#include "mail/values.h"
#include "signin/session.h"

static const struct {
	enum place above;
	const char *kind;
} tree[PLACES] = {
	[ROOT] = { ROOT, "platform" },  [NORTH] = { ROOT, "reseller" },
	[SUB] = { NORTH, "reseller" },  [DEEP] = { SUB, "customer" },
	[SHOP] = { NORTH, "customer" }, [NEXT] = { NORTH, "customer" },
	[HELD] = { NORTH, "customer" }, [GONE] = { NORTH, "customer" },
	[PAST] = { NORTH, "customer" }, [SOUTH] = { ROOT, "reseller" },
	[FAR] = { SOUTH, "customer" },
};
const char *const place_names[PLACES] = { "root", "north", "sub",  "deep",  "shop", "next",
	                                  "held", "gone",  "past", "south", "far" };
static int64_t accounts[PLACES];

const struct walker walkers[WALKERS] = {
	{ "nobody", ROOT, ROLE_NONE, ROLE_NONE, BY_NOTHING },
	{ "half", NORTH, ROLE_RESELLER_PROGRAM, ROLE_NONE, BY_HALF },
	{ "admin", ROOT, ROLE_PLATFORM_ADMIN, ROLE_NONE, BY_SESSION },
	{ "auditor", ROOT, ROLE_PLATFORM_AUDITOR, ROLE_NONE, BY_SESSION },
	{ "program", NORTH, ROLE_RESELLER_PROGRAM, ROLE_NONE, BY_SESSION },
	{ "billing", NORTH, ROLE_RESELLER_BILLING, ROLE_NONE, BY_SESSION },
	{ "support", NORTH, ROLE_RESELLER_SUPPORT, ROLE_NONE, BY_SESSION },
	{ "installer", NORTH, ROLE_INSTALLER, ROLE_NONE, BY_SESSION },
	{ "sub-program", SUB, ROLE_RESELLER_PROGRAM, ROLE_NONE, BY_SESSION },
	{ "owner", SHOP, ROLE_CUSTOMER_OWNER, ROLE_NONE, BY_SESSION },
	{ "cadmin", SHOP, ROLE_CUSTOMER_ADMIN, ROLE_NONE, BY_SESSION },
	{ "moderator", SHOP, ROLE_CUSTOMER_MODERATOR, ROLE_NONE, BY_SESSION },
	{ "member", SHOP, ROLE_CUSTOMER_MEMBER, ROLE_NONE, BY_SESSION },
	{ "sub-user", SHOP, ROLE_CUSTOMER_ADMIN, ROLE_CUSTOMER_MODERATOR, BY_SESSION },
	{ "guard", SHOP, ROLE_GUARD, ROLE_NONE, BY_SESSION },
	{ "key", NORTH, ROLE_RESELLER_PROGRAM, ROLE_RESELLER_SUPPORT, BY_KEY },
	{ "visit", SHOP, ROLE_CUSTOMER_ADMIN, ROLE_RESELLER_PROGRAM, BY_VISIT },
	{ "alone", NEXT, ROLE_CUSTOMER_OWNER, ROLE_NONE, BY_SESSION },
};
static int64_t members[WALKERS];
static const char *headers[3];

int64_t place_account(enum place p)
{
	return accounts[p];
}

bool place_sees(enum place from, enum place to)
{
	while (to != from && to != ROOT)
		to = tree[to].above;
	return to == from;
}

const char *place_canary(enum place p)
{
	return arena_printf(harness_ctx()->mem, "canary%02lldx", (long long)accounts[p]);
}

/* One thing of each kind; ? is the key, @ the account, $ the canary. */
static const char *const things[] = {
	"INSERT INTO person (id, login, name, email, state, created_at, created_by_label,"
	" updated_at) VALUES (?, '$-login', '$ person', '$@example.org', 'active', NOW(6),"
	" '$ maker', NOW(6))",
	"INSERT INTO membership (id, person_id, account_id, kind, role, state, created_at,"
	" updated_at, created_by_label, label) VALUES (?, ?, #, 'staff', 'x', 'active', NOW(6),"
	" NOW(6), '$ maker', '$ label')",
	"INSERT INTO membership_role (membership_id, role_id, scope_account_id, created_at)"
	" SELECT ?, r.id, #, NOW(6) FROM role r JOIN account a ON a.id = # WHERE r.builtin ="
	" IF(a.kind = 'customer', 'customer-member', 'reseller-support')",
	"INSERT INTO session (id, token_hash, person_id, membership_id, scope_account_id,"
	" created_at, last_seen_at, expires_at, ip, user_agent) VALUES (?, UNHEX(SHA2('$', 256)),"
	" ?, ?, #, NOW(6), NOW(6), NOW(6) + INTERVAL 1 HOUR, '192.0.2.1', '$ agent')",
	"INSERT INTO account_contact (id, account_id, role, name, note, created_at, updated_at)"
	" VALUES (?, #, 'owner', '$ contact', '$ note', NOW(6), NOW(6))",
	"INSERT INTO account_note (id, account_id, author, text, created_at, updated_at)"
	" VALUES (?, #, '$ author', '$ note', NOW(6), NOW(6))",
	"INSERT INTO custom_field (id, account_id, field_key, label, type, position, created_at,"
	" updated_at) VALUES (?, #, 'k?', 'words', 'text', 1, NOW(6), NOW(6))",
	"INSERT INTO custom_value (account_id, field_id, value, set_at)"
	" SELECT #, f.id, '$ value', NOW(6) FROM account_tree t JOIN custom_field f"
	" ON f.account_id = t.ancestor_id WHERE t.descendant_id = # AND t.depth > 0",
	"INSERT INTO site (id, account_id, kind, name, created_at, updated_at)"
	" VALUES (?, #, 'building', '$ site', NOW(6), NOW(6))",
	"INSERT INTO party_group (id, account_id, kind, name, created_at, created_by_label,"
	" updated_at) VALUES (?, #, 'account', '$ group', NOW(6), '$ maker', NOW(6))",
	"INSERT INTO party_group_member (group_id, member_id, kind, added_at, added_by_label)"
	" VALUES (?, #, 'account', NOW(6), '$ maker')",
	"INSERT INTO hold (id, account_id, account_kind, module, kind, reason_code, reason_text,"
	" placed_at, placed_by_label, starts_at) SELECT ?, #, kind, 'cameras', 'admin', 'other',"
	" '$ hold', NOW(6), '$ placer', NOW(6) FROM account WHERE id = #",
	"INSERT INTO device (id, kind, account_id, name, uuid, created_at, updated_at)"
	" VALUES (?, 'camera', #, '$ camera', UUID(), NOW(6), NOW(6))",
	"INSERT INTO job (id, kind, state, person_id, person_label, account_id, label, beat_at,"
	" correlation_id, created_at) VALUES (?, 'export', 'succeeded', ?, '$ person', #, '$ job',"
	" NOW(6), '', NOW(6))",
	"INSERT INTO mail (id, account_id, person_id, kind, locale, to_address, state, created_at,"
	" last_error) VALUES (?, #, ?, 'test', 'en', '$@example.org', 'failed', NOW(6),"
	" '$ error')",
	"INSERT INTO role (id, owner_account_id, kind, name, description, base, created_at,"
	" created_by_label, updated_at) VALUES (?, #, 'admin', 'role ?', 'words', '', NOW(6),"
	" '$ maker', NOW(6))",
	"INSERT INTO invitation (id, account_id, email, first_name, last_name, language, role_id,"
	" kind, token_hash, sent_at, expires_at, sent_day, invited_by, invited_by_membership_id,"
	" invited_by_label, created_at) VALUES (?, #, '$@example.net', '$', '$', 'en', ?, 'staff',"
	" UNHEX(SHA2('$', 256)), NOW(6), NOW(6) + INTERVAL 1 DAY, CURDATE(), ?, ?, '$ inviter',"
	" NOW(6))",
	"INSERT INTO registration (id, parent_account_id, email, name, company, language, state,"
	" created_at) VALUES (?, #, '$@example.com', '$ asker', '$ company', 'en', 'pending',"
	" NOW(6))",
	"INSERT INTO api_key (id, person_id, membership_id, scope_account_id, name, token_hash,"
	" hint, permissions, expires_at, created_at) VALUES (?, ?, ?, #, '$ key',"
	" UNHEX(SHA2('$', 256)), 'abcdef', 'account.view', NOW(6) + INTERVAL 1 DAY, NOW(6))",
	"INSERT INTO support_grant (id, account_id, operator_id, operator_label,"
	" operator_membership_id, target_membership_id, reason, minutes, state, created_at)"
	" VALUES (?, #, 1, '$ operator', 1, ?, '$ reason', 60, 'requested', NOW(6))",
	"INSERT INTO visit (id, grant_id, operator_id, operator_label, operator_hash,"
	" membership_id, may_write, started_at, expires_at, ended_at, end_reason) VALUES (?, ?, 1,"
	" '$ operator', UNHEX(SHA2('$', 256)), ?, 0, NOW(6), NOW(6), NOW(6), 'expired')",
	"INSERT INTO billing_source (id, name, label, parent_account_id, created_at, updated_at)"
	" VALUES (?, 'src-$', '$ source', #, NOW(6), NOW(6))",
	"INSERT INTO billing_event (seq, source_id, event_id, type, original_type, subject_kind,"
	" subject_key, occurred_at, received_at, body_sha256, payload, account_id, state,"
	" correlation_id) VALUES (?, ?, 'ev-$', 'billing.block', 'billing.block', 'entity',"
	" '$-key', NOW(6), NOW(6), UNHEX(SHA2('x', 256)), '{\"id\":\"ev-$\",\"type\":"
	"\"billing.block\",\"occurred_at\":\"2026-01-01T00:00:00Z\",\"version\":1,\"subject\":"
	"{\"kind\":\"entity\",\"external_id\":\"$-key\"},\"data\":{}}', #,"
	" 'quarantined', '')",
	"INSERT INTO saved_view (id, person_id, account_id, list, name, q, shared, created_at,"
	" updated_at) VALUES (?, ?, #, 'customers', '$ view', '$', 1, NOW(6), NOW(6))",
	"INSERT INTO change_log (at, action, actor_kind, actor_id, actor_label, target_kind,"
	" target_label, account_id, account_label, result, after_values, reason, ip,"
	" correlation_id) VALUES (NOW(6), 'account.update', 'person', ?, '$ actor', 'account',"
	" '$ target', #, '$ account', 'success', '{\"x\":\"$ value\"}', '$ reason', '192.0.2.9',"
	" '')",
};

/* ? is the key, # the account, $ the canary. */
static const char *filled(struct arena *mem, const char *text, enum place p)
{
	struct buf b;

	buf_init(&b, mem, 8192);
	for (const char *s = text; *s; s++) {
		if (*s == '?')
			buf_printf(&b, "%lld", (long long)(1000 + accounts[p]));
		else if (*s == '#')
			buf_printf(&b, "%lld", (long long)accounts[p]);
		else if (*s == '$')
			buf_puts(&b, place_canary(p));
		else
			buf_putc(&b, *s);
	}
	return buf_str(&b);
}

static void fill_place(enum place p)
{
	struct ctx *c = harness_ctx();

	for (size_t i = 0; i < ARRAY_LEN(things); i++)
		scratch_run_on(c->db, filled(c->mem, things[i], p));
	open_back_office(accounts[p]);
}

static void make_places(void)
{
	struct ctx *c = harness_ctx();

	accounts[ROOT] = ACCOUNT_ROOT;
	for (int p = NORTH; p < PLACES; p++) {
		accounts[p] =
			make_account(accounts[tree[p].above], tree[p].kind, place_names[p]);
		scratch_run_on(c->db, filled(c->mem,
		                             "UPDATE account SET name = '$ account',"
		                             " confirmed_at = NOW(6), created_by_label ="
		                             " '$ maker', city = '$ city' WHERE id = #",
		                             (enum place)p));
	}
	scratch_run_on(c->db, "UPDATE account SET name = 'canary01x account' WHERE id = 1");
	scratch_run_on(c->db, "UPDATE account_tree t JOIN account a ON a.id = t.descendant_id"
	                      " SET t.own_state = 'active', t.name_key = a.name");
	for (int p = ROOT; p < PLACES; p++)
		fill_place((enum place)p);
	scratch_run_on(c->db, filled(c->mem,
	                             "INSERT INTO hold (account_id, account_kind, module, kind,"
	                             " reason_code, placed_at, placed_by_label, starts_at)"
	                             " VALUES (#, 'customer', '', 'admin', 'other', NOW(6),"
	                             " '$ placer', NOW(6))",
	                             HELD));
	scratch_run_on(c->db,
	               filled(c->mem,
	                      "UPDATE account SET state = 'terminated', terminated_at ="
	                      " NOW(6), purge_at = NOW(6) + INTERVAL 30 DAY WHERE id = #",
	                      GONE));
	scratch_run_on(c->db, filled(c->mem,
	                             "UPDATE account SET state = 'purged', terminated_at ="
	                             " NOW(6), purge_at = NOW(6) WHERE id = #",
	                             PAST));
}

struct number {
	int64_t n;
};
static const struct field number_v[] = { FIELD(struct number, n) };
static const struct db_query sub_of = {
	.text = "UPDATE membership SET kind = 'sub', parent_membership_id = ? WHERE id = ?",
};
static const struct db_query give_factor = {
	.text = "INSERT INTO factor (id, person_id, secret, confirmed_at, created_at)"
		" SELECT 1, person_id, ?, NOW(6), NOW(6) FROM membership WHERE id = ?",
};
static const struct db_query give_key = {
	.text = "INSERT INTO api_key (person_id, membership_id, scope_account_id, name,"
		" token_hash, hint, permissions, expires_at, created_at) SELECT m.person_id, m.id,"
		" m.account_id, 'walk', ?, 'abcdef', ?, NOW(6) + INTERVAL 1 DAY, NOW(6)"
		" FROM membership m WHERE m.id = ?",
};
static const struct db_query give_leave = {
	.text = "INSERT INTO support_grant (account_id, operator_id, operator_label,"
		" operator_membership_id, target_membership_id, may_write, reason, minutes, state,"
		" starts_at, expires_at, created_at) SELECT t.account_id, o.person_id, 'visitor',"
		" o.id, t.id, 1, 'walk', 60, 'active', NOW(6), NOW(6) + INTERVAL 1 HOUR, NOW(6)"
		" FROM membership o JOIN membership t ON t.id = ? WHERE o.id = ?",
};
static const struct db_query give_visit = {
	.text = "INSERT INTO visit (grant_id, operator_id, operator_label, operator_hash,"
		" membership_id, may_write, started_at, expires_at) SELECT g.id, g.operator_id,"
		" g.operator_label, (SELECT s.token_hash FROM session s WHERE s.person_id ="
		" g.operator_id ORDER BY s.id DESC LIMIT 1), g.target_membership_id, 1, NOW(6),"
		" g.expires_at FROM support_grant g WHERE g.reason = 'walk'",
};
static const struct db_query last_visit = {
	.text = "SELECT MAX(id) AS n FROM visit",
	DB_ROWS(number_v),
};

static void run(const struct db_query *q, const struct db_arg *args, size_t nargs)
{
	ck_assert_int_eq(db_exec(harness_ctx()->db, q, args, nargs, NULL), OK);
}

/* A table without transactions remembers what others take back. */
static void watch_mails(void)
{
	struct db *db = harness_ctx()->db;

	scratch_run_on(db, "CREATE TABLE walk_mail (seq BIGINT AUTO_INCREMENT PRIMARY KEY,"
	                   " mail_id BIGINT NOT NULL, account_id BIGINT NOT NULL,"
	                   " to_address VARCHAR(400), sealed TEXT) ENGINE=MyISAM"
	                   " DEFAULT CHARSET=utf8mb4");
	scratch_run_on(db, "CREATE TRIGGER walk_mail AFTER UPDATE ON mail FOR EACH ROW"
	                   " INSERT INTO walk_mail (mail_id, account_id, to_address, sealed)"
	                   " VALUES (NEW.id, IFNULL(NEW.account_id, 0), NEW.to_address,"
	                   " NEW.sealed)");
}

struct seen_mail {
	int64_t mail_id, account_id;
	const char *to_address, *sealed;
};
static const struct field seen_mail_v[] = {
	FIELD(struct seen_mail, mail_id),
	FIELD(struct seen_mail, account_id),
	FIELD(struct seen_mail, to_address),
	FIELD(struct seen_mail, sealed),
};
static const struct db_query seen_mails = {
	.text = "SELECT mail_id, account_id, to_address, sealed FROM walk_mail"
		" WHERE sealed IS NOT NULL ORDER BY seq LIMIT ?",
	DB_ROWS(seen_mail_v),
};

static const char *mail_text(struct arena *mem, const struct seen_mail *row)
{
	struct mail_value values[MAIL_VALUES_MAX + 1];
	struct bytes packed;
	struct buf b;

	buf_init(&b, mem, 65536);
	buf_puts(&b, row->to_address);
	if (seal_read(harness_ctx()->config->key, mem, mail_seal_place(mem, row->mail_id),
	              row->sealed, &packed) == OK &&
	    mail_values_unpack(packed, values))
		for (size_t i = 0; values[i].name; i++)
			buf_printf(&b, "\n%s: %s", values[i].name, values[i].text);
	return buf_str(&b);
}

size_t walk_mails(struct arena *mem, struct walk_mail *out, size_t max)
{
	struct ctx *c = harness_ctx();
	const struct seen_mail *v;
	struct db_list rows;

	ck_assert_int_eq(db_all(c->db, &seen_mails, DB_ARGS(db_i64((int64_t)max)), mem,
	                        sizeof(struct seen_mail), max, &rows),
	                 OK);
	v = rows.v;
	for (size_t i = 0; i < rows.n; i++)
		out[i] = (struct walk_mail){ v[i].account_id, mail_text(mem, &v[i]) };
	if (rows.n > 0)
		scratch_run_on(c->db, "TRUNCATE walk_mail");
	return rows.n;
}

void walk_begin(void)
{
	harness_begin();
	make_places();
	watch_mails();
	for (size_t i = 0; i < WALKERS; i++) {
		const struct walker *w = &walkers[i];

		if (w->by == BY_NOTHING)
			continue;
		members[i] = make_member(accounts[w->at], w->role,
		                         arena_printf(harness_ctx()->mem, "%s-%s",
		                                      place_canary(w->at), w->name));
	}
}

static int64_t member_named(const char *name)
{
	for (size_t i = 0; i < WALKERS; i++)
		if (!strcmp(walkers[i].name, name))
			return members[i];
	return 0;
}

static void by_key(int64_t member, enum role cap)
{
	struct ctx *c = harness_ctx();
	struct perm_set set = perm_set_of_role(cap);
	unsigned char hash[HASH_BYTES];
	char token[TOKEN_TEXT];
	struct buf b;

	buf_init(&b, c->mem, 8192);
	for (unsigned p = PERM_SESSION + 1; p < PERM__MAX; p++)
		if (perm_has(&set, (enum perm)p))
			buf_printf(&b, "%s%s", b.len > 0 ? "," : "", perm_text((enum perm)p));
	token_new(token);
	token_hash(token, strlen(token), hash);
	run(&give_key,
	    DB_ARGS(db_bytes(hash, HASH_BYTES), db_str(buf_str(&b)), db_i64(member)));
	acts_as(0);
	headers[0] = arena_printf(c->mem, "HTTP_AUTHORIZATION=Bearer gh_%s", token);
}

/* The operator is the program administrator; the user the one made for it. */
static void by_visit(int64_t user)
{
	struct ctx *c = harness_ctx();
	int64_t operator= member_named("program");
	struct number visit;

	acts_as(operator);
	run(&give_leave, DB_ARGS(db_i64(user), db_i64(operator)));
	run(&give_visit, DB_NO_ARGS);
	ck_assert_int_eq(db_one(c->db, &last_visit, DB_NO_ARGS, c->mem, &visit), OK);
	headers[0] =
		arena_printf(c->mem, "HTTP_X_GATEHOUSE_VISIT=%s", id_text(ID_VISIT, visit.n));
}

const char *const *walk_as(const struct walker *w)
{
	int64_t member = members[w - walkers];
	struct ctx *c = harness_ctx();

	headers[0] = NULL;
	if (w->by == BY_SESSION && w->cap != ROLE_NONE)
		run(&sub_of, DB_ARGS(db_i64(member_named("moderator")), db_i64(member)));
	if (w->by == BY_HALF)
		run(&give_factor,
		    DB_ARGS(db_str(seal_write(c->config->key, c->mem, "factor:1", "secret", 6)),
		            db_i64(member)));
	if (w->by == BY_KEY)
		by_key(member, w->cap);
	else if (w->by == BY_VISIT)
		by_visit(member);
	else
		acts_as(member);
	return headers;
}
