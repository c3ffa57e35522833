#include "json/json_in.h"

#include <assert.h>
#include <json-c/json.h>
#include <limits.h>
#include <string.h>

#include "json/json_check.h"
#include "json/json_reader.h"

/* The ceiling of arrays whose entry names none. */
#define ARRAY_MAX 100

static void read_object(struct json_reader *r, const struct json_table *t,
                        struct json_object *o, void *out, struct json_seen *seen);

/* Absent is not zero for these: 0 is an instant and a latitude. */
static void set_nones(const struct json_table *t, void *out)
{
	for (size_t i = 0; i < t->n; i++) {
		void *member = (char *)out + t->v[i].offset;

		if (t->v[i].type == JSON_T_STAMP)
			*(struct stamp *)member = STAMP_NONE;
		else if (t->v[i].type == JSON_T_MICRO)
			*(struct micro *)member = MICRO_NONE;
		else if (t->v[i].type == JSON_T_SUB)
			set_nones(t->v[i].sub, member);
	}
}

/* The number of elements, or -1 when it is not an array of an allowed length. */
static int64_t check_array(struct json_reader *r, const struct json_in *in,
                           struct json_object *v)
{
	size_t n;

	if (!json_object_is_type(v, json_type_array)) {
		json_refuse(r, "not-an-array");
		return -1;
	}
	n = json_object_array_length(v);
	if (n > (size_t)(in->max ? in->max : ARRAY_MAX)) {
		json_refuse(r, "too-many");
		return -1;
	}
	if (n < (size_t)in->min) {
		json_refuse(r, n == 0 ? "empty" : "too-few");
		return -1;
	}
	return (int64_t)n;
}

static void read_strings(struct json_reader *r, const struct json_in *in, struct json_object *v,
                         struct str_list *out)
{
	int64_t n = check_array(r, in, v);
	size_t was;

	if (n < 0)
		return;
	out->v = arena_array(r->mem, const char *, (size_t)n);
	out->n = (size_t)n;
	for (size_t i = 0; i < out->n; i++) {
		was = json_push_index(r, i);
		out->v[i] = json_read_element(r, in, json_object_array_get_idx(v, i));
		json_pop(r, was);
	}
}

static void read_sub(struct json_reader *r, const struct json_table *t, struct json_object *v,
                     void *out)
{
	if (json_object_is_type(v, json_type_object))
		read_object(r, t, v, out, NULL);
	else
		json_refuse(r, "not-an-object");
}

static void read_rows(struct json_reader *r, const struct json_in *in, struct json_object *v,
                      struct row_list *out)
{
	int64_t n = check_array(r, in, v);
	size_t was;
	char *row;

	if (n < 0)
		return;
	row = arena_alloc(r->mem, in->sub->size * (size_t)n);
	out->v = row;
	out->n = (size_t)n;
	for (size_t i = 0; i < out->n; i++, row += in->sub->size) {
		was = json_push_index(r, i);
		set_nones(in->sub, row);
		read_sub(r, in->sub, json_object_array_get_idx(v, i), row);
		json_pop(r, was);
	}
}

static void read_member(struct json_reader *r, const struct json_in *in, struct json_object *v,
                        void *member)
{
	switch (in->type) {
	case JSON_T_STRINGS:
		read_strings(r, in, v, member);
		break;
	case JSON_T_SUB:
		read_sub(r, in->sub, v, member);
		break;
	case JSON_T_ROWS:
		read_rows(r, in, v, member);
		break;
	case JSON_T_I64:
	case JSON_T_BOOL:
	case JSON_T_STR:
	case JSON_T_STAMP:
	case JSON_T_MICRO:
	case JSON_T_OPT:
	case JSON_T_OBJECT:
	case JSON_T_ID:
		json_read_value(r, in, v, member);
		break;
	}
}

static void read_entry(struct json_reader *r, const struct json_in *in, struct json_object *o,
                       void *out, struct json_seen *seen, uint64_t bit)
{
	struct json_object *v;
	bool present = json_object_object_get_ex(o, in->name, &v);
	bool null = present && !v;
	size_t was = json_push_name(r, in->name);

	if (present && seen)
		seen->bits |= bit;
	if (null && seen)
		seen->nulls |= bit;
	if (!present || (null && in->need && !in->nullable)) {
		if (in->need)
			json_refuse(r, "required");
	} else if (!null || (!in->nullable && in->type != JSON_T_OPT)) {
		read_member(r, in, v, (char *)out + in->offset);
	}
	json_pop(r, was);
}

static bool is_known(const struct json_table *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->v[i].name, name) == 0)
			return true;
	return false;
}

static void read_object(struct json_reader *r, const struct json_table *t,
                        struct json_object *o, void *out, struct json_seen *seen)
{
	size_t was;

	assert(t->n <= 64);
	for (size_t i = 0; i < t->n; i++)
		read_entry(r, &t->v[i], o, out, seen, UINT64_C(1) << i);
	if (t->open)
		return;
	json_object_object_foreach(o, key, v)
	{
		(void)v;
		if (is_known(t, key))
			continue;
		was = json_push_name(r, key);
		json_refuse(r, "unknown");
		json_pop(r, was);
	}
}

static void drop_tokener(struct json_tokener **tok)
{
	if (*tok)
		json_tokener_free(*tok);
}

static void drop_object(struct json_object **o)
{
	json_object_put(*o);
}

/* The checked text as a tree.  json-c wants no space behind the document. */
static enum err parse(struct fault *fault, const char *body, size_t len,
                      struct json_object **out)
{
	SCOPED(drop_tokener) struct json_tokener *tok = json_tokener_new_ex(2 * JSON_DEPTH);

	while (len > 0 && body[len - 1] != '}')
		len--;
	if (tok && len <= INT_MAX) {
		json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
		*out = json_tokener_parse_ex(tok, body, (int)len);
	}
	if (*out)
		return OK;
	return fault_set(fault, ERR_UNAVAILABLE, "unavailable",
	                 "The document could not be read.");
}

enum err json_read(struct arena *mem, struct fault *fault, const char *body, size_t len,
                   const struct json_table *table, void *out, struct json_seen *seen)
{
	SCOPED(drop_object) struct json_object *o = NULL;
	struct json_report bad = json_check_text(body, len);
	struct json_reader r = { .mem = mem, .fault = fault };
	size_t i = 0;
	enum err e;

	if (bad.code)
		return fault_set(fault, ERR_MALFORMED, bad.code, "What stands at byte %zu %s.",
		                 bad.at, bad.what);
	while (strchr(" \t\r\n", body[i]))
		i++;
	if (body[i] != '{')
		return fault_set(fault, ERR_MALFORMED, "not-an-object",
		                 "The document must be an object.");
	e = parse(fault, body, len, &o);
	if (e)
		return e;
	set_nones(table, out);
	if (seen)
		*seen = (struct json_seen){ 0 };
	read_object(&r, table, o, out, seen);
	return r.refused ? ERR_INVALID : OK;
}

bool json_has(const struct json_table *t, const struct json_seen *seen, const char *name)
{
	size_t i = 0;

	while (i < t->n && strcmp(t->v[i].name, name) != 0)
		i++;
	assert(i < t->n);
	return (seen->bits >> i & 1) != 0;
}
