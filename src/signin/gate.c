#include "signin/gate.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/stamp.h"

#define SLOTS_MAX  64
#define WAIT_USEC  USEC_PER_SEC
#define PAUSE_NSEC 4000000

/* While more come than can be served. */
#define CROWDED_USEC      (2 * USEC_PER_SEC)
#define CROWDED_WAIT_USEC (USEC_PER_SEC / 10)

struct hash_gate {
	int n;
	atomic_int pids[SLOTS_MAX]; /* 0: free */
	_Atomic int64_t taken, refused;
	_Atomic int64_t crowded_until; /* monotonic */
};

struct hash_gate *gate_new(int slots)
{
	struct hash_gate *g = mmap(NULL, sizeof(*g), PROT_READ | PROT_WRITE,
	                           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (g == MAP_FAILED)
		return NULL;
	if (slots <= 0)
		slots = cores > 0 ? (int)cores : 1;
	g->n = slots < SLOTS_MAX ? slots : SLOTS_MAX;
	return g;
}

void gate_free(struct hash_gate *g)
{
	if (g)
		munmap(g, sizeof(*g));
}

/* A slot whose process was killed while it held it is taken over. */
static bool take(atomic_int *slot, int me)
{
	int holder = atomic_load(slot);

	if (holder && (kill(holder, 0) == 0 || errno != ESRCH))
		return false;
	return atomic_compare_exchange_strong(slot, &holder, me);
}

int gate_try(struct hash_gate *g)
{
	int me = (int)getpid();

	if (!g)
		return 0;
	for (int i = 0; i < g->n; i++)
		if (take(&g->pids[i], me))
			return i;
	return -1;
}

bool gate_is_crowded(const struct hash_gate *g)
{
	return g && stamp_monotonic_usec() < atomic_load(&g->crowded_until);
}

int gate_enter(struct hash_gate *g)
{
	const struct timespec pause = { 0, PAUSE_NSEC };
	int64_t wait = gate_is_crowded(g) ? CROWDED_WAIT_USEC : WAIT_USEC;
	int64_t end = stamp_monotonic_usec() + wait;
	int slot = gate_try(g);

	while (slot < 0 && stamp_monotonic_usec() < end) {
		nanosleep(&pause, NULL);
		slot = gate_try(g);
	}
	if (slot < 0)
		atomic_store(&g->crowded_until, stamp_monotonic_usec() + CROWDED_USEC);
	if (g)
		atomic_fetch_add(slot < 0 ? &g->refused : &g->taken, 1);
	return slot;
}

void gate_leave(struct hash_gate *g, int slot)
{
	if (g && slot >= 0)
		atomic_store(&g->pids[slot], 0);
}

int gate_busy(const struct hash_gate *g)
{
	int busy = 0;

	for (int i = 0; g && i < g->n; i++)
		busy += atomic_load(&g->pids[i]) != 0;
	return busy;
}

int64_t gate_taken(const struct hash_gate *g)
{
	return g ? atomic_load(&g->taken) : 0;
}

int64_t gate_refused(const struct hash_gate *g)
{
	return g ? atomic_load(&g->refused) : 0;
}
