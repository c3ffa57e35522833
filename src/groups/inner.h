/*
 * inner.h - what the files of groups share among themselves.
 *
 * A kind of group is a row: what its members are, and who may have such groups.
 */
#ifndef GROUPS_INNER_H
#define GROUPS_INNER_H

#include "core/change.h"
#include "groups/groups.h"

struct group_kind {
	const char *word;
	enum id_kind member;
	enum action add, update, remove;
	bool of_customers;                  /* else of the platform and of resellers */
	const struct db_query *find;        /* one that can be a member: group_id, its key */
	const struct db_query *pages[2][2]; /* by direction, by cursor */
	const struct db_query *count;
	int states; /* how often `now' stands in the three, before the others */
};

const struct group_kind *group_kind_of(const char *word);

/* The group, its row locked: who changes its members waits. */
enum err group_lock(struct ctx *c, int64_t id, struct group_card *out) MUST_CHECK;

#endif
