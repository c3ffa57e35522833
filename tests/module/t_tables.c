/*
 * What the tables print is what tests/expect/ holds; a change of access, an
 * end point or an error shows there.  The description of the API is in
 * htdocs/openapi.json, of which the front end's types are made.
 * GATEHOUSE_UPDATE=1 writes the files.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "main/settings.h"
#include "module/harness.h"
#include "module/tree.h"
#include "web/match.h"
#include "web/print.h"
#include "web/problems.h"

#define TEXT_MAX (4u * 1024 * 1024)

static struct arena mem;

static void setup(void)
{
	arena_init(&mem, 256 << 20);
}

static const char *source(const char *rest)
{
	const char *top = getenv("GATEHOUSE_SRCDIR");

	return arena_printf(&mem, "%s/%s", top ? top : ".", rest);
}

static const char *read_all(const char *path)
{
	char *text = arena_alloc(&mem, TEXT_MAX);
	FILE *f = fopen(path, "r");

	if (!f)
		return "";
	text[fread(text, 1, TEXT_MAX - 1, f)] = '\0';
	fclose(f);
	return text;
}

/* The description with a line a method of a path and a line a schema, so that a change shows. */
static const char *in_lines(const char *doc)
{
	char *out = arena_alloc(&mem, 2 * strlen(doc) + 1), *to = out;
	bool inside = false; /* a text */
	int depth = 0;

	for (const char *s = doc; *s; s++) {
		*to++ = *s;
		if (*s == '"' && (s == doc || s[-1] != '\\'))
			inside = !inside;
		if (inside)
			continue;
		depth += (*s == '{' || *s == '[') - (*s == '}' || *s == ']');
		if ((*s == ',' || *s == '{') && depth <= 3)
			*to++ = '\n';
	}
	*to = '\0';
	return out;
}

static void compare(const char *name, const char *printed)
{
	const char *path = source(!strcmp(name, "openapi") ?
	                                  "htdocs/openapi.json" :
	                                  arena_printf(&mem, "tests/expect/%s.txt", name));
	FILE *f;

	if (getenv("GATEHOUSE_UPDATE")) {
		f = fopen(path, "w");
		ck_assert_ptr_nonnull(f);
		fputs(printed, f);
		fclose(f);
	}
	ck_assert_msg(!strcmp(printed, read_all(path)),
	              "%s differs; if the change is meant, run with GATEHOUSE_UPDATE=1", path);
}

START_TEST(the_printed_tables_are_the_expected_ones)
{
	for (const struct printable *p = printables; p->name; p++) {
		struct buf b;

		buf_init(&b, &mem, TEXT_MAX);
		p->print(&b);
		ck_assert(!b.failed);
		compare(p->name, strcmp(p->name, "openapi") == 0 ? in_lines(buf_str(&b)) :
		                                                   buf_str(&b));
	}
}
END_TEST

START_TEST(the_printed_settings_are_the_expected_ones)
{
	struct buf b;

	buf_init(&b, &mem, TEXT_MAX);
	conf_print(&b, settings_conf, NULL);
	compare("settings", buf_str(&b));
}
END_TEST

START_TEST(the_routes_of_both_pools_are_complete)
{
	const char *why = "";

	ck_assert_msg(web_check_routes(portal_tables, &why), "%s", why);
	ck_assert_msg(web_check_routes(billing_tables, &why), "%s", why);
}
END_TEST

static bool is_listed(const char *code, size_t n)
{
	for (const struct problem_code *c = problem_codes; c->code; c++)
		if (strlen(c->code) == n && !strncmp(c->code, code, n))
			return true;
	return false;
}

/* Behind so many commas and the space after the last. */
static const char *skip_args(const char *s, int n)
{
	for (; s && n > 0; n--) {
		s = strchr(s, ',');
		s = s ? s + 1 : NULL;
	}
	return s ? s + strspn(s, " \t\n") : NULL;
}

/* Codes of our own troubles never leave the server. */
static bool is_ours(const char *class)
{
	return class && (!strncmp(class, "ERR_INTERNAL", 12) ||
	                 !strncmp(class, "ERR_UNAVAILABLE", 15));
}

static void check_refusals(const char *path, const char *text, const char *call, int before)
{
	const char *class, *code;

	for (const char *s = strstr(text, call); s; s = strstr(s + 1, call)) {
		class = skip_args(s, 1);
		code = skip_args(s, before);
		if (!code || *code != '"' || is_ours(class))
			continue;
		code++;
		ck_assert_msg(is_listed(code, strcspn(code, "\"")),
		              "%s: \"%.*s\" is not in src/web/problems.def", path,
		              (int)strcspn(code, "\""), code);
	}
}

static void check_folder(const char *folder)
{
	DIR *d = opendir(source(arena_printf(&mem, "src/%s", folder)));
	const char *path, *text;

	ck_assert_ptr_nonnull(d);
	for (struct dirent *f = readdir(d); f; f = readdir(d)) {
		if (!strstr(f->d_name, ".c"))
			continue;
		path = source(arena_printf(&mem, "src/%s/%s", folder, f->d_name));
		text = read_all(path);
		check_refusals(path, text, " FAIL(", 2);
		check_refusals(path, text, " fault_set(", 2);
		check_refusals(path, text, " deny(", 1);
	}
	closedir(d);
}

START_TEST(every_refusal_in_the_sources_is_listed)
{
	DIR *d = opendir(source("src"));

	ck_assert_ptr_nonnull(d);
	for (struct dirent *f = readdir(d); f; f = readdir(d)) {
		struct arena_mark mark = arena_mark(&mem);

		/* What the programs say on a terminal is no answer. */
		if (f->d_name[0] != '.' && f->d_type == DT_DIR && strcmp(f->d_name, "main") != 0)
			check_folder(f->d_name);
		arena_rewind(&mem, mark);
	}
	closedir(d);
}
END_TEST

static void is_described(void *to, const struct route_table *table, const struct route *route,
                         int index)
{
	const char *doc = to, *at;
	char method[16];

	(void)table;
	(void)index;
	snprintf(method, sizeof(method), "%s", method_text(route->method));
	for (char *s = method; *s; s++)
		*s = (char)(*s - 'A' + 'a');
	at = arena_printf(&mem, "\"operationId\":\"%s\"", route->name);
	ck_assert_msg(strstr(doc, at) != NULL, "%s is not described", route->name);
	at = strstr(doc, arena_printf(&mem, "\"%s\":{", route->path));
	ck_assert_msg(at && strstr(at, arena_printf(&mem, "\"%s\":{", method)),
	              "%s %s is not described", method, route->path);
}

START_TEST(the_description_names_every_route)
{
	struct buf b;
	const char *doc;

	buf_init(&b, &mem, TEXT_MAX);
	openapi_write(&b, "/");
	ck_assert(!b.failed);
	doc = buf_str(&b);
	ck_assert_str_eq(tree_text(doc, "/openapi"), "3.1.0");
	match_all(portal_tables, is_described, (void *)(uintptr_t)doc);
	match_all(billing_tables, is_described, (void *)(uintptr_t)doc);
}
END_TEST

TESTS_WITH("tables", setup, NULL, the_printed_tables_are_the_expected_ones,
           the_printed_settings_are_the_expected_ones, the_routes_of_both_pools_are_complete,
           every_refusal_in_the_sources_is_listed, the_description_names_every_route);
