/*
 * fuzz.h - what every fuzz target shares.
 *
 * A target is one file f_x.c with LLVMFuzzerTestOneInput; its seeds are the
 * files of corpus/f_x.  HOLDS stays in every build: a target without an
 * oracle finds only crashes.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define HOLDS(claim) \
	do { \
		if (!(claim)) \
			abort(); \
	} while (0)

#define FUZZ_ARENA_MAX ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#endif
