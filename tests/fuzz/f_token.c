/* Ids, base64, hex and decimals: each text accepted is the one we would write. */
#include "base/field.h"
#include "base/token.h"
#include "fuzz/fuzz.h"

#define BYTES_MAX 512

static void check_id(const char *s, size_t n)
{
	char text[ID_TEXT];
	int kinds = 0;
	int64_t id;

	for (int kind = ID_NONE + 1; kind < ID__MAX; kind++) {
		if (!id_read((enum id_kind)kind, s, n, &id))
			continue;
		HOLDS(id > 0 && ++kinds == 1);
		id_write((enum id_kind)kind, id, text);
		HOLDS(n == ID_TEXT - 1 && strncasecmp(text, s, n) == 0);
	}
}

static void check_bytes(const char *s, size_t n)
{
	static char text[2 * BYTES_MAX + 8];
	static unsigned char out[BYTES_MAX];
	size_t len;

	if (base64_read(s, n, out, sizeof(out), &len)) {
		HOLDS(base64_write(out, len, text, sizeof(text)) == n);
		HOLDS(memcmp(text, s, n) == 0);
	}
	if (hex_read(s, n, out, sizeof(out), &len)) {
		HOLDS(2 * len == n);
		hex_write(out, len, text);
		HOLDS(strncasecmp(text, s, n) == 0);
	}
}

static void check_micro(const char *s, size_t n)
{
	struct micro m, back;
	char text[MICRO_TEXT];
	size_t len;

	if (micro_read(s, n, &m))
		return;
	len = micro_write(m, text);
	HOLDS(len < MICRO_TEXT && !micro_read(text, len, &back) && back.v == m.v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	check_id((const char *)data, n);
	check_bytes((const char *)data, n);
	check_micro((const char *)data, n);
	return 0;
}
