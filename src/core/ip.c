#include "core/ip.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every address as sixteen bytes; IPv4 as ::ffff:a.b.c.d. */
struct net {
	unsigned char a[16];
	unsigned bits;
};

static const unsigned char mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

static bool addr_read(const char *s, unsigned char out[16])
{
	if (inet_pton(AF_INET, s, out + 12) == 1) {
		memcpy(out, mapped, sizeof(mapped));
		return true;
	}
	return inet_pton(AF_INET6, s, out) == 1;
}

static bool is_v4(const unsigned char a[16])
{
	return memcmp(a, mapped, sizeof(mapped)) == 0;
}

static void clear_host(unsigned char a[16], unsigned bits)
{
	for (unsigned i = bits; i < 128; i++)
		a[i / 8] = (unsigned char)(a[i / 8] & ~(0x80u >> (i % 8)));
}

/* "10.0.0.0/8", "::1", of n characters. */
static bool net_read(const char *s, size_t n, struct net *out)
{
	char text[IP_PREFIX_TEXT], *slash, *end;
	unsigned long bits = 128;
	unsigned max;

	if (n == 0 || n >= sizeof(text))
		return false;
	memcpy(text, s, n);
	text[n] = '\0';
	slash = strchr(text, '/');
	if (slash)
		*slash = '\0';
	if (!addr_read(text, out->a))
		return false;
	max = strchr(text, ':') ? 128 : 32;
	if (slash) {
		bits = strtoul(slash + 1, &end, 10);
		if (slash[1] < '0' || slash[1] > '9' || *end || bits > max)
			return false;
		bits += 128 - max;
	}
	out->bits = (unsigned)bits;
	clear_host(out->a, out->bits);
	return true;
}

void ip_network(const char *addr, char out[IP_PREFIX_TEXT])
{
	char text[INET6_ADDRSTRLEN];
	unsigned char a[16];

	if (!addr || !addr_read(addr, a)) {
		snprintf(out, IP_PREFIX_TEXT, "%.60s", addr ? addr : "");
		return;
	}
	if (is_v4(a)) {
		clear_host(a, 96 + 24);
		inet_ntop(AF_INET, a + 12, text, sizeof(text));
		snprintf(out, IP_PREFIX_TEXT, "%s/24", text);
		return;
	}
	clear_host(a, 64);
	inet_ntop(AF_INET6, a, text, sizeof(text));
	snprintf(out, IP_PREFIX_TEXT, "%s/64", text);
}

bool ip_plain(const char *addr, char out[IP_PREFIX_TEXT])
{
	unsigned char a[16];

	if (!addr || !addr_read(addr, a))
		return false;
	if (strchr(addr, ':'))
		return inet_ntop(AF_INET6, a, out, IP_PREFIX_TEXT) != NULL;
	return inet_ntop(AF_INET, a + 12, out, IP_PREFIX_TEXT) != NULL;
}

static bool in_net(const unsigned char a[16], const struct net *net)
{
	unsigned char masked[16];

	memcpy(masked, a, sizeof(masked));
	clear_host(masked, net->bits);
	return memcmp(masked, net->a, sizeof(masked)) == 0;
}

/* Steps to the next entry of a list; its length, 0 at the end. */
static size_t entry(const char **at)
{
	*at += strspn(*at, ", \t\n");
	return strcspn(*at, ", \t\n");
}

bool ip_allowed(const char *list, const char *addr)
{
	unsigned char a[16];
	struct net net;

	if (!list || !addr || !addr_read(addr, a))
		return false;
	for (size_t n = entry(&list); n; list += n, n = entry(&list))
		if (net_read(list, n, &net) && in_net(a, &net))
			return true;
	return false;
}

bool ip_list_valid(const char *list)
{
	struct net net;

	for (size_t n = entry(&list); n; list += n, n = entry(&list))
		if (!net_read(list, n, &net))
			return false;
	return true;
}
