/*
 * Columns in: a row is read straight from the packet it came in, since a page
 * of a list has a thousand values and copies of copies would be most of its
 * work.  The library calls for one column after the other, and has seen that
 * the value is whole; how they look is the binary protocol of prepared
 * statements.
 */
#include <assert.h>
#include <endian.h>
#include <string.h>

#include "db/priv.h"

static uint16_t take_16(unsigned char **p)
{
	uint16_t v;

	memcpy(&v, *p, sizeof(v));
	*p += sizeof(v);
	return le16toh(v);
}

static uint32_t take_32(unsigned char **p)
{
	uint32_t v;

	memcpy(&v, *p, sizeof(v));
	*p += sizeof(v);
	return le32toh(v);
}

static uint64_t take_64(unsigned char **p)
{
	uint64_t v;

	memcpy(&v, *p, sizeof(v));
	*p += sizeof(v);
	return le64toh(v);
}

/* One byte, or which of two, three or eight follow. */
static size_t take_length(unsigned char **p)
{
	unsigned char first = *(*p)++;
	size_t n;

	switch (first) {
	case 0xfc:
		return take_16(p);
	case 0xfd:
		n = take_16(p);
		n |= (size_t)(*p)[0] << 16;
		*p += 1;
		return n;
	case 0xfe:
		return take_64(p);
	}
	return first;
}

/* A sum has the type of a decimal, and comes as text. */
static int64_t take_decimal(struct db_stmt *st, unsigned char **p)
{
	size_t n = take_length(p);
	const unsigned char *s = *p, *end = s + n;
	bool minus = n > 0 && *s == '-';
	int64_t v = 0;

	*p += n;
	for (s += minus; s < end; s++)
		if (*s < '0' || *s > '9' || __builtin_mul_overflow(v, 10, &v) ||
		    __builtin_sub_overflow(v, *s - '0', &v)) /* below zero there is one more */
			st->to.misfit = true;
	if (minus)
		return v;
	if (v == INT64_MIN) {
		st->to.misfit = true;
		return 0;
	}
	return -v;
}

static void skip(enum enum_field_types type, unsigned char **p)
{
	switch ((int)type) {
	case MYSQL_TYPE_NULL:
		break;
	case MYSQL_TYPE_TINY:
		*p += 1;
		break;
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_YEAR:
		*p += 2;
		break;
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_FLOAT:
		*p += 4;
		break;
	case MYSQL_TYPE_LONGLONG:
	case MYSQL_TYPE_DOUBLE:
		*p += 8;
		break;
	default:
		*p += take_length(p);
		break;
	}
}

static int64_t take_number(struct db_stmt *st, unsigned column, unsigned char **p)
{
	const MYSQL_FIELD *c = &st->columns[column];
	bool is_unsigned = c->flags & UNSIGNED_FLAG;
	uint64_t v;

	switch ((int)c->type) {
	case MYSQL_TYPE_TINY:
		v = *(*p)++;
		return is_unsigned ? (int64_t)v : (int8_t)v;
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_YEAR:
		v = take_16(p);
		return is_unsigned ? (int64_t)v : (int16_t)v;
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONG:
		v = take_32(p);
		return is_unsigned ? (int64_t)v : (int32_t)v;
	case MYSQL_TYPE_LONGLONG:
		v = take_64(p);
		if (is_unsigned && v > INT64_MAX)
			st->to.misfit = true;
		return (int64_t)v;
	case MYSQL_TYPE_DECIMAL:
	case MYSQL_TYPE_NEWDECIMAL:
		return take_decimal(st, p);
	}
	assert(false && "a column fits its field");
	return 0;
}

/* Days since 1970-01-01 of a date of the Gregorian calendar (years start in March). */
static int64_t days_of(unsigned year, unsigned month, unsigned day)
{
	/* 400 years too many keep it above zero: the divisions are cheap then. */
	unsigned y = year + 400 - (month <= 2), era = y / 400, of_era = y % 400;
	unsigned of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	unsigned days = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year;

	return (int64_t)days - 719468 - 146097;
}

/* Date, time of the day and microseconds: what is zero at the end is left out. */
static struct stamp take_time(unsigned char **at)
{
	size_t n = take_length(at);
	unsigned char *p = *at;
	unsigned year = 0, month = 0, day = 0, of_day = 0, usec = 0;

	*at += n;
	if (n >= 4) {
		year = take_16(&p);
		month = *p++;
		day = *p++;
	}
	if (n >= 7) {
		of_day = p[0] * 3600u + p[1] * 60u + p[2];
		p += 3;
	}
	if (n >= 11)
		usec = take_32(&p);
	return (struct stamp){ (days_of(year, month, day) * 86400 + of_day) * USEC_PER_SEC +
		               usec };
}

static const char *take_text(struct db_stmt *st, unsigned char **p, size_t n)
{
	const char *s = arena_copy(st->to.mem, (const char *)*p, n);

	*p += n;
	return s;
}

static void put_none(enum field_type type, void *to)
{
	switch (type) {
	case FIELD_I64:
	case FIELD_ID:
		*(int64_t *)to = 0;
		break;
	case FIELD_BOOL:
		*(bool *)to = false;
		break;
	case FIELD_STR:
		*(const char **)to = NULL;
		break;
	case FIELD_JSON:
		((struct json_text *)to)->s = NULL;
		break;
	case FIELD_BYTES:
		*(struct bytes *)to = (struct bytes){ NULL, 0 };
		break;
	case FIELD_STAMP:
		*(struct stamp *)to = STAMP_NONE;
		break;
	case FIELD_MICRO:
		*(struct micro *)to = MICRO_NONE;
		break;
	case FIELD_OPT:
		*(struct opt *)to = (struct opt){ false, 0 };
		break;
	}
}

static void put_value(struct db_stmt *st, unsigned column, unsigned char **p, void *to)
{
	switch (st->row[column].type) {
	case FIELD_I64:
	case FIELD_ID:
		*(int64_t *)to = take_number(st, column, p);
		break;
	case FIELD_BOOL:
		*(bool *)to = take_number(st, column, p) != 0;
		break;
	case FIELD_STR:
		*(const char **)to = take_text(st, p, take_length(p));
		break;
	case FIELD_JSON:
		((struct json_text *)to)->s = take_text(st, p, take_length(p));
		break;
	case FIELD_BYTES:
		((struct bytes *)to)->n = take_length(p);
		((struct bytes *)to)->p =
			(const unsigned char *)take_text(st, p, ((struct bytes *)to)->n);
		break;
	case FIELD_STAMP:
		*(struct stamp *)to = take_time(p);
		break;
	case FIELD_MICRO:
		*(struct micro *)to = (struct micro){ take_number(st, column, p) };
		break;
	case FIELD_OPT:
		*(struct opt *)to = (struct opt){ true, take_number(st, column, p) };
		break;
	}
}

/* p: where the value stands, to be stepped behind it; NULL for NULL. */
static void take_column(void *stmt, unsigned column, unsigned char **p)
{
	struct db_stmt *st = stmt;
	const struct field *f = &st->row[column];
	char *row = st->to.row;

	if (p && row)
		put_value(st, column, p, row + f->offset);
	else if (row)
		put_none(f->type, row + f->offset);
	else if (p)
		skip(st->columns[column].type, p);
}

static bool is_whole(const MYSQL_FIELD *c)
{
	switch ((int)c->type) {
	case MYSQL_TYPE_TINY:
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_LONGLONG:
	case MYSQL_TYPE_YEAR:
		return true;
	case MYSQL_TYPE_DECIMAL:
	case MYSQL_TYPE_NEWDECIMAL: /* SUM() */
		return c->decimals == 0;
	}
	return false;
}

static bool is_text(const MYSQL_FIELD *c)
{
	switch ((int)c->type) {
	case MYSQL_TYPE_STRING:
	case MYSQL_TYPE_VAR_STRING:
	case MYSQL_TYPE_VARCHAR:
	case MYSQL_TYPE_ENUM:
	case MYSQL_TYPE_SET:
	case MYSQL_TYPE_TINY_BLOB:
	case MYSQL_TYPE_BLOB:
	case MYSQL_TYPE_MEDIUM_BLOB:
	case MYSQL_TYPE_LONG_BLOB:
	case MYSQL_TYPE_JSON:
		return true;
	}
	return false;
}

/* Nothing is converted: a number read as text, or the reverse, is a mistake. */
bool cells_fit(const MYSQL_FIELD *column, enum field_type type)
{
	if (column->type == MYSQL_TYPE_NULL)
		return true;
	switch (type) {
	case FIELD_STR:
	case FIELD_JSON:
	case FIELD_BYTES:
		return is_text(column);
	case FIELD_STAMP:
		return column->type == MYSQL_TYPE_DATETIME ||
		       column->type == MYSQL_TYPE_TIMESTAMP;
	case FIELD_I64:
	case FIELD_BOOL:
	case FIELD_MICRO:
	case FIELD_OPT:
	case FIELD_ID:
		return is_whole(column);
	}
	return false;
}

bool cells_open(struct db_stmt *st)
{
	st->columns = mariadb_stmt_fetch_fields(st->my);
	if (mysql_stmt_field_count(st->my) != st->nrow)
		return false;
	for (size_t i = 0; i < st->nrow; i++)
		if (!cells_fit(&st->columns[i], st->row[i].type))
			return false;
	return true;
}

bool cells_listen(struct db_stmt *st)
{
	return !mysql_stmt_attr_set(st->my, STMT_ATTR_CB_USER_DATA, st) &&
	       !mysql_stmt_attr_set(st->my, STMT_ATTR_CB_RESULT, (const void *)take_column);
}
