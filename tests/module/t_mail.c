/* Mail: promised with what it tells of, sent by the worker, seen and sent again. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/seal.h"
#include "mail/mail.h"
#include "mail/smtp.h"
#include "module/harness.h"

#define LINK "https://gatehouse.test/#/accept?t=secret-of-the-link"

static const struct outbox_kind kinds[] = {
	{ MAIL_OUTBOX, mail_deliver, 0 },
	{ NULL, NULL, 0 },
};

static struct mail_server server;
static struct mail_config config;
static struct core_config core;
static pid_t child;

/* --- a server of a few lines: what it answers stands in a script ---------- */

struct script {
	const char *rcpt, *end; /* answers to RCPT and to the end of the message */
};

static void say(FILE *to, const char *line)
{
	fprintf(to, "%s\r\n", line);
	fflush(to);
}

static void serve(int fd, const struct script *s, const char *path)
{
	FILE *in = fdopen(fd, "r"), *out = fdopen(dup(fd), "w"), *kept = fopen(path, "a");
	char line[2000];
	bool data = false;

	say(out, "220 test");
	while (fgets(line, sizeof(line), in)) {
		if (data) {
			fputs(line, kept);
			if (strcmp(line, ".\r\n") != 0)
				continue;
			data = false;
			say(out, s->end);
			fflush(kept);
		} else if (!strncmp(line, "EHLO", 4) || !strncmp(line, "MAIL", 4)) {
			say(out, "250 ok");
		} else if (!strncmp(line, "RCPT", 4)) {
			fputs(line, kept);
			say(out, s->rcpt);
		} else if (!strncmp(line, "DATA", 4)) {
			data = true;
			say(out, "354 go on");
		} else {
			say(out, "221 bye");
			break;
		}
	}
	fclose(in);
	fclose(out);
	fclose(kept);
}

static const char *kept_path(void)
{
	return arena_printf(harness_ctx()->mem, "%s/mail-%s", getenv("GATEHOUSE_TEST_DIR"),
	                    scratch_name());
}

/* Serves in a child; config.smtp_url is its address. */
static void start_server(struct script s)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);
	const char *path = kept_path();
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	unlink(path);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	ck_assert_int_eq(listen(fd, 8), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &n), 0);
	config.smtp_url =
		arena_printf(harness_ctx()->mem, "smtp://127.0.0.1:%d", ntohs(at.sin_port));
	child = fork();
	if (child == 0) {
		for (;;)
			serve(accept(fd, NULL, NULL), &s, path);
	}
	close(fd);
}

static void stop_server(void)
{
	if (child > 0) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	child = 0;
	unlink(kept_path());
}

static const char *kept(void)
{
	char *text = arena_alloc(harness_ctx()->mem, 65536);
	FILE *f = fopen(kept_path(), "r");
	size_t n = f ? fread(text, 1, 65535, f) : 0;

	if (f)
		fclose(f);
	text[n] = '\0';
	return text;
}

/* --- the tests -------------------------------------------------------------- */

static void setup(void)
{
	struct ctx *c;
	const char *top = getenv("GATEHOUSE_SRCDIR");

	harness_begin();
	c = harness_ctx();
	server = (struct mail_server){ 0 };
	config = (struct mail_config){
		.smtp_url = "",
		.smtp_user = "",
		.smtp_password = "",
		.tls = "none",
		.ca_file = "",
		.from = "gate@example.test",
		.sender_name = "Gatehouse",
		.dir = arena_printf(c->mem, "%s/mail", top ? top : "."),
		.server = &server,
	};
	core = *c->config;
	core.mail = &config;
	c->config = &core;
}

static enum err put(void *arg)
{
	const struct mail_new *m = arg;

	return mail_put(harness_ctx(), m);
}

static struct mail_new invitation(int64_t account_id)
{
	return (struct mail_new){
		.to = "ada@example.test",
		.locale = "de",
		.kind = MAIL_INVITATION,
		.account_id = account_id,
		.values = { { "name", "Ada" },
		            { "account", "North" },
		            { "inviter", "Nell" },
		            { "link", LINK },
		            { "expires_at", "2026-12-24T23:59:59.000000Z" } },
	};
}

static int64_t put_one(int64_t account_id)
{
	struct mail_new m = invitation(account_id);

	harness_tx(put, &m);
	return scratch_count("SELECT MAX(id) AS n FROM mail");
}

static bool step(void)
{
	bool did = false;

	ck_assert_int_eq(outbox_step(harness_ctx(), kinds, &did), OK);
	return did;
}

static int64_t count(const char *where)
{
	return scratch_count(arena_printf(harness_ctx()->mem,
	                                  "SELECT COUNT(*) AS n FROM mail WHERE %s", where));
}

/* What waits is due now. */
static void make_due(void)
{
	scratch_run("UPDATE outbox SET due_at = UTC_TIMESTAMP(6) WHERE state = 'waiting'");
}

static enum err put_and_fail(void *arg)
{
	enum err e = put(arg);

	return e ? e : FAIL(harness_ctx(), ERR_INVALID, "invalid", "Not this time.");
}

START_TEST(a_mail_goes_with_its_transaction)
{
	struct mail_new m = invitation(ACCOUNT_ROOT);
	struct ctx *c = harness_ctx();

	ck_assert_int_eq(db_tx(c->db, DB_WRITE, put_and_fail, &m), ERR_INVALID);
	ck_assert_int_eq(count("1"), 0);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM outbox"), 0);
	harness_tx(put, &m);
	ck_assert_int_eq(count("state = 'waiting' AND kind = 'invitation' AND locale = 'de'"),
	                 1);
	ck_assert_int_eq(count("sealed LIKE 'v1|%' AND sealed NOT LIKE '%secret%'"), 1);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM outbox o JOIN mail m"
	                               " ON m.outbox_id = o.id AND m.id = o.ref_id"
	                               " WHERE o.kind = 'mail'"),
	                 1);
}
END_TEST

START_TEST(an_address_that_is_none_is_refused)
{
	static const char *const bad[] = { "",        "ada",     "a@b\r\nRCPT TO:<x@y>",
		                           "a b@c.d", "<a@b.c>", NULL };
	struct ctx *c = harness_ctx();

	for (size_t i = 0; bad[i]; i++) {
		struct mail_new m = invitation(ACCOUNT_ROOT);

		m.to = bad[i];
		ck_assert_int_eq(db_tx(c->db, DB_WRITE, put, &m), ERR_INVALID);
	}
	ck_assert_int_eq(count("1"), 0);
}
END_TEST

START_TEST(a_mail_is_sent_once_and_its_secrets_forgotten)
{
	start_server((struct script){ "250 ok", "250 taken" });
	put_one(ACCOUNT_ROOT);
	ck_assert(step());
	ck_assert(!step());
	ck_assert_int_eq(count("state = 'sent' AND tries = 1 AND sealed IS NULL"
	                       " AND sent_at IS NOT NULL AND last_error IS NULL"),
	                 1);
	ck_assert_ptr_nonnull(strstr(kept(), "RCPT TO:<ada@example.test>"));
	ck_assert_ptr_nonnull(strstr(kept(), "X-Gatehouse-Mail: invitation"));
	ck_assert_ptr_nonnull(strstr(kept(), "Content-Language: de"));
	stop_server();
}
END_TEST

START_TEST(a_server_that_is_down_delays_and_loses_nothing)
{
	char url[100];

	start_server((struct script){ "250 ok", "250 taken" });
	snprintf(url, sizeof(url), "%s", config.smtp_url);
	stop_server();
	config.smtp_url = url;
	put_one(ACCOUNT_ROOT);
	put_one(ACCOUNT_ROOT);
	ck_assert(step());
	ck_assert_int_eq(count("state = 'waiting' AND tries = 1 AND last_error <> ''"
	                       " AND next_at > UTC_TIMESTAMP(6)"),
	                 1);
	/* The second does not wait for a server that was just found away. */
	ck_assert(step());
	ck_assert_int_eq(count("state = 'waiting' AND tries = 0 AND last_error <> ''"), 1);
	ck_assert(!step());
	start_server((struct script){ "250 ok", "250 taken" });
	server = (struct mail_server){ 0 };
	make_due();
	ck_assert(step());
	ck_assert(step());
	ck_assert_int_eq(count("state = 'sent'"), 2);
	stop_server();
}
END_TEST

START_TEST(what_the_server_puts_off_comes_again_until_five_days_have_passed)
{
	start_server((struct script){ "451 4.3.0 later", "250 taken" });
	put_one(ACCOUNT_ROOT);
	for (int i = 1; i <= 3; i++) {
		ck_assert(step());
		ck_assert(!step());
		ck_assert_int_eq(count("state = 'waiting' AND last_error = '451 4.3.0 later'"),
		                 1);
		ck_assert_int_eq(scratch_count("SELECT tries AS n FROM mail"), i);
		make_due();
	}
	ck_assert_int_eq(server.down_until_usec, 0);
	scratch_run("UPDATE mail SET first_at = first_at - INTERVAL 5 DAY - INTERVAL 1 MINUTE");
	ck_assert(step());
	ck_assert_int_eq(count("state = 'failed' AND ended_at IS NOT NULL"), 1);
	make_due();
	ck_assert(!step());
	stop_server();
}
END_TEST

START_TEST(what_the_server_refuses_fails_at_once_with_its_reason)
{
	start_server((struct script){ "550 5.1.1 no such user", "250 taken" });
	put_one(ACCOUNT_ROOT);
	ck_assert(step());
	ck_assert_int_eq(count("state = 'failed' AND tries = 1"
	                       " AND last_error = '550 5.1.1 no such user'"),
	                 1);
	stop_server();
	start_server((struct script){ "250 ok", "554 5.7.1 looks like spam" });
	put_one(ACCOUNT_ROOT);
	ck_assert(step());
	ck_assert_int_eq(count("state = 'failed' AND last_error = '554 5.7.1 looks like spam'"),
	                 1);
	stop_server();
}
END_TEST

START_TEST(without_a_server_mails_wait_and_lose_no_try)
{
	put_one(ACCOUNT_ROOT);
	ck_assert(step());
	ck_assert_int_eq(count("state = 'waiting' AND tries = 0 AND first_at IS NULL"
	                       " AND last_error LIKE 'Mail is not set up%'"),
	                 1);
	make_due();
	start_server((struct script){ "250 ok", "250 taken" });
	ck_assert(step());
	ck_assert_int_eq(count("state = 'sent'"), 1);
	stop_server();
}
END_TEST

static const char *mail_path(int64_t id, const char *rest)
{
	return arena_printf(harness_ctx()->mem, "/api/v1/mails/%s%s", id_text(ID_MAIL, id),
	                    rest);
}

START_TEST(a_failed_mail_is_sent_again_by_hand)
{
	int64_t north = make_account(ACCOUNT_ROOT, "reseller", "North"), id;

	start_server((struct script){ "550 no", "250 taken" });
	id = put_one(north);
	step();
	stop_server();
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "nell");
	start_server((struct script){ "250 ok", "250 taken" });
	ck_status(call(METHOD_POST, mail_path(id, "/retry"), "{}"), 200);
	ck_assert_int_eq(count("state = 'waiting' AND tries = 0"), 1);
	ck_assert(step());
	ck_assert_int_eq(count("state = 'sent'"), 1);
	ck_refused(call(METHOD_POST, mail_path(id, "/retry"), "{}"), 409, "mail-sent");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action = 'mail.retry'"),
	                 1);
	stop_server();
}
END_TEST

START_TEST(a_mail_that_waits_goes_now_and_only_once)
{
	int64_t id;

	id = put_one(ACCOUNT_ROOT);
	step();
	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_ADMIN, "pat");
	ck_status(call(METHOD_POST, mail_path(id, "/retry"), "{}"), 200);
	make_due();
	start_server((struct script){ "250 ok", "250 taken" });
	ck_assert(step());
	ck_assert(step()); /* the older promise finds that it is not meant */
	ck_assert(!step());
	ck_assert_int_eq(count("state = 'sent' AND tries = 1"), 1);
	stop_server();
}
END_TEST

START_TEST(mails_are_seen_by_those_above_and_never_what_they_say)
{
	int64_t north = make_account(ACCOUNT_ROOT, "reseller", "North");
	int64_t south = make_account(ACCOUNT_ROOT, "reseller", "South"), id;
	struct answer a;

	id = put_one(north);
	put_one(ACCOUNT_ROOT);
	acts_as_new(south, ROLE_RESELLER_PROGRAM, "sam");
	a = call(METHOD_GET, "/api/v1/mails", NULL);
	ck_status(a, 200);
	ck_assert_uint_eq(length_at(&a, "/items"), 0);
	ck_refused(call(METHOD_POST, mail_path(id, "/retry"), "{}"), 404, "not-found");
	acts_as_new(north, ROLE_RESELLER_PROGRAM, "nell");
	a = call(METHOD_GET, "/api/v1/mails?state=waiting", NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 1);
	ck_assert_str_eq(text_at(&a, "/items/0/to_address"), "ada@example.test");
	ck_assert_ptr_null(strstr(a.body, "secret"));
	ck_assert_ptr_null(strstr(a.body, "v1|"));
	a = call(METHOD_GET, "/api/v1/mail-status", NULL);
	ck_assert_int_eq(number_at(&a, "/waiting"), 1);
	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_AUDITOR, "paul");
	a = call(METHOD_GET, "/api/v1/mails?limit=10", NULL);
	ck_assert_uint_eq(length_at(&a, "/items"), 2);
	ck_refused(call(METHOD_POST, mail_path(id, "/retry"), "{}"), 403, "not-permitted");
	acts_as_new(north, ROLE_RESELLER_SUPPORT, "sue");
	ck_refused(call(METHOD_GET, "/api/v1/mails", NULL), 403, "not-permitted");
}
END_TEST

START_TEST(what_is_over_is_forgotten_after_a_month)
{
	int64_t n = 0;

	start_server((struct script){ "250 ok", "250 taken" });
	put_one(ACCOUNT_ROOT);
	put_one(ACCOUNT_ROOT);
	step();
	ck_assert_int_eq(mail_sweep(harness_ctx(), 10, &n), OK);
	ck_assert_int_eq(n, 0);
	scratch_run("UPDATE mail SET ended_at = ended_at - INTERVAL 31 DAY,"
	            " created_at = created_at - INTERVAL 90 DAY");
	ck_assert_int_eq(mail_sweep(harness_ctx(), 10, &n), OK);
	ck_assert_int_eq(n, 1);
	ck_assert_int_eq(count("state = 'waiting'"), 1);
	stop_server();
}
END_TEST

TESTS_WITH("mail", setup, stop_server, a_mail_goes_with_its_transaction,
           an_address_that_is_none_is_refused, a_mail_is_sent_once_and_its_secrets_forgotten,
           a_server_that_is_down_delays_and_loses_nothing,
           what_the_server_puts_off_comes_again_until_five_days_have_passed,
           what_the_server_refuses_fails_at_once_with_its_reason,
           without_a_server_mails_wait_and_lose_no_try, a_failed_mail_is_sent_again_by_hand,
           a_mail_that_waits_goes_now_and_only_once,
           mails_are_seen_by_those_above_and_never_what_they_say,
           what_is_over_is_forgotten_after_a_month);
