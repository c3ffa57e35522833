/*
 * boot.h - what every program does first: settings, keys, database login.
 *
 * Complaints go to standard error, all of them, and the program ends: half a
 * configuration is worse than none.
 */
#ifndef MAIN_BOOT_H
#define MAIN_BOOT_H

#include "base/seal.h"
#include "core/ctx.h"
#include "mail/smtp.h"
#include "main/settings.h"

#define CONFIG_DEFAULT GATEHOUSE_SYSCONFDIR "/gatehouse.conf"

#define EXIT_CONFIG 78 /* EX_CONFIG: starting again will not help */

struct boot {
	struct arena mem; /* of the process */
	struct settings set;
	struct seal_ring keys;
	struct mail_config mail;
	struct mail_server mail_server;
	struct core_config core;
	struct db_config db;
};

/* False after saying why.  path NULL: the installed configuration. */
bool boot_open(struct boot *b, const char *path, enum settings_login who);
void boot_close(struct boot *b);

/*
 * OK, or why the program must not start: ERR_CONFLICT for another schema,
 * ERR_INTERNAL for a database that may lose what it acknowledged.  All of it
 * is said; ERR_UNAVAILABLE is not a reason to end.
 */
enum err boot_check_database(struct boot *b, struct db *db) MUST_CHECK;

#endif
