/* What the strict check accepts json-c must accept, and masking keeps it JSON. */
#include <json-c/json.h>

#include "fuzz/fuzz.h"
#include "json/json_in.h"

static const char *const secret_names[] = { "a", "secret", "\xc3\xa9", NULL };

static void check_with_json_c(const char *s, size_t n)
{
	struct json_tokener *tok = json_tokener_new_ex(32);
	struct json_object *o;
	const char *again;
	size_t len;

	while (n > 0 && strchr(" \t\r\n", s[n - 1]))
		n--;
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	o = json_tokener_parse_ex(tok, s, (int)n);
	/* A number ends only with what follows it. */
	if (!o && json_tokener_get_error(tok) == json_tokener_continue)
		o = json_tokener_parse_ex(tok, "", -1);
	HOLDS(json_tokener_get_error(tok) == json_tokener_success);
	again = json_object_to_json_string_length(o, JSON_C_TO_STRING_PLAIN, &len);
	HOLDS(!json_complaint(again, len));
	json_object_put(o);
	json_tokener_free(tok);
}

static void check_mask(struct arena *mem, const char *s, size_t n)
{
	const char *once, *twice;

	HOLDS(json_mask(mem, s, n, secret_names, &once) == OK);
	HOLDS(!json_complaint(once, strlen(once)));
	HOLDS(json_mask(mem, once, strlen(once), secret_names, &twice) == OK);
	HOLDS(strcmp(once, twice) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *s = (const char *)data;
	struct arena mem;

	if (n == 0 || json_complaint(s, n))
		return 0;
	arena_init(&mem, FUZZ_ARENA_MAX);
	check_with_json_c(s, n);
	check_mask(&mem, s, n);
	arena_release(&mem);
	return 0;
}
