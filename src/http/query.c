#include <assert.h>
#include <string.h>

#include "base/utf8.h"
#include "http/http.h"

/* Ceilings of entries that name none, as in json_in. */
#define TEXT_MAX    255
#define STRINGS_MAX 100

#define PAIRS_MAX 256

struct pair {
	const char *name, *value;
};

struct pairs {
	struct pair v[PAIRS_MAX];
	size_t n;
};

static enum err bad_query(struct fault *f)
{
	return fault_set(f, ERR_MALFORMED, "bad-query", "The query cannot be read.");
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* application/x-www-form-urlencoded; NULL when it is not, or not UTF-8, or has a NUL. */
static const char *decode(struct arena *mem, const char *s, size_t n)
{
	char *p = arena_alloc(mem, n + 1);
	size_t to = 0;
	int high, low;

	for (size_t i = 0; i < n; i++) {
		if (s[i] != '%') {
			p[to++] = s[i] == '+' ? ' ' : s[i];
			continue;
		}
		high = i + 2 < n ? hex_digit(s[i + 1]) : -1;
		low = high >= 0 ? hex_digit(s[i + 2]) : -1;
		if (low < 0 || high * 16 + low == 0)
			return NULL;
		p[to++] = (char)(high * 16 + low);
		i += 2;
	}
	return utf8_valid(p, to) ? p : NULL;
}

static bool split(struct arena *mem, const char *query, struct pairs *out)
{
	size_t n, name;
	struct pair *p;

	for (const char *s = query; *s; s += n + (s[n] == '&')) {
		n = strcspn(s, "&");
		if (n == 0)
			continue;
		if (out->n == PAIRS_MAX)
			return false;
		p = &out->v[out->n++];
		name = strcspn(s, "=&");
		p->name = decode(mem, s, name);
		p->value = name < n ? decode(mem, s + name + 1, n - name - 1) : "";
		if (!p->name || !p->value)
			return false;
	}
	return true;
}

static enum err refuse(struct arena *mem, struct fault *f, const char *name, const char *code)
{
	char *p = arena_alloc(mem, 2 * strlen(name) + 2), *to = p;

	*to++ = '/';
	for (; *name; name++) {
		if (*name == '~' || *name == '/') {
			*to++ = '~';
			*to++ = *name == '~' ? '0' : '1';
		} else {
			*to++ = *name;
		}
	}
	*to = '\0';
	return fault_field(f, p, code);
}

/* Decimal digits with a sign before them, and nothing that JSON would not take. */
static bool read_i64(const char *s, int64_t *out)
{
	bool minus = *s == '-';
	const char *digits = s + minus;
	size_t n = strspn(digits, "0123456789");
	int64_t v = 0;

	if (n == 0 || n > 16 || digits[n] != '\0' || (digits[0] == '0' && (n > 1 || minus)))
		return false;
	for (size_t i = 0; i < n; i++)
		v = v * 10 + (digits[i] - '0');
	*out = minus ? -v : v;
	return true;
}

static const char *put_i64(const struct json_in *in, const char *s, int64_t *out)
{
	int64_t least = in->min, most = in->max, v;

	if (least == 0 && most == 0)
		least = -JSON_INT_MAX;
	if (most == 0 && in->min >= 0)
		most = JSON_INT_MAX;
	if (!read_i64(s, &v))
		return "not-an-integer";
	if (v < least || v > most)
		return "out-of-range";
	*out = v;
	return NULL;
}

static bool in_words(const char *const *words, const char *s)
{
	for (size_t i = 0; words[i]; i++)
		if (strcmp(words[i], s) == 0)
			return true;
	return false;
}

/* The word a text is refused with, or NULL. */
static const char *text_complaint(const struct json_in *in, int64_t min, int64_t max,
                                  const char *s)
{
	size_t n = strlen(s);
	int64_t length = (int64_t)utf8_length(s, n);

	if (!in->raw && !utf8_printable(s, n, in->lines))
		return "control-characters";
	if (length < min)
		return length == 0 ? "empty" : "too-short";
	if (in->words)
		return in_words(in->words, s) ? NULL : "not-one-of";
	if (length > max)
		return "too-long";
	if (!in->check || (length == 0 && !in->need))
		return NULL;
	return in->check(s, n);
}

static const char *put_text(struct arena *mem, const struct json_in *in, const char *s,
                            const char **out)
{
	const char *why;

	if (!in->raw)
		s = utf8_nfc(mem, utf8_trim(mem, s, strlen(s)));
	why = text_complaint(in, in->min, in->max ? in->max : TEXT_MAX, s);
	if (!why)
		*out = s;
	return why;
}

/* The list grows by one; its array was made for all pairs of the query. */
static const char *put_element(struct arena *mem, const struct json_in *in, const char *s,
                               size_t room, struct str_list *out)
{
	const char *why;

	s = in->raw ? s : utf8_nfc(mem, utf8_trim(mem, s, strlen(s)));
	why = text_complaint(in, 1, TEXT_MAX, s);
	if (why)
		return why;
	if (out->n >= (size_t)(in->max ? in->max : STRINGS_MAX))
		return "too-many";
	if (!out->v)
		out->v = arena_array(mem, const char *, room);
	out->v[out->n++] = s;
	return NULL;
}

static const char *put_bool(const char *s, bool *out)
{
	if (strcmp(s, "true") != 0 && strcmp(s, "false") != 0)
		return "not-a-boolean";
	*out = *s == 't';
	return NULL;
}

/* The word a value is refused with, or NULL when it is in its member. */
static const char *put_value(struct arena *mem, const struct json_in *in, const char *s,
                             size_t room, void *member)
{
	switch (in->type) {
	case JSON_T_I64:
		return put_i64(in, s, member);
	case JSON_T_BOOL:
		return put_bool(s, member);
	case JSON_T_STR:
		return put_text(mem, in, s, member);
	case JSON_T_STAMP:
		return stamp_read(s, strlen(s), member) ? NULL : "not-a-time";
	case JSON_T_ID:
		return id_read(in->id, s, strlen(s), member) ? NULL : "not-an-id";
	case JSON_T_STRINGS:
		return put_element(mem, in, s, room, member);
	case JSON_T_MICRO:
	case JSON_T_OPT:
	case JSON_T_OBJECT:
	case JSON_T_SUB:
	case JSON_T_ROWS:
		break;
	}
	assert(false && "a query cannot carry this type");
	return "unknown";
}

static const struct json_in *entry_of(const struct json_table *t, const char *name)
{
	for (size_t i = 0; t && i < t->n; i++)
		if (strcmp(t->v[i].name, name) == 0)
			return &t->v[i];
	return NULL;
}

/* Absent is not zero for an instant. */
static void set_nones(const struct json_table *t, void *out)
{
	for (size_t i = 0; t && i < t->n; i++)
		if (t->v[i].type == JSON_T_STAMP)
			*(struct stamp *)((char *)out + t->v[i].offset) = STAMP_NONE;
}

static bool came_before(const struct pairs *pairs, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(pairs->v[k].name, pairs->v[i].name) == 0)
			return true;
	return false;
}

static bool came(const struct pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->n; i++)
		if (strcmp(pairs->v[i].name, name) == 0)
			return true;
	return false;
}

enum err query_read(struct arena *mem, struct fault *f, const char *query,
                    const struct json_table *table, void *out)
{
	struct pairs *pairs = arena_new(mem, struct pairs);
	const struct json_in *in;
	const char *why;
	enum err e = OK;

	if (!split(mem, query, pairs))
		return bad_query(f);
	set_nones(table, out);
	for (size_t i = 0; i < pairs->n; i++) {
		in = entry_of(table, pairs->v[i].name);
		if (!in && table && table->open)
			continue;
		if (!in)
			why = "unknown";
		else if (in->type != JSON_T_STRINGS && came_before(pairs, i))
			why = "repeated";
		else
			why = put_value(mem, in, pairs->v[i].value, pairs->n,
			                (char *)out + in->offset);
		if (why)
			e = refuse(mem, f, pairs->v[i].name, why);
	}
	for (size_t i = 0; table && i < table->n; i++)
		if (table->v[i].need && !came(pairs, table->v[i].name))
			e = refuse(mem, f, table->v[i].name, "required");
	return e;
}
