/*
 * ip.h - addresses of peers: network prefixes and lists of allowed ones.
 *
 * An IPv4 address mapped into IPv6 is the IPv4 address.  What does not parse
 * is in no list.
 */
#ifndef CORE_IP_H
#define CORE_IP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

#define IP_PREFIX_TEXT 64

/* The network of an address ("192.0.2.0/24", "2001:db8:1:2::/64"); the text if it is none. */
void ip_network(const char *addr, char out[IP_PREFIX_TEXT]);

/* An address as peers are written ("2001:db8::1"); false, and out untouched, if it is none. */
bool ip_plain(const char *addr, char out[IP_PREFIX_TEXT]);

/* list: addresses and prefixes ("10.0.0.0/8") between commas or spaces; NULL allows none. */
bool ip_allowed(const char *list, const char *addr);

/* Every entry of the list can be read. */
bool ip_list_valid(const char *list);

#endif
