/* A target that is taken has one meaning: encoded in full it is the same path. */
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "http/http.h"

static const char *encode(struct arena *mem, const char *path)
{
	static const char hex[] = "0123456789ABCDEF";
	char *p = arena_alloc(mem, 3 * strlen(path) + 1), *to = p;

	for (; *path; path++) {
		if (*path == '/') {
			*to++ = '/';
			continue;
		}
		*to++ = '%';
		*to++ = hex[(unsigned char)*path >> 4];
		*to++ = hex[*path & 15];
	}
	*to = '\0';
	return p;
}

static void check_path(const char *path)
{
	HOLDS(path[0] == '/');
	HOLDS(!strstr(path, "//") && !strstr(path, "/./") && !strstr(path, "/../"));
	HOLDS(!strchr(path, '\\') && !strchr(path, '\n'));
	HOLDS(utf8_valid(path, strlen(path)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *path = NULL, *query = NULL, *again = NULL;
	struct fault fault = { 0 };
	struct arena mem;
	enum err e;

	if (n > 2000)
		return 0;
	arena_init(&mem, FUZZ_ARENA_MAX);
	e = request_target(&mem, &fault, arena_copy(&mem, (const char *)data, n), "/", &path,
	                   &query);
	HOLDS((e == OK) == (path != NULL));
	if (!e) {
		check_path(path);
		HOLDS(strlen(query) <= n);
		HOLDS(request_target(&mem, &fault, encode(&mem, path), "/", &again, &query) ==
		      OK);
		HOLDS(strcmp(path, again) == 0);
	} else {
		HOLDS(fault.code != NULL);
	}
	arena_release(&mem);
	return 0;
}
