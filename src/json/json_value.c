#include "json/json_reader.h"

#include <string.h>

#include "base/utf8.h"

/* Ceilings of entries that name none. */
#define TEXT_MAX   255
#define OBJECT_MAX 65536

static void put_pointer(struct json_reader *r, const char *s, size_t n)
{
	for (size_t i = 0; i < n && r->at + 1 < sizeof(r->pointer); i++)
		r->pointer[r->at++] = s[i];
	r->pointer[r->at] = '\0';
}

/* Goes one member down (RFC 6901: ~ is ~0 and / is ~1); returns what json_pop() wants. */
size_t json_push_name(struct json_reader *r, const char *name)
{
	size_t was = r->at;

	put_pointer(r, "/", 1);
	for (; *name; name++) {
		if (*name == '~')
			put_pointer(r, "~0", 2);
		else if (*name == '/')
			put_pointer(r, "~1", 2);
		else
			put_pointer(r, name, 1);
	}
	return was;
}

size_t json_push_index(struct json_reader *r, size_t i)
{
	char digits[24];
	size_t at = sizeof(digits), was = r->at;

	do {
		digits[--at] = (char)('0' + i % 10);
		i /= 10;
	} while (i > 0);
	digits[--at] = '/';
	put_pointer(r, digits + at, sizeof(digits) - at);
	return was;
}

void json_pop(struct json_reader *r, size_t was)
{
	r->at = was;
	r->pointer[was] = '\0';
}

void json_refuse(struct json_reader *r, const char *code)
{
	(void)!fault_field(r->fault, r->pointer, code);
	r->refused = true;
}

static bool in_words(const char *const *words, const char *s)
{
	for (size_t i = 0; words[i]; i++)
		if (strcmp(words[i], s) == 0)
			return true;
	return false;
}

/* The word a text is refused with, or NULL. */
static const char *text_complaint(const struct json_in *in, int64_t min, int64_t max,
                                  const char *s, size_t n)
{
	int64_t length = (int64_t)utf8_length(s, n);

	if (!in->raw && !utf8_printable(s, n, in->lines))
		return "control-characters";
	if (length < min)
		return length == 0 ? "empty" : "too-short";
	if (in->words)
		return in_words(in->words, s) ? NULL : "not-one-of";
	if (length > max)
		return "too-long";
	/* What is not needed may be cleared with an empty text. */
	if (!in->check || (length == 0 && !in->need))
		return NULL;
	return in->check(s, n);
}

static const char *read_text(struct json_reader *r, const struct json_in *in, int64_t min,
                             int64_t max, struct json_object *v)
{
	const char *s, *why;
	size_t n;

	if (!json_object_is_type(v, json_type_string)) {
		json_refuse(r, "not-a-string");
		return NULL;
	}
	s = json_object_get_string(v);
	n = (size_t)json_object_get_string_len(v);
	if (memchr(s, '\0', n)) {
		json_refuse(r, "has-nul");
		return NULL;
	}
	s = in->raw ? arena_copy(r->mem, s, n) : utf8_nfc(r->mem, utf8_trim(r->mem, s, n));
	n = strlen(s);
	why = text_complaint(in, min, max, s, n);
	if (why) {
		json_refuse(r, why);
		return NULL;
	}
	return s;
}

static void read_string(struct json_reader *r, const struct json_in *in, struct json_object *v,
                        const char **out)
{
	const char *s = read_text(r, in, in->min, in->max ? in->max : TEXT_MAX, v);

	if (s)
		*out = s;
}

/* An entry's range: without numbers all that a double holds exactly. */
static bool in_range(const struct json_in *in, int64_t v)
{
	int64_t least = in->min, most = in->max;

	if (least == 0 && most == 0)
		least = -JSON_INT_MAX;
	if (most == 0 && in->min >= 0)
		most = JSON_INT_MAX;
	return v >= least && v <= most;
}

/* json-c cuts what does not fit 64 bits to their ends: out of any range of ours. */
static bool read_number(struct json_reader *r, const struct json_in *in, struct json_object *v,
                        int64_t *out)
{
	if (!json_object_is_type(v, json_type_int)) {
		json_refuse(r, "not-an-integer");
		return false;
	}
	if (!in_range(in, json_object_get_int64(v))) {
		json_refuse(r, "out-of-range");
		return false;
	}
	*out = json_object_get_int64(v);
	return true;
}

static void read_opt(struct json_reader *r, const struct json_in *in, struct json_object *v,
                     struct opt *out)
{
	int64_t n;

	if (v && read_number(r, in, v, &n))
		*out = (struct opt){ .set = true, .v = n };
}

/* json-c keeps the text of a decimal, so that no binary fraction comes between. */
static void read_micro(struct json_reader *r, const struct json_in *in, struct json_object *v,
                       struct micro *out)
{
	const char *text, *why;
	struct micro m;

	if (!json_object_is_type(v, json_type_double) &&
	    !json_object_is_type(v, json_type_int)) {
		json_refuse(r, "not-a-number");
		return;
	}
	text = json_object_to_json_string_ext(v, JSON_C_TO_STRING_PLAIN);
	why = micro_read(text, strlen(text), &m);
	if (!why && !in_range(in, m.v))
		why = "out-of-range";
	if (why)
		json_refuse(r, why);
	else
		*out = m;
}

static void read_stamp(struct json_reader *r, struct json_object *v, struct stamp *out)
{
	if (!json_object_is_type(v, json_type_string) ||
	    !stamp_read(json_object_get_string(v), (size_t)json_object_get_string_len(v), out))
		json_refuse(r, "not-a-time");
}

static void read_id(struct json_reader *r, const struct json_in *in, struct json_object *v,
                    int64_t *out)
{
	if (!json_object_is_type(v, json_type_string) ||
	    !id_read(in->id, json_object_get_string(v), (size_t)json_object_get_string_len(v),
	             out))
		json_refuse(r, "not-an-id");
}

/* What json-c would not give back as it came, or a database would not take. */
static const char *tree_complaint(struct json_object *v)
{
	const char *why = NULL;
	int64_t n;

	switch (json_object_get_type(v)) {
	case json_type_int:
		n = json_object_get_int64(v);
		return n < -JSON_INT_MAX || n > JSON_INT_MAX ? "out-of-range" : NULL;
	case json_type_string:
		return memchr(json_object_get_string(v), '\0',
		              (size_t)json_object_get_string_len(v))
		               ? "has-nul"
		               : NULL;
	case json_type_array:
		for (size_t i = 0; i < json_object_array_length(v) && !why; i++)
			why = tree_complaint(json_object_array_get_idx(v, i));
		return why;
	case json_type_object: {
		json_object_object_foreach(v, key, member)
		{
			(void)key;
			if (!why)
				why = tree_complaint(member);
		}
		return why;
	}
	case json_type_null:
	case json_type_boolean:
	case json_type_double:
		break;
	}
	return NULL;
}

static void read_document(struct json_reader *r, const struct json_in *in,
                          struct json_object *v, struct json_text *out)
{
	const char *text, *why;
	size_t n;

	if (!json_object_is_type(v, json_type_object)) {
		json_refuse(r, "not-an-object");
		return;
	}
	why = tree_complaint(v);
	text = json_object_to_json_string_length(
		v, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &n);
	if (!why && (int64_t)n > (in->max ? in->max : OBJECT_MAX))
		why = "too-long";
	if (why)
		json_refuse(r, why);
	else
		out->s = arena_copy(r->mem, text, n);
}

const char *json_read_element(struct json_reader *r, const struct json_in *in,
                              struct json_object *v)
{
	return read_text(r, in, 1, TEXT_MAX, v);
}

void json_read_value(struct json_reader *r, const struct json_in *in, struct json_object *v,
                     void *member)
{
	switch (in->type) {
	case JSON_T_I64:
		(void)read_number(r, in, v, member);
		break;
	case JSON_T_BOOL:
		if (json_object_is_type(v, json_type_boolean))
			*(bool *)member = json_object_get_boolean(v);
		else
			json_refuse(r, "not-a-boolean");
		break;
	case JSON_T_STR:
		read_string(r, in, v, member);
		break;
	case JSON_T_STAMP:
		read_stamp(r, v, member);
		break;
	case JSON_T_MICRO:
		read_micro(r, in, v, member);
		break;
	case JSON_T_OPT:
		read_opt(r, in, v, member);
		break;
	case JSON_T_OBJECT:
		read_document(r, in, v, member);
		break;
	case JSON_T_ID:
		read_id(r, in, v, member);
		break;
	case JSON_T_STRINGS:
	case JSON_T_SUB:
	case JSON_T_ROWS:
		break; /* json_in.c takes these apart */
	}
}
