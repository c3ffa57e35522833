#include "base/conf.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#define FILE_MAX ((size_t)64 << 10)
#define TEXT_MAX 1000
#define KEY_MAX  64

/* Where a setting's value comes from, until all are known. */
struct given {
	const char *text;
	const char *where; /* "file:7" or "GATEHOUSE_X"; NULL: the default */
};

struct load {
	struct arena *mem;
	struct conf conf;
	struct given *given;
	struct buf *complaints;
	bool refused;
};

static void complain(struct load *l, const char *where, const char *key, const char *why)
{
	buf_printf(l->complaints, "%s: %s%s%s\n", where, key, *key ? " " : "", why);
	l->refused = true;
}

static void take_line(struct load *l, const char *where, const char *line)
{
	const char *eq = strchr(line, '=');
	const char *key;

	if (!eq) {
		complain(l, where, "", "is not a `key = value` line");
		return;
	}
	key = utf8_trim(l->mem, line, (size_t)(eq - line));
	for (size_t i = 0; i < l->conf.n; i++) {
		if (strcmp(l->conf.v[i].name, key) != 0)
			continue;
		if (l->given[i].where) {
			complain(l, where, key, "was set before");
			return;
		}
		l->given[i].text = utf8_trim(l->mem, eq + 1, strlen(eq + 1));
		l->given[i].where = where;
		return;
	}
	complain(l, where, key, "is not a setting");
}

static void take_file(struct load *l, const char *name, const char *text, size_t n)
{
	const char *end = text + n, *eol, *line, *where;
	size_t number = 0;

	for (; text < end; text = eol + 1) {
		eol = memchr(text, '\n', (size_t)(end - text));
		if (!eol)
			eol = end;
		where = arena_printf(l->mem, "%s:%zu", name, ++number);
		if (!utf8_valid(text, (size_t)(eol - text)) ||
		    memchr(text, '\0', (size_t)(eol - text))) {
			complain(l, where, "", "is not UTF-8 text");
			continue;
		}
		line = utf8_trim(l->mem, text, (size_t)(eol - text));
		if (*line != '\0' && *line != '#')
			take_line(l, where, line);
	}
}

static void take_environment(struct load *l)
{
	const char *value;
	char *name;

	for (size_t i = 0; i < l->conf.n; i++) {
		name = arena_printf(l->mem, "GATEHOUSE_%s", l->conf.v[i].name);
		for (char *p = name; *p; p++)
			*p = (char)toupper((unsigned char)*p);
		value = getenv(name);
		if (value)
			l->given[i] = (struct given){ arena_str(l->mem, value), name };
	}
}

static const char *check_number(const struct setting *s, struct arena *mem, const char *text,
                                int64_t *out)
{
	char *end;
	long long v;

	v = strtoll(text, &end, 10);
	if (end == text || *end != '\0' || isspace((unsigned char)*text) || *text == '+')
		return "must be a whole number";
	if (v < s->min || v > s->max) /* what strtoll() cut is out of range as well */
		return arena_printf(mem, "must be from %lld to %lld", (long long)s->min,
		                    (long long)s->max);
	*out = v;
	return NULL;
}

static const char *list_words(const struct setting *s, struct arena *mem)
{
	const char *all = s->words[0];

	for (size_t i = 1; s->words[i]; i++)
		all = arena_printf(mem, "%s, %s", all, s->words[i]);
	return all;
}

static const char *check_text(const struct setting *s, struct arena *mem, const char *text)
{
	int64_t n = (int64_t)strlen(text);
	size_t i = 0;

	if (!utf8_valid(text, (size_t)n) || !utf8_printable(text, (size_t)n, false))
		return "must be plain text";
	if (n > (s->max ? s->max : TEXT_MAX))
		return "is too long";
	if (n < s->min)
		return n == 0 ? "must be set" : "is too short";
	if (s->words) {
		while (s->words[i] && strcmp(s->words[i], text) != 0)
			i++;
		if (!s->words[i])
			return arena_printf(mem, "must be one of %s", list_words(s, mem));
	}
	return s->check ? s->check(text) : NULL;
}

static const char *check_bool(const char *text, bool *out)
{
	static const char *const words[] = {
		"false", "true", "no", "yes", "off", "on", "0", "1"
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcmp(words[i], text) != 0)
			continue;
		*out = i % 2 == 1;
		return NULL;
	}
	return "must be true or false";
}

/* Checks one value and puts it into the struct; returns the complaint. */
static const char *put_value(struct arena *mem, const struct setting *s, const char *text,
                             void *out)
{
	char *member = (char *)out + s->offset;
	const char *why;

	switch (s->type) {
	case SETTING_I64:
		return check_number(s, mem, text, (int64_t *)(void *)member);
	case SETTING_BOOL:
		return check_bool(text, (bool *)member);
	case SETTING_STR:
		break;
	}
	why = check_text(s, mem, text);
	if (why)
		return why;
	memcpy(member, &text, sizeof(text));
	return NULL;
}

static const char *default_of(const struct setting *s)
{
	if (s->def)
		return s->def;
	return s->type == SETTING_STR ? "" : "0";
}

static size_t size_of(struct conf conf)
{
	size_t end, max = 0;

	for (size_t i = 0; i < conf.n; i++) {
		end = conf.v[i].offset + sizeof(int64_t);
		max = end > max ? end : max;
	}
	return max;
}

/* Values are put into a copy, so that a refused file leaves nothing behind. */
static enum err finish(struct load *l, void *out)
{
	char *made = arena_alloc(l->mem, size_of(l->conf));
	const struct setting *s;
	const char *why;

	for (size_t i = 0; i < l->conf.n; i++) {
		s = &l->conf.v[i];
		why = put_value(l->mem, s, l->given[i].where ? l->given[i].text : default_of(s),
		                made);
		if (why)
			complain(l, l->given[i].where ? l->given[i].where : "settings", s->name,
			         why);
	}
	if (l->refused)
		return ERR_INVALID;
	for (size_t i = 0; i < l->conf.n; i++) {
		s = &l->conf.v[i];
		memcpy((char *)out + s->offset, made + s->offset,
		       s->type == SETTING_BOOL ? sizeof(bool) : sizeof(int64_t));
	}
	return OK;
}

enum err conf_read(struct arena *mem, struct conf conf, const char *name, const char *text,
                   size_t n, void *out, struct buf *complaints)
{
	struct load l = { mem, conf, arena_array(mem, struct given, conf.n), complaints,
		          false };

	take_file(&l, name, text, n);
	return finish(&l, out);
}

enum err conf_load(struct arena *mem, struct conf conf, const char *path, void *out,
                   struct buf *complaints)
{
	struct load l = { mem, conf, arena_array(mem, struct given, conf.n), complaints,
		          false };
	const char *text, *why;
	size_t n;

	if (path) {
		if (conf_read_file(mem, path, FILE_MAX, &text, &n, &why) == OK)
			take_file(&l, path, text, n);
		else
			complain(&l, path, "", why);
	}
	take_environment(&l);
	return finish(&l, out);
}

static void print_range(struct buf *to, const struct setting *s)
{
	if (s->type == SETTING_I64)
		buf_printf(to, " From %lld to %lld.", (long long)s->min, (long long)s->max);
	if (!s->words)
		return;
	buf_puts(to, " One of ");
	for (size_t i = 0; s->words[i]; i++)
		buf_printf(to, "%s%s", i > 0 ? ", " : "", s->words[i]);
	buf_putc(to, '.');
}

static void print_value(struct buf *to, const struct setting *s, const void *values)
{
	const char *member = (const char *)values + s->offset;
	const char *text;

	switch (s->type) {
	case SETTING_I64:
		buf_put_i64(to, *(const int64_t *)(const void *)member);
		break;
	case SETTING_BOOL:
		buf_puts(to, *(const bool *)member ? "true" : "false");
		break;
	case SETTING_STR:
		memcpy(&text, member, sizeof(text));
		buf_puts(to, text);
		break;
	}
}

void conf_print(struct buf *to, struct conf conf, const void *values)
{
	const struct setting *s;

	for (size_t i = 0; i < conf.n; i++) {
		s = &conf.v[i];
		buf_printf(to, "%s# %s.", i > 0 ? "\n" : "", s->help);
		print_range(to, s);
		buf_printf(to, "\n%s%s = ", values ? "" : "#", s->name);
		if (values)
			print_value(to, s, values);
		else
			buf_puts(to,
			         s->type == SETTING_BOOL && !s->def ? "false" : default_of(s));
		buf_putc(to, '\n');
	}
}
