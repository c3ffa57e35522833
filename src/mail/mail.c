#include "mail/mail.h"

#include <assert.h>
#include <string.h>

#include "base/seal.h"
#include "base/utf8.h"
#include "mail/values.h"

static const struct {
	const char *text, *values;
} kinds[] = {
	[MAIL_NONE] = { "", "" },
#define MAIL(name, text, values) [MAIL_##name] = { text, values },
#include "mail/kinds.def"
#undef MAIL
};

static const struct db_query insert = {
	.text = "INSERT INTO mail (account_id, person_id, kind, locale, to_address, created_at,"
		" next_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
};
static const struct db_query complete = {
	.text = "UPDATE mail SET sealed = ?, outbox_id = ? WHERE id = ?",
};

const struct db_query *const mail_queries[] = { &insert, &complete, NULL };

const char *mail_kind_text(enum mail_kind kind)
{
	return kinds[kind].text;
}

const char *mail_kind_values(enum mail_kind kind)
{
	return kinds[kind].values;
}

enum mail_kind mail_kind_of_text(const char *s)
{
	for (unsigned k = 1; s && k < MAIL__MAX; k++)
		if (!strcmp(kinds[k].text, s))
			return (enum mail_kind)k;
	return MAIL_NONE;
}

/* Whether a list of names separated by spaces has this one. */
static bool has_name(const char *list, const char *name)
{
	size_t n = strlen(name), word;

	for (; *list; list += word + (list[word] == ' ')) {
		word = strcspn(list, " ");
		if (word == n && !memcmp(list, name, n))
			return true;
	}
	return false;
}

/* All that the kind wants and nothing else: what a test of the caller finds. */
static void check_values(const struct mail_new *m)
{
	const char *list = kinds[m->kind].values;
	size_t want = 1, n = 0;

	for (const char *s = list; *s; s++)
		want += *s == ' ';
	for (; n <= MAIL_VALUES_MAX && m->values[n].name; n++)
		assert(has_name(list, m->values[n].name));
	assert(n == want);
}

enum err mail_put(struct ctx *c, const struct mail_new *m)
{
	const char *locale = m->locale && *m->locale ? m->locale : c->config->default_locale;
	const char *sealed;
	struct bytes packed;
	int64_t id;
	enum err e;

	assert(m->kind > MAIL_NONE && m->kind < MAIL__MAX && db_in_tx(c->db));
	check_values(m);
	if (!m->to || !utf8_is_email(m->to, strlen(m->to)))
		return FAIL_FIELD(c, "/email", "not-an-email");
	e = db_exec(c->db, &insert,
	            DB_ARGS(db_i64(m->account_id), db_key(m->person_id),
	                    db_str(kinds[m->kind].text), db_str(locale), db_str(m->to),
	                    db_stamp(c->now), db_stamp(c->now)),
	            NULL);
	if (e)
		return e;
	id = db_insert_id(c->db);
	packed = mail_values_pack(c->mem, m->values);
	sealed = seal_write(c->config->key, c->mem, mail_seal_place(c->mem, id), packed.p,
	                    packed.n);
	e = outbox_put(c, MAIL_OUTBOX, id, NULL);
	if (e)
		return e;
	return db_exec(c->db, &complete,
	               DB_ARGS(db_str(sealed), db_i64(db_insert_id(c->db)), db_i64(id)), NULL);
}
