/* What a route's tables ask for, made from the tables. */
#include <string.h>

#include "module/walk.h"
#include "web/match.h"

/* Where a table cannot say what fits.  $ is the place's canary, ? its things' key as text. */
static const struct {
	const char *route, *body;
} special[] = {
	{ "terminateAccount", "{\"reason_text\":\"x\",\"confirm_name\":\"$ account\"}" },
	{ "billingCallbackBatch", "{\"events\":[]}" },
};

/* A text some check may like. */
static const char *const words[] = {
	"word",
	"en",
	"UTC",
	"someone@example.org",
	"+49 30 123456",
	"account.view",
	"DE",
	"10.0.0.0/8",
	"123456",
	"correct horse battery staple nine",
	"2030-01-01T00:00:00Z",
};

static int64_t key_of(enum id_kind kind, enum place p)
{
	return kind == ID_ACCOUNT ? place_account(p) : 1000 + place_account(p);
}

static size_t chars(const char *s)
{
	return strlen(s);
}

static const char *word_for(const struct json_in *in)
{
	if (in->words)
		return in->words[0];
	if (strstr(in->name, "permission"))
		return "account.view";
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		int64_t n = (int64_t)chars(words[i]);

		if (n < in->min || (in->max > 0 && n > in->max))
			continue;
		if (!in->check || !in->check(words[i], strlen(words[i])))
			return words[i];
	}
	return "x";
}

struct maker {
	struct buf *b;
	enum place p;
	bool ids;
};

static void put_object(struct maker *m, const struct json_table *t, bool some);

static void put_list(struct maker *m, const struct json_in *in)
{
	struct json_in one = {
		.name = in->name, .words = in->words, .check = in->check, .min = 1, .max = 255
	};

	json_open(m->b, '[');
	if (strstr(in->name, "account_ids"))
		json_id(m->b, ID_ACCOUNT, key_of(ID_ACCOUNT, m->p));
	else if (strstr(in->name, "membership_ids"))
		json_id(m->b, ID_MEMBERSHIP, key_of(ID_MEMBERSHIP, m->p));
	else if (!strcmp(in->name, "member_ids")) /* of a group: of accounts, as those here */
		json_id(m->b, ID_ACCOUNT, key_of(ID_ACCOUNT, m->p));
	else
		json_str(m->b, word_for(&one));
	json_close(m->b, ']');
	m->ids = m->ids || strstr(in->name, "_ids") != NULL;
}

static void put_value(struct maker *m, const struct json_in *in)
{
	int64_t n = in->min > 0 ? in->min : in->max < 0 ? in->max : 1;

	switch (in->type) {
	case JSON_T_I64:
	case JSON_T_OPT:
	case JSON_T_MICRO:
		json_i64(m->b, n);
		break;
	case JSON_T_BOOL:
		json_bool(m->b, true);
		break;
	case JSON_T_STR:
		json_str(m->b, word_for(in));
		break;
	case JSON_T_STAMP:
		json_stamp(m->b, stamp_add(stamp_now(), 10 * USEC_PER_DAY));
		break;
	case JSON_T_OBJECT:
		json_raw(m->b, "{}");
		break;
	case JSON_T_STRINGS:
		put_list(m, in);
		break;
	case JSON_T_ID:
		json_id(m->b, in->id, key_of(in->id, m->p));
		m->ids = true;
		break;
	case JSON_T_SUB:
		put_object(m, in->sub, false);
		break;
	case JSON_T_ROWS:
		json_open(m->b, '[');
		put_object(m, in->sub, false);
		json_close(m->b, ']');
		break;
	}
}

/* What is needed and what names something; some: at least one member. */
static void put_object(struct maker *m, const struct json_table *t, bool some)
{
	bool any = false;

	json_open(m->b, '{');
	for (size_t i = 0; i < t->n; i++) {
		if (!t->v[i].need && t->v[i].type != JSON_T_ID &&
		    !strstr(t->v[i].name, "account_ids"))
			continue;
		json_key(m->b, t->v[i].name);
		put_value(m, &t->v[i]);
		any = true;
	}
	if (!any && some && t->n > 0) {
		json_key(m->b, t->v[0].name);
		put_value(m, &t->v[0]);
	}
	json_close(m->b, '}');
}

static const char *special_body(struct arena *mem, const struct route *r, enum place p)
{
	struct buf b;

	for (size_t i = 0; i < ARRAY_LEN(special); i++) {
		if (strcmp(special[i].route, r->name) != 0)
			continue;
		buf_init(&b, mem, 4096);
		for (const char *s = special[i].body; *s; s++)
			if (*s == '$')
				buf_puts(&b, place_canary(p));
			else
				buf_putc(&b, *s);
		return buf_str(&b);
	}
	return NULL;
}

const char *walk_body(struct arena *mem, const struct route *r, enum place p, bool *ids)
{
	const char *made = special_body(mem, r, p);
	struct maker m = { .p = p };
	struct buf b;

	*ids = false;
	if (made || !r->in)
		return made;
	buf_init(&b, mem, 65536);
	m.b = &b;
	put_object(&m, r->in, true);
	*ids = m.ids;
	return buf_str(&b);
}

const char *walk_query(struct arena *mem, const struct route *r, enum place p)
{
	char id[ID_TEXT];
	struct buf b;

	buf_init(&b, mem, 4096);
	for (size_t i = 0; r->args && i < r->args->n; i++) {
		const struct json_in *in = &r->args->v[i];

		if (!in->need)
			continue;
		if (in->type == JSON_T_ID)
			id_write(in->id, key_of(in->id, p), id);
		buf_printf(&b, "%c%s=%s", b.len > 0 ? '&' : '?', in->name,
		           in->type == JSON_T_ID    ? id
		           : in->type == JSON_T_STR ? word_for(in)
		                                    : "1");
	}
	return buf_str(&b);
}

size_t walk_ids(const struct route *r, bool *first)
{
	size_t n = 0;

	*first = false;
	for (const char *s = strchr(r->path, '{'); s; s = strchr(s + 1, '{')) {
		if (match_id_kind(s + 1, strcspn(s + 1, "}")) == ID_NONE)
			continue;
		if (n++ == 0)
			*first = !strncmp(s, "{acc}", 5);
	}
	return n;
}

const char *walk_path(struct arena *mem, const struct route *r, enum place account,
                      enum place things)
{
	char id[ID_TEXT];
	struct buf b;
	size_t n;

	buf_init(&b, mem, 1024);
	for (const char *s = r->path; *s; s += n) {
		enum id_kind kind;

		n = 1;
		if (*s != '{') {
			buf_putc(&b, *s);
			continue;
		}
		n = strcspn(s, "}") + 1;
		kind = match_id_kind(s + 1, n - 2);
		if (kind == ID_NONE) {
			buf_puts(&b, "nothing");
			continue;
		}
		id_write(kind, key_of(kind, kind == ID_ACCOUNT ? account : things), id);
		buf_puts(&b, id);
	}
	return buf_str(&b);
}
