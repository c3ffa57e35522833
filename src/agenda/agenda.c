#include "agenda/agenda.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const struct field agenda_fields[] = {
	FIELD(struct agenda_item, at),
	FIELD(struct agenda_item, kind, .words = agenda_kinds),
	FIELD_KEY(struct agenda_item, account_id, ID_ACCOUNT),
	FIELD(struct agenda_item, account_name),
	FIELD(struct agenda_item, label),
};
static_assert(ARRAY_LEN(agenda_fields) == AGENDA_FIELDS, "all are answered");

const char *const agenda_kinds[] = {
	"hold_begins", "hold_ends", "member_ends", "invitation_ends", "account_purge",
	"licence_purge", NULL,
};

/* Arguments of each: from, to, the acting account, how many. */
#define NEAREST(table, at) \
	" AND " at " >= ? AND " at " < ? AND " SCOPE_SEES(table ".account_id") \
	" ORDER BY " at " LIMIT ?"

/* due_at is the next of its two instants, and NULL when there is none. */
static const struct db_query holds = {
	.text = "SELECT h.due_at AS at, IF(h.starts_at = h.due_at, 'hold_begins', 'hold_ends')"
		" AS kind, h.account_id, a.name AS account_name, h.kind AS label"
		" FROM hold h FORCE INDEX (ix_hold_due) JOIN account a ON a.id = h.account_id"
		" WHERE h.open_slot = 1" NEAREST("h", "h.due_at"),
	DB_ROWS(agenda_fields),
};
static const struct db_query members = {
	.text = "SELECT m.expires_at AS at, 'member_ends' AS kind, m.account_id,"
		" a.name AS account_name, p.name AS label"
		" FROM membership m FORCE INDEX (ix_membership_expires)"
		" JOIN account a ON a.id = m.account_id JOIN person p ON p.id = m.person_id"
		" WHERE m.state <> 'removed'" NEAREST("m", "m.expires_at"),
	DB_ROWS(agenda_fields),
};
static const struct db_query invitations = {
	.text = "SELECT i.expires_at AS at, 'invitation_ends' AS kind, i.account_id,"
		" a.name AS account_name, i.email AS label"
		" FROM invitation i FORCE INDEX (ix_invitation_expires)"
		" JOIN account a ON a.id = i.account_id"
		" WHERE i.state = 'sent'" NEAREST("i", "i.expires_at"),
	DB_ROWS(agenda_fields),
};
static const struct db_query purges = {
	.text = "SELECT x.at, 'account_purge' AS kind, x.account_id, x.account_name,"
		" NULL AS label FROM (SELECT a.purge_at AS at, a.id AS account_id,"
		" a.name AS account_name FROM account a FORCE INDEX (ix_account_purge)"
		" WHERE a.state = 'terminated' AND a.purge_at >= ? AND a.purge_at < ?"
		" AND " SCOPE_SEES("a.id") " ORDER BY a.purge_at LIMIT ?) x ORDER BY x.at",
	DB_ROWS(agenda_fields),
};
static const struct db_query licences = {
	.text = "SELECT e.purge_at AS at, 'licence_purge' AS kind, e.account_id,"
		" a.name AS account_name, e.item AS label"
		" FROM entitlement e FORCE INDEX (ix_entitlement_purge)"
		" JOIN account a ON a.id = e.account_id AND a.state = 'active'"
		" WHERE e.state = 'removed'" NEAREST("e", "e.purge_at"),
	DB_ROWS(agenda_fields),
};

const struct db_query *const agenda_queries[] = {
	&holds, &members, &invitations, &purges, &licences, NULL,
};

/* Which statement brings which kinds, to whom. */
static const struct {
	const struct db_query *q;
	enum perm perm;
	const char *kinds[2];
} parts[] = {
	{ &holds, PERM_ACCOUNT_VIEW, { "hold_begins", "hold_ends" } },
	{ &members, PERM_MEMBER_LIST, { "member_ends", NULL } },
	{ &invitations, PERM_INVITATION_LIST, { "invitation_ends", NULL } },
	{ &purges, PERM_ACCOUNT_VIEW, { "account_purge", NULL } },
	{ &licences, PERM_DEVICE_LIST, { "licence_purge", NULL } },
};

static bool names(const char *kinds, const char *kind)
{
	size_t n = kind ? strlen(kind) : 0;

	for (const char *at = kinds; n > 0 && *at; at += *at == ',') {
		if (strncmp(at, kind, n) == 0 && (at[n] == ',' || at[n] == '\0'))
			return true;
		at += strcspn(at, ",");
	}
	return false;
}

static bool is_wanted(const char *kinds, const char *kind)
{
	return *kinds == '\0' || names(kinds, kind);
}

static int by_instant(const void *a, const void *b)
{
	const struct agenda_item *x = a, *y = b;

	if (x->at.usec != y->at.usec)
		return x->at.usec < y->at.usec ? -1 : 1;
	return x->account_id < y->account_id ? -1 : x->account_id > y->account_id;
}

enum err agenda_list(struct ctx *c, int64_t days, const char *kinds, struct db_list *out,
                     bool *more)
{
	struct agenda_item *all = arena_array(c->mem, struct agenda_item,
	                                      ARRAY_LEN(parts) * (AGENDA_MAX + 1));
	struct stamp to = stamp_add(c->now, days * USEC_PER_DAY);
	struct db_list rows;
	size_t n = 0;
	enum err e = OK;

	for (size_t i = 0; i < ARRAY_LEN(parts) && !e; i++) {
		const struct agenda_item *v;

		if (!ctx_may(c, parts[i].perm) || !(is_wanted(kinds, parts[i].kinds[0]) ||
		                                    names(kinds, parts[i].kinds[1])))
			continue;
		e = db_all(c->db, parts[i].q,
		           DB_ARGS(db_stamp(c->now), db_stamp(to), db_i64(c->actor.account_id),
		                   db_i64(AGENDA_MAX + 1)),
		           c->mem, sizeof(*all), AGENDA_MAX + 1, &rows);
		v = rows.v;
		for (size_t k = 0; !e && k < rows.n; k++)
			if (is_wanted(kinds, v[k].kind))
				all[n++] = v[k];
	}
	if (e)
		return e;
	qsort(all, n, sizeof(*all), by_instant);
	*more = n > AGENDA_MAX;
	*out = (struct db_list){ .v = all, .n = n < AGENDA_MAX ? n : AGENDA_MAX };
	return OK;
}
