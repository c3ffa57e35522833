/*
 * ctl.h - the commands of gatehousectl.
 *
 * A command gets its words and an open ctx of the system; it says what went
 * wrong on standard error and returns the exit status.
 */
#ifndef MAIN_CTL_H
#define MAIN_CTL_H

#include "main/boot.h"

struct ctl_command;

struct ctl {
	const struct ctl_command *command;
	struct boot *boot;
	struct ctx c;
	int argc;
	char **argv; /* the words after the command's own */
};

typedef int ctl_run(struct ctl *ctl);

struct ctl_command {
	const char *name, *sub; /* sub NULL: the command is one word */
	ctl_run *run;
	bool bare; /* needs neither configuration nor database */
	const char *args, *help;
};

/* Ended by a NULL name. */
extern const struct ctl_command ctl_print_commands[], ctl_admin_commands[];
extern const struct ctl_command ctl_source_commands[], ctl_check_commands[];
extern const struct ctl_command ctl_mail_commands[];

/* The value of --name=value or --name value, or NULL; used words are taken out. */
const char *ctl_option(struct ctl *ctl, const char *name);
bool ctl_flag(struct ctl *ctl, const char *name);

/* True when no words are left; else says so. */
bool ctl_done(struct ctl *ctl);

/* Says a failure with its detail; returns 1. */
int ctl_failed(struct ctl *ctl, enum err e, const char *what);

/* A word that must be a whole number within bounds. */
bool ctl_number(const char *text, int64_t min, int64_t max, int64_t *out) MUST_CHECK;

#endif
