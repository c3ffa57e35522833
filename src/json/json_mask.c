#include <string.h>

#include "base/buf.h"
#include "json/json_check.h"
#include "json/json_in.h"

static bool is_named(const char *name, const char *end, const char *const *names)
{
	for (size_t i = 0; names[i]; i++)
		if (json_string_is(name, end, names[i]))
			return true;
	return false;
}

static const char *skip_space(const char *p, const char *end)
{
	while (p < end && strchr(" \t\r\n", *p))
		p++;
	return p;
}

/* Steps over one value of checked text. */
static const char *skip_value(const char *p, const char *end)
{
	int depth = 0;

	do {
		if (*p == '"') {
			p = json_skip_string(p, end);
			continue;
		}
		if (*p == '{' || *p == '[')
			depth++;
		else if (*p == '}' || *p == ']')
			depth--;
		p++;
	} while (p < end && (depth > 0 || !strchr(",}] \t\r\n", *p)));
	return p;
}

enum err json_mask(struct arena *mem, const char *s, size_t n, const char *const *names,
                   const char **out)
{
	static const char masked[] = "\"[set]\"";
	const char *end = s + n, *from = s, *p = s, *after;
	struct buf b;

	if (json_complaint(s, n))
		return ERR_MALFORMED;
	/* Growth is bounded: "x":1 becomes "x":"[set]". */
	buf_init(&b, mem, n * 4 + sizeof(masked));
	while (p < end) {
		if (*p != '"') {
			p++;
			continue;
		}
		after = json_skip_string(p, end);
		after = skip_space(after, end);
		if (after == end || *after != ':' || !is_named(p, end, names)) {
			p = after;
			continue;
		}
		after = skip_space(after + 1, end);
		buf_put(&b, from, (size_t)(after - from));
		buf_puts(&b, masked);
		p = from = skip_value(after, end);
	}
	buf_put(&b, from, (size_t)(end - from));
	if (b.failed)
		return ERR_TOO_LARGE;
	*out = buf_str(&b);
	return OK;
}
