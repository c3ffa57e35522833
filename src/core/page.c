#include "core/page.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#define CURSOR_MAX 600 /* characters of a cursor's text */
#define LIMIT_DEFAULT 50

static bool limit_allowed(int64_t n)
{
	return n == 10 || n == 25 || n == 50 || n == 100;
}

/* "back:sort:number:id:" and then 't' with the text, or 'n'. */
const char *cursor_write(struct arena *mem, const struct cursor *cur)
{
	const char *plain = arena_printf(mem, "%c:%s:%lld:%lld:%c%s", cur->back ? 'b' : 'f',
	                                 cur->sort ? cur->sort : "", (long long)cur->number,
	                                 (long long)cur->id, cur->text ? 't' : 'n',
	                                 cur->text ? cur->text : "");
	size_t n = strlen(plain), cap = n / 3 * 4 + 8;
	char *out = arena_alloc(mem, cap);

	n = base64_write(plain, n, out, cap);
	while (n > 0 && out[n - 1] == '=')
		out[--n] = '\0';
	for (size_t i = 0; i < n; i++) {
		if (out[i] == '+')
			out[i] = '-';
		else if (out[i] == '/')
			out[i] = '_';
	}
	return out;
}

static char *decode(struct arena *mem, const char *s)
{
	size_t n = strlen(s), len = 0;
	char *padded = arena_alloc(mem, n + 4), *out = arena_alloc(mem, n + 1);

	if (n == 0 || n > CURSOR_MAX || n % 4 == 1)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '+' || s[i] == '/' || s[i] == '=')
			return NULL;
		padded[i] = s[i] == '-' ? '+' : s[i] == '_' ? '/' : s[i];
	}
	for (; n % 4; n++)
		padded[n] = '=';
	if (!base64_read(padded, n, out, n, &len) || strlen(out) != len)
		return NULL;
	return out;
}

static bool read_number(char **at, int64_t *out)
{
	char *end;

	if (**at != '-' && (**at < '0' || **at > '9'))
		return false;
	*out = strtoll(*at, &end, 10);
	if (*end != ':')
		return false;
	*at = end + 1;
	return true;
}

static bool cursor_read(struct arena *mem, const char *s, struct cursor *out)
{
	struct cursor cur = { .set = true };
	char *at = decode(mem, s), *colon;

	if (!at || (at[0] != 'b' && at[0] != 'f') || at[1] != ':')
		return false;
	cur.back = at[0] == 'b';
	at += 2;
	colon = strchr(at, ':');
	if (!colon)
		return false;
	*colon = '\0';
	cur.sort = at;
	at = colon + 1;
	if (!read_number(&at, &cur.number) || !read_number(&at, &cur.id))
		return false;
	if (at[0] == 't' && utf8_valid(at + 1, strlen(at + 1)))
		cur.text = at + 1;
	else if (strcmp(at, "n") != 0)
		return false;
	*out = cur;
	return true;
}

static bool sort_known(const char *const *sorts, const char *sort)
{
	for (size_t i = 0; sorts && sorts[i]; i++)
		if (!strcmp(sorts[i], sort))
			return true;
	return false;
}

enum err page_read(struct ctx *c, int64_t limit, const char *cursor, const char *sort,
                   const char *const *sorts, struct page *out)
{
	struct page p = { .limit = limit ? limit : LIMIT_DEFAULT };
	enum err e = OK;

	p.sort = sort ? sort : sorts && sorts[0] ? sorts[0] : "";
	if (!limit_allowed(p.limit))
		e = FAIL_FIELD(c, "/limit", "not-one-of");
	if (sort && !sort_known(sorts, sort))
		e = FAIL_FIELD(c, "/sort", "not-one-of");
	if (cursor && !cursor_read(c->mem, cursor, &p.at))
		e = FAIL_FIELD(c, "/cursor", "not-a-cursor");
	else if (cursor && strcmp(p.at.sort, p.sort) != 0)
		e = FAIL_FIELD(c, "/cursor", "of-another-sort");
	if (!e)
		*out = p;
	return e;
}

static void turn_round(char *v, size_t n, size_t size, char *spare)
{
	for (size_t i = 0; i < n / 2; i++) {
		char *a = v + i * size, *b = v + (n - 1 - i) * size;

		memcpy(spare, a, size);
		memcpy(a, b, size);
		memcpy(b, spare, size);
	}
}

static const char *cursor_at(struct arena *mem, const struct page *p, const void *row,
                             page_key *key, bool back)
{
	struct cursor cur = { 0 };

	key(row, p, &cur);
	cur.set = true;
	cur.back = back;
	cur.sort = p->sort;
	return cursor_write(mem, &cur);
}

void page_close(struct arena *mem, const struct page *p, struct db_list *rows, size_t row_size,
                page_key *key, struct page_end *out)
{
	bool more = rows->n > (size_t)p->limit, back = p->at.set && p->at.back;
	struct cursor turned = p->at;
	char *v = rows->v;

	if (more)
		rows->n = (size_t)p->limit;
	if (back)
		turn_round(v, rows->n, row_size, arena_alloc(mem, row_size));
	out->next = NULL;
	out->prev = NULL;
	if (rows->n == 0) {
		turned.back = !back;
		if (p->at.set && back)
			out->next = cursor_write(mem, &turned);
		else if (p->at.set)
			out->prev = cursor_write(mem, &turned);
		return;
	}
	if (more || back)
		out->next = cursor_at(mem, p, v + (rows->n - 1) * row_size, key, false);
	if (back ? more : p->at.set)
		out->prev = cursor_at(mem, p, v, key, true);
}
