/*
 * inputs_http.h - what accounts, contacts and sites accept in their fields.
 *
 * Each check returns NULL or the stable word of the refusal; null clears a
 * field, an empty string is refused.
 */
#ifndef ACCOUNTS_INPUTS_HTTP_H
#define ACCOUNTS_INPUTS_HTTP_H

#include "json/json_in.h"

json_check check_locale, check_time_zone, check_country, check_email, check_phone;

#define NAME_MAX_CHARS 200
#define LATITUDE_MAX INT64_C(90000000)
#define LONGITUDE_MAX INT64_C(180000000)

/* The address of an account or site: the same members in both. */
#define ADDRESS_IN(T) \
	JSON_IN(T, country, .nullable = true, .min = 2, .max = 2, .check = check_country, \
	        .help = "two letters, ISO 3166-1"), \
		JSON_IN(T, region, .nullable = true, .min = 1, .max = 100), \
		JSON_IN(T, city, .nullable = true, .min = 1, .max = 100), \
		JSON_IN(T, postcode, .nullable = true, .min = 1, .max = 20), \
		JSON_IN(T, street, .nullable = true, .min = 1, .max = 200), \
		JSON_IN(T, house, .nullable = true, .min = 1, .max = 20), \
		JSON_IN(T, latitude, .nullable = true, .min = -LATITUDE_MAX, .max = LATITUDE_MAX, \
		        .help = "degrees, at most six decimals"), \
		JSON_IN(T, longitude, .nullable = true, .min = -LONGITUDE_MAX, \
		        .max = LONGITUDE_MAX, .help = "degrees, at most six decimals")

#endif
