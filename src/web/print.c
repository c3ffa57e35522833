#include "web/print.h"

#include <string.h>

#include "billing/types.h"
#include "core/change.h"
#include "http/problem.h"
#include "web/match.h"
#include "web/problems.h"
#include "web/web.h"

static const char *const modes[] = {
	[ROUTE_NONE] = "none",   [ROUTE_READ] = "read", [ROUTE_WRITE] = "write",
	[ROUTE_QUIET] = "quiet", [ROUTE_FREE] = "free",
};

static void pad(struct buf *b, const char *text, size_t width)
{
	buf_puts(b, text);
	for (size_t n = strlen(text); n < width; n++)
		buf_putc(b, ' ');
}

struct asking {
	struct buf *b;
	enum perm perm;
};

static void put_asking(void *to, const struct route_table *table, const struct route *route,
                       int index)
{
	struct asking *a = to;

	(void)table;
	(void)index;
	if (route->perm != a->perm)
		return;
	buf_printf(a->b, "    %s %s\n", method_text(route->method), route->path);
}

static void put_routes_of(struct buf *b, enum perm p)
{
	struct asking a = { b, p };

	match_all(portal_tables, put_asking, &a);
	match_all(billing_tables, put_asking, &a);
}

static void put_holders(struct buf *b, enum perm p)
{
	struct perm_set set;

	for (unsigned r = ROLE_NONE + 1; r < ROLE__MAX; r++) {
		set = perm_set_of_role((enum role)r);
		if (perm_has(&set, p))
			buf_printf(b, " %s", role_text((enum role)r));
	}
}

void print_permissions(struct buf *b)
{
	for (unsigned p = PERM_PUBLIC; p < PERM__MAX; p++) {
		pad(b, perm_text((enum perm)p), 27);
		if (p > PERM_SESSION)
			put_holders(b, (enum perm)p);
		else
			buf_puts(b, p == PERM_PUBLIC ? " anybody" : " whoever is signed in");
		buf_putc(b, '\n');
		put_routes_of(b, (enum perm)p);
	}
}

static void put_route(void *to, const struct route_table *table, const struct route *route,
                      int index)
{
	struct buf *b = to;

	(void)table;
	(void)index;
	pad(b, method_text(route->method), 7);
	pad(b, route->path, 50);
	buf_putc(b, ' ');
	pad(b, perm_text(route->perm), 27);
	pad(b, modes[route->mode], 6);
	buf_printf(b, "%7lld  %s%s\n", (long long)route->body_max, route->name,
	           route->versioned ? "  If-Match" : "");
}

void print_routes(struct buf *b)
{
	buf_puts(b, "portal\n");
	match_all(portal_tables, put_route, b);
	buf_puts(b, "billing\n");
	match_all(billing_tables, put_route, b);
}

/* A letter a role, in the order of enum role; "*" is whoever is signed in. */
static void put_row(void *to, const struct route_table *table, const struct route *route,
                    int index)
{
	struct buf *b = to;

	(void)table;
	(void)index;
	pad(b, method_text(route->method), 7);
	pad(b, route->path, 62);
	if (route->perm == PERM_PUBLIC) {
		buf_puts(b, " public\n");
		return;
	}
	for (unsigned r = ROLE_NONE + 1; r < ROLE__MAX; r++) {
		struct perm_set set = perm_set_of_role((enum role)r);
		bool holds = perm_has(&set, route->perm);

		buf_printf(b, " %s", !holds ? "-" : route->perm <= PERM_SESSION ? "*" : "x");
	}
	buf_printf(b, "%s%s\n", route->own ? "  himself" : "", route->proof ? "  proof" : "");
}

void print_role_routes(struct buf *b)
{
	for (unsigned r = ROLE_NONE + 1; r < ROLE__MAX; r++)
		buf_printf(b, "%u %s\n", r, role_text((enum role)r));
	buf_puts(
		b,
		"x: the role holds what is asked for; *: whoever is signed in; -: refused\n\n");
	match_all(portal_tables, put_row, b);
	match_all(billing_tables, put_row, b);
}

void print_problems(struct buf *b)
{
	for (unsigned e = OK + 1; e < ERR__MAX; e++) {
		buf_printf(b, "%d %s: %s\n", problem_status((enum err)e), err_name((enum err)e),
		           problem_title((enum err)e));
		for (const struct problem_code *c = problem_codes; c->code; c++) {
			if (c->err != (enum err)e)
				continue;
			buf_puts(b, "    ");
			pad(b, c->code, 30);
			buf_printf(b, " %s\n", c->help);
		}
	}
}

void print_actions(struct buf *b)
{
	for (unsigned a = ACTION_NONE + 1; a < ACTION__MAX; a++) {
		pad(b, action_text((enum action)a), 30);
		buf_printf(b, " %s\n", action_label((enum action)a));
	}
}

void print_event_types(struct buf *b)
{
	static const struct {
		unsigned flag;
		const char *word;
	} flags[] = {
		{ TYPE_NEEDS_ENTITY, "needs-entity" }, { TYPE_WAITS, "waits" },
		{ TYPE_PASSWORD, "password" },         { TYPE_LATER, "later" },
		{ TYPE_RECORDED, "recorded" },         { TYPE_LIFE, "life" },
	};

	for (const struct event_type *t = event_types; t->name; t++) {
		pad(b, t->name, 45);
		pad(b, t->label, 40);
		for (size_t i = 0; i < ARRAY_LEN(flags); i++)
			if (t->flags & flags[i].flag)
				buf_printf(b, " %s", flags[i].word);
		buf_putc(b, '\n');
	}
}

static const char *in_a_visit(const struct route *r)
{
	if (r->perm == PERM_PUBLIC)
		return "anybody";
	if (r->own || r->unvisited)
		return "never";
	return r->method == METHOD_GET ? "looks" : "writes";
}

static void put_visit_route(void *to, const struct route_table *table,
                            const struct route *route, int index)
{
	struct buf *b = to;

	(void)table;
	(void)index;
	pad(b, in_a_visit(route), 8);
	pad(b, method_text(route->method), 7);
	buf_printf(b, "%s\n", route->path);
}

void print_visit_routes(struct buf *b)
{
	match_all(portal_tables, put_visit_route, b);
	match_all(billing_tables, put_visit_route, b);
}

static void print_openapi(struct buf *b)
{
	openapi_write(b, "/");
	buf_putc(b, '\n');
}

const struct printable printables[] = {
	{ "permissions", "who may do what, and which end points ask for it",
	  print_permissions },
	{ "routes", "every end point: permission, mode, ceiling of the body", print_routes },
	{ "role-routes", "every end point and which built-in roles may ask it",
	  print_role_routes },
	{ "problems", "every error an answer can name", print_problems },
	{ "actions", "everything the change log can say", print_actions },
	{ "event-types", "every event a billing system can send", print_event_types },
	{ "visit-routes", "what a visit may do: never, look, or write where it was granted",
	  print_visit_routes },
	{ "openapi", "the OpenAPI 3.1 description of the API", print_openapi },
	{ NULL, NULL, NULL },
};
