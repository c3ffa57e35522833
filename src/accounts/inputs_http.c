#include "accounts/inputs_http.h"

#include <string.h>

#include "base/utf8.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

const char *check_locale(const char *s, size_t n)
{
	return strspn(s, LETTERS DIGITS "-") == n && strspn(s, LETTERS) >= 2 ? NULL
	                                                                     : "not-a-locale";
}

const char *check_time_zone(const char *s, size_t n)
{
	return strspn(s, LETTERS DIGITS "_+-/") == n ? NULL : "not-a-time-zone";
}

const char *check_country(const char *s, size_t n)
{
	return n == 2 && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 2 ? NULL : "not-a-country";
}

const char *check_email(const char *s, size_t n)
{
	return utf8_is_email(s, n) ? NULL : "not-an-email";
}

const char *check_phone(const char *s, size_t n)
{
	return strspn(s, DIGITS "+-()/. x") == n && strpbrk(s, DIGITS) ? NULL
	                                                               : "not-a-phone-number";
}
