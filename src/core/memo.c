#include "core/memo.h"

#include <string.h>

#include "base/stamp.h"

#define ANEW_USEC  (5 * USEC_PER_SEC)  /* for one caller to make it anew */
#define STALE_USEC (30 * USEC_PER_SEC) /* over for longer: nobody gets it */

static struct memo_place *place_of(struct memo *m, const unsigned char *key)
{
	return m ? &m->places[(key[0] | key[1] << 8) % MEMO_PLACES] : NULL;
}

static uint64_t word_at(const unsigned char *key, size_t i)
{
	uint64_t w;

	memcpy(&w, key + i * sizeof(w), sizeof(w));
	return w;
}

/* False when it is another's, or is changed meanwhile. */
static bool read_place(struct memo_place *p, const unsigned char *key, int64_t *value,
                       int64_t *until)
{
	unsigned turn = atomic_load_explicit(&p->turn, memory_order_acquire);

	if (turn & 1)
		return false;
	for (size_t i = 0; i < MEMO_KEY_WORDS; i++)
		if (atomic_load_explicit(&p->key[i], memory_order_relaxed) != word_at(key, i))
			return false;
	*value = atomic_load_explicit(&p->value, memory_order_relaxed);
	*until = atomic_load_explicit(&p->until_usec, memory_order_relaxed);
	atomic_thread_fence(memory_order_acquire);
	return atomic_load_explicit(&p->turn, memory_order_relaxed) == turn;
}

bool memo_find(struct memo *m, const unsigned char key[HASH_BYTES], int64_t *out)
{
	struct memo_place *p = place_of(m, key);
	int64_t value, until, now;

	if (!p || !read_place(p, key, &value, &until))
		return false;
	now = stamp_monotonic_usec();
	if (until <= now) {
		if (until + STALE_USEC <= now)
			return false;
		if (atomic_compare_exchange_strong(&p->until_usec, &until, now + ANEW_USEC))
			return false; /* it is the caller's to make anew */
	}
	*out = value;
	return true;
}

/* A writer that dies in the middle leaves one place out of use: no more than that. */
void memo_put(struct memo *m, const unsigned char key[HASH_BYTES], int64_t value, int ttl_sec)
{
	struct memo_place *p = place_of(m, key);
	unsigned turn = p ? atomic_load(&p->turn) : 1;

	if (turn & 1 || !atomic_compare_exchange_strong(&p->turn, &turn, turn + 1))
		return;
	atomic_thread_fence(memory_order_release);
	for (size_t i = 0; i < MEMO_KEY_WORDS; i++)
		atomic_store_explicit(&p->key[i], word_at(key, i), memory_order_relaxed);
	atomic_store_explicit(&p->value, value, memory_order_relaxed);
	atomic_store_explicit(&p->until_usec, stamp_monotonic_usec() + ttl_sec * USEC_PER_SEC,
	                      memory_order_relaxed);
	atomic_store_explicit(&p->turn, turn + 2, memory_order_release);
}
