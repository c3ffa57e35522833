#include "core/ip.h"
#include "lib/suite.h"

START_TEST(a_network_is_24_bits_or_64)
{
	static const struct {
		const char *addr, *network;
	} v[] = {
		{ "192.0.2.77", "192.0.2.0/24" },
		{ "::ffff:192.0.2.77", "192.0.2.0/24" },
		{ "2001:db8:1:2:3::4", "2001:db8:1:2::/64" },
		{ "::1", "::/64" },
		{ "nonsense", "nonsense" },
		{ "", "" },
	};
	char out[IP_PREFIX_TEXT];

	for (size_t i = 0; i < ARRAY_LEN(v); i++) {
		ip_network(v[i].addr, out);
		ck_assert_str_eq(out, v[i].network);
	}
}
END_TEST

START_TEST(a_list_allows_what_it_names)
{
	static const struct {
		const char *list, *addr;
		bool allowed;
	} v[] = {
		{ "127.0.0.1", "127.0.0.1", true },
		{ "127.0.0.1", "127.0.0.2", false },
		{ "10.0.0.0/8, ::1", "10.255.1.2", true },
		{ "10.0.0.0/8, ::1", "::1", true },
		{ "10.0.0.0/8, ::1", "11.0.0.1", false },
		{ "10.0.0.0/8", "::ffff:10.1.1.1", true },
		{ "2001:db8::/32", "2001:db8:ffff::1", true },
		{ "2001:db8::/32", "2001:db9::1", false },
		{ "0.0.0.0/0", "2001:db8::1", false },
		{ "0.0.0.0/0", "203.0.113.5", true },
		{ "", "127.0.0.1", false },
		{ "127.0.0.1", "", false },
		{ "127.0.0.1/33", "127.0.0.1", false },
		{ "127.0.0.1/", "127.0.0.1", false },
		{ "localhost", "127.0.0.1", false },
	};

	for (size_t i = 0; i < ARRAY_LEN(v); i++)
		ck_assert_msg(ip_allowed(v[i].list, v[i].addr) == v[i].allowed, "%s in %s",
		              v[i].addr, v[i].list);
	ck_assert(!ip_allowed(NULL, "127.0.0.1"));
}
END_TEST

START_TEST(a_list_with_a_wrong_entry_is_not_valid)
{
	ck_assert(ip_list_valid("10.0.0.0/8, 192.0.2.1 ::1"));
	ck_assert(ip_list_valid(""));
	ck_assert(!ip_list_valid("10.0.0.0/8, example.org"));
	ck_assert(!ip_list_valid("10.0.0.0/40"));
}
END_TEST

TESTS("ip", a_network_is_24_bits_or_64, a_list_allows_what_it_names,
      a_list_with_a_wrong_entry_is_not_valid);
