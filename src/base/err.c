#include "base/err.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const names[] = {
	[OK] = "ok",
	[ERR_MALFORMED] = "malformed",
	[ERR_INVALID] = "invalid",
	[ERR_UNAUTHENTICATED] = "unauthenticated",
	[ERR_DENIED] = "denied",
	[ERR_NOT_FOUND] = "not-found",
	[ERR_METHOD] = "method",
	[ERR_CONFLICT] = "conflict",
	[ERR_VERSION] = "version",
	[ERR_UNVERSIONED] = "unversioned",
	[ERR_TOO_LARGE] = "too-large",
	[ERR_MEDIA_TYPE] = "media-type",
	[ERR_LIMITED] = "limited",
	[ERR_RETRY] = "retry",
	[ERR_UNAVAILABLE] = "unavailable",
	[ERR_INTERNAL] = "internal",
};
static_assert(ARRAY_LEN(names) == ERR__MAX, "every err has a name");

/* Cuts half a code point off the end of text that did not fit. */
static void cut_at_code_point(char *s, size_t n)
{
	size_t lead = n, need;
	unsigned char c;

	while (lead > 0 && ((unsigned char)s[lead - 1] & 0xc0) == 0x80)
		lead--;
	if (lead == 0 || (unsigned char)s[lead - 1] < 0xc0)
		return;
	c = (unsigned char)s[--lead];
	need = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	if (n - lead < need)
		s[lead] = '\0';
}

enum err fault_set(struct fault *f, enum err e, const char *code, const char *fmt, ...)
{
	va_list ap;
	int n;

	f->code = code;
	va_start(ap, fmt);
	n = vsnprintf(f->detail, sizeof(f->detail), fmt, ap);
	va_end(ap);
	if (n < 0)
		f->detail[0] = '\0';
	else if ((size_t)n >= sizeof(f->detail))
		cut_at_code_point(f->detail, sizeof(f->detail) - 1);
	return e;
}

enum err fault_field(struct fault *f, const char *pointer, const char *code)
{
	struct fault_field *ff;
	size_t n = strlen(pointer);

	if (!f->code)
		fault_set(f, ERR_INVALID, "invalid-input", "Some fields were not accepted.");
	if (f->nfields == FAULT_FIELDS) {
		f->more_fields = true;
		return ERR_INVALID;
	}
	ff = &f->fields[f->nfields++];
	ff->code = code;
	if (n < sizeof(ff->pointer)) {
		memcpy(ff->pointer, pointer, n + 1);
		return ERR_INVALID;
	}
	memcpy(ff->pointer, pointer, sizeof(ff->pointer) - 1);
	ff->pointer[sizeof(ff->pointer) - 1] = '\0';
	cut_at_code_point(ff->pointer, sizeof(ff->pointer) - 1);
	return ERR_INVALID;
}

const char *err_name(enum err e)
{
	assert((size_t)e < ARRAY_LEN(names));
	return names[e];
}
