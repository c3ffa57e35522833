#include "core/memo.h"

#include <string.h>

#include "base/stamp.h"

static size_t place_of(const unsigned char key[HASH_BYTES])
{
	return (size_t)key[0] % MEMO_PLACES;
}

bool memo_find(const struct memo *m, const unsigned char key[HASH_BYTES], int64_t *out)
{
	const struct memo_place *p = m ? &m->places[place_of(key)] : NULL;

	if (!p || p->until_usec <= stamp_monotonic_usec() || memcmp(p->key, key, HASH_BYTES) != 0)
		return false;
	*out = p->value;
	return true;
}

void memo_put(struct memo *m, const unsigned char key[HASH_BYTES], int64_t value, int ttl_sec)
{
	struct memo_place *p = m ? &m->places[place_of(key)] : NULL;

	if (!p)
		return;
	memcpy(p->key, key, HASH_BYTES);
	p->value = value;
	p->until_usec = stamp_monotonic_usec() + ttl_sec * USEC_PER_SEC;
}
