#include "module/tree.h"

#include <json-c/json.h>
#include <json-c/json_pointer.h>

#include "lib/suite.h"

/* What a test read stays until it ends, as its texts do. */
static struct json_object *kept;

static struct json_object *at(const char *json, const char *pointer)
{
	struct json_object *tree = json_tokener_parse(json), *found = NULL;

	ck_assert_msg(tree != NULL, "not JSON: %s", json);
	kept = kept ? kept : json_object_new_array();
	json_object_array_add(kept, tree);
	if (*pointer == '\0')
		return tree;
	return json_pointer_get(tree, pointer, &found) == 0 ? found : NULL;
}

bool tree_has(const char *json, const char *pointer)
{
	return at(json, pointer) != NULL;
}

const char *tree_text(const char *json, const char *pointer)
{
	struct json_object *o = at(json, pointer);

	return o ? json_object_get_string(o) : NULL;
}

int64_t tree_number(const char *json, const char *pointer)
{
	struct json_object *o = at(json, pointer);

	ck_assert_msg(o != NULL, "no %s in %s", pointer, json);
	return json_object_get_int64(o);
}

size_t tree_length(const char *json, const char *pointer)
{
	struct json_object *o = at(json, pointer);

	if (json_object_is_type(o, json_type_object))
		return (size_t)json_object_object_length(o);
	ck_assert_msg(json_object_is_type(o, json_type_array), "no array %s in %s", pointer, json);
	return json_object_array_length(o);
}
