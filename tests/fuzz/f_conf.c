/* A configuration that is accepted prints as one that says the same. */
#include "fuzz/fuzz.h"
#include "core/ip.h"
#include "main/settings.h"

static const char *print(struct arena *mem, const struct settings *s)
{
	struct buf b;

	buf_init(&b, mem, FUZZ_ARENA_MAX / 8);
	conf_print(&b, settings_conf, s);
	HOLDS(!b.failed);
	return buf_str(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct settings s, back;
	struct buf said;
	struct arena mem;
	const char *text;
	enum err e;

	if (n > 4096)
		return 0;
	arena_init(&mem, FUZZ_ARENA_MAX);
	buf_init(&said, &mem, FUZZ_ARENA_MAX / 8);
	e = conf_read(&mem, settings_conf, "f", (const char *)data, n, &s, &said);
	HOLDS((e == OK) == (said.len == 0));
	if (e == OK) {
		text = print(&mem, &s);
		HOLDS(conf_read(&mem, settings_conf, "f", text, strlen(text), &back, &said) ==
		      OK);
		HOLDS(strcmp(print(&mem, &back), text) == 0);
		(void)ip_allowed(s.metrics_allow, "10.1.2.3");
	}
	arena_release(&mem);
	return 0;
}
