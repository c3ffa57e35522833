#include "module/letters.h"

#include <string.h>

#include "base/seal.h"
#include "mail/mail.h"
#include "mail/values.h"
#include "module/harness.h"

struct letter {
	int64_t id;
	const char *sealed;
};
static const struct field letter_v[] = {
	FIELD(struct letter, id),
	FIELD(struct letter, sealed),
};
static const struct db_query newest = {
	.text = "SELECT id, sealed FROM mail WHERE to_address = ? AND kind = ? ORDER BY id DESC"
		" LIMIT 1",
	DB_ROWS(letter_v),
};

const char *letter_value(const char *to, const char *kind, const char *name)
{
	struct mail_value values[MAIL_VALUES_MAX + 1];
	struct ctx *c = harness_ctx();
	struct letter row;
	struct bytes packed;

	if (db_one(c->db, &newest, DB_ARGS(db_str(to), db_str(kind)), c->mem, &row) != OK)
		return NULL;
	ck_assert_int_eq(seal_read(c->config->key, c->mem, mail_seal_place(c->mem, row.id),
	                           row.sealed, &packed),
	                 OK);
	ck_assert(mail_values_unpack(packed, values));
	for (size_t i = 0; values[i].name; i++)
		if (!strcmp(values[i].name, name))
			return arena_str(c->mem, values[i].text);
	return NULL;
}

const char *letter_token(const char *to, const char *kind)
{
	const char *link = letter_value(to, kind, "link");
	const char *at = link ? strstr(link, "?t=") : NULL;

	ck_assert_msg(at != NULL, "no link for %s", to);
	return at + 3;
}

int64_t letters_count(const char *to, const char *kind)
{
	return scratch_count(
		arena_printf(harness_ctx()->mem,
	                     "SELECT COUNT(*) AS n FROM mail WHERE to_address = '%s'"
	                     " AND kind = '%s'",
	                     to, kind));
}
