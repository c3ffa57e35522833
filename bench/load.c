/*
 * load: drives HTTP/1.1 over keep-alive connections and measures it.
 *
 *   load --url http://127.0.0.1:PORT/path [--connections N] [--seconds S]
 *        [--rate R]           open loop: R requests a second, latency from the
 *                             instant each was meant to be sent
 *        [--requests N]       so many of each connection, and no more
 *        [--header 'K: V']... [--callbacks SECRET --subjects N --repeat PERCENT]
 *
 * With --callbacks it posts signed billing events (pause and unpause in turn
 * for each of N customers), PERCENT of them sent a second time at once.
 * Prints one line of JSON.  Only loopback addresses are taken.  Where wrk is
 * there, the harness uses that one for plain GETs: an event loop costs less
 * than a thread a connection, and what the generator costs hides differences.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS_MAX 1024
#define SAMPLES_MAX (1 << 20)
#define HEADERS_MAX 4096

static struct {
	char host[64], path[512], headers[HEADERS_MAX];
	int port, connections, seconds, rate, requests, subjects, repeat_percent;
	unsigned char key[128];
	size_t nkey;
	bool callbacks;
	char run[16];
} opt = { .connections = 16, .seconds = 3, .subjects = 1000 };

struct client {
	pthread_t thread;
	int number, fd;
	int64_t done, bad, bytes, repeats;
	int first_bad;
	uint32_t *usec; /* latencies */
	size_t nusec;
	int64_t sent; /* events made */
	bool closing; /* the server said that it closes the connection */
};

static int64_t begin_usec, end_usec;

static int64_t now_usec(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void die(const char *what)
{
	fprintf(stderr, "load: %s\n", what);
	exit(2);
}

static int dial(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)opt.port) };
	int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct timeval limit = { .tv_sec = 30 };

	inet_pton(AF_INET, opt.host, &to.sin_addr);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool send_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t w = send(fd, p, n, MSG_NOSIGNAL);

		if (w <= 0)
			return false;
		p += w;
		n -= (size_t)w;
	}
	return true;
}

/* Reads one whole answer; its status, or 0 when the connection broke. */
static int read_answer(struct client *c)
{
	static __thread char buf[65536];
	size_t have = 0;
	char *end = NULL, *length;
	int status;
	int64_t left;

	while (!end) {
		ssize_t r = recv(c->fd, buf + have, sizeof(buf) - 1 - have, 0);

		if (r <= 0)
			return 0;
		have += (size_t)r;
		buf[have] = '\0';
		end = strstr(buf, "\r\n\r\n");
		if (!end && have == sizeof(buf) - 1)
			return 0;
	}
	status = atoi(buf + 9);
	length = strcasestr(buf, "\r\nConnection: close");
	c->closing = length && length < end;
	c->bytes += (int64_t)have;
	length = strcasestr(buf, "\r\nContent-Length:");
	if (length && length < end) {
		left = atoll(length + 17) - (int64_t)(have - (size_t)(end + 4 - buf));
		while (left > 0) {
			ssize_t r = recv(c->fd, buf, left < (int64_t)sizeof(buf) ? (size_t)left : sizeof(buf), 0);

			if (r <= 0)
				return 0;
			left -= r;
			c->bytes += r;
		}
		return status;
	}
	/* Chunked: the last chunk ends the answer. */
	while (have < 5 || memcmp(buf + have - 5, "0\r\n\r\n", 5) != 0) {
		size_t keep = have < 5 ? have : 5;
		ssize_t r;

		memmove(buf, buf + have - keep, keep);
		r = recv(c->fd, buf + keep, sizeof(buf) - 1 - keep, 0);
		if (r <= 0)
			return 0;
		have = keep + (size_t)r;
		c->bytes += r;
	}
	return status;
}

static void sign(const char *id, const char *stamp, const char *body, char out[64])
{
	crypto_auth_hmacsha256_state s;
	unsigned char mac[32];

	crypto_auth_hmacsha256_init(&s, opt.key, opt.nkey);
	crypto_auth_hmacsha256_update(&s, (const unsigned char *)id, strlen(id));
	crypto_auth_hmacsha256_update(&s, (const unsigned char *)".", 1);
	crypto_auth_hmacsha256_update(&s, (const unsigned char *)stamp, strlen(stamp));
	crypto_auth_hmacsha256_update(&s, (const unsigned char *)".", 1);
	crypto_auth_hmacsha256_update(&s, (const unsigned char *)body, strlen(body));
	crypto_auth_hmacsha256_final(&s, mac);
	sodium_bin2base64(out, 64, mac, sizeof(mac), sodium_base64_VARIANT_ORIGINAL);
}

/* Each client has customers of its own, so their events stay in order. */
static size_t make_callback(struct client *c, char *out, size_t cap)
{
	int64_t mine = opt.subjects / opt.connections > 0 ? opt.subjects / opt.connections : 1;
	int64_t n = c->sent++, subject = c->number * mine + n % mine, seq = 2 + n / mine;
	char id[64], stamp[24], body[512], signature[64], at[40];
	time_t t = time(NULL);
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(at, sizeof(at), "%Y-%m-%dT%H:%M:%SZ", &tm);
	snprintf(stamp, sizeof(stamp), "%lld", (long long)t);
	snprintf(id, sizeof(id), "b-%s-%d-%lld", opt.run, c->number, (long long)n);
	snprintf(body, sizeof(body),
	         "{\"id\":\"%s\",\"type\":\"billing.%s_entity\",\"occurred_at\":\"%s\",\"version\":1,"
	         "\"subject\":{\"kind\":\"entity\",\"external_id\":\"B-%lld\",\"seq\":%lld},"
	         "\"data\":{%s}}",
	         id, seq % 2 ? "unpause" : "pause", at, (long long)subject, (long long)(seq + atoll(opt.run)),
	         seq % 2 ? "" : "\"reason\":\"non_payment\"");
	sign(id, stamp, body, signature);
	return (size_t)snprintf(out, cap,
	                        "POST %s HTTP/1.1\r\nHost: %s\r\n%sContent-Type: application/json\r\n"
	                        "webhook-id: %s\r\nwebhook-timestamp: %s\r\nwebhook-signature: v1,%s\r\n"
	                        "Content-Length: %zu\r\n\r\n%s",
	                        opt.path, opt.host, opt.headers, id, stamp, signature, strlen(body), body);
}

static void ask(struct client *c, const char *text, size_t n, int64_t meant)
{
	int status = 0;

	if (c->fd < 0)
		c->fd = dial();
	if (c->fd >= 0 && send_all(c->fd, text, n))
		status = read_answer(c);
	if (status >= 200 && status < 300) {
		c->done++;
	} else {
		c->bad++;
		if (c->first_bad == 0)
			c->first_bad = status;
	}
	if ((status == 0 || c->closing) && c->fd >= 0) {
		close(c->fd);
		c->fd = -1;
		c->closing = false;
	}
	if (c->nusec < SAMPLES_MAX / (size_t)opt.connections + 1)
		c->usec[c->nusec++] = (uint32_t)(now_usec() - meant);
}

static void sleep_until(int64_t usec)
{
	struct timespec t = { .tv_sec = usec / 1000000, .tv_nsec = usec % 1000000 * 1000 };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static void *client_main(void *arg)
{
	struct client *c = arg;
	char text[HEADERS_MAX + 2048];
	size_t n = (size_t)snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", opt.path,
	                            opt.host, opt.headers);
	int64_t step = opt.rate > 0 ? (int64_t)opt.connections * 1000000 / opt.rate : 0;
	int64_t meant = begin_usec + (step > 0 ? step * c->number / opt.connections : 0);

	sleep_until(meant);
	for (int64_t n_asked = 0; now_usec() < end_usec && meant < end_usec; n_asked++) {
		if (opt.requests > 0 && n_asked == opt.requests)
			break;
		if (step == 0)
			meant = now_usec();
		else if (meant > now_usec())
			sleep_until(meant);
		if (opt.callbacks)
			n = make_callback(c, text, sizeof(text));
		ask(c, text, n, meant);
		if (opt.callbacks && (int)randombytes_uniform(100) < opt.repeat_percent) {
			ask(c, text, n, now_usec());
			c->repeats++;
		}
		meant += step;
	}
	return NULL;
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void report(struct client *clients, double took)
{
	struct client sum = { 0 };
	struct rusage use;
	uint32_t *all = calloc(SAMPLES_MAX + CONNECTIONS_MAX, sizeof(*all));
	size_t n = 0;

	for (int i = 0; i < opt.connections; i++) {
		sum.done += clients[i].done;
		sum.bad += clients[i].bad;
		sum.bytes += clients[i].bytes;
		sum.repeats += clients[i].repeats;
		if (sum.first_bad == 0)
			sum.first_bad = clients[i].first_bad;
		memcpy(all + n, clients[i].usec, clients[i].nusec * sizeof(*all));
		n += clients[i].nusec;
	}
	getrusage(RUSAGE_SELF, &use);
	qsort(all, n, sizeof(*all), by_size);
	printf("{\"done\":%lld,\"bad\":%lld,\"first_bad\":%d,\"repeats\":%lld,\"seconds\":%.3f,"
	       "\"rate\":%.1f,\"bytes\":%lld,\"p50_us\":%u,\"p99_us\":%u,\"max_us\":%u,\"cpu_ms\":%lld}\n",
	       (long long)sum.done, (long long)sum.bad, sum.first_bad, (long long)sum.repeats, took,
	       (double)sum.done / took, (long long)sum.bytes, n ? all[n / 2] : 0,
	       n ? all[n * 99 / 100] : 0, n ? all[n - 1] : 0,
	       (long long)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000 +
	               (use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1000);
	free(all);
}

static void read_url(const char *url)
{
	opt.path[0] = '/';
	if (sscanf(url, "http://%63[0-9.]:%d%511s", opt.host, &opt.port, opt.path) < 2 ||
	    strncmp(opt.host, "127.", 4) != 0)
		die("--url http://127.x.x.x:port/path");
}

static void read_secret(const char *s)
{
	size_t n = strlen(s);

	if (strncmp(s, "whsec_", 6) != 0 ||
	    sodium_base642bin(opt.key, sizeof(opt.key), s + 6, n - 6, NULL, &opt.nkey, NULL,
	                      sodium_base64_VARIANT_ORIGINAL) != 0)
		die("--callbacks wants whsec_...");
	opt.callbacks = true;
}

static void read_options(int argc, char **argv)
{
	for (int i = 1; i + 1 < argc; i += 2) {
		const char *k = argv[i], *v = argv[i + 1];

		if (!strcmp(k, "--url"))
			read_url(v);
		else if (!strcmp(k, "--connections"))
			opt.connections = atoi(v);
		else if (!strcmp(k, "--seconds"))
			opt.seconds = atoi(v);
		else if (!strcmp(k, "--rate"))
			opt.rate = atoi(v);
		else if (!strcmp(k, "--requests"))
			opt.requests = atoi(v);
		else if (!strcmp(k, "--subjects"))
			opt.subjects = atoi(v);
		else if (!strcmp(k, "--repeat"))
			opt.repeat_percent = atoi(v);
		else if (!strcmp(k, "--callbacks"))
			read_secret(v);
		else if (!strcmp(k, "--header"))
			snprintf(opt.headers + strlen(opt.headers), HEADERS_MAX - strlen(opt.headers), "%s\r\n", v);
		else
			die(k);
	}
	if (opt.port == 0 || opt.connections < 1 || opt.connections > CONNECTIONS_MAX ||
	    opt.seconds < 1 || opt.seconds > 600)
		die("--url is missing, or a number is out of bounds");
}

int main(int argc, char **argv)
{
	static struct client clients[CONNECTIONS_MAX];
	int64_t started;

	if (sodium_init() < 0)
		die("libsodium");
	read_options(argc, argv);
	snprintf(opt.run, sizeof(opt.run), "%lld", (long long)(now_usec() / 1000 % 10000000000LL));
	started = begin_usec = now_usec() + 20000;
	end_usec = begin_usec + (int64_t)opt.seconds * 1000000;
	for (int i = 0; i < opt.connections; i++) {
		clients[i] = (struct client){ .number = i, .fd = -1 };
		clients[i].usec = calloc(SAMPLES_MAX / (size_t)opt.connections + 1, sizeof(uint32_t));
		pthread_create(&clients[i].thread, NULL, client_main, &clients[i]);
	}
	for (int i = 0; i < opt.connections; i++)
		pthread_join(clients[i].thread, NULL);
	report(clients, (double)(now_usec() - started) / 1e6);
	return 0;
}
