/* A cookie's value is a piece of the header, free of what ends it; lengths are digits. */
#include "fuzz/fuzz.h"
#include "http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *params[2] = { NULL, NULL }, *v = NULL;
	struct request rq = { .params = params };
	struct fault fault = { 0 };
	struct arena mem;
	const char *text;
	int64_t length;

	if (n > 4000)
		return 0;
	arena_init(&mem, FUZZ_ARENA_MAX);
	text = arena_copy(&mem, (const char *)data, n);
	params[0] = arena_printf(&mem, "HTTP_COOKIE=%s", text);
	if (request_cookie(&rq, &mem, &fault, "sid", &v) == OK && v) {
		HOLDS(!strchr(v, ';'));
		HOLDS(strstr(text, v) != NULL);
		HOLDS(strstr(text, "sid=") != NULL);
	}
	if (http_length_read(text, &length))
		HOLDS(length >= 0 && strspn(text, "0123456789") == strlen(text));
	arena_release(&mem);
	return 0;
}
