/* A query is taken, or refused with at least one complaint; texts are valid and in range. */
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "http/http.h"

struct args {
	const char *q, *raw;
	int64_t limit, id;
	bool all;
	struct stamp from;
	struct str_list a;
};

static const struct json_in args_in[] = {
	JSON_IN(struct args, q, .max = 10),
	JSON_IN(struct args, raw, .raw = true, .max = 20),
	JSON_IN(struct args, limit, .min = 1, .max = 100),
	JSON_IN_ID(struct args, id, ID_ACCOUNT),
	JSON_IN(struct args, all),
	JSON_IN(struct args, from),
	JSON_IN(struct args, a, .max = 4),
};
static const struct json_table args_table = JSON_TABLE(struct args, args_in);

static void check_text(const char *s, size_t max)
{
	HOLDS(utf8_valid(s, strlen(s)));
	HOLDS(utf8_length(s, strlen(s)) <= max);
}

static void check_args(const struct args *args)
{
	HOLDS(args->limit >= 0 && args->limit <= 100 && args->id >= 0 && args->a.n <= 4);
	if (args->q)
		check_text(args->q, 10);
	if (args->raw)
		check_text(args->raw, 20);
	for (size_t i = 0; i < args->a.n; i++)
		check_text(args->a.v[i], 255);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct fault fault = { 0 };
	struct args args = { 0 };
	struct arena mem;
	enum err e;

	if (n > 2000)
		return 0;
	arena_init(&mem, FUZZ_ARENA_MAX);
	e = query_read(&mem, &fault, arena_copy(&mem, (const char *)data, n), &args_table,
	               &args);
	HOLDS(e == OK || e == ERR_INVALID || e == ERR_MALFORMED);
	HOLDS((e == ERR_INVALID) == (fault.nfields > 0));
	HOLDS((e == OK) == (fault.code == NULL));
	check_args(&args);
	arena_release(&mem);
	return 0;
}
