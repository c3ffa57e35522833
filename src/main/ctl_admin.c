#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accounts/accounts.h"
#include "accounts/index.h"
#include "db/migrate.h"
#include "main/ctl.h"
#include "main/demo.h"
#include "main/demo_events.h"
#include "main/jobs.h"
#include "people/people.h"
#include "signin/password.h"

#define ROUNDS_MAX 100000

static void say_line(void *to, const char *line)
{
	(void)to;
	puts(line);
}

static int migrate(struct ctl *ctl)
{
	struct migrate_config config = { .folder = ctl->boot->set.sql_dir, .say = say_line };
	enum err e;

	if (!ctl_done(ctl))
		return 2;
	e = migrate_run(ctl->c.db, ctl->c.mem, &config);
	return e ? ctl_failed(ctl, e, "migrate") : 0;
}

struct admin {
	struct ctx *c;
	const char *login, *name, *hash;
};

static enum err make_admin(struct ctx *c, const struct admin *a, int64_t root)
{
	const struct person_place at = { .account_id = root, .account_label = "Platform" };
	const struct person_new person = {
		.login = a->login,
		.name = a->name,
		.email = strchr(a->login, '@') ? a->login : NULL,
		.origin = "manual",
		.password_hash = a->hash,
	};
	struct membership_new member = {
		.account_id = root, .kind = "staff", .role = ROLE_PLATFORM_ADMIN,
		.expires_at = STAMP_NONE,
	};
	enum err e = persons_create(c, &at, &person, &member.person_id);
	int64_t id;

	return e ? e : memberships_create(c, &member, &id);
}

static enum err put_admin(void *arg)
{
	struct admin *a = arg;
	struct ctx *c = a->c;
	struct person_place at = { .account_label = "Platform" };
	struct person known;
	enum err e = accounts_root(c, "Platform", &at.account_id);

	if (e)
		return e;
	e = persons_by_login(c, a->login, &known);
	if (e == ERR_NOT_FOUND)
		return make_admin(c, a, at.account_id);
	return e ? e : persons_set_password_hash(c, &at, known.id, a->hash);
}

static int admin_create(struct ctl *ctl)
{
	const char *file = ctl_option(ctl, "password-file"), *password, *why = NULL;
	struct admin a = { .c = &ctl->c };
	enum err e;

	a.login = ctl_option(ctl, "login");
	a.name = ctl_option(ctl, "name");
	if (!a.login || !file || !ctl_done(ctl)) {
		fputs("gatehousectl: admin create needs --login and --password-file\n", stderr);
		return 2;
	}
	if (conf_read_secret(ctl->c.mem, file, &password, &why) != OK) {
		fprintf(stderr, "gatehousectl: %s: %s\n", file, why);
		return 1;
	}
	e = password_hash_make(&ctl->c, password, &a.hash);
	if (!e)
		e = db_tx(ctl->c.db, DB_WRITE, put_admin, &a);
	return e ? ctl_failed(ctl, e, "admin create") : 0;
}

/* One round on the memory of one; a step that fails does not end the others' work. */
static enum err run_round(struct ctl *ctl, struct jobs_clock *clock, bool *did)
{
	struct arena_mark mark = arena_mark(ctl->c.mem);
	bool many = false, sent = false;
	enum err e, bulk, mail;

	ctl->c.now = stamp_now();
	e = jobs_run_round(&ctl->c, clock, did);
	bulk = jobs_run_bulk(&ctl->c, &many);
	mail = jobs_run_mail(&ctl->c, &sent);
	*did = *did || many || sent;
	arena_rewind(ctl->c.mem, mark);
	return e ? e : bulk ? bulk : mail;
}

static int run_jobs(struct ctl *ctl)
{
	struct jobs_clock clock = { 0 };
	enum err e, first = OK;
	bool did = true;

	if (!ctl_done(ctl))
		return 2;
	for (int i = 0; did && i < ROUNDS_MAX; i++) {
		e = run_round(ctl, &clock, &did);
		first = first ? first : e;
	}
	return first ? ctl_failed(ctl, first, "run-jobs") : 0;
}

static int demo(struct ctl *ctl)
{
	const char *accounts = ctl_option(ctl, "accounts"), *seed = ctl_option(ctl, "seed");
	struct demo_ask ask = { .accounts = 2000, .seed = 1 };
	enum err e;

	if ((accounts && !ctl_number(accounts, 10, 5000000, &ask.accounts)) ||
	    (seed && !ctl_number(seed, 0, INT32_MAX, &ask.seed)) || !ctl_done(ctl)) {
		fputs("gatehousectl: demo [--accounts N] [--seed S], N from 10 to 5000000\n",
		      stderr);
		return 2;
	}
	e = demo_fill(&ctl->c, &ask, say_line, NULL);
	if (!e)
		e = demo_events(&ctl->c, "demo");
	return e ? ctl_failed(ctl, e, "demo") : 0;
}

const struct ctl_command ctl_admin_commands[] = {
	{ .name = "migrate", .run = migrate,
	  .help = "bring the schema to this version and grant the programs their rights" },
	{ .name = "admin", .sub = "create", .run = admin_create,
	  .args = "--login L --password-file F [--name N]",
	  .help = "make a platform administrator, or set a known one's password" },
	{ .name = "run-jobs", .run = run_jobs, .help = "do all due work once, for cron" },
	{ .name = "demo", .run = demo, .args = "[--accounts N] [--seed S]",
	  .help = "fill an empty database with invented accounts" },
	{ .name = NULL },
};
