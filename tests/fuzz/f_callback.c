/* What a sender sends, from its bytes to the struct of its type, and its masked copy. */
#include "billing/envelope.h"
#include "billing/slice.h"
#include "billing/types.h"
#include "fuzz/fuzz.h"

static const char *const secrets[] = { "password", NULL };

/* A masked copy says the same but for its secrets: it can be read again. */
static void check_mask(struct arena *mem, const char *s, size_t n)
{
	struct fault f = { 0 };
	struct envelope env;
	const char *masked;

	if (json_mask(mem, s, n, secrets, &masked))
		return;
	HOLDS(json_complaint(masked, strlen(masked)) == NULL);
	HOLDS(envelope_read(mem, &f, masked, strlen(masked), true, &env) == OK);
}

/* Each element of a batch is a document by itself, or no value at all was one. */
static void check_slices(const char *s, size_t n)
{
	struct slice all = { s, n }, events, one;
	size_t at = 0;

	if (json_complaint(s, n) || !slice_member(all, "events", &events))
		return;
	HOLDS(json_complaint(events.p, events.n) == NULL);
	while (slice_next(events, &at, &one)) {
		HOLDS(one.n > 0 && one.p >= events.p && one.p + one.n <= events.p + events.n);
		HOLDS(json_complaint(one.p, one.n) == NULL);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *s = (const char *)data;
	const struct event_type *t;
	struct fault f = { 0 };
	struct json_seen seen;
	struct envelope env;
	struct arena mem;
	const void *in;
	enum err e;

	if (n > 8192)
		return 0;
	arena_init(&mem, FUZZ_ARENA_MAX);
	s = arena_copy(&mem, s, n);
	check_slices(s, n);
	if (!envelope_read(&mem, &f, s, n, true, &env)) {
		HOLDS(env.subject.external_id || env.subject.login);
		check_mask(&mem, s, n);
		t = type_find(env.type);
		e = t ? type_read(&mem, &f, t, env.data.s, &in, &seen) : OK;
		HOLDS(e == OK || e == ERR_INVALID);
	}
	arena_release(&mem);
	return 0;
}
