/*
 * gatehousectl check.
 */
#include <stdio.h>

#include "main/check.h"
#include "main/ctl.h"

#define STATEMENT_SEC 86400

static void say(void *to, const char *says, int64_t broken)
{
	(void)to;
	printf("%-8s %s", broken == 0 ? "ok" : "BROKEN", says);
	if (broken > 0)
		printf(": %lld", (long long)broken);
	putchar('\n');
}

static int check(struct ctl *ctl)
{
	struct db *usual = ctl->c.db;
	int64_t broken = 0;
	int status;
	enum err e;

	if (!ctl_done(ctl))
		return 2;
	ctl->c.db = db_new_like(usual, STATEMENT_SEC);
	e = check_data(&ctl->c, say, NULL, &broken);
	status = e ? ctl_failed(ctl, e, "check") : broken > 0;
	db_free(ctl->c.db);
	ctl->c.db = usual;
	return status;
}

const struct ctl_command ctl_check_commands[] = {
	{ .name = "check",
	  .run = check,
	  .help = "ask the stored data whether their rules hold" },
	{ .name = NULL },
};
