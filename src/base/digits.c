#include "base/digits.h"

const char digits_pairs[201] = "00010203040506070809"
			       "10111213141516171819"
			       "20212223242526272829"
			       "30313233343536373839"
			       "40414243444546474849"
			       "50515253545556575859"
			       "60616263646566676869"
			       "70717273747576777879"
			       "80818283848586878889"
			       "90919293949596979899";

size_t digits_i64(int64_t v, char out[I64_DIGITS])
{
	uint64_t rest = v < 0 ? -(uint64_t)v : (uint64_t)v;
	char back[I64_DIGITS], *p = back + sizeof(back);
	size_t n;

	for (; rest >= 100; rest /= 100) {
		p -= 2;
		digits_two(p, (uint32_t)(rest % 100));
	}
	if (rest >= 10) {
		p -= 2;
		digits_two(p, (uint32_t)rest);
	} else {
		*--p = (char)('0' + rest);
	}
	if (v < 0)
		*--p = '-';
	n = (size_t)(back + sizeof(back) - p);
	memcpy(out, p, n);
	return n;
}
