#include <stdio.h>
#include <string.h>

#include "main/ctl.h"
#include "web/print.h"

#define PRINT_BYTES_MAX (4u * 1024 * 1024)

static void print_settings(struct buf *b)
{
	conf_print(b, settings_conf, NULL);
}

static print_table *table_of(const char *name)
{
	if (!strcmp(name, "settings"))
		return print_settings;
	if (!strcmp(name, "matrix"))
		return print_role_routes;
	if (!strcmp(name, "visits"))
		name = "visit-routes";
	for (const struct printable *p = printables; p->name; p++)
		if (!strcmp(p->name, name))
			return p->print;
	return NULL;
}

static int print(struct ctl *ctl)
{
	print_table *table = table_of(ctl->command->name);
	struct arena mem;
	struct buf b;

	if (!table || !ctl_done(ctl))
		return 2;
	arena_init(&mem, 4 * PRINT_BYTES_MAX);
	buf_init(&b, &mem, PRINT_BYTES_MAX);
	table(&b);
	fputs(buf_str(&b), stdout);
	arena_release(&mem);
	return 0;
}

#define PRINT(table, what) \
	{ \
		.name = (table), .run = print, .bare = true, .help = (what) \
	}

const struct ctl_command ctl_print_commands[] = {
	PRINT("settings", "print every setting with its meaning and default"),
	PRINT("permissions", "print who holds which permission, and what asks for it"),
	PRINT("matrix", "print which built-in role may ask which end point"),
	PRINT("routes", "print every end point of both pools"),
	PRINT("problems", "print every problem type with its meaning"),
	PRINT("actions", "print what the change log can say"),
	PRINT("event-types", "print what billing systems can send"),
	PRINT("visits", "print what an operator may do as somebody else"),
	PRINT("openapi", "print the description of the API"),
	{ .name = NULL },
};
