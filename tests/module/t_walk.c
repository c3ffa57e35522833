/*
 * The tenancy walk: every route, whoever calls it, for the things of every
 * place.  What must come out follows from the permissions of his role and from
 * what he sees; what comes out exactly is in tests/expect/walk.txt, where a
 * route that is not named fails the test (GATEHOUSE_UPDATE=1 writes it).  No
 * answer, file or mail holds a word of a place its reader does not see.  All is
 * rolled back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "module/walk.h"
#include "web/match.h"
#include "web/print.h"

#define ROUTES    400
#define CELL      (PLACES + 1)
#define FILE_MAX  (1 << 20)
#define MAILS_MAX 100

struct line {
	const struct route *r;
	char cells[WALKERS][CELL]; /* a letter a place */
	bool met;                  /* somebody found what there is to find */
};
static struct line lines[ROUTES];
static size_t nlines;
static struct arena mem, kept;
static struct buf faults;

static void add_line(void *to, const struct route_table *table, const struct route *r,
                     int index)
{
	(void)to;
	(void)table;
	(void)index;
	ck_assert_uint_lt(nlines, ROUTES);
	lines[nlines++].r = r;
}

static char letter(int status)
{
	switch (status) {
	case 400:
		return 'b';
	case 401:
		return '1';
	case 403:
		return '3';
	case 404:
		return '4';
	case 409:
		return '9';
	case 412:
		return 'v';
	case 422:
		return 'i';
	case 429:
		return 'r';
	case 503:
		return 'u';
	default:
		return status < 300 ? '2' : '!';
	}
}

static bool is_public(const struct route *r)
{
	return r->perm == PERM_PUBLIC;
}

static struct perm_set held(const struct walker *w)
{
	struct perm_set s = perm_set_of_role(w->role);

	if (w->cap != ROLE_NONE)
		s = perm_and(s, perm_set_of_role(w->cap));
	perm_add(&s, PERM_PENDING);
	perm_add(&s, PERM_SESSION);
	return s;
}

/* The status that must come, or 0: any that says the route did its work. */
static int expected(const struct walker *w, const struct route *r, bool seen)
{
	struct perm_set set = held(w);

	if (is_public(r))
		return 0;
	if (w->by == BY_NOTHING)
		return r->or_nobody ? 0 : 401;
	if (w->by == BY_HALF && r->perm != PERM_PENDING)
		return 403;
	if ((w->by == BY_VISIT && (r->own || r->unvisited)) || (w->by == BY_KEY && r->own))
		return 403;
	if (!perm_has(&set, r->perm))
		return 403;
	if (w->by == BY_KEY && r->proof && !r->key_proves)
		return 403;
	return seen ? 0 : 404;
}

static void complain(const struct walker *w, const struct route *r, enum place p,
                     const char *what, const struct answer *a)
{
	if (faults.len < 20000)
		buf_printf(&faults, "%s %s %s (%s) at %s: %s %d %.200s\n", w->name,
		           method_text(r->method), r->path, r->name, place_names[p], what,
		           a->status, a->body);
}

static void check_text(const struct walker *w, const struct route *r, enum place p,
                       const char *text, const char *where)
{
	struct answer shown = { 0 };
	const char *at;

	for (int q = ROOT; q < PLACES; q++)
		if ((w->by == BY_NOTHING || !place_sees(w->at, (enum place)q)) &&
		    (at = strstr(text, place_canary((enum place)q))) != NULL) {
			shown.body = at - text > 60 ? at - 60 : text;
			complain(w, r, p, arena_printf(&mem, "%s, %s", place_names[q], where),
			         &shown);
		}
}

static int files, mails; /* that were read */

static const char *file_text(const char *path)
{
	char *text = arena_alloc(&mem, FILE_MAX + 1);
	FILE *f = fopen(path, "r");
	size_t n;

	ck_assert_msg(f != NULL, "%s is not there", path);
	n = fread(text, 1, FILE_MAX, f);
	ck_assert_uint_lt(n, FILE_MAX);
	text[n] = '\0';
	fclose(f);
	unlink(path);
	files++;
	return text;
}

/*
 * He who writes to an account below knows that it is there; its people know who
 * stands above it.  Nobody else's word is in a mail about it.
 */
static bool may_be_told(const struct walker *w, const struct walk_mail *m, enum place at,
                        enum place q)
{
	if (w->by != BY_NOTHING && q == w->at)
		return true;
	for (int p = ROOT; p < PLACES; p++)
		if (place_account((enum place)p) == m->account_id)
			return place_sees(q, (enum place)p);
	/* An account made just now, by what stood in this place. */
	return place_sees(q, at);
}

static void check_mails(const struct walker *w, const struct route *r, enum place p)
{
	struct walk_mail v[MAILS_MAX];
	size_t n = walk_mails(&mem, v, MAILS_MAX);
	struct answer shown = { 0 };

	ck_assert_uint_lt(n, MAILS_MAX);
	mails += (int)n;
	for (size_t i = 0; i < n; i++)
		for (int q = ROOT; q < PLACES; q++)
			if (!may_be_told(w, &v[i], p, (enum place)q) &&
			    strstr(v[i].text, place_canary((enum place)q))) {
				shown.body = v[i].text;
				complain(w, r, p,
				         arena_printf(&mem, "%s in a mail", place_names[q]),
				         &shown);
			}
}

/* Words of places he does not see. */
static void check_words(const struct walker *w, const struct route *r, enum place p,
                        const struct answer *a)
{
	check_text(w, r, p, a->body, "answer");
	if (a->file)
		check_text(w, r, p, file_text(a->file), "file");
	if (r->method != METHOD_GET)
		check_mails(w, r, p);
}

static struct answer send_one(const struct route *r, const char *path, const char *body,
                              const char *const *headers)
{
	const char *all[4] = { NULL };
	size_t n = 0;

	for (; headers[n] && n < 2; n++)
		all[n] = headers[n];
	if (r->versioned)
		all[n] = "HTTP_IF_MATCH=\"v1\"";
	return call_with(r->method, path, body, all);
}

/* Roles of an account are used below it: who works there sees what they are. */
static bool is_above(const struct walker *w, const struct route *r, enum place p)
{
	return strstr(r->path, "{rol}") && place_sees(p, w->at) && p != w->at;
}

static void judge(const struct walker *w, const struct route *r, enum place p, int want,
                  const struct answer *a)
{
	bool first, lost = a->status == 401 && strstr(a->body, "/not-signed-in");

	if (want == 404 && walk_ids(r, &first) == 0) {
		/* Named in the body: not there, or not allowed, but never done. */
		if (a->status < 300 || a->status >= 500)
			complain(w, r, p, "of another", a);
	} else if (want != 0 && a->status != want) {
		complain(w, r, p, arena_printf(&mem, "not %d but", want), a);
	} else if (want == 0 && (a->status >= 500 || (lost && !is_public(r)))) {
		complain(w, r, p, "broken", a);
	}
}

static void visit_place(struct line *l, size_t who, enum place p, const char *const *headers)
{
	const struct walker *w = &walkers[who];
	struct arena_mark mark = arena_mark(&mem);
	const struct route *r = l->r;
	bool first, ids, seen;
	size_t n = walk_ids(r, &first);
	const char *body = walk_body(&mem, r, p, &ids);
	const char *path =
		arena_printf(&mem, "%s%s", walk_path(&mem, r, p, p), walk_query(&mem, r, p));
	struct answer a = send_one(r, path, body, headers);
	int want;

	seen = (n == 0 && !ids) || place_sees(w->at, p);
	want = expected(w, r, seen);
	l->cells[who][p] = letter(a.status);
	if (want == 404 && is_above(w, r, p) && (r->method == METHOD_GET || a.status >= 400))
		want = 0;
	judge(w, r, p, want, &a);
	l->met = l->met || (want == 0 && a.status != 404);
	check_words(w, r, p, &a);
	arena_rewind(&mem, mark);
	harness_forget();
}

/* An account he sees, with things of another that is not below it. */
static void cross(const struct line *l, size_t who, const char *const *headers)
{
	const struct walker *w = &walkers[who];
	struct arena_mark mark = arena_mark(&mem);
	bool first, ids;
	enum place own = w->at == ROOT ? SHOP : w->at;
	struct answer a;

	if (walk_ids(l->r, &first) < 2 || !first || is_public(l->r))
		return;
	a = send_one(l->r,
	             arena_printf(&mem, "%s%s", walk_path(&mem, l->r, own, FAR),
	                          walk_query(&mem, l->r, FAR)),
	             walk_body(&mem, l->r, FAR, &ids), headers);
	if (a.status != expected(w, l->r, false))
		complain(w, l->r, FAR, "crossed", &a);
	check_words(w, l->r, FAR, &a);
	arena_rewind(&mem, mark);
	harness_forget();
}

static void walk_one(size_t who)
{
	const char *const *headers = walk_as(&walkers[who]);

	for (size_t i = 0; i < nlines; i++) {
		bool first, ids, refused;
		size_t n = walk_ids(lines[i].r, &first);

		(void)walk_body(&mem, lines[i].r, ROOT, &ids);
		if (is_public(lines[i].r) && walkers[who].by != BY_NOTHING)
			continue;
		if (n == 0 && !ids) {
			visit_place(&lines[i], who, walkers[who].at, headers);
			continue;
		}
		/* Refused whatever it is about: two places show it. */
		refused = expected(&walkers[who], lines[i].r, true) >= 400;
		for (int p = ROOT; p < PLACES; p++)
			if (!refused || p == (int)walkers[who].at || p == FAR)
				visit_place(&lines[i], who, (enum place)p, headers);
		cross(&lines[i], who, headers);
	}
}

/* All alike: one letter; else a letter a place, "." where nothing was sent. */
static void put_cell(struct buf *b, const char *cell)
{
	char out[CELL] = "", one = '\0';
	bool same = true;

	for (int p = 0; p < PLACES; p++) {
		out[p] = cell[p] ? cell[p] : '.';
		if (cell[p] && one && cell[p] != one)
			same = false;
		if (cell[p])
			one = cell[p];
	}
	out[PLACES] = '\0';
	if (same)
		buf_printf(b, "%c", one ? one : '.');
	else
		buf_puts(b, out);
}

static const char *printed(void)
{
	struct buf b;

	buf_init(&b, &mem, 4u << 20);
	buf_puts(&b, "# A letter a place:");
	for (int p = 0; p < PLACES; p++)
		buf_printf(&b, " %s", place_names[p]);
	buf_puts(&b,
	         "; one for all where they are alike.\n# 2 done, 1 nobody, 3 refused,"
	         " 4 not there, 9 conflict, v version, i invalid, b malformed, r too many.\n");
	for (size_t i = 0; i < nlines; i++) {
		buf_printf(&b, "%s %s %s\n   ", method_text(lines[i].r->method),
		           lines[i].r->path, lines[i].r->name);
		for (size_t w = 0; w < WALKERS; w++) {
			if (is_public(lines[i].r) && w > 0)
				break;
			buf_printf(&b, " %s=", walkers[w].name);
			put_cell(&b, lines[i].cells[w]);
		}
		buf_putc(&b, '\n');
	}
	return buf_str(&b);
}

static const char *read_expected(const char *path)
{
	char *text = arena_alloc(&mem, 4u << 20);
	FILE *f = fopen(path, "r");

	text[f ? fread(text, 1, (4u << 20) - 1, f) : 0] = '\0';
	if (f)
		fclose(f);
	return text;
}

static void compare(const char *is)
{
	const char *top = getenv("GATEHOUSE_SRCDIR");
	const char *path = arena_printf(&mem, "%s/tests/expect/walk.txt", top ? top : ".");
	const char *was;
	FILE *f;

	if (getenv("GATEHOUSE_UPDATE")) {
		f = fopen(path, "w");
		ck_assert_ptr_nonnull(f);
		fputs(is, f);
		fclose(f);
	}
	was = read_expected(path);
	for (size_t i = 0; i < nlines; i++) {
		const char *name =
			arena_printf(&mem, "%s %s %s\n", method_text(lines[i].r->method),
		                     lines[i].r->path, lines[i].r->name);

		ck_assert_msg(strstr(was, name) != NULL, "%s has no entry: %s", path, name);
	}
	for (; *is && *is == *was; is++, was++)
		continue;
	ck_assert_msg(*is == *was, "%s differs: %.300s\n--- instead of\n%.300s", path, is, was);
}

/* Things nobody finds by these keys: they are the caller's own, or named by a word. */
static const char *const own_things[] = { "endVisit", "endMySession", "getExportFile" };

static void check_met(void)
{
	bool first;

	for (size_t i = 0; i < nlines; i++) {
		bool known = lines[i].met || walk_ids(lines[i].r, &first) == 0;

		for (size_t k = 0; k < ARRAY_LEN(own_things); k++)
			known = known || !strcmp(own_things[k], lines[i].r->name);
		if (!known)
			buf_printf(&faults, "%s: nobody finds anything there\n",
			           lines[i].r->name);
	}
}

START_TEST(nobody_finds_what_is_not_his)
{
	arena_init(&mem, 512 << 20);
	arena_init(&kept, 4 << 20);
	buf_init(&faults, &kept, 1 << 20);
	walk_begin();
	harness_rehearse();
	match_all(portal_tables, add_line, NULL);
	match_all(billing_tables, add_line, NULL);
	for (size_t w = 0; w < WALKERS; w++)
		walk_one(w);
	check_met();
	/* There was something to read. */
	ck_assert_int_gt(files, 50);
	ck_assert_int_gt(mails, 50);
	fputs(buf_str(&faults), stderr);
	ck_assert_msg(faults.len == 0, "see above");
	compare(printed());
}
END_TEST

TESTS("walk", nobody_finds_what_is_not_his);
