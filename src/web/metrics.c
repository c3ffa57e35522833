#include "web/metrics.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "web/match.h"

#define PROCESSES_MAX 64

static const struct {
	int64_t usec;
	const char *le; /* seconds */
} bounds[] = {
	{ 500, "0.0005" },   { 1000, "0.001" },    { 2500, "0.0025" },  { 5000, "0.005" },
	{ 10000, "0.01" },   { 25000, "0.025" },   { 50000, "0.05" },   { 100000, "0.1" },
	{ 250000, "0.25" },  { 1000000, "1" },     { 5000000, "5" },    { INT64_MAX, "+Inf" },
};

static const char *const classes[] = { "1xx", "2xx", "3xx", "4xx", "5xx" };

struct counters {
	_Atomic int64_t requests[ARRAY_LEN(classes)];
	_Atomic int64_t buckets[ARRAY_LEN(bounds)];
	_Atomic int64_t usec;
};

struct metrics {
	struct counters routes[ROUTES_MAX + 1]; /* the last one: no route */
	_Atomic int64_t failures;
	/* Requests under way, a process each: those of a dead one do not count. */
	struct {
		atomic_int pid;
		_Atomic int64_t n;
	} running[PROCESSES_MAX];
};

struct metrics *metrics_new(void)
{
	void *p = mmap(NULL, sizeof(struct metrics), PROT_READ | PROT_WRITE,
	               MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void metrics_free(struct metrics *m)
{
	if (m)
		munmap(m, sizeof(*m));
}

static bool is_alive(int pid)
{
	return kill(pid, 0) == 0 || errno != ESRCH;
}

/* The caller's own place, taken at its first request; -1 when all are taken. */
static int place(struct metrics *m)
{
	int me = (int)getpid(), old;

	for (int i = 0; i < PROCESSES_MAX; i++)
		if (atomic_load_explicit(&m->running[i].pid, memory_order_relaxed) == me)
			return i;
	for (int i = 0; i < PROCESSES_MAX; i++) {
		old = atomic_load(&m->running[i].pid);
		if (old && is_alive(old))
			continue;
		if (!atomic_compare_exchange_strong(&m->running[i].pid, &old, me))
			continue;
		atomic_store(&m->running[i].n, 0);
		return i;
	}
	return -1;
}

static void add(_Atomic int64_t *at, int64_t n)
{
	atomic_fetch_add_explicit(at, n, memory_order_relaxed);
}

static int64_t get(const _Atomic int64_t *at)
{
	return atomic_load_explicit(at, memory_order_relaxed);
}

void metrics_begin(struct metrics *m)
{
	int i = m ? place(m) : -1;

	if (i >= 0)
		add(&m->running[i].n, 1);
}

void metrics_end(struct metrics *m, int index, int status, int64_t usec, bool failed)
{
	size_t class = status >= 100 && status < 600 ? (size_t)(status / 100 - 1) : 4, le = 0;
	struct counters *c;
	int i;

	if (!m)
		return;
	c = &m->routes[index >= 0 && index < ROUTES_MAX ? index : ROUTES_MAX];
	while (usec > bounds[le].usec)
		le++;
	add(&c->requests[class], 1);
	add(&c->buckets[le], 1);
	add(&c->usec, usec);
	if (failed)
		add(&m->failures, 1);
	i = place(m);
	if (i >= 0)
		add(&m->running[i].n, -1);
}

struct printing {
	struct buf *b;
	const struct metrics *m;
	const char *pool;
};

static int64_t total(const struct counters *c)
{
	int64_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(classes); i++)
		n += get(&c->requests[i]);
	return n;
}

static void put_requests(const struct printing *to, const struct counters *c, const char *method,
                         const char *path)
{
	for (size_t i = 0; i < ARRAY_LEN(classes); i++)
		if (get(&c->requests[i]))
			buf_printf(to->b,
			           "gatehouse_requests_total{pool=\"%s\",method=\"%s\",route="
			           "\"%s\",status=\"%s\"} %lld\n",
			           to->pool, method, path, classes[i],
			           (long long)get(&c->requests[i]));
}

static void requests_of(void *arg, const struct route_table *table, const struct route *route,
                        int index)
{
	const struct printing *to = arg;

	(void)table;
	if (index < ROUTES_MAX)
		put_requests(to, &to->m->routes[index], method_text(route->method), route->path);
}

static void put_seconds(const struct printing *to, const struct counters *c, const char *method,
                        const char *path)
{
	int64_t n = 0;

	if (total(c) == 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(bounds); i++) {
		n += get(&c->buckets[i]);
		buf_printf(to->b,
		           "gatehouse_request_seconds_bucket{pool=\"%s\",method=\"%s\",route="
		           "\"%s\",le=\"%s\"} %lld\n",
		           to->pool, method, path, bounds[i].le, (long long)n);
	}
	buf_printf(to->b,
	           "gatehouse_request_seconds_sum{pool=\"%s\",method=\"%s\",route=\"%s\"}"
	           " %lld.%06lld\n",
	           to->pool, method, path, (long long)(get(&c->usec) / USEC_PER_SEC),
	           (long long)(get(&c->usec) % USEC_PER_SEC));
	buf_printf(to->b,
	           "gatehouse_request_seconds_count{pool=\"%s\",method=\"%s\",route=\"%s\"}"
	           " %lld\n",
	           to->pool, method, path, (long long)n);
}

static void seconds_of(void *arg, const struct route_table *table, const struct route *route,
                       int index)
{
	const struct printing *to = arg;

	(void)table;
	if (index < ROUTES_MAX)
		put_seconds(to, &to->m->routes[index], method_text(route->method), route->path);
}

static int64_t under_way(const struct metrics *m)
{
	int64_t n = 0;
	int pid;

	for (int i = 0; i < PROCESSES_MAX; i++) {
		pid = atomic_load(&m->running[i].pid);
		if (pid && is_alive(pid))
			n += get(&m->running[i].n);
	}
	return n;
}

static void head(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void metrics_write(struct buf *b, const struct metrics *m, const struct route_table *tables,
                   const char *pool)
{
	struct printing to = { b, m, pool };

	if (!m)
		return;
	head(b, "gatehouse_requests_total", "counter", "Requests answered, by route and status.");
	match_all(tables, requests_of, &to);
	put_requests(&to, &m->routes[ROUTES_MAX], "-", "-");
	head(b, "gatehouse_request_seconds", "histogram", "Time from head to answer.");
	match_all(tables, seconds_of, &to);
	put_seconds(&to, &m->routes[ROUTES_MAX], "-", "-");
	head(b, "gatehouse_requests_running", "gauge", "Requests under way.");
	buf_printf(b, "gatehouse_requests_running{pool=\"%s\"} %lld\n", pool,
	           (long long)under_way(m));
	head(b, "gatehouse_failures_total", "counter",
	     "Requests that failed for want of the database, or by a bug.");
	buf_printf(b, "gatehouse_failures_total{pool=\"%s\"} %lld\n", pool,
	           (long long)get(&m->failures));
}
