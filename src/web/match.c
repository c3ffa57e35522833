#include "web/match.h"

#include <string.h>

#include "web/web.h"

#define WORD_MAX 64

enum id_kind match_id_kind(const char *name, size_t n)
{
	for (unsigned k = ID_NONE + 1; n == 3 && k < ID__MAX; k++)
		if (!strncmp(id_prefix((enum id_kind)k), name, n))
			return (enum id_kind)k;
	return ID_NONE;
}

static bool is_word(const char *s, size_t n)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_.~";

	return n > 0 && n <= WORD_MAX && strspn(s, plain) >= n;
}

/* Where a path's parameters are found; copied to the request when all of it matches. */
struct params {
	int64_t ids[REQUEST_IDS];
	struct {
		const char *s;
		size_t n;
	} words[REQUEST_IDS];
	size_t nids, nwords;
};

/* The segment at s against "{name}"; both pointers step behind. */
static bool take_param(const char **pattern, const char **path, struct params *p)
{
	const char *name = *pattern + 1, *s = *path;
	size_t name_len = strcspn(name, "}"), n = strcspn(s, "/");
	enum id_kind kind = match_id_kind(name, name_len);

	*pattern = name + name_len + 1;
	*path = s + n;
	if (kind != ID_NONE)
		return p->nids < REQUEST_IDS && id_read(kind, s, n, &p->ids[p->nids++]);
	if (p->nwords == REQUEST_IDS || !is_word(s, n))
		return false;
	p->words[p->nwords].s = s;
	p->words[p->nwords++].n = n;
	return true;
}

static bool matches(const char *pattern, const char *path, struct params *p)
{
	p->nids = 0;
	p->nwords = 0;
	while (*pattern) {
		if (*pattern == '{') {
			if (!take_param(&pattern, &path, p))
				return false;
			continue;
		}
		if (*pattern++ != *path++)
			return false;
	}
	return *path == '\0';
}

static void keep_params(struct request *rq, struct arena *mem, const struct params *p)
{
	for (size_t i = 0; i < p->nids; i++)
		rq->ids[i] = p->ids[i];
	for (size_t i = 0; i < p->nwords; i++)
		rq->words[i] = arena_copy(mem, p->words[i].s, p->words[i].n);
}

static bool find(const struct route_table *tables, enum method method, const char *path,
                 struct params *p, struct match *out)
{
	int index = 0;

	*out = (struct match){ .index = -1 };
	for (; tables->tag; tables++) {
		for (const struct route *r = tables->routes; r->path; r++, index++) {
			/* Most differ in their first letters already. */
			if (r->path[0] != path[0] || r->path[1] != path[1] ||
			    !matches(r->path, path, p))
				continue;
			out->allowed |= 1u << r->method;
			if (r->method != method)
				continue;
			out->route = r;
			out->index = index;
			return true;
		}
	}
	return false;
}

bool match_route(const struct route_table *tables, struct request *rq, struct arena *mem,
                 struct match *out)
{
	struct params p;

	if (!find(tables, rq->method, rq->path, &p, out))
		return false;
	keep_params(rq, mem, &p);
	return true;
}

const struct route *match_find(const struct route_table *tables, enum method method,
                               const char *path)
{
	struct params p;
	struct match m;

	return find(tables, method, path, &p, &m) ? m.route : NULL;
}

const struct route *match_sibling(const struct route_table *tables, const struct route *route,
                                  enum method method)
{
	for (; tables->tag; tables++)
		for (const struct route *r = tables->routes; r->path; r++)
			if (r->method == method && !strcmp(r->path, route->path))
				return r;
	return NULL;
}

void match_all(const struct route_table *tables, match_each *fn, void *to)
{
	int index = 0;

	for (; tables->tag; tables++)
		for (const struct route *r = tables->routes; r->path; r++)
			fn(to, tables, r, index++);
}

/* What web_check_routes() found so far. */
struct check {
	const struct route_table *tables;
	const char *why;
};

static const char *complaint_of(const struct route *r)
{
	bool bodied = r->method == METHOD_POST || r->method == METHOD_PUT ||
	              r->method == METHOD_PATCH;

	if (r->perm == PERM_NONE)
		return "a route has no permission";
	if (r->mode == ROUTE_NONE)
		return "a route has no mode";
	if (!r->run || !r->name || !r->summary)
		return "a route has no handler, name or summary";
	if (r->in && r->body_max == 0)
		return "a route reads a body of no size";
	if (r->method == METHOD_GET && (r->in || r->versioned))
		return "a GET has a body or a version";
	if (r->versioned && !bodied && r->method != METHOD_DELETE)
		return "a route asks for a version it cannot have";
	if (r->mode == ROUTE_READ && r->method != METHOD_GET)
		return "a route reads by an unsafe method";
	if (strchr(r->path, '{') == r->path || r->path[0] != '/')
		return "a path does not begin with /";
	return NULL;
}

static void check_one(void *to, const struct route_table *table, const struct route *route,
                      int index)
{
	struct check *c = to;

	(void)table;
	if (c->why)
		return;
	c->why = complaint_of(route);
	if (!c->why && index >= ROUTES_MAX)
		c->why = "there are more routes than ROUTES_MAX";
	for (const struct route_table *t = c->tables; !c->why && t->tag; t++)
		for (const struct route *r = t->routes; !c->why && r->path; r++)
			if (r != route &&
			    (!strcmp(r->name, route->name) ||
			     (r->method == route->method && !strcmp(r->path, route->path))))
				c->why = "two routes have one name or one place";
}

bool web_check_routes(const struct route_table *tables, const char **why)
{
	struct check c = { .tables = tables };

	match_all(tables, check_one, &c);
	if (c.why)
		*why = c.why;
	return !c.why;
}
