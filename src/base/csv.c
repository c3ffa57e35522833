#include "base/csv.h"

#include <assert.h>
#include <string.h>

#define ZONE_MAX_MIN (18 * 60)

static bool is_formula(const char *s)
{
	static const char *const full_width[] = { "\uff1d", "\uff0b", "\uff0d", "\uff20" };

	s += strspn(s, " ");
	if (*s == '\0')
		return false;
	if (strchr("=+-@\t\r\n'", *s))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(full_width); i++)
		if (strncmp(s, full_width[i], 3) == 0)
			return true;
	return false;
}

/* Doubles quotes; whole runs between them at once. */
static void put_text(struct buf *b, const char *s)
{
	const char *quote;

	if (is_formula(s))
		buf_putc(b, '\'');
	for (quote = strchr(s, '"'); quote; quote = strchr(s, '"')) {
		buf_put(b, s, (size_t)(quote + 1 - s));
		buf_putc(b, '"');
		s = quote + 1;
	}
	buf_puts(b, s);
}

static void put_stamp(struct buf *b, struct stamp t, int zone_min)
{
	int off = zone_min < 0 ? -zone_min : zone_min;
	char text[STAMP_TEXT];

	if (!stamp_is_set(t))
		return;
	assert(off <= ZONE_MAX_MIN);
	stamp_write(stamp_add(t, zone_min * USEC_PER_MIN), text);
	if (off == 0) {
		buf_puts(b, text);
		return;
	}
	buf_put(b, text, strlen(text) - 1); /* without the Z */
	buf_printf(b, "%c%02d:%02d", zone_min < 0 ? '-' : '+', off / 60, off % 60);
}

static void put_micro(struct buf *b, struct micro m)
{
	char text[MICRO_TEXT];

	if (m.v != INT64_MIN)
		buf_put(b, text, micro_write(m, text));
}

static void put_value(const struct csv *csv, const struct field *f, const void *row)
{
	const char *p = (const char *)row + f->offset;
	const struct opt *opt = (const void *)p;
	struct buf *b = csv->to;
	const char *text;
	char id[ID_TEXT];

	switch (f->type) {
	case FIELD_I64:
		buf_put_i64(b, *(const int64_t *)(const void *)p);
		break;
	case FIELD_BOOL:
		buf_puts(b, *(const bool *)p ? "true" : "false");
		break;
	case FIELD_STR:
	case FIELD_JSON: /* one pointer to text as well */
		text = *(const char *const *)(const void *)p;
		if (text)
			put_text(b, text);
		break;
	case FIELD_STAMP:
		put_stamp(b, *(const struct stamp *)(const void *)p, csv->zone_min);
		break;
	case FIELD_MICRO:
		put_micro(b, *(const struct micro *)(const void *)p);
		break;
	case FIELD_OPT:
		if (opt->set)
			buf_put_i64(b, opt->v);
		break;
	case FIELD_ID:
		if (*(const int64_t *)(const void *)p != 0) {
			id_write(f->id, *(const int64_t *)(const void *)p, id);
			buf_puts(b, id);
		}
		break;
	case FIELD_BYTES:
		assert(f->type != FIELD_BYTES); /* never leaves the server */
		break;
	}
}

void csv_head(const struct csv *csv, struct fields f)
{
	for (size_t i = 0; i < f.n; i++) {
		buf_put(csv->to, i > 0 ? ",\"" : "\"", i > 0 ? 2 : 1);
		put_text(csv->to, f.v[i].label ? f.v[i].label : f.v[i].name);
		buf_putc(csv->to, '"');
	}
	buf_put(csv->to, "\r\n", 2);
}

void csv_row(const struct csv *csv, struct fields f, const void *row)
{
	for (size_t i = 0; i < f.n; i++) {
		buf_put(csv->to, i > 0 ? ",\"" : "\"", i > 0 ? 2 : 1);
		put_value(csv, &f.v[i], row);
		buf_putc(csv->to, '"');
	}
	buf_put(csv->to, "\r\n", 2);
}
