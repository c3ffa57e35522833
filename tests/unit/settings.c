#include "core/ip.h"
#include "main/settings.h"

#include <string.h>

#include "lib/suite.h"

static struct arena mem;
static struct buf said;

static void setup(void)
{
	arena_init(&mem, (size_t)4 << 20);
	buf_init(&said, &mem, 10000);
}

static void teardown(void)
{
	arena_release(&mem);
}

START_TEST(the_defaults_are_a_valid_configuration)
{
	struct settings s;

	ck_assert_int_eq(settings_load(&mem, NULL, &s, &said), OK);
	ck_assert_str_eq(buf_str(&said), "");
	ck_assert_str_eq(s.base_path, "/");
	ck_assert_int_eq(s.threads, 4);
	ck_assert_int_eq(s.billing_threads, 8);
	ck_assert_str_eq(s.db_name, "gatehouse");
	ck_assert_int_eq(s.sql_dir[0], '/');
}
END_TEST

START_TEST(every_setting_has_help_and_a_range)
{
	for (size_t i = 0; i < settings_conf.n; i++) {
		const struct setting *s = &settings_conf.v[i];

		ck_assert_msg(s->help && *s->help, "%s", s->name);
		ck_assert_msg(s->type != SETTING_I64 || s->max > s->min, "%s", s->name);
	}
}
END_TEST

static const struct {
	const char *line, *said;
} refused[] = {
	{ "base_path = portal/",
	  "f:1: base_path must begin and end with / and be a plain path\n" },
	{ "base_path = /portal",
	  "f:1: base_path must begin and end with / and be a plain path\n" },
	{ "base_path = //", "f:1: base_path must begin and end with / and be a plain path\n" },
	{ "public_url = example.com",
	  "f:1: public_url must be https://host or https://host:port, without a path\n" },
	{ "public_url = https://example.com/",
	  "f:1: public_url must be https://host or https://host:port, without a path\n" },
	{ "public_url = ftp://example.com",
	  "f:1: public_url must be https://host or https://host:port, without a path\n" },
	{ "mail_smtp_url = mail.example.com",
	  "f:1: mail_smtp_url must be smtp://host:port or smtps://host:port, without a path\n" },
	{ "mail_smtp_url = smtp://user:password@mail.example.com",
	  "f:1: mail_smtp_url must be smtp://host:port or smtps://host:port, without a path\n" },
	{ "mail_from = nobody", "f:1: mail_from must be an e-mail address\n" },
	{ "public_url = https://",
	  "f:1: public_url must be https://host or https://host:port, without a path\n" },
	{ "db_port = 0", "f:1: db_port must be from 1 to 65535\n" },
	{ "key_file = key", "f:1: key_file must be an absolute path\n" },
	{ "spool_handoff = push", "f:1: spool_handoff must be one of accel, sendfile, none\n" },
	{ "metrics_allow = 127.0.0.1, everyone",
	  "f:1: metrics_allow must be addresses or networks, separated by commas\n" },
	{ "metrics_allow = 10.0.0.0/33",
	  "f:1: metrics_allow must be addresses or networks, separated by commas\n" },
	{ "threads = many", "f:1: threads must be a whole number\n" },
	{ "retention_days = 6", "f:1: retention_days must be from 7 to 3650\n" },
	{ "db_password = x", "f:1: db_password is not a setting\n" },
};

START_TEST(mistakes_are_refused)
{
	struct settings s;

	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		said.len = 0;
		ck_assert_int_eq(conf_read(&mem, settings_conf, "f", refused[i].line,
		                           strlen(refused[i].line), &s, &said),
		                 ERR_INVALID);
		ck_assert_str_eq(buf_str(&said), refused[i].said);
	}
}
END_TEST

START_TEST(addresses_are_matched_against_networks)
{
	static const struct {
		const char *list, *address;
		bool allowed;
	} cases[] = {
		{ "127.0.0.1, ::1", "127.0.0.1", true },
		{ "127.0.0.1, ::1", "::1", true },
		{ "127.0.0.1, ::1", "127.0.0.2", false },
		{ "127.0.0.1, ::1", "::ffff:127.0.0.1", true },
		{ "10.0.0.0/8", "10.255.1.2", true },
		{ "10.0.0.0/8", "11.0.0.1", false },
		{ "192.168.4.0/22", "192.168.7.255", true },
		{ "192.168.4.0/22", "192.168.8.0", false },
		{ "2001:db8::/33", "2001:db8:7fff::1", true },
		{ "2001:db8::/33", "2001:db8:8000::1", false },
		{ "0.0.0.0/0", "8.8.8.8", true },
		{ "0.0.0.0/0", "2001:db8::1", false },
		{ "", "127.0.0.1", false },
		{ "127.0.0.1", "", false },
		{ "127.0.0.1", "unix:", false },
		{ "10.0.0.0/8", "10.0.0.0/8", false },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		ck_assert_msg(ip_allowed(cases[i].list, cases[i].address) ==
		                      cases[i].allowed,
		              "%s in %s", cases[i].address, cases[i].list);
}
END_TEST

START_TEST(a_password_file_that_cannot_be_read_is_named)
{
	const char *user = NULL, *password = NULL, *why = NULL;
	struct settings s;

	ck_assert_int_eq(settings_load(&mem, NULL, &s, &said), OK);
	ck_assert_int_eq(settings_db_login(&s, LOGIN_WORKER, &mem, &user, &password, &why), OK);
	ck_assert_str_eq(user, "gatehouse_worker");
	ck_assert_str_eq(password, "");
	s.worker_db_password_file = "/nowhere/secret";
	ck_assert_int_eq(settings_db_login(&s, LOGIN_WORKER, &mem, &user, &password, &why),
	                 ERR_NOT_FOUND);
	ck_assert_str_eq(why, "/nowhere/secret: No such file or directory");
	ck_assert_int_eq(settings_db_login(&s, LOGIN_PORTAL, &mem, &user, &password, &why), OK);
}
END_TEST

TESTS_WITH("settings", setup, teardown, the_defaults_are_a_valid_configuration,
           every_setting_has_help_and_a_range, mistakes_are_refused,
           addresses_are_matched_against_networks,
           a_password_file_that_cannot_be_read_is_named);
