#include "main/settings.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/utf8.h"
#include "core/ip.h"

#ifndef GATEHOUSE_MAILDIR
#define GATEHOUSE_MAILDIR "/usr/local/share/gatehouse/mail"
#endif
#ifndef GATEHOUSE_SQLDIR
#define GATEHOUSE_SQLDIR "/usr/local/share/gatehouse/sql"
#endif

static const char *const handoffs[] = { "accel", "sendfile", "none", NULL };
static const char *const levels[] = { "error", "warn", "info", "debug", NULL };
static const char *const securities[] = { "required", "optional", "none", NULL };
static const char *const locales[] = { "en", "de", NULL };

static const char *check_path_prefix(const char *s)
{
	size_t n = strlen(s);

	if (s[0] != '/' || s[n - 1] != '/' || strstr(s, "//") || strpbrk(s, "?#% \\"))
		return "must begin and end with / and be a plain path";
	return NULL;
}

static const char *check_url(const char *s)
{
	const char *host = strstr(s, "://");

	if (*s == '\0')
		return NULL;
	if (!host || (strncmp(s, "http://", 7) != 0 && strncmp(s, "https://", 8) != 0) ||
	    host[3] == '\0' || strpbrk(host + 3, "/?#@ \\"))
		return "must be https://host or https://host:port, without a path";
	return NULL;
}

static const char *check_smtp_url(const char *s)
{
	const char *host = strstr(s, "://");

	if (*s == '\0')
		return NULL;
	if (!host || (strncmp(s, "smtp://", 7) != 0 && strncmp(s, "smtps://", 8) != 0) ||
	    host[3] == '\0' || strpbrk(host + 3, "/?#@ \\"))
		return "must be smtp://host:port or smtps://host:port, without a path";
	return NULL;
}

static const char *check_email(const char *s)
{
	return utf8_is_email(s, strlen(s)) ? NULL : "must be an e-mail address";
}

static const char *check_printable(const char *s)
{
	return utf8_printable(s, strlen(s), false) ? NULL : "must be plain text";
}

static const char *check_file(const char *s)
{
	return *s == '\0' || *s == '/' ? NULL : "must be an absolute path";
}

static const char *check_networks(const char *list)
{
	return ip_list_valid(list) ? NULL :
	                             "must be addresses or networks, separated by commas";
}

/* clang-format off */
static const struct setting table[] = {
	SETTING(struct settings, base_path, .def = "/", .min = 1, .check = check_path_prefix,
	        .help = "Path below which everything is served"),
	SETTING(struct settings, public_url, .check = check_url,
	        .help = "Scheme and host people use, without a path; empty takes the request's host"),
	SETTING(struct settings, db_socket, .def = "/run/mysqld/mysqld.sock", .check = check_file,
	        .help = "Unix socket of MariaDB; goes before db_host"),
	SETTING(struct settings, db_host, .help = "Host of MariaDB, used when db_socket is empty"),
	SETTING(struct settings, db_port, .def = "3306", .min = 1, .max = 65535,
	        .help = "Port of MariaDB on db_host"),
	SETTING(struct settings, db_name, .def = "gatehouse", .min = 1, .max = 64,
	        .help = "Name of the database"),
	SETTING(struct settings, portal_db_user, .def = "gatehouse_portal", .min = 1, .max = 80,
	        .help = "Database user of the portal pool"),
	SETTING(struct settings, portal_db_password_file, .check = check_file,
	        .help = "File with the password of portal_db_user; empty for none"),
	SETTING(struct settings, billing_db_user, .def = "gatehouse_billing", .min = 1, .max = 80,
	        .help = "Database user of the billing pool"),
	SETTING(struct settings, billing_db_password_file, .check = check_file,
	        .help = "File with the password of billing_db_user; empty for none"),
	SETTING(struct settings, worker_db_user, .def = "gatehouse_worker", .min = 1, .max = 80,
	        .help = "Database user of the worker"),
	SETTING(struct settings, worker_db_password_file, .check = check_file,
	        .help = "File with the password of worker_db_user; empty for none"),
	SETTING(struct settings, migrate_db_user, .def = "gatehouse_migrate", .min = 1, .max = 80,
	        .help = "Database user of gatehousectl"),
	SETTING(struct settings, migrate_db_password_file, .check = check_file,
	        .help = "File with the password of migrate_db_user; empty for none"),
	SETTING(struct settings, portal_socket, .def = "/run/gatehouse-portal/fcgi.sock", .min = 1,
	        .max = 100, .check = check_file, .help = "FastCGI socket of the portal pool"),
	SETTING(struct settings, billing_socket, .def = "/run/gatehouse-billing/fcgi.sock", .min = 1,
	        .max = 100, .check = check_file, .help = "FastCGI socket of the billing pool"),
	SETTING(struct settings, key_file, .check = check_file,
	        .help = "File with the keys that seal stored secrets, 64 hexadecimal digits a line"),
	SETTING(struct settings, sql_dir, .check = check_file,
	        .help = "Folder of the schema migrations; empty for the installed one"),
	SETTING(struct settings, spool_dir, .def = "/var/lib/gatehouse/spool", .min = 1,
	        .check = check_file, .help = "Folder of finished exports"),
	SETTING(struct settings, spool_handoff, .def = "accel", .words = handoffs,
	        .help = "How the web server takes an export over: X-Accel-Redirect, X-Sendfile or not"),
	SETTING(struct settings, spool_prefix, .def = "/_spool/", .min = 1, .check = check_path_prefix,
	        .help = "Internal location of the web server for spool_dir (accel)"),
	SETTING(struct settings, processes, .def = "2", .min = 1, .max = 64,
	        .help = "Processes of a pool"),
	SETTING(struct settings, threads, .def = "4", .min = 1, .max = 64,
	        .help = "Threads of a process of the portal pool"),
	SETTING(struct settings, billing_threads, .def = "8", .min = 2, .max = 64,
	        .help = "Threads of a process of the billing pool"),
	SETTING(struct settings, export_share, .def = "2", .min = 1, .max = 64,
	        .help = "Exports the billing pool may run at a time"),
	SETTING(struct settings, metrics_allow, .def = "127.0.0.1, ::1", .check = check_networks,
	        .help = "Addresses and networks that may read /metrics"),
	SETTING(struct settings, log_level, .def = "info", .words = levels, .help = "Least level logged"),
	SETTING(struct settings, session_idle_min, .def = "30", .min = 1, .max = 1440,
	        .help = "Minutes without a request after which a session ends"),
	SETTING(struct settings, session_absolute_min, .def = "720", .min = 1, .max = 10080,
	        .help = "Minutes after which a session ends"),
	SETTING(struct settings, request_deadline_sec, .def = "30", .min = 1, .max = 3600,
	        .help = "Seconds a request may take before its process is ended"),
	SETTING(struct settings, hash_gate, .def = "0", .min = 0, .max = 256,
	        .help = "Passwords hashed at a time in a pool; 0 is the number of cores"),
	SETTING(struct settings, default_locale, .def = "en", .words = locales,
	        .help = "Language of people who chose none"),
	SETTING(struct settings, retention_days, .def = "31", .min = 7, .max = 3650,
	        .help = "Days between the end of a customer and the purge"),
	SETTING(struct settings, mail_smtp_url, .max = 300, .check = check_smtp_url,
	        .help = "Mail server, smtp://host:587 or smtps://host:465; empty: mails wait"),
	SETTING(struct settings, mail_smtp_user, .max = 200, .check = check_printable,
	        .help = "Login at the mail server; empty for none"),
	SETTING(struct settings, mail_smtp_password_file, .check = check_file,
	        .help = "File with the password of mail_smtp_user; empty for none"),
	SETTING(struct settings, mail_tls, .def = "required", .words = securities,
	        .help = "Whether mail goes to the server encrypted; its certificate is checked"),
	SETTING(struct settings, mail_ca_file, .check = check_file,
	        .help = "Certificates that vouch for the mail server; empty for the system's"),
	SETTING(struct settings, mail_from, .def = "gatehouse@localhost.localdomain", .max = 254,
	        .check = check_email, .help = "Address that mails come from"),
	SETTING(struct settings, mail_sender_name, .def = "Gatehouse", .min = 1, .max = 200,
	        .check = check_printable, .help = "Name that mails come from and that they use"),
	SETTING(struct settings, mail_dir, .check = check_file,
	        .help = "Folder of the texts of mails; empty for the installed one"),
};
/* clang-format on */

const struct conf settings_conf = { table, ARRAY_LEN(table) };

enum err settings_load(struct arena *mem, const char *path, struct settings *out,
                       struct buf *complaints)
{
	enum err e = conf_load(mem, settings_conf, path, out, complaints);

	if (e)
		return e;
	if (*out->sql_dir == '\0') /* not a default of the table: it prints alike everywhere */
		out->sql_dir = GATEHOUSE_SQLDIR;
	if (*out->mail_dir == '\0')
		out->mail_dir = GATEHOUSE_MAILDIR;
	for (int i = 0; levels[i]; i++)
		if (strcmp(levels[i], out->log_level) == 0)
			log_set_level((enum log_level)i);
	return OK;
}

enum err settings_db_login(const struct settings *s, enum settings_login who, struct arena *mem,
                           const char **user, const char **password, const char **why)
{
	const struct {
		const char *user, *file;
	} logins[] = {
		[LOGIN_PORTAL] = { s->portal_db_user, s->portal_db_password_file },
		[LOGIN_BILLING] = { s->billing_db_user, s->billing_db_password_file },
		[LOGIN_WORKER] = { s->worker_db_user, s->worker_db_password_file },
		[LOGIN_MIGRATE] = { s->migrate_db_user, s->migrate_db_password_file },
	};
	const char *secret = "", *phrase;
	enum err e = OK;

	if (*logins[who].file)
		e = conf_read_secret(mem, logins[who].file, &secret, &phrase);
	if (e) {
		*why = arena_printf(mem, "%s: %s", logins[who].file, phrase);
		return e;
	}
	*user = logins[who].user;
	*password = secret;
	return OK;
}
