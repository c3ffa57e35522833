/*
 * demo_names.h - invented people, companies and streets in several scripts.
 *
 * Chance is a function of seed, row and purpose, without a state, so any
 * account can be made alone.
 */
#ifndef MAIN_DEMO_NAMES_H
#define MAIN_DEMO_NAMES_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/* A name as written, and in ASCII for logins. */
struct demo_name {
	const char *text, *ascii;
};

#define DEMO_NAMES 12
#define DEMO_PLACES 4

struct demo_culture {
	const char *locale, *country, *time_zone, *dial;
	bool family_first; /* and written without a space */
	bool house_first;
	struct demo_name first[DEMO_NAMES], last[DEMO_NAMES];
	struct {
		const char *city, *region, *postcode;
		int64_t latitude, longitude; /* millionths */
	} places[DEMO_PLACES];
	const char *streets[DEMO_PLACES];
	const char *companies[DEMO_PLACES]; /* with %s for a family's name */
};

extern const struct demo_culture demo_cultures[];
extern const size_t demo_ncultures;

/* A number below n for a row and a purpose. */
uint64_t demo_chance(uint64_t seed, uint64_t row, uint64_t purpose, uint64_t n);

#endif
