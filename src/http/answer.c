#include "http/answer.h"

#include <string.h>

enum handoff handoff_of_text(const char *s)
{
	if (s && strcmp(s, "accel") == 0)
		return HANDOFF_ACCEL;
	if (s && strcmp(s, "sendfile") == 0)
		return HANDOFF_SENDFILE;
	return HANDOFF_NONE;
}

/* The name below the spool folder. */
static const char *name_of(const struct pool_config *config, const char *file)
{
	size_t n = config->spool_dir ? strlen(config->spool_dir) : 0;

	if (n > 0 && strncmp(file, config->spool_dir, n) == 0)
		file += n;
	while (*file == '/')
		file++;
	return file;
}

const char *answer_file_path(struct arena *mem, const struct pool_config *config,
                             const char *file)
{
	return arena_printf(mem, "%s/%s", config->spool_dir ? config->spool_dir : "",
	                    name_of(config, file));
}

bool answer_has_body(const struct response *rs)
{
	return rs->status >= 200 && rs->status != 204 && rs->status != 304;
}

static bool is_clean(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return false;
	return true;
}

static void put_header(struct buf *b, const char *name, const char *value)
{
	if (!value || !is_clean(value))
		return;
	buf_puts(b, name);
	buf_puts(b, ": ");
	buf_puts(b, value);
	buf_puts(b, "\r\n");
}

static void put_number(struct buf *b, const char *name, int64_t v)
{
	buf_puts(b, name);
	buf_puts(b, ": ");
	buf_put_i64(b, v);
	buf_puts(b, "\r\n");
}

static void put_location(struct buf *b, const struct pool_config *config, const char *location)
{
	if (!location || !is_clean(location))
		return;
	buf_puts(b, "Location: ");
	if (*location == '/') {
		/* The base path brings its own slash. */
		buf_puts(b, config->base_path);
		location++;
	}
	buf_puts(b, location);
	buf_puts(b, "\r\n");
}

/* The prefix is a path of the web server's own; its "%" must survive decoding. */
static void put_accel(struct buf *b, const struct pool_config *config, const char *file)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-_.~/";

	buf_puts(b, "X-Accel-Redirect: ");
	buf_puts(b, config->handoff_prefix);
	for (const char *s = name_of(config, file); *s; s++) {
		if (strchr(plain, *s))
			buf_putc(b, *s);
		else
			buf_printf(b, "%%%02X", (unsigned char)*s);
	}
	buf_puts(b, "\r\n");
}

static void put_length(struct buf *b, const struct pool_config *config,
                       const struct response *rs)
{
	enum handoff how = handoff_of_text(config->handoff);

	if (!rs->file) {
		put_number(b, "Content-Length", (int64_t)rs->body.len);
		return;
	}
	if (how == HANDOFF_ACCEL)
		put_accel(b, config, rs->file);
	else if (how == HANDOFF_SENDFILE)
		put_header(b, "X-Sendfile", answer_file_path(b->mem, config, rs->file));
	else
		put_number(b, "Content-Length", rs->file_bytes);
}

static bool says(const struct response *rs, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < ARRAY_LEN(rs->headers) && rs->headers[i]; i++)
		if (strncasecmp(rs->headers[i], name, n) == 0 && rs->headers[i][n] == ':')
			return true;
	return false;
}

void answer_head(struct buf *b, const struct pool_config *config, const struct response *rs)
{
	buf_puts(b, "Status: ");
	buf_put_i64(b, rs->status);
	buf_putc(b, ' ');
	buf_puts(b, http_phrase(rs->status));
	buf_puts(b, "\r\n");
	for (size_t i = 0; i < ARRAY_LEN(rs->headers) && rs->headers[i]; i++) {
		if (!is_clean(rs->headers[i]))
			continue;
		buf_puts(b, rs->headers[i]);
		buf_puts(b, "\r\n");
	}
	put_location(b, config, rs->location);
	put_header(b, "ETag", rs->etag);
	put_header(b, "Set-Cookie", rs->cookie);
	if (rs->retry_after_sec > 0)
		put_number(b, "Retry-After", rs->retry_after_sec);
	if (!says(rs, "Cache-Control"))
		put_header(b, "Cache-Control", "no-store");
	if (!says(rs, "Vary"))
		put_header(b, "Vary", "Cookie");
	if (answer_has_body(rs)) {
		if (rs->file || rs->body.len > 0) /* nothing is no JSON */
			put_header(b, "Content-Type", rs->type ? rs->type : "application/json");
		put_length(b, config, rs);
	}
	buf_puts(b, "\r\n");
}
