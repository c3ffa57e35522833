#include "billing/slice.h"

#include <string.h>

#include "json/json_check.h"

static const char *skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
		p++;
	return p;
}

static const char *skip_value(const char *p, const char *end)
{
	int depth = 0;

	while (p < end) {
		if (*p == '"') {
			p = json_skip_string(p, end);
			if (depth == 0)
				break;
			continue;
		}
		if (depth == 0 && strchr(",}] \t\r\n", *p))
			break;
		if (*p == '{' || *p == '[')
			depth++;
		else if (*p == '}' || *p == ']')
			depth--;
		p++;
		if (depth == 0 && (p[-1] == '}' || p[-1] == ']'))
			break;
	}
	return p;
}

bool slice_member(struct slice object, const char *name, struct slice *out)
{
	const char *end = object.p + object.n, *p = skip_space(object.p, end), *v;
	bool found;

	if (p == end || *p != '{')
		return false;
	p = skip_space(p + 1, end);
	while (p < end && *p == '"') {
		found = json_string_is(p, end, name);
		v = skip_space(json_skip_string(p, end), end);
		v = skip_space(v + 1, end); /* the colon */
		p = skip_value(v, end);
		if (found) {
			*out = (struct slice){ v, (size_t)(p - v) };
			return true;
		}
		p = skip_space(p, end);
		if (p < end && *p == ',')
			p = skip_space(p + 1, end);
	}
	return false;
}

bool slice_next(struct slice array, size_t *at, struct slice *out)
{
	const char *end = array.p + array.n, *p = skip_space(array.p + *at, end), *v;

	if (*at == 0) {
		if (p == end || *p != '[')
			return false;
		p = skip_space(p + 1, end);
	} else if (p < end && *p == ',') {
		p = skip_space(p + 1, end);
	}
	if (p >= end || *p == ']')
		return false;
	v = p;
	p = skip_value(v, end);
	*out = (struct slice){ v, (size_t)(p - v) };
	*at = (size_t)(p - array.p);
	return true;
}
