#include "db/split.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool starts(const char *p, const char *end, const char *mark)
{
	size_t n = strlen(mark);

	return (size_t)(end - p) >= n && memcmp(p, mark, n) == 0;
}

/* Behind a comment that begins at p, or p itself. */
static const char *skip_comment(const char *p, const char *end)
{
	const char *q;

	if (starts(p, end, "/*")) {
		for (q = p + 2; q < end; q++)
			if (starts(q, end, "*/"))
				return q + 2;
		return end;
	}
	if (*p != '#' &&
	    !(starts(p, end, "--") && (end - p == 2 || is_blank(p[2]) || p[2] == '\n')))
		return p;
	q = memchr(p, '\n', (size_t)(end - p));
	return q ? q : end;
}

/* Behind a quoted piece that begins at p; a doubled quote just begins the next one. */
static const char *skip_quoted(const char *p, const char *end)
{
	char quote = *p;

	for (p++; p < end; p++) {
		if (*p == '\\' && quote != '`' && p + 1 < end)
			p++;
		else if (*p == quote)
			return p + 1;
	}
	return end;
}

static const char *skip_space(const char *p, const char *end)
{
	const char *q;

	while (p < end) {
		if (is_blank(*p) || *p == '\n') {
			p++;
			continue;
		}
		q = skip_comment(p, end);
		if (q == p)
			break;
		p = q;
	}
	return p;
}

/* A comment may stand between the ';' and the end of its line. */
static bool ends_line(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	return p == end || *p == '\n' || skip_comment(p, end) != p;
}

bool split_next(const char **at, const char *end, const char **text, size_t *n)
{
	const char *begin = skip_space(*at, end), *p = begin;

	while (p < end) {
		if (*p == ';' && ends_line(p + 1, end))
			break;
		if (*p == '\'' || *p == '"' || *p == '`') {
			p = skip_quoted(p, end);
			continue;
		}
		if (skip_comment(p, end) != p) {
			p = skip_comment(p, end);
			continue;
		}
		p++;
	}
	*at = p < end ? p + 1 : end;
	while (p > begin && (is_blank(p[-1]) || p[-1] == '\n'))
		p--;
	if (p == begin)
		return *at < end ? split_next(at, end, text, n) : false;
	*text = begin;
	*n = (size_t)(p - begin);
	return true;
}
