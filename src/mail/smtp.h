/*
 * smtp.h - handing one message to the mail server.
 *
 * A server that cannot be reached is left alone for half a minute, and one that
 * says nothing for twenty seconds is one: who sends must have nothing else to do.
 */
#ifndef MAIL_SMTP_H
#define MAIL_SMTP_H

#include <signal.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/field.h"

#define MAIL_REASON_MAX 300 /* bytes, with NUL */

/* What is remembered of the server; one a process. */
struct mail_server {
	int64_t down_until_usec; /* by stamp_monotonic_usec() */
	char reason[MAIL_REASON_MAX];
};

/* The settings mail_*; the password is read by the worker alone. */
struct mail_config {
	const char *smtp_url; /* "": mail is not set up */
	const char *smtp_user, *smtp_password;
	const char *from, *sender_name;
	const char *tls;     /* required, optional, none */
	const char *ca_file; /* "": the system's */
	const char *dir;     /* of the templates */
	struct mail_server *server;
	const volatile sig_atomic_t *stopping; /* when set to 1, sending ends at once; or NULL */
};

enum mail_fate {
	MAIL_TAKEN,
	MAIL_LATER,  /* nobody's fault that is said here: try again */
	MAIL_REFUSED /* for good: the server will not have this mail */
};

/* reason is what the server or the network said; it may quote the server. */
enum mail_fate mail_send(const struct mail_config *config, const char *to, struct bytes message,
                         char reason[MAIL_REASON_MAX]);

/* Whether the server was found away less than half a minute ago; wait_usec says how long. */
bool mail_server_down(const struct mail_config *config, int64_t *wait_usec);

#endif
