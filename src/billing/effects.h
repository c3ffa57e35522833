/*
 * effects.h - what each event type does, and which registers it writes.
 *
 * Each effect runs in the event's transaction with its subject locked and its
 * place in order decided; it ends by one of the work_ functions.
 */
#ifndef BILLING_EFFECTS_H
#define BILLING_EFFECTS_H

#include "billing/inputs.h"
#include "billing/work.h"

enum err effect_new_entity(struct work *w) MUST_CHECK;
enum err effect_update_entity(struct work *w) MUST_CHECK;
enum err effect_pause(struct work *w) MUST_CHECK;
enum err effect_unpause(struct work *w) MUST_CHECK;
enum err effect_module_status(struct work *w) MUST_CHECK;
enum err effect_terminate(struct work *w) MUST_CHECK;
enum err effect_create_location(struct work *w) MUST_CHECK;
enum err effect_update_location(struct work *w) MUST_CHECK;
enum err effect_delete_location(struct work *w) MUST_CHECK;
enum err effect_update_login(struct work *w) MUST_CHECK;
enum err effect_update_password(struct work *w) MUST_CHECK;
enum err effect_new_camera(struct work *w) MUST_CHECK;
enum err effect_attach_camera(struct work *w) MUST_CHECK;
enum err effect_detach_camera(struct work *w) MUST_CHECK;
enum err effect_delete_camera(struct work *w) MUST_CHECK;
enum err effect_sync_cameras(struct work *w) MUST_CHECK;
enum err effect_set_licences(struct work *w) MUST_CHECK;
enum err effect_check_licences(struct work *w) MUST_CHECK;
enum err effect_snapshot(struct work *w) MUST_CHECK;

void registers_new_entity(struct work *w);
void registers_update_entity(struct work *w);
void registers_hold(struct work *w);
void registers_life(struct work *w);
void registers_location(struct work *w);
void registers_login(struct work *w);
void registers_password(struct work *w);
void registers_camera(struct work *w);
void registers_camera_owner(struct work *w);
void registers_sync(struct work *w);
void registers_licences(struct work *w);

/* Complaints no table can say. */
enum err check_entity(struct arena *mem, struct fault *f, const void *in) MUST_CHECK;
enum err check_pause(struct arena *mem, struct fault *f, const void *in) MUST_CHECK;
enum err check_location(struct arena *mem, struct fault *f, const void *in) MUST_CHECK;
enum err check_location_named(struct arena *mem, struct fault *f, const void *in) MUST_CHECK;
enum err check_camera(struct arena *mem, struct fault *f, const void *in) MUST_CHECK;
enum err check_camera_named(struct arena *mem, struct fault *f, const void *in) MUST_CHECK;

/* Permissions beside the role, and limits of sessions. */
enum err members_update(struct work *w, const struct in_entity *in, bool *changed) MUST_CHECK;

/* Opens, keeps or releases billing's hold: the answer to a status of any event. */
enum err hold_set(struct work *w, const struct in_hold *in, bool blocked,
                  bool *changed) MUST_CHECK;

/* Sets the four levels; what changed is noted. */
enum err licences_set(struct work *w, int64_t account_id, const struct in_licences *in,
                      bool *changed) MUST_CHECK;

/* Makes the cameras of the account exactly these; *unresolved counts those it could not. */
enum err cameras_set(struct work *w, int64_t account_id, const struct row_list *list,
                     bool *changed, int64_t *unresolved) MUST_CHECK;

/* A quarantined event beside this one: what a person must look at. */
enum err remainder_put(struct work *w, const char *reason, const char *data) MUST_CHECK;

/* Marks an event of this type and csa as waiting for its address code. */
enum err unknown_csa(struct work *w, const char *derived, const char *csa) MUST_CHECK;

extern const struct db_query *const effects_queries[],
	*const effects_sync_queries[], *const effects_location_queries[];

#endif
