/* Headers nobody signed are never believed; an accepted id has one form. */
#include "billing/signature.h"
#include "fuzz/fuzz.h"

/* Four texts with a NUL between: id, time, signatures, body. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const unsigned char key[32] = { 1, 2, 3 };
	const struct bytes keys[] = { { key, sizeof(key) } };
	const char *part[4] = { "", "", "", "" };
	unsigned char out[SIGNATURE_KEY_MAX];
	struct signature_in in;
	struct arena mem;
	const char *p, *end;
	size_t len;

	if (n > 4096)
		return 0;
	arena_init(&mem, FUZZ_ARENA_MAX);
	p = arena_copy(&mem, (const char *)data, n);
	end = p + n;
	for (size_t i = 0; i < 4 && p <= end; i++, p += strlen(p) + 1)
		part[i] = p;
	in = (struct signature_in){ part[0], part[1], part[2], part[3], strlen(part[3]) };
	HOLDS(signature_check(&mem, &in, keys, 1, (struct stamp){ 0 }) != NULL);
	HOLDS(!signature_id_valid(part[0]) || strchr(part[0], '.') == NULL);
	if (signature_key_read(part[2], out, &len))
		HOLDS(len >= SIGNATURE_KEY_MIN && len <= SIGNATURE_KEY_MAX);
	arena_release(&mem);
	return 0;
}
