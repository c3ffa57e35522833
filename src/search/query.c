#include "search/query.h"

#include <ctype.h>
#include <string.h>

#include "base/utf8.h"

const char *const account_kinds[] = { "platform", "reseller", "customer", NULL };
const char *const account_classes[] = { "person", "organisation", NULL };
const char *const account_origins[] = { "manual", "billing", "self", NULL };
const char *const account_states[] = { "active", "suspended", "not_confirmed", "terminated",
	                               "purged", NULL };

/* What is being put together, and the first complaint. */
struct parse {
	struct ctx *c;
	struct query q;
	const char *complaint;
};

static void complain(struct parse *p, const char *code)
{
	if (!p->complaint)
		p->complaint = code;
}

static void put_word(void *to, const char *word, size_t n)
{
	struct parse *p = to;
	const char *w = arena_copy(p->c->mem, word, n);
	size_t i;

	for (i = 0; i < p->q.nwords; i++)
		if (!strcmp(p->q.words[i], w))
			return;
	if (p->q.nwords == QUERY_WORDS) {
		complain(p, "too-many-words");
		return;
	}
	for (i = p->q.nwords++; i > 0 && strlen(p->q.words[i - 1]) < n; i--)
		p->q.words[i] = p->q.words[i - 1];
	p->q.words[i] = w;
}

static bool known(const char *const *words, const char *s)
{
	for (; *words; words++)
		if (!strcmp(*words, s))
			return true;
	return false;
}

static void put_choice(struct parse *p, const char **slot, const char *const *words, const char *s)
{
	if (*slot)
		complain(p, "repeated-token");
	else if (!known(words, s))
		complain(p, "unknown-value");
	else
		*slot = s;
}

static void put_id(struct parse *p, int64_t *slot, enum id_kind kind, const char *s)
{
	if (*slot)
		complain(p, "repeated-token");
	else if (!id_read(kind, s, strlen(s), slot))
		complain(p, "unknown-value");
}

/* A key is lower-case ASCII letters: "12:30" is text. */
static bool is_key(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((s[i] < 'a' || s[i] > 'z') && s[i] != '_')
			return false;
	return n > 0;
}

static bool put_token(struct parse *p, const char *s)
{
	const char *colon = strchr(s, ':'), *value;
	size_t n = colon ? (size_t)(colon - s) : 0;

	if (!colon || !is_key(s, n))
		return false;
	value = colon + 1;
	if (n == 4 && !memcmp(s, "kind", 4))
		put_choice(p, &p->q.kind, account_kinds, value);
	else if (n == 6 && !memcmp(s, "status", 6))
		put_choice(p, &p->q.state, account_states, value);
	else if (n == 6 && !memcmp(s, "parent", 6))
		put_id(p, &p->q.parent_id, ID_ACCOUNT, value);
	else if (n == 5 && !memcmp(s, "group", 5))
		put_id(p, &p->q.group_id, ID_GROUP, value);
	else
		complain(p, "unknown-token");
	return true;
}

/* Hexadecimal digits in groups of these lengths, parted by - or : (the same throughout). */
static bool is_grouped(const char *s, const int *groups, size_t ngroups)
{
	char parting = '\0';

	for (size_t g = 0; g < ngroups; g++) {
		for (int i = 0; i < groups[g]; i++, s++)
			if (!isxdigit((unsigned char)*s))
				return false;
		if (g + 1 == ngroups)
			break;
		if ((*s != '-' && *s != ':') || (parting && *s != parting))
			return false;
		parting = *s++;
	}
	return *s == '\0';
}

static bool is_joined(const char *s)
{
	static const int mac[] = { 2, 2, 2, 2, 2, 2 }, uuid[] = { 8, 4, 4, 4, 12 };

	return is_grouped(s, mac, ARRAY_LEN(mac)) || is_grouped(s, uuid, ARRAY_LEN(uuid));
}

static void put_joined(struct parse *p, const char *s)
{
	char word[40];
	size_t n = 0;

	for (; *s && n < sizeof(word); s++)
		if (isalnum((unsigned char)*s))
			word[n++] = (char)tolower((unsigned char)*s);
	put_word(p, word, n);
}

static void put_piece(struct parse *p, const char *s)
{
	int64_t id;
	const char *number;

	if (is_joined(s)) {
		put_joined(p, s);
	} else if (id_read(ID_ACCOUNT, s, strlen(s), &id)) {
		number = arena_printf(p->c->mem, "%lld", (long long)id + ACCOUNT_NUMBER_BASE);
		put_word(p, number, strlen(number));
	} else if (!put_token(p, s)) {
		utf8_words(s, strlen(s), put_word, p);
	}
}

enum err query_parse(struct ctx *c, const char *text, struct query *out)
{
	struct parse p = { .c = c };
	size_t n;

	for (const char *s = text ? text : ""; *s; s += n) {
		s += strspn(s, " \t");
		n = strcspn(s, " \t");
		if (n > 0)
			put_piece(&p, arena_copy(c->mem, s, n));
	}
	if (p.complaint)
		return FAIL_FIELD(c, "/q", p.complaint);
	*out = p.q;
	return OK;
}
