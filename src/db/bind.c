/*
 * Between C and the server: arguments out.
 */
#include <string.h>

#include "db/priv.h"

struct db_arg db_str(const char *s)
{
	return (struct db_arg){ .type = FIELD_STR, .null = !s, .p = s, .n = s ? strlen(s) : 0 };
}

struct db_arg db_bytes(const void *p, size_t n)
{
	return (struct db_arg){ .type = FIELD_BYTES, .null = !p, .p = p, .n = n };
}

struct db_arg db_stamp(struct stamp t)
{
	return (struct db_arg){ .type = FIELD_STAMP, .null = !stamp_is_set(t), .i = t.usec };
}

struct db_arg db_micro(struct micro m)
{
	return (struct db_arg){ .type = FIELD_I64, .null = m.v == INT64_MIN, .i = m.v };
}

/* The date of days since 1970-01-01 in the Gregorian calendar (years start in March). */
static void date_of(int64_t days, MYSQL_TIME *t)
{
	int64_t z = days + 719468, era = z / 146097, of_era = z % 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t m = (5 * of_year + 2) / 153;

	t->day = (unsigned)(of_year - (153 * m + 2) / 5 + 1);
	t->month = (unsigned)(m < 10 ? m + 3 : m - 9);
	t->year = (unsigned)(year + era * 400 + (t->month <= 2));
}

void time_write(int64_t usec, MYSQL_TIME *t)
{
	int64_t days = usec / USEC_PER_DAY, rest = usec % USEC_PER_DAY;

	if (rest < 0) {
		days--;
		rest += USEC_PER_DAY;
	}
	*t = (MYSQL_TIME){ .time_type = MYSQL_TIMESTAMP_DATETIME };
	date_of(days, t);
	t->second_part = (unsigned long)(rest % USEC_PER_SEC);
	rest /= USEC_PER_SEC;
	t->hour = (unsigned)(rest / 3600);
	t->minute = (unsigned)(rest / 60 % 60);
	t->second = (unsigned)(rest % 60);
}

static void bind_text(MYSQL_BIND *b, enum enum_field_types type, const struct db_arg *a,
                      unsigned long *len)
{
	*len = a->n;
	b->buffer_type = type;
	b->buffer = (void *)(uintptr_t)a->p; /* the library only reads it */
	b->buffer_length = a->n;
	b->length = len;
}

void bind_args(struct db *db, const struct db_arg *args, size_t nargs)
{
	for (size_t i = 0; i < nargs; i++) {
		const struct db_arg *a = &args[i];
		MYSQL_BIND *b = &db->binds[i];

		memset(b, 0, sizeof(*b));
		if (a->null) {
			b->buffer_type = MYSQL_TYPE_NULL;
			continue;
		}
		switch (a->type) {
		case FIELD_STR:
		case FIELD_JSON:
			bind_text(b, MYSQL_TYPE_STRING, a, &db->lens[i]);
			break;
		case FIELD_BYTES:
			bind_text(b, MYSQL_TYPE_BLOB, a, &db->lens[i]);
			break;
		case FIELD_STAMP:
			time_write(a->i, &db->times[i]);
			b->buffer_type = MYSQL_TYPE_DATETIME;
			b->buffer = &db->times[i];
			break;
		case FIELD_I64:
		case FIELD_BOOL:
		case FIELD_MICRO:
		case FIELD_OPT:
		case FIELD_ID:
			b->buffer_type = MYSQL_TYPE_LONGLONG;
			b->buffer = (void *)(uintptr_t)&a->i;
			break;
		}
	}
}
