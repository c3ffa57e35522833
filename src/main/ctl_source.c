#include <stdio.h>
#include <string.h>

#include "accounts/accounts.h"
#include "accounts/sites.h"
#include "billing/sources.h"
#include "main/ctl.h"

#define HOUR_SEC 3600

/* What a source command does, in one transaction. */
struct source_work {
	struct ctx *c;
	const char *name;
	struct source_new add;
	struct source_edit edit;
	int64_t keep_sec;
	char secret[SOURCE_SECRET_TEXT];
};

static enum err add_work(void *arg)
{
	struct source_work *w = arg;
	int64_t id;
	enum err e = OK;

	if (w->add.parent_account_id == 0)
		e = accounts_root(w->c, "Platform", &w->add.parent_account_id);
	return e ? e : sources_create(w->c, &w->add, &id, w->secret);
}

static enum err rotate_work(void *arg)
{
	struct source_work *w = arg;

	return sources_rotate(w->c, w->name, w->keep_sec, w->secret);
}

static enum err retire_work(void *arg)
{
	struct source_work *w = arg;

	return sources_retire(w->c, w->name);
}

static enum err update_work(void *arg)
{
	struct source_work *w = arg;

	return sources_update(w->c, w->name, &w->edit);
}

static const char *take_name(struct ctl *ctl)
{
	const char *name = ctl->argc > 0 ? ctl->argv[0] : NULL;

	if (!name || name[0] == '-') {
		fputs("gatehousectl: the name of a source is missing\n", stderr);
		return NULL;
	}
	ctl->argc--;
	ctl->argv++;
	return name;
}

static int run(struct ctl *ctl, db_work *fn, struct source_work *w, const char *what)
{
	enum err e;

	if (!ctl_done(ctl))
		return 2;
	e = db_tx(ctl->c.db, DB_WRITE, fn, w);
	if (e)
		return ctl_failed(ctl, e, what);
	if (w->secret[0] != '\0')
		printf("%s\n", w->secret);
	return 0;
}

static bool account_option(struct ctl *ctl, const char *name, int64_t *out)
{
	const char *text = ctl_option(ctl, name);

	if (!text || id_read(ID_ACCOUNT, text, strlen(text), out))
		return true;
	fprintf(stderr, "gatehousectl: --%s: not the id of an account: %s\n", name, text);
	return false;
}

static int source_add(struct ctl *ctl)
{
	struct source_work w = { .c = &ctl->c };

	w.add.name = take_name(ctl);
	if (!w.add.name || !account_option(ctl, "parent", &w.add.parent_account_id))
		return 2;
	w.add.label = ctl_option(ctl, "label");
	if (!w.add.label)
		w.add.label = w.add.name;
	w.add.ip_allow = ctl_option(ctl, "allow");
	w.add.legacy = ctl_flag(ctl, "legacy");
	w.add.auto_provisioning = !ctl_flag(ctl, "no-auto-provisioning");
	return run(ctl, add_work, &w, "source add");
}

static int source_rotate(struct ctl *ctl)
{
	struct source_work w = { .c = &ctl->c };
	const char *hours = ctl_option(ctl, "hours");
	int64_t n = 24;

	w.name = take_name(ctl);
	if (!w.name)
		return 2;
	if (hours && !ctl_number(hours, 0, 24 * 90, &n)) {
		fputs("gatehousectl: --hours is a number from 0 to 2160\n", stderr);
		return 2;
	}
	w.keep_sec = n * HOUR_SEC;
	return run(ctl, rotate_work, &w, "source rotate");
}

static int source_retire(struct ctl *ctl)
{
	struct source_work w = { .c = &ctl->c };

	w.name = take_name(ctl);
	return w.name ? run(ctl, retire_work, &w, "source retire") : 2;
}

static int source_switch(struct ctl *ctl, bool on, const char *what)
{
	struct source_work w = { .c = &ctl->c };

	w.name = take_name(ctl);
	w.edit.enabled = (struct opt){ true, on };
	return w.name ? run(ctl, update_work, &w, what) : 2;
}

static int source_enable(struct ctl *ctl)
{
	return source_switch(ctl, true, "source enable");
}

static int source_disable(struct ctl *ctl)
{
	return source_switch(ctl, false, "source disable");
}

struct list_work {
	struct ctx *c;
	struct db_list rows;
};

static enum err list_sources(void *arg)
{
	struct list_work *w = arg;

	return sources_list(w->c, &w->rows);
}

static int source_list(struct ctl *ctl)
{
	struct list_work w = { .c = &ctl->c };
	enum err e;

	if (!ctl_done(ctl))
		return 2;
	e = db_tx(ctl->c.db, DB_READ, list_sources, &w);
	if (e)
		return ctl_failed(ctl, e, "source list");
	for (size_t i = 0; i < w.rows.n; i++) {
		const struct source_row *r = &((const struct source_row *)w.rows.v)[i];

		printf("%-20s %-8s %-8s %lld secrets  %s  below %s\n", r->name, r->mode,
		       r->enabled ? "enabled" : "disabled", (long long)r->secrets, r->label,
		       r->parent_name ? r->parent_name : "-");
	}
	return 0;
}

/* One line of the directory: nine fields, quoted or not, without line breaks inside. */
static size_t split_line(char *line, const char *fields[9])
{
	size_t n = 0;
	char *p = line;

	while (n < 9) {
		char *to = p;
		bool quoted = *p == '"';

		fields[n++] = p;
		if (quoted)
			p++;
		while (*p && (quoted || (*p != ',' && *p != '\r' && *p != '\n'))) {
			if (quoted && *p == '"' && *++p != '"') {
				quoted = false;
				continue;
			}
			*to++ = *p++;
		}
		if (*p != ',') {
			*to = '\0';
			break;
		}
		p++;
		*to = '\0';
	}
	return n;
}

static bool read_micro(const char *s, struct micro *out)
{
	int64_t whole = 0, part = 0, unit = 1000000;
	bool minus = *s == '-';

	*out = MICRO_NONE;
	if (*s == '\0')
		return true;
	for (s += minus; *s >= '0' && *s <= '9' && whole < 1000; s++)
		whole = whole * 10 + (*s - '0');
	if (*s == '.')
		for (s++; *s >= '0' && *s <= '9'; s++) {
			unit /= 10;
			part += (*s - '0') * unit;
		}
	if (*s != '\0' || whole > 180)
		return false;
	out->v = (minus ? -1 : 1) * (whole * 1000000 + part);
	return true;
}

struct csa_work {
	struct ctx *c;
	struct csa row;
};

static enum err csa_work(void *arg)
{
	struct csa_work *w = arg;

	return csa_add(w->c, &w->row);
}

static const char *or_null(const char *s)
{
	return *s ? s : NULL;
}

static enum err import_line(struct ctl *ctl, const char *const f[9])
{
	struct csa_work w = { .c = &ctl->c };

	w.row = (struct csa){ f[0], or_null(f[1]), or_null(f[2]), or_null(f[3]), or_null(f[4]),
		              or_null(f[5]), or_null(f[6]), MICRO_NONE, MICRO_NONE };
	if (!read_micro(f[7], &w.row.latitude) || !read_micro(f[8], &w.row.longitude))
		return FAIL(&ctl->c, ERR_INVALID, "bad-line",
		            "Latitude or longitude is no number.");
	return db_tx(ctl->c.db, DB_WRITE, csa_work, &w);
}

static int csa_import(struct ctl *ctl)
{
	const char *path = ctl->argc == 1 ? ctl->argv[0] : NULL;
	const char *fields[9];
	char line[4096];
	int64_t number = 0, added = 0;
	enum err e = OK;
	FILE *in = path ? fopen(path, "r") : NULL;

	if (!in) {
		perror(path ? path : "gatehousectl: csa import FILE");
		return path ? 1 : 2;
	}
	while (!e && fgets(line, sizeof(line), in)) {
		if (number++ == 0 && !strncmp(line, "code", 4))
			continue;
		if (split_line(line, fields) != 9 || fields[0][0] == '\0')
			e = FAIL(&ctl->c, ERR_INVALID, "bad-line", "A line has nine fields.");
		else
			e = import_line(ctl, fields);
		added += !e;
	}
	fclose(in);
	printf("%lld addresses\n", (long long)added);
	if (e)
		fprintf(stderr, "%s:%lld: ", path, (long long)number);
	return e ? ctl_failed(ctl, e, "csa import") : 0;
}

const struct ctl_command ctl_source_commands[] = {
	{ .name = "source", .sub = "add", .run = source_add,
	  .args = "NAME [--label TEXT] [--parent acc_...] [--allow LIST] [--legacy]"
		  " [--no-auto-provisioning]",
	  .help = "add a billing source and print its secret, once" },
	{ .name = "source", .sub = "list", .run = source_list, .help = "list billing sources" },
	{ .name = "source", .sub = "rotate", .run = source_rotate, .args = "NAME [--hours N]",
	  .help = "print a new secret; the old one is good for N hours more (24)" },
	{ .name = "source", .sub = "retire", .run = source_retire, .args = "NAME",
	  .help = "end all secrets but the newest at once" },
	{ .name = "source", .sub = "enable", .run = source_enable, .args = "NAME",
	  .help = "take callbacks again" },
	{ .name = "source", .sub = "disable", .run = source_disable, .args = "NAME",
	  .help = "refuse callbacks" },
	{ .name = "csa", .sub = "import", .run = csa_import, .args = "FILE",
	  .help = "read address codes: code,country,region,city,postcode,street,house,lat,lon" },
	{ .name = NULL },
};
