/* No text opens that we did not seal; key files of any bytes. */
#include "base/seal.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char known[] =
		"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
	struct seal_ring ring = { 0 }, other;
	struct bytes out = { 0 };
	struct arena mem;
	const char *text, *why = NULL;

	arena_init(&mem, FUZZ_ARENA_MAX);
	HOLDS(seal_parse_keys(known, &ring, &why) == OK);
	text = arena_copy(&mem, (const char *)data, n);
	HOLDS(seal_read(&ring, &mem, "x", text, &out) != OK);
	if (seal_parse_keys(text, &other, &why) == OK)
		HOLDS(other.n >= 1 && other.n <= SEAL_KEYS);
	else
		HOLDS(why);
	text = seal_write(&ring, &mem, "x", data, n);
	HOLDS(seal_read(&ring, &mem, "x", text, &out) == OK && out.n == n);
	HOLDS(n == 0 || memcmp(out.p, data, n) == 0);
	arena_release(&mem);
	return 0;
}
