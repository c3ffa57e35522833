#include "core/load.h"

#include <errno.h>
#include <time.h>

#include "base/stamp.h"

/* So long after the last request of others there may soon be a next one. */
#define POLITE_USEC (200 * 1000)
/* Sleep after work: so many times as long, but never for longer than that. */
#define TIMES       4
#define MOST_USEC   (20 * 1000)

void load_begin(struct load *l)
{
	if (l)
		atomic_fetch_add_explicit(&l->begun, 1, memory_order_relaxed);
}

static void sleep_usec(int64_t usec)
{
	struct timespec t = { .tv_nsec = usec * 1000 };

	while (nanosleep(&t, &t) == -1 && errno == EINTR)
		continue;
}

void load_give_way(struct load *l, struct load_watch *w)
{
	int64_t now, begun, usec;

	if (!l)
		return;
	now = stamp_monotonic_usec();
	begun = atomic_load_explicit(&l->begun, memory_order_relaxed);
	/* The first look counts the request that is itself the work. */
	if (w->worked_from_usec != 0 && begun != w->begun)
		w->polite_until_usec = now + POLITE_USEC;
	w->begun = begun;
	if (w->worked_from_usec != 0 && now < w->polite_until_usec) {
		usec = (now - w->worked_from_usec) * TIMES;
		sleep_usec(usec < MOST_USEC ? usec : MOST_USEC);
		now = stamp_monotonic_usec();
	}
	w->worked_from_usec = now;
}
