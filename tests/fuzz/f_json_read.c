/* A table with every type: what is accepted keeps the table's promises. */
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "json/json_in.h"

struct part {
	const char *name;
	int64_t n;
};

struct all {
	const char *text, *word, *lines, *raw;
	int64_t n, id;
	bool on;
	struct stamp at;
	struct micro m;
	struct opt opt;
	struct json_text doc;
	struct str_list list;
	struct part sub;
	struct row_list rows;
};

static const char *check_even(const char *s, size_t n)
{
	HOLDS(strlen(s) == n);
	return n % 2 == 0 ? NULL : "odd";
}

static const char *const words[] = { "red", "green", NULL };

static const struct json_in part_in[] = {
	JSON_IN(struct part, name, .need = true, .min = 1, .max = 5),
	JSON_IN(struct part, n, .min = -3, .max = 3),
};
static const struct json_table part_table = JSON_TABLE(struct part, part_in);

static const struct json_in all_in[] = {
	JSON_IN(struct all, text, .min = 2, .max = 6, .check = check_even),
	JSON_IN(struct all, word, .words = words, .nullable = true),
	JSON_IN(struct all, lines, .lines = true, .max = 10),
	JSON_IN(struct all, raw, .raw = true, .max = 10),
	JSON_IN(struct all, n),
	JSON_IN_ID(struct all, id, ID_ACCOUNT, .nullable = true),
	JSON_IN(struct all, on),
	JSON_IN(struct all, at),
	JSON_IN(struct all, m, .min = -180000000, .max = 180000000),
	JSON_IN(struct all, opt, .min = 1, .max = 9),
	JSON_IN(struct all, doc, .max = 100),
	JSON_IN(struct all, list, .max = 3),
	JSON_IN_SUB(struct all, sub, &part_table),
	JSON_IN_ROWS(struct all, rows, &part_table, .max = 3),
};
static const struct json_table all_table = JSON_TABLE(struct all, all_in);

static void check_text(const char *s, size_t min, size_t max, bool lines)
{
	size_t n;

	if (!s)
		return;
	n = strlen(s);
	HOLDS(utf8_valid(s, n) && utf8_printable(s, n, lines));
	HOLDS(utf8_length(s, n) >= min && utf8_length(s, n) <= max);
}

static void check_part(const struct part *p, bool present)
{
	HOLDS(!present || p->name);
	check_text(p->name, 1, 5, false);
	HOLDS(p->n >= -3 && p->n <= 3);
}

static void check_all(const struct all *all, const struct json_seen *seen)
{
	const struct part *rows = all->rows.v;

	check_text(all->text, 2, 6, false);
	HOLDS(!all->text || strlen(all->text) % 2 == 0);
	HOLDS(!all->word || !strcmp(all->word, "red") || !strcmp(all->word, "green"));
	check_text(all->lines, 0, 10, true);
	HOLDS(!all->raw || utf8_length(all->raw, strlen(all->raw)) <= 10);
	HOLDS(all->n >= -JSON_INT_MAX && all->n <= JSON_INT_MAX && all->id >= 0);
	HOLDS(all->m.v == INT64_MIN || (all->m.v >= -180000000 && all->m.v <= 180000000));
	HOLDS(!all->opt.set || (all->opt.v >= 1 && all->opt.v <= 9));
	HOLDS(!all->doc.s ||
	      (strlen(all->doc.s) <= 100 && !json_complaint(all->doc.s, strlen(all->doc.s))));
	HOLDS(all->list.n <= 3 && all->rows.n <= 3);
	for (size_t i = 0; i < all->list.n; i++)
		check_text(all->list.v[i], 1, 255, false);
	check_part(&all->sub, json_has(&all_table, seen, "sub"));
	for (size_t i = 0; i < all->rows.n; i++)
		check_part(&rows[i], true);
	HOLDS((seen->nulls & ~seen->bits) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct fault fault;
	struct json_seen seen;
	struct all all = { 0 };
	struct arena mem;
	enum err e;

	arena_init(&mem, FUZZ_ARENA_MAX);
	fault = (struct fault){ 0 };
	e = json_read(&mem, &fault, (const char *)data, n, &all_table, &all, &seen);
	HOLDS(e == OK || e == ERR_MALFORMED || e == ERR_INVALID);
	HOLDS((e == OK) == (fault.code == NULL));
	HOLDS((e == ERR_INVALID) == (fault.nfields > 0));
	HOLDS((e == ERR_MALFORMED) ==
	      (json_complaint((const char *)data, n) || (fault.code && !fault.nfields)));
	for (size_t i = 0; i < fault.nfields; i++) {
		HOLDS(fault.fields[i].pointer[0] == '/');
		HOLDS(utf8_valid(fault.fields[i].pointer, strlen(fault.fields[i].pointer)));
	}
	if (e == OK)
		check_all(&all, &seen);
	arena_release(&mem);
	return 0;
}
