/*
 * settings.h - what an operator of the software may set; one table for all programs.
 *
 * Every program reads the whole file and refuses to start on any mistake in
 * it, but opens only the secrets it needs: the pools run as different users.
 */
#ifndef MAIN_SETTINGS_H
#define MAIN_SETTINGS_H

#include "base/conf.h"

struct settings {
	const char *base_path, *public_url;
	const char *db_socket, *db_host, *db_name;
	int64_t db_port;
	const char *portal_db_user, *portal_db_password_file;
	const char *billing_db_user, *billing_db_password_file;
	const char *worker_db_user, *worker_db_password_file;
	const char *migrate_db_user, *migrate_db_password_file;
	const char *portal_socket, *billing_socket;
	const char *key_file, *sql_dir;
	const char *spool_dir, *spool_handoff, *spool_prefix;
	int64_t processes, threads, billing_threads;
	int64_t export_share;
	const char *metrics_allow, *log_level;
	int64_t session_idle_min, session_absolute_min, request_deadline_sec, hash_gate;
	const char *default_locale;
	int64_t retention_days;
	const char *mail_smtp_url, *mail_smtp_user, *mail_smtp_password_file;
	const char *mail_from, *mail_sender_name, *mail_tls, *mail_ca_file, *mail_dir;
};

extern const struct conf settings_conf;

/*
 * Reads the file (NULL: defaults and environment alone) and sets the log
 * level.  ERR_INVALID with complaints, a line each.
 */
enum err settings_load(struct arena *mem, const char *path, struct settings *out,
                       struct buf *complaints) MUST_CHECK;

enum settings_login { LOGIN_PORTAL, LOGIN_BILLING, LOGIN_WORKER, LOGIN_MIGRATE };

/*
 * The database user of a program and its password ("" when no file is named:
 * the server then knows the user by the socket).  why points to a sentence.
 */
enum err settings_db_login(const struct settings *s, enum settings_login who, struct arena *mem,
                           const char **user, const char **password, const char **why) MUST_CHECK;

#endif
