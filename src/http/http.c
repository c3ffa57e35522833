#include "http/http.h"

#include <assert.h>
#include <string.h>

#include "base/utf8.h"

/* Longer request targets do not come through a web server with its usual limits. */
#define TARGET_MAX_BYTES 8192
#define LENGTH_DIGITS    15

static const char *const methods[] = {
	[METHOD_GET] = "GET",     [METHOD_POST] = "POST",     [METHOD_PUT] = "PUT",
	[METHOD_PATCH] = "PATCH", [METHOD_DELETE] = "DELETE", [METHOD_OTHER] = "OTHER",
};
static_assert(ARRAY_LEN(methods) == METHOD__MAX, "every method has a name");

static const struct {
	int status;
	const char *text;
} phrases[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 206, "Partial Content" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 409, "Conflict" },
	{ 410, "Gone" },
	{ 412, "Precondition Failed" },
	{ 413, "Content Too Large" },
	{ 415, "Unsupported Media Type" },
	{ 422, "Unprocessable Content" },
	{ 428, "Precondition Required" },
	{ 429, "Too Many Requests" },
	{ 500, "Internal Server Error" },
	{ 503, "Service Unavailable" },
	{ 507, "Insufficient Storage" },
};

void request_id_new(char out[REQUEST_ID_TEXT])
{
	char uuid[UUID_TEXT];
	size_t n = 0;

	token_uuid(uuid);
	for (const char *s = uuid; *s; s++)
		if (*s != '-')
			out[n++] = *s;
	out[n] = '\0';
}

const char *http_phrase(int status)
{
	for (size_t i = 0; i < ARRAY_LEN(phrases); i++)
		if (phrases[i].status == status)
			return phrases[i].text;
	return "Other";
}

bool http_length_read(const char *s, int64_t *out)
{
	int64_t v = 0;
	size_t n;

	if (!s || *s == '\0') {
		*out = 0;
		return true;
	}
	n = strspn(s, "0123456789");
	if (s[n] != '\0' || n > LENGTH_DIGITS)
		return false;
	for (size_t i = 0; i < n; i++)
		v = v * 10 + (s[i] - '0');
	*out = v;
	return true;
}

enum method method_of_text(const char *s)
{
	if (!s)
		return METHOD_OTHER;
	if (strcmp(s, "HEAD") == 0)
		return METHOD_GET;
	for (int m = METHOD_GET; m < METHOD_OTHER; m++)
		if (strcmp(s, methods[m]) == 0)
			return (enum method)m;
	return METHOD_OTHER;
}

const char *method_text(enum method m)
{
	assert((size_t)m < ARRAY_LEN(methods));
	return methods[m];
}

/* The value of "NAME=value" when the name is this one. */
static const char *value_of(const char *param, const char *name, size_t n)
{
	if (*param != *name || strncmp(param, name, n) != 0 || param[n] != '=')
		return NULL;
	return param + n + 1;
}

const char *request_param(const struct request *rq, const char *name)
{
	size_t n = strlen(name);
	const char *v;

	for (const char *const *p = rq->params; p && *p; p++) {
		v = value_of(*p, name, n);
		if (v)
			return v;
	}
	return NULL;
}

static enum err repeated(struct fault *f)
{
	return fault_set(f, ERR_MALFORMED, "repeated-header",
	                 "A header that may come once came twice.");
}

enum err request_param_once(const struct request *rq, struct fault *f, const char *name,
                            const char **out)
{
	const char *found = NULL, *v;
	size_t n = strlen(name);

	for (const char *const *p = rq->params; p && *p; p++) {
		v = value_of(*p, name, n);
		if (v && found)
			return repeated(f);
		if (v)
			found = v;
	}
	*out = found;
	return OK;
}

/* The bit of the name a parameter has; 0: of none. */
static uint64_t bit_of(const char *param, const struct param_name *names, size_t n)
{
	const char *end = strchr(param, '=');
	size_t len = end ? (size_t)(end - param) : 0;

	for (size_t i = 0; i < n; i++)
		if (names[i].n == len && memcmp(names[i].s, param, len) == 0)
			return UINT64_C(1) << i;
	return 0;
}

enum err request_params_once(const struct request *rq, struct fault *f,
                             const struct param_name *names, size_t n)
{
	uint64_t seen = 0, bit;

	assert(n <= 64);
	for (const char *const *p = rq->params; p && *p; p++) {
		bit = bit_of(*p, names, n);
		if (seen & bit)
			return repeated(f);
		seen |= bit;
	}
	return OK;
}

enum err request_cookie(const struct request *rq, struct arena *mem, struct fault *f,
                        const char *name, const char **out)
{
	const char *s, *found = NULL;
	size_t n = strlen(name), found_len = 0, len;
	enum err e = request_param_once(rq, f, "HTTP_COOKIE", &s);

	if (e)
		return e;
	for (; s && *s; s += len) {
		s += strspn(s, "; \t");
		len = strcspn(s, ";");
		if (len <= n || strncmp(s, name, n) != 0 || s[n] != '=')
			continue;
		if (found)
			return fault_set(f, ERR_MALFORMED, "repeated-cookie",
			                 "Two cookies have the same name.");
		found = s + n + 1;
		found_len = len - n - 1;
		while (found_len > 0 && strchr(" \t", found[found_len - 1]))
			found_len--;
	}
	*out = found ? arena_copy(mem, found, found_len) : NULL;
	return OK;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/*
 * Decodes n bytes of a path; false on what no client of ours sends.  An
 * encoded "/" or "\" would mean one path to the web server and another to us.
 */
static bool decode_path(const char *s, size_t n, char *out)
{
	int high, low, c;

	for (size_t i = 0; i < n; i++) {
		c = (unsigned char)s[i];
		if (c <= ' ' || c >= 0x7f || strchr("\\\"<>^`{|}#", c))
			return false;
		if (c == '%') {
			high = i + 2 < n ? hex_digit(s[i + 1]) : -1;
			low = high >= 0 ? hex_digit(s[i + 2]) : -1;
			c = high * 16 + low;
			if (low < 0 || c < ' ' || c == 0x7f || c == '/' || c == '\\')
				return false;
			i += 2;
		}
		*out++ = (char)c;
	}
	*out = '\0';
	return true;
}

/* Segments that are empty (but for the last) or made of one or two dots. */
static bool has_odd_segment(const char *path)
{
	size_t n;

	for (const char *s = path; *s == '/'; s += n) {
		s++;
		n = strcspn(s, "/");
		if ((n == 0 && *s == '/') || (n == 1 && s[0] == '.') ||
		    (n == 2 && s[0] == '.' && s[1] == '.'))
			return true;
	}
	return false;
}

static bool is_plain_query(const char *s)
{
	for (; *s; s++)
		if (*s <= ' ' || *s >= 0x7f || *s == '#')
			return false;
	return true;
}

enum err request_target(struct arena *mem, struct fault *f, const char *uri,
                        const char *base_path, const char **path, const char **query)
{
	size_t base = strlen(base_path), n;
	const char *mark;
	char *p;

	assert(base > 0 && base_path[base - 1] == '/');
	if (!uri || uri[0] != '/' || strlen(uri) > TARGET_MAX_BYTES)
		return fault_set(f, ERR_MALFORMED, "bad-target", "The address cannot be read.");
	n = strcspn(uri, "?");
	mark = uri[n] == '?' ? uri + n + 1 : "";
	p = arena_alloc(mem, n + 1);
	if (!decode_path(uri, n, p) || !utf8_valid(p, strlen(p)) ||
	    !utf8_printable(p, strlen(p), false) || has_odd_segment(p) || !is_plain_query(mark))
		return fault_set(f, ERR_MALFORMED, "bad-target", "The address cannot be read.");
	if (strncmp(p, base_path, base) != 0)
		return fault_set(f, ERR_NOT_FOUND, "not-found", "There is nothing here.");
	*path = p + base - 1;
	*query = arena_str(mem, mark);
	return OK;
}
