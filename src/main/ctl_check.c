/*
 * gatehousectl check and verify: do the rules hold, is the change log as it was written.
 */
#include <stdio.h>
#include <string.h>

#include "changelog/chain.h"
#include "main/check.h"
#include "main/ctl.h"

#define STATEMENT_SEC 86400

static void say(void *to, const char *says, int64_t broken)
{
	(void)to;
	printf("%-8s %s", broken == 0 ? "ok" : "BROKEN", says);
	if (broken > 0)
		printf(": %lld", (long long)broken);
	putchar('\n');
}

static int check(struct ctl *ctl)
{
	struct db *usual = ctl->c.db;
	int64_t broken = 0;
	int status;
	enum err e;

	if (!ctl_done(ctl))
		return 2;
	ctl->c.db = db_new_like(usual, STATEMENT_SEC);
	e = check_data(&ctl->c, say, NULL, &broken);
	status = e ? ctl_failed(ctl, e, "check") : broken > 0;
	db_free(ctl->c.db);
	ctl->c.db = usual;
	return status;
}

static const char *break_words(const char *what)
{
	static const struct {
		const char *what, *words;
	} all[] = {
		{ "altered", "is not as it was written" },
		{ "missing", "was removed" },
		{ "added", "was added behind the back of the programs" },
		{ "seal", "its seal was altered, or one before it is gone" },
		{ "head", "the head is not what was made" },
		{ "key", "its key is not in key_file" },
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (!strcmp(all[i].what, what))
			return all[i].words;
	return what;
}

static void say_break(void *to, const struct chain_break *b)
{
	struct ctl *ctl = to;
	const char *now = chain_entry_words(&ctl->c, b->seq);
	char id[ID_TEXT];

	printf("%-8s", b->what);
	if (b->seq > 0) {
		id_write(ID_CHANGE, b->seq, id);
		printf(" %s (seq %lld)", id, (long long)b->seq);
	}
	if (b->pos > 0)
		printf(" at %lld", (long long)b->pos);
	printf(": %s", break_words(b->what));
	if (now)
		printf("; now: %s", now);
	putchar('\n');
}

static int verify(struct ctl *ctl)
{
	const char *head = ctl_option(ctl, "head");
	char link[LINK_TEXT] = "";
	struct chain_state s;
	int64_t broken = 0;
	enum err e;

	if (!ctl_done(ctl))
		return 2;
	e = chain_verify(&ctl->c, head, say_break, ctl, &broken);
	if (e == ERR_MALFORMED || e == ERR_NOT_FOUND) {
		fprintf(stderr, "gatehousectl: verify: %s\n",
		        e == ERR_MALFORMED ? "a head is POS:LINK" : "key_file has no key");
		return 2;
	}
	if (!e)
		e = chain_read(&ctl->c, &s);
	if (e)
		return ctl_failed(ctl, e, "verify");
	hex_write(s.verified_link.p, s.verified_link.n, link);
	printf("%s: %lld entries, head %lld:%s\n", broken > 0 ? "BROKEN" : "ok",
	       (long long)(s.verified_pos - s.base_pos), (long long)s.verified_pos, link);
	return broken > 0;
}

const struct ctl_command ctl_check_commands[] = {
	{ .name = "verify",
	  .run = verify,
	  .args = "[--head=POS:LINK]",
	  .help = "verify the change log against its seals and name what was tampered with" },
	{ .name = "check",
	  .run = check,
	  .help = "ask the stored data whether their rules hold" },
	{ .name = NULL },
};
