/* Rows of texts written as CSV and read back by a strict reader are the same. */
#include "base/csv.h"
#include "fuzz/fuzz.h"

struct row {
	const char *a, *b;
	int64_t n;
};

static const struct field table[] = { FIELD(struct row, a), FIELD(struct row, b),
	                              FIELD(struct row, n) };
static const struct fields fields = FIELDS(table);

/* Reads one quoted field and takes off the apostrophe; returns the byte behind it. */
static const char *read_field(const char *p, char *out)
{
	size_t n = 0;

	HOLDS(*p++ == '"');
	while (*p != '"' || p[1] == '"') {
		p += *p == '"';
		HOLDS(*p != '\0');
		out[n++] = *p++;
	}
	out[n] = '\0';
	if (out[0] == '\'')
		memmove(out, out + 1, n);
	else /* no spreadsheet runs it */
		HOLDS(!out[strspn(out, " ")] || !strchr("=+-@\t\r\n", out[strspn(out, " ")]));
	return p + 1;
}

static void check_row(struct arena *mem, const struct row *row)
{
	char *back = arena_alloc(mem, strlen(row->a) + strlen(row->b) + 64);
	const char *p;
	struct buf b;
	struct csv csv = { &b, 0 };

	buf_init(&b, mem, FUZZ_ARENA_MAX / 8);
	csv_row(&csv, fields, row);
	HOLDS(!b.failed);
	p = read_field(buf_str(&b), back);
	HOLDS(strcmp(back, row->a) == 0);
	HOLDS(*p++ == ',');
	p = read_field(p, back);
	HOLDS(strcmp(back, row->b) == 0);
	HOLDS(*p++ == ',' && *p == '"');
	HOLDS(strtoll(p + 1, NULL, 10) == row->n);
	p = strchr(p + 1, '"');
	HOLDS(p && strcmp(p, "\"\r\n") == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct row row = { .n = (int64_t)n - 20 };
	struct arena mem;

	arena_init(&mem, FUZZ_ARENA_MAX);
	row.a = arena_copy(&mem, (const char *)data, n);
	row.b = strlen(row.a) < n ? row.a + strlen(row.a) + 1 : "";
	check_row(&mem, &row);
	arena_release(&mem);
	return 0;
}
