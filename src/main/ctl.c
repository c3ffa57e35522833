/*
 * gatehousectl: administration from the command line.
 */
#include "main/ctl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMAND_MEMORY_MAX (512u * 1024 * 1024)

static const struct ctl_command *const tables[] = { ctl_admin_commands, ctl_source_commands,
	                                            ctl_check_commands, ctl_mail_commands,
	                                            ctl_print_commands };

static void drop_word(struct ctl *ctl, int at)
{
	memmove(&ctl->argv[at], &ctl->argv[at + 1], (size_t)(ctl->argc - at) * sizeof(char *));
	ctl->argc--;
}

const char *ctl_option(struct ctl *ctl, const char *name)
{
	size_t n = strlen(name);

	for (int i = 0; i < ctl->argc; i++) {
		const char *word = ctl->argv[i], *value;

		if (strncmp(word, "--", 2) != 0 || strncmp(word + 2, name, n) != 0)
			continue;
		if (word[2 + n] == '=') {
			drop_word(ctl, i);
			return word + 3 + n;
		}
		if (word[2 + n] != '\0' || i + 1 >= ctl->argc)
			continue;
		value = ctl->argv[i + 1];
		drop_word(ctl, i);
		drop_word(ctl, i);
		return value;
	}
	return NULL;
}

bool ctl_flag(struct ctl *ctl, const char *name)
{
	for (int i = 0; i < ctl->argc; i++) {
		if (strncmp(ctl->argv[i], "--", 2) != 0 || strcmp(ctl->argv[i] + 2, name) != 0)
			continue;
		drop_word(ctl, i);
		return true;
	}
	return false;
}

bool ctl_done(struct ctl *ctl)
{
	if (ctl->argc == 0)
		return true;
	fprintf(stderr, "gatehousectl: not understood: %s\n", ctl->argv[0]);
	return false;
}

int ctl_failed(struct ctl *ctl, enum err e, const char *what)
{
	const struct fault *f = &ctl->c.fault;

	fprintf(stderr, "gatehousectl: %s: %s", what, err_name(e));
	if (f->code)
		fprintf(stderr, " (%s) %s", f->code, f->detail);
	if (e == ERR_INTERNAL || e == ERR_UNAVAILABLE)
		fprintf(stderr, " %s", ctl->c.db ? db_error(ctl->c.db) : "");
	fputc('\n', stderr);
	for (size_t i = 0; i < f->nfields; i++)
		fprintf(stderr, "  %s: %s\n", f->fields[i].pointer, f->fields[i].code);
	return 1;
}

bool ctl_number(const char *text, int64_t min, int64_t max, int64_t *out)
{
	char *end;
	long long v;

	errno = 0;
	v = strtoll(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || v < min || v > max)
		return false;
	*out = v;
	return true;
}

static int usage(FILE *to, int status)
{
	fputs("usage: gatehousectl [--config=FILE] COMMAND\n\n", to);
	for (size_t t = 0; t < ARRAY_LEN(tables); t++)
		for (const struct ctl_command *k = tables[t]; k->name; k++)
			fprintf(to, "  %s%s%s %s\n      %s\n", k->name, k->sub ? " " : "",
			        k->sub ? k->sub : "", k->args ? k->args : "", k->help);
	return status;
}

static const struct ctl_command *find(int argc, char **argv)
{
	for (size_t t = 0; t < ARRAY_LEN(tables); t++)
		for (const struct ctl_command *k = tables[t]; k->name; k++)
			if (argc > 0 && !strcmp(k->name, argv[0]) &&
			    (!k->sub || (argc > 1 && !strcmp(k->sub, argv[1]))))
				return k;
	return NULL;
}

static int run_with_database(const struct ctl_command *k, struct ctl *ctl, const char *config)
{
	struct boot b;
	struct arena mem;
	int status;

	if (!boot_open(&b, config, LOGIN_MIGRATE))
		return 1;
	arena_init(&mem, COMMAND_MEMORY_MAX);
	ctl->boot = &b;
	ctx_init_system(&ctl->c, &mem, db_new(&b.db), &b.core, "gatehousectl");
	status = k->run(ctl);
	db_free(ctl->c.db);
	arena_release(&mem);
	boot_close(&b);
	return status;
}

int main(int argc, char **argv)
{
	struct ctl ctl = { .argc = argc - 1, .argv = argv + 1 };
	const char *config = ctl_option(&ctl, "config");
	const struct ctl_command *k;

	if (ctl_flag(&ctl, "help"))
		return usage(stdout, 0);
	if (ctl_flag(&ctl, "version"))
		return printf("gatehousectl %s\n", PACKAGE_VERSION) < 0;
	if (ctl.argc == 0)
		return usage(stderr, 2);
	k = find(ctl.argc, ctl.argv);
	if (!k) {
		fprintf(stderr, "gatehousectl: no such command: %s\n", ctl.argv[0]);
		return usage(stderr, 2);
	}
	ctl.command = k;
	ctl.argc -= k->sub ? 2 : 1;
	ctl.argv += k->sub ? 2 : 1;
	return k->bare ? k->run(&ctl) : run_with_database(k, &ctl, config);
}
