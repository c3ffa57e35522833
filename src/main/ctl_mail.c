#include <stdio.h>

#include "mail/mail.h"
#include "main/ctl.h"

struct test {
	struct ctx *c;
	struct mail_new m;
};

static enum err put(void *arg)
{
	struct test *t = arg;

	return mail_put(t->c, &t->m);
}

/* Sent by the worker like any other: so the worker and its settings are tested too. */
static int mail_test(struct ctl *ctl)
{
	struct test t = { .c = &ctl->c,
		          .m = { .kind = MAIL_TEST, .account_id = ACCOUNT_ROOT } };
	char now[STAMP_TEXT];
	enum err e;

	stamp_write(ctl->c.now, now);
	t.m.values[0] = (struct mail_value){ "asked_at", now };
	t.m.to = ctl_option(ctl, "to");
	t.m.locale = ctl_option(ctl, "locale");
	if (!t.m.to || !ctl_done(ctl)) {
		fputs("gatehousectl: mail test needs --to\n", stderr);
		return 2;
	}
	e = db_tx(ctl->c.db, DB_WRITE, put, &t);
	return e ? ctl_failed(ctl, e, "mail test") : 0;
}

const struct ctl_command ctl_mail_commands[] = {
	{ .name = "mail",
	  .sub = "test",
	  .run = mail_test,
	  .args = "--to ADDRESS [--locale en|de]",
	  .help = "promise a test mail, which the worker sends" },
	{ .name = NULL },
};
