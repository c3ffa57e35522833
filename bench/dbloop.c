/*
 * dbloop: what the database alone can do.  Threads that call the product's own
 * verbs, so the same statements through the same db layer, with no web server,
 * no FastCGI, no JSON and no signatures between.
 *
 *   dbloop --config FILE --mode session|list|callbacks [--threads N] [--seconds S]
 *          [--token T] [--source NAME --subjects N]
 *
 * Prints one line of JSON.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "accounts/list.h"
#include "base/log.h"
#include "billing/intake.h"
#include "billing/recall.h"
#include "core/memo.h"
#include "main/boot.h"
#include "signin/recall.h"

#define THREADS_MAX 64
#define MEMORY_MAX  (32u << 20)

static struct {
	const char *config, *mode, *token, *source;
	int threads, seconds, subjects;
	int64_t run;
} opt = { .mode = "session", .threads = 16, .seconds = 3, .subjects = 1600 };

struct loop {
	pthread_t thread;
	int number;
	const struct boot *boot;
	struct db *db;
	struct arena mem;
	struct session_memo *sessions;
	struct source_memo *sources;
	struct arena kept; /* holds both */
	struct ctx c;
	int64_t done, bad, sent;
};

static atomic_bool over;
static struct memo memo; /* of all threads, as in a pool */

static enum err session(struct loop *l)
{
	struct session s;

	return session_recall(&l->c, opt.token, &s);
}

static enum err list_work(void *arg)
{
	struct loop *l = arg;
	struct page page;
	struct db_list rows;
	struct query q;
	int64_t total;
	bool exact;
	enum err e = query_parse(&l->c, "kind:customer", &q);

	if (!e)
		e = page_read(&l->c, 50, NULL, "name", account_sorts, &page);
	if (!e)
		e = accounts_list(&l->c, &q, &page, &rows);
	if (!e)
		e = accounts_count(&l->c, &q, &total, &exact);
	return !e && rows.n != 51 ? ERR_NOT_FOUND : e;
}

static enum err list(struct loop *l)
{
	enum err e = session(l);

	return e ? e : db_tx(l->db, DB_READ, list_work, l);
}

/* The events of load.c, about customers of this thread's own. */
static const char *event(struct loop *l, struct arena *mem)
{
	int64_t mine = opt.subjects / opt.threads > 0 ? opt.subjects / opt.threads : 1;
	int64_t n = l->sent++, subject = l->number * mine + n % mine, seq = 2 + n / mine;
	char at[STAMP_TEXT];

	stamp_write(l->c.now, at);
	return arena_printf(
		mem,
		"{\"id\":\"b-%lld-%d-%lld\",\"type\":\"billing.%s_entity\","
		"\"occurred_at\":\"%.19sZ\",\"version\":1,\"subject\":{\"kind\":\"entity\","
		"\"external_id\":\"B-%lld\",\"seq\":%lld},\"data\":{%s}}",
		(long long)opt.run, l->number, (long long)n, seq % 2 ? "unpause" : "pause", at,
		(long long)subject, (long long)(seq + opt.run),
		seq % 2 ? "" : "\"reason\":\"non_payment\"");
}

static enum err callback(struct loop *l)
{
	struct billing_source s;
	struct intake_result r;
	const char *body = event(l, &l->mem);
	enum err e = sources_recall(&l->c, opt.source, &s);

	if (e)
		return e;
	source_act(&l->c, &s, "127.0.0.1");
	e = intake_event(&l->c, &s, NULL, body, strlen(body), &r);
	return !e && strcmp(r.state, "applied") != 0 ? ERR_CONFLICT : e;
}

static void *loop_main(void *arg)
{
	struct loop *l = arg;
	bool lists = strcmp(opt.mode, "list") == 0,
	     callbacks = strcmp(opt.mode, "callbacks") == 0;
	enum err e;

	arena_init(&l->mem, MEMORY_MAX);
	arena_init(&l->kept, MEMORY_MAX);
	l->sessions = session_memo_new(&l->kept);
	l->sources = source_memo_new(&l->kept);
	l->db = db_new(&l->boot->db);
	while (!atomic_load_explicit(&over, memory_order_relaxed)) {
		ctx_init_system(&l->c, &l->mem, l->db, &l->boot->core, "bench");
		l->c.memo = &memo;
		l->c.sessions = l->sessions;
		l->c.sources = l->sources;
		e = lists ? list(l) : callbacks ? callback(l) : session(l);
		if (e && l->bad++ == 0)
			fprintf(stderr, "dbloop: %s %s %s\n", err_name(e),
			        l->c.fault.code ? l->c.fault.code : "", db_error(l->db));
		l->done += !e;
		arena_reset(&l->mem);
	}
	db_free(l->db);
	arena_release(&l->mem);
	arena_release(&l->kept);
	db_thread_end();
	return NULL;
}

static void read_options(int argc, char **argv)
{
	for (int i = 1; i + 1 < argc; i += 2) {
		const char *k = argv[i], *v = argv[i + 1];

		if (!strcmp(k, "--config"))
			opt.config = v;
		else if (!strcmp(k, "--mode"))
			opt.mode = v;
		else if (!strcmp(k, "--token"))
			opt.token = v;
		else if (!strcmp(k, "--source"))
			opt.source = v;
		else if (!strcmp(k, "--threads"))
			opt.threads = atoi(v);
		else if (!strcmp(k, "--seconds"))
			opt.seconds = atoi(v);
		else if (!strcmp(k, "--subjects"))
			opt.subjects = atoi(v);
	}
	if (!opt.config || opt.threads < 1 || opt.threads > THREADS_MAX || opt.seconds < 1) {
		fputs("dbloop: --config is missing, or a number is out of bounds\n", stderr);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	static struct loop loops[THREADS_MAX];
	static struct boot boot;
	int64_t began, done = 0, bad = 0;
	struct rusage use;
	double took;

	read_options(argc, argv);
	log_set_level(LOG_ERROR);
	if (!boot_open(&boot, opt.config,
	               strcmp(opt.mode, "callbacks") == 0 ? LOGIN_BILLING : LOGIN_PORTAL))
		return 2;
	began = stamp_monotonic_usec();
	opt.run = stamp_now().usec / 1000 % 10000000000;
	for (int i = 0; i < opt.threads; i++) {
		loops[i].number = i;
		loops[i].boot = &boot;
		pthread_create(&loops[i].thread, NULL, loop_main, &loops[i]);
	}
	while (stamp_monotonic_usec() - began < opt.seconds * USEC_PER_SEC)
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	atomic_store(&over, true);
	for (int i = 0; i < opt.threads; i++) {
		pthread_join(loops[i].thread, NULL);
		done += loops[i].done;
		bad += loops[i].bad;
	}
	took = (double)(stamp_monotonic_usec() - began) / 1e6;
	getrusage(RUSAGE_SELF, &use);
	printf("{\"done\":%lld,\"bad\":%lld,\"seconds\":%.3f,\"rate\":%.1f,\"cpu_ms\":%lld}\n",
	       (long long)done, (long long)bad, took, (double)done / took,
	       (long long)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000 +
	               (use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1000);
	boot_close(&boot);
	return 0;
}
