/* A time that is read is written so that it is read again as the same. */
#include "base/stamp.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char text[STAMP_TEXT], again[STAMP_TEXT];
	struct stamp t, back;

	if (!stamp_read((const char *)data, n, &t))
		return 0;
	HOLDS(n >= 20 && n <= 35);
	HOLDS(stamp_write(t, text) == STAMP_TEXT - 1);
	HOLDS(stamp_read(text, STAMP_TEXT - 1, &back) && back.usec == t.usec);
	stamp_write(back, again);
	HOLDS(strcmp(text, again) == 0);
	return 0;
}
