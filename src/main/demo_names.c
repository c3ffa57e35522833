#include "main/demo_names.h"

/* splitmix64 over the three. */
uint64_t demo_chance(uint64_t seed, uint64_t row, uint64_t purpose, uint64_t n)
{
	uint64_t x = seed * UINT64_C(0x9e3779b97f4a7c15) + row * UINT64_C(0xbf58476d1ce4e5b9) +
	             purpose * UINT64_C(0x94d049bb133111eb) + 1;

	for (int i = 0; i < 2; i++) {
		x ^= x >> 30;
		x *= UINT64_C(0xbf58476d1ce4e5b9);
		x ^= x >> 27;
		x *= UINT64_C(0x94d049bb133111eb);
		x ^= x >> 31;
	}
	return x % n;
}

#include "main/demo_cultures.inc"

const size_t demo_ncultures = ARRAY_LEN(demo_cultures);
