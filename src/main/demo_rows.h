/*
 * demo_rows.h - one invented account, with all that belongs to it.
 *
 * Times are offsets that end at "now", so a fresh demonstration looks alive;
 * everything else depends on seed and number alone.
 */
#ifndef MAIN_DEMO_ROWS_H
#define MAIN_DEMO_ROWS_H

#include "base/field.h"
#include "main/demo_names.h"

enum demo_state { DEMO_ACTIVE, DEMO_NEW, DEMO_SUSPENDED, DEMO_TERMINATED, DEMO_PURGED };

/* The whole set: where its keys begin and how it is divided. */
struct demo_set {
	uint64_t seed;
	int64_t n, base, person_base, event_base; /* keys are base + row */
	int64_t tops, subs, subsubs;              /* resellers by depth; they come first */
	int64_t source_id;
	const char *root_name;
	struct stamp now;
};

struct demo_row {
	int64_t row, id, parent_id, person_id; /* person_id 0: none */
	bool reseller, organisation, billing;
	enum demo_state state;
	const struct demo_culture *culture;
	size_t place;
	const char *name, *person_name, *login, *email, *phone, *external_id, *contract_no;
	char tenant[37];
	struct stamp created_at, confirmed_at, last_login_at, terminated_at, purge_at;
	int cameras, contacts, sites;
};

/* How many resellers stand at each depth below the platform. */
void demo_divide(struct demo_set *set);
/* The account above one: ACCOUNT_ROOT, or a reseller of the set. */
int64_t demo_parent_of(const struct demo_set *set, int64_t row);
/* Whether it is the one reseller that is held, of small sets: what is below inherits it. */
bool demo_is_held_reseller(const struct demo_set *set, const struct demo_row *r);
/*
 * Whether it is the customer whose people have demo logins: an organisation below the first
 * reseller that nothing stops, whatever the seed; billing and its events leave it alone.
 */
bool demo_is_shown(const struct demo_set *set, int64_t row);
void demo_row_make(struct arena *mem, const struct demo_set *set, int64_t row,
                   struct demo_row *out);

#endif
