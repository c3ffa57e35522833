#include "main/boot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "db/migrate.h"

#ifndef GATEHOUSE_SYSCONFDIR
#define GATEHOUSE_SYSCONFDIR "/etc/gatehouse"
#endif

#define PROCESS_MEMORY_MAX (64u * 1024 * 1024)

static bool refuse(const char *what, const char *why)
{
	fprintf(stderr, "gatehouse: %s: %s\n", what, why);
	return false;
}

static bool load_settings(struct boot *b, const char *path)
{
	struct buf complaints;

	buf_init(&complaints, &b->mem, 16384);
	if (settings_load(&b->mem, path ? path : CONFIG_DEFAULT, &b->set, &complaints) == OK)
		return true;
	fputs(buf_str(&complaints), stderr);
	return false;
}

static bool load_login(struct boot *b, enum settings_login who)
{
	const char *why = NULL;
	struct settings *s = &b->set;

	if (settings_db_login(s, who, &b->mem, &b->db.user, &b->db.password, &why) != OK)
		return refuse("database login", why);
	b->db.socket = *s->db_socket ? s->db_socket : NULL;
	b->db.host = *s->db_host ? s->db_host : NULL;
	b->db.port = (unsigned)s->db_port;
	b->db.name = s->db_name;
	b->db.fail_first = getenv("GATEHOUSE_FAIL_FIRST") != NULL;
	return true;
}

/*
 * Only the worker sends, and run-jobs, which does its work: the others know
 * whether and from whom, and have no business with the password.
 */
static bool load_mail(struct boot *b, enum settings_login who)
{
	const struct settings *s = &b->set;
	const char *why = NULL;

	b->mail = (struct mail_config){
		.smtp_url = s->mail_smtp_url,
		.smtp_user = s->mail_smtp_user,
		.smtp_password = "",
		.from = s->mail_from,
		.sender_name = s->mail_sender_name,
		.tls = s->mail_tls,
		.ca_file = s->mail_ca_file,
		.dir = s->mail_dir,
		.server = &b->mail_server,
	};
	if ((who != LOGIN_WORKER && who != LOGIN_MIGRATE) || !*s->mail_smtp_password_file)
		return true;
	return conf_read_secret(&b->mem, s->mail_smtp_password_file, &b->mail.smtp_password,
	                        &why) == OK ||
	       who == LOGIN_MIGRATE || refuse(s->mail_smtp_password_file, why);
}

bool boot_open(struct boot *b, const char *path, enum settings_login who)
{
	const char *why = NULL;
	struct settings *s = &b->set;

	*b = (struct boot){ 0 };
	arena_init(&b->mem, PROCESS_MEMORY_MAX);
	if (!load_settings(b, path) || !load_login(b, who) || !load_mail(b, who))
		return false;
	if (who != LOGIN_MIGRATE || *s->key_file) {
		if (seal_read_keys(s->key_file, &b->keys, &why) != OK)
			return refuse(s->key_file, why);
	}
	b->core = (struct core_config){
		.base_path = s->base_path,
		.public_url = s->public_url,
		.spool_dir = s->spool_dir,
		.default_locale = s->default_locale,
		.retention_days = s->retention_days,
		.session_idle_min = s->session_idle_min,
		.session_absolute_min = s->session_absolute_min,
		.key = &b->keys,
		.mail = &b->mail,
	};
	db_library_init();
	return true;
}

void boot_close(struct boot *b)
{
	seal_release(&b->keys);
	arena_release(&b->mem);
}

enum err boot_check_database(struct boot *b, struct db *db)
{
	int64_t found = 0;
	enum err e = db_ping(db);

	if (!e)
		e = migrate_check(db, &b->mem, &found);
	if (e == ERR_CONFLICT)
		log_event(LOG_ERROR, "schema", LOG_N("found", found),
		          LOG_N("needed", SCHEMA_VERSION),
		          LOG_S("help", "run gatehousectl migrate"));
	else if (e)
		log_event(LOG_ERROR, "database", LOG_S("err", err_name(e)),
		          LOG_S("detail", db_error(db)));
	return e;
}
