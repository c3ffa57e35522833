#include "billing/recall.h"

#include <string.h>

#define PLACES   16
#define TTL_USEC (5 * USEC_PER_SEC)
#define TEXT_MAX 1600 /* name, label and addresses, each with its NUL */
#define KEY_MAX  64

struct place {
	int64_t until_usec; /* monotonic; 0: empty */
	struct billing_source s;
	char text[TEXT_MAX];
	unsigned char keys[2 * SOURCE_KEYS_MAX][KEY_MAX];
};

struct source_memo {
	struct place places[PLACES];
};

struct source_memo *source_memo_new(struct arena *mem)
{
	return arena_new(mem, struct source_memo);
}

static struct place *place_of(struct source_memo *m, const char *name)
{
	unsigned char hash[HASH_BYTES];

	token_hash(name, strlen(name), hash);
	return &m->places[hash[0] % PLACES];
}

static const char *keep_text(struct place *p, size_t *at, const char *s)
{
	size_t n = strlen(s) + 1;
	char *to = p->text + *at;

	if (n > TEXT_MAX - *at)
		return NULL;
	memcpy(to, s, n);
	*at += n;
	return to;
}

static bool keep_keys(struct place *p, size_t from, struct source_key *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (v[i].key.n > KEY_MAX)
			return false;
		memcpy(p->keys[from + i], v[i].key.p, v[i].key.n);
		v[i].key.p = p->keys[from + i];
	}
	return true;
}

static void keep(struct place *p, const struct billing_source *s)
{
	size_t at = 0;

	p->until_usec = 0;
	p->s = *s;
	p->s.name = keep_text(p, &at, s->name);
	p->s.label = p->s.name ? keep_text(p, &at, s->label) : NULL;
	p->s.mode = p->s.label ? keep_text(p, &at, s->mode) : NULL;
	p->s.ip_allow = p->s.mode ? keep_text(p, &at, s->ip_allow) : NULL;
	if (p->s.ip_allow && keep_keys(p, 0, p->s.signing, s->nsigning) &&
	    keep_keys(p, SOURCE_KEYS_MAX, p->s.bearer, s->nbearer))
		p->until_usec = stamp_monotonic_usec() + TTL_USEC;
}

static void drop_retired(struct source_key *v, size_t *n, struct stamp now)
{
	size_t kept = 0;

	for (size_t i = 0; i < *n; i++)
		if (!stamp_is_set(v[i].retire_at) || v[i].retire_at.usec > now.usec)
			v[kept++] = v[i];
	*n = kept;
}

enum err sources_recall(struct ctx *c, const char *name, struct billing_source *out)
{
	struct place *p = c->sources ? place_of(c->sources, name) : NULL;
	enum err e;

	if (p && p->until_usec > stamp_monotonic_usec() && strcmp(p->s.name, name) == 0) {
		*out = p->s;
		drop_retired(out->signing, &out->nsigning, c->now);
		drop_retired(out->bearer, &out->nbearer, c->now);
		return OK;
	}
	e = sources_find_by_name(c, name, out);
	if (!e && p)
		keep(p, out);
	return e;
}

void sources_forget(struct ctx *c, const char *name)
{
	if (c->sources)
		place_of(c->sources, name)->until_usec = 0;
}
