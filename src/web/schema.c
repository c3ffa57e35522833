#include <string.h>

#include "web/openapi.h"

void schema_text(struct buf *b, const char *key, const char *value)
{
	json_key(b, key);
	json_str(b, value);
}

static void number(struct buf *b, const char *key, int64_t v)
{
	json_key(b, key);
	json_i64(b, v);
}

/* "type": "string", or ["string", "null"]. */
static void type(struct buf *b, const char *name, bool nullable)
{
	json_key(b, "type");
	if (!nullable) {
		json_str(b, name);
		return;
	}
	json_open(b, '[');
	json_str(b, name);
	json_str(b, "null");
	json_close(b, ']');
}

static void put_words(struct buf *b, const char *const *words, bool nullable)
{
	if (!words)
		return;
	json_key(b, "enum");
	json_open(b, '[');
	for (; *words; words++)
		json_str(b, *words);
	if (nullable)
		json_null(b);
	json_close(b, ']');
}

void schema_ref(struct buf *b, const char *name)
{
	char path[120] = "#/components/schemas/";
	size_t n = strlen(path);

	json_open(b, '{');
	json_key(b, "$ref");
	if (strlen(name) < sizeof(path) - n)
		memcpy(path + n, name, strlen(name) + 1);
	json_str(b, path);
	json_close(b, '}');
}

static void put_id(struct buf *b, enum id_kind kind, bool nullable)
{
	char pattern[] = "^???_[0-9A-HJKMNP-TV-Z]{13}$";

	memcpy(pattern + 1, id_prefix(kind), 3);
	type(b, "string", nullable);
	schema_text(b, "pattern", pattern);
}

void schema_of_id(struct buf *b, enum id_kind kind, bool nullable)
{
	json_open(b, '{');
	put_id(b, kind, nullable);
	json_close(b, '}');
}

void schema_of_field(struct buf *b, const struct field *f)
{
	json_open(b, '{');
	switch (f->type) {
	case FIELD_I64:
		type(b, "integer", false);
		break;
	case FIELD_BOOL:
		type(b, "boolean", false);
		break;
	case FIELD_STR:
		type(b, "string", !f->words || f->may_lack);
		put_words(b, f->words, f->may_lack);
		break;
	case FIELD_STAMP:
		type(b, "string", true);
		schema_text(b, "format", "date-time");
		break;
	case FIELD_MICRO:
		type(b, "number", true);
		break;
	case FIELD_OPT:
		type(b, f->truth ? "boolean" : "integer", true);
		break;
	case FIELD_JSON:
		type(b, "object", true);
		break;
	case FIELD_ID:
		put_id(b, f->id, strcmp(f->name, "id") != 0);
		break;
	case FIELD_BYTES: /* never leaves the server */
		break;
	}
	json_close(b, '}');
}

static void put_limits(struct buf *b, const struct json_in *in, const char *least,
                       const char *most)
{
	if (in->min)
		number(b, least, in->min);
	if (in->max)
		number(b, most, in->max);
}

/* The members of a schema, without its braces. */
static void put_input(struct buf *b, const struct json_in *in)
{
	switch (in->type) {
	case JSON_T_I64:
		type(b, "integer", in->nullable);
		put_limits(b, in, "minimum", "maximum");
		break;
	case JSON_T_OPT:
		type(b, "integer", true);
		put_limits(b, in, "minimum", "maximum");
		break;
	case JSON_T_BOOL:
		type(b, "boolean", in->nullable);
		break;
	case JSON_T_STR:
		type(b, "string", in->nullable);
		put_limits(b, in, "minLength", "maxLength");
		put_words(b, in->words, in->nullable);
		break;
	case JSON_T_STAMP:
		type(b, "string", in->nullable);
		schema_text(b, "format", "date-time");
		break;
	case JSON_T_MICRO:
		type(b, "number", in->nullable);
		break;
	case JSON_T_OBJECT:
		type(b, "object", in->nullable);
		break;
	case JSON_T_STRINGS:
		type(b, "array", in->nullable);
		put_limits(b, in, "minItems", "maxItems");
		json_key(b, "items");
		json_open(b, '{');
		type(b, "string", false);
		put_words(b, in->words, false);
		json_close(b, '}');
		break;
	case JSON_T_ID:
		put_id(b, in->id, in->nullable);
		break;
	case JSON_T_SUB:
	case JSON_T_ROWS:
		break;
	}
}

void schema_of_input(struct buf *b, const struct json_in *in)
{
	if (in->type == JSON_T_SUB) {
		schema_of_table(b, in->sub);
		return;
	}
	json_open(b, '{');
	if (in->help)
		schema_text(b, "description", in->help);
	if (in->type == JSON_T_ROWS) {
		type(b, "array", in->nullable);
		put_limits(b, in, "minItems", "maxItems");
		json_key(b, "items");
		schema_of_table(b, in->sub);
	} else {
		put_input(b, in);
	}
	json_close(b, '}');
}

void schema_of_table(struct buf *b, const struct json_table *t)
{
	bool any = false;

	json_open(b, '{');
	type(b, "object", false);
	json_key(b, "properties");
	json_open(b, '{');
	for (size_t i = 0; i < t->n; i++) {
		json_key(b, t->v[i].name);
		schema_of_input(b, &t->v[i]);
		any = any || t->v[i].need;
	}
	json_close(b, '}');
	if (any) {
		json_key(b, "required");
		json_open(b, '[');
		for (size_t i = 0; i < t->n; i++)
			if (t->v[i].need)
				json_str(b, t->v[i].name);
		json_close(b, ']');
	}
	json_key(b, "additionalProperties");
	json_bool(b, t->open);
	json_close(b, '}');
}

static void put_part(struct buf *b, const struct shape_part *part)
{
	json_key(b, part->name);
	if (part->many) {
		json_open(b, '{');
		type(b, "array", false);
		json_key(b, "items");
	}
	if (part->shape) {
		schema_ref(b, part->shape->name);
	} else {
		json_open(b, '{');
		type(b, "string", false);
		json_close(b, '}');
	}
	if (part->many)
		json_close(b, '}');
}

void schema_of_shape(struct buf *b, const struct shape *s)
{
	json_open(b, '{');
	type(b, "object", false);
	json_key(b, "properties");
	json_open(b, '{');
	for (size_t i = 0; i < s->fields.n; i++) {
		json_key(b, s->fields.v[i].name);
		schema_of_field(b, &s->fields.v[i]);
	}
	for (const struct shape_part *p = s->parts; p && p->name; p++)
		put_part(b, p);
	json_close(b, '}');
	json_key(b, "required");
	json_open(b, '[');
	for (size_t i = 0; i < s->fields.n; i++)
		json_str(b, s->fields.v[i].name);
	for (const struct shape_part *p = s->parts; p && p->name; p++)
		json_str(b, p->name);
	json_close(b, ']');
	json_close(b, '}');
}

void schema_of_list(struct buf *b, const struct shape *s)
{
	json_raw(b, "{\"type\":\"object\",\"properties\":{"
	            "\"items\":{\"type\":\"array\",\"items\":");
	buf_puts(b, "{\"$ref\":\"#/components/schemas/");
	buf_puts(b, s->name);
	buf_puts(b, "\"}},\"next\":{\"type\":[\"string\",\"null\"]},"
	            "\"prev\":{\"type\":[\"string\",\"null\"]},"
	            "\"total\":{\"type\":[\"object\",\"null\"],\"properties\":{"
	            "\"value\":{\"type\":\"integer\"},\"exact\":{\"type\":\"boolean\"}},"
	            "\"required\":[\"value\",\"exact\"]}},"
	            "\"required\":[\"items\",\"next\",\"prev\",\"total\"]}");
}
