#include "billing/refusal.h"

#include <string.h>

#include "json/json_out.h"

#define TEXT_MAX 16384

static const struct {
	const char *code, *sentence;
} sentences[] = {
	{ "required", "The field is required." },
	{ "empty", "The field must not be empty." },
	{ "too-short", "The text is too short." },
	{ "too-long", "The text is too long." },
	{ "too-many", "There are too many entries." },
	{ "too-few", "There are too few entries." },
	{ "not-one-of", "This value is not one of those allowed." },
	{ "not-allowed", "This value is not allowed." },
	{ "not-a-string", "The field must be a string." },
	{ "not-an-integer", "The field must be a whole number." },
	{ "not-a-number", "The field must be a number." },
	{ "not-a-boolean", "The field must be true or false." },
	{ "not-an-object", "The field must be an object." },
	{ "not-an-array", "The field must be an array." },
	{ "not-a-time", "The field must be a time such as 2026-03-01T09:15:00Z." },
	{ "out-of-range", "The number is out of range." },
	{ "not-a-mac", "The field must be a MAC address." },
	{ "not-a-code", "The field may hold letters, digits, dot, dash and underscore only." },
	{ "before-its-start", "The end must be after the start." },
	{ "reserved-prefix", "An external id must not begin with \"login:\"." },
	{ "has-nul", "The text must not hold a NUL character." },
	{ "control-characters", "The text must not hold control characters." },
};

const char *refusal_sentence(const char *code)
{
	for (size_t i = 0; i < ARRAY_LEN(sentences); i++)
		if (strcmp(sentences[i].code, code) == 0)
			return sentences[i].sentence;
	return "The field is invalid.";
}

/* "/properties/0/type" is data.properties.0.type. */
static const char *path_of(struct arena *mem, const char *pointer)
{
	char *path = arena_printf(mem, "data%s", pointer);

	for (char *p = path; *p; p++)
		if (*p == '/')
			*p = '.';
	return path;
}

const char *refusal_write(struct arena *mem, const struct fault *f)
{
	struct buf b;

	buf_init(&b, mem, TEXT_MAX);
	json_open(&b, '{');
	json_key(&b, "message");
	json_str(&b, "The given data was invalid.");
	json_key(&b, "errors");
	json_open(&b, '{');
	for (size_t i = 0; i < f->nfields; i++) {
		json_key(&b, path_of(mem, f->fields[i].pointer));
		json_open(&b, '[');
		json_str(&b, refusal_sentence(f->fields[i].code));
		json_close(&b, ']');
	}
	json_close(&b, '}');
	json_close(&b, '}');
	return buf_str(&b);
}
