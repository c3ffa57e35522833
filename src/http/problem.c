#include "http/problem.h"

#include <assert.h>
#include <string.h>

#include "json/json_out.h"

#define PROBLEM_MAX_BYTES (256 * 1024)

/* What a client is told to wait when nobody said. */
#define RETRY_AFTER_SEC 2

static const struct {
	int status;
	const char *title;
} problems[] = {
	[OK] = { 200, "OK" },
	[ERR_MALFORMED] = { 400, "The request could not be read" },
	[ERR_INVALID] = { 422, "Some fields were not accepted" },
	[ERR_UNAUTHENTICATED] = { 401, "Please sign in" },
	[ERR_DENIED] = { 403, "You may not do this" },
	[ERR_NOT_FOUND] = { 404, "Not found" },
	[ERR_METHOD] = { 405, "This method is not possible here" },
	[ERR_CONFLICT] = { 409, "The current state does not allow this" },
	[ERR_VERSION] = { 412, "It was changed in the meantime" },
	[ERR_UNVERSIONED] = { 428, "The version to be changed must be named" },
	[ERR_TOO_LARGE] = { 413, "The request is too large" },
	[ERR_MEDIA_TYPE] = { 415, "The body must be JSON" },
	[ERR_LIMITED] = { 429, "Too many tries; please wait" },
	[ERR_RETRY] = { 503, "Please try again" },
	[ERR_UNAVAILABLE] = { 503, "Please try again" },
	[ERR_INTERNAL] = { 500, "Something broke on our side" },
};
static_assert(ARRAY_LEN(problems) == ERR__MAX, "every err has a status");

int problem_status(enum err e)
{
	assert((size_t)e < ARRAY_LEN(problems));
	return problems[e].status;
}

const char *problem_title(enum err e)
{
	assert((size_t)e < ARRAY_LEN(problems));
	return problems[e].title;
}

/* Of our own troubles a client learns only whether trying again may help. */
static const char *public_code(enum err e, const struct fault *f)
{
	int status = problems[e].status;

	if (status == 503)
		return "unavailable";
	if (status >= 500)
		return "internal";
	return f && f->code ? f->code : err_name(e);
}

static void put_type(struct buf *b, struct arena *mem, const char *base_path, const char *code)
{
	json_key(b, "type");
	json_str(b, arena_printf(mem, "%s#/problems/%s", base_path, code));
}

/* RFC 9562 section 4: the 32 digits of a request id are those of a UUID. */
static void put_instance(struct buf *b, struct arena *mem, const char *id)
{
	if (!id || !*id)
		return;
	json_key(b, "instance");
	if (strlen(id) == REQUEST_ID_TEXT - 1)
		id = arena_printf(mem, "%.8s-%.4s-%.4s-%.4s-%s", id, id + 8, id + 12, id + 16,
		                  id + 20);
	json_str(b, arena_printf(mem, "urn:uuid:%s", id));
}

static void put_errors(struct buf *b, const struct fault *f)
{
	if (!f || f->nfields == 0)
		return;
	json_key(b, "errors");
	json_open(b, '[');
	for (size_t i = 0; i < f->nfields; i++) {
		json_open(b, '{');
		json_key(b, "pointer");
		json_str(b, f->fields[i].pointer);
		json_key(b, "code");
		json_str(b, f->fields[i].code);
		json_close(b, '}');
	}
	json_close(b, ']');
}

static int retry_after(int status, const struct fault *f)
{
	if (status != 429 && status != 503)
		return 0;
	return f && f->retry_after_sec > 0 ? f->retry_after_sec : RETRY_AFTER_SEC;
}

void problem_write(struct response *rs, struct arena *mem, enum err e, const struct fault *f,
                   const char *base_path, const char *request_id, const char *current)
{
	bool ours = problem_status(e) >= 500;
	struct buf *b = &rs->body;

	rs->status = problem_status(e);
	rs->type = "application/problem+json";
	rs->location = rs->etag = rs->file = NULL;
	rs->next = rs->prev = NULL;
	rs->then = NULL;
	memset(rs->headers, 0, sizeof(rs->headers));
	rs->retry_after_sec = retry_after(rs->status, f);
	buf_init(b, mem, PROBLEM_MAX_BYTES);
	json_open(b, '{');
	put_type(b, mem, base_path, public_code(e, f));
	json_key(b, "title");
	json_str(b, problem_title(e));
	json_key(b, "status");
	json_i64(b, rs->status);
	json_key(b, "detail");
	json_str(b, !ours && f && f->detail[0] ? f->detail : problem_title(e));
	put_instance(b, mem, request_id);
	if (!ours)
		put_errors(b, f);
	if (current) {
		json_key(b, "current");
		json_raw(b, current);
	}
	json_close(b, '}');
}
