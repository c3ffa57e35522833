/*
 * conf.h - settings: a table a program reads, checks, prints and explains
 * itself from.
 *
 * The file holds `key = value` lines (# begins a comment line, values are
 * not quoted); GATEHOUSE_<KEY> in the environment goes before it.  Secrets
 * never stand in either: a secret's key ends in _file and names a file only
 * its owner may read; who needs the secret reads it with conf_read_secret().
 * An unknown key or a value out of range is refused, and all complaints are
 * collected.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum setting_type { SETTING_I64, SETTING_BOOL, SETTING_STR };

/* Why a text is refused, as the end of a sentence ("must begin with /"), or NULL. */
typedef const char *setting_check(const char *s);

struct setting {
	const char *name; /* of the member and in the file */
	enum setting_type type;
	size_t offset;
	const char *def; /* as it would stand in the file; NULL: "", 0, false */
	int64_t min, max; /* number: value; text: bytes (max 0: 1000) */
	const char *const *words; /* allowed values, NULL-ended */
	setting_check *check;
	const char *help; /* a phrase */
};

#define SETTING_TYPE(x) \
	_Generic((x), int64_t: SETTING_I64, bool: SETTING_BOOL, const char *: SETTING_STR)

#define SETTING(T, m, ...) \
	{ \
		.name = #m, .type = SETTING_TYPE(((T *)0)->m), .offset = offsetof(T, m), \
		__VA_ARGS__ \
	}

struct conf {
	const struct setting *v;
	size_t n;
};

/*
 * Fills the struct from defaults, the file (path NULL: none) and the
 * environment.  ERR_INVALID with one line a complaint ("/etc/x.conf:7: ...")
 * when anything is wrong; out is then untouched.  Texts live in the arena;
 * a text that is empty is "" and never NULL.
 */
enum err conf_load(struct arena *mem, struct conf conf, const char *path, void *out,
                   struct buf *complaints) MUST_CHECK;

/* The same from a text called name, without the environment. */
enum err conf_read(struct arena *mem, struct conf conf, const char *name, const char *text,
                   size_t n, void *out, struct buf *complaints) MUST_CHECK;

/* A commented file with every key; values NULL prints the defaults. */
void conf_print(struct buf *to, struct conf conf, const void *values);

/*
 * The first line of a file nobody but its owner may read.  Files of systemd's
 * credentials folder are as it made them.  why points to a phrase on failure.
 */
enum err conf_read_secret(struct arena *mem, const char *path, const char **out,
                          const char **why) MUST_CHECK;

/* The whole of such a file, NUL-terminated. */
enum err conf_read_secret_file(struct arena *mem, const char *path, size_t max,
                               const char **out, const char **why) MUST_CHECK;

/* A whole small file; ERR_TOO_LARGE above max bytes. */
enum err conf_read_file(struct arena *mem, const char *path, size_t max, const char **out,
                        size_t *len, const char **why) MUST_CHECK;

#endif
