/*
 * invite.h - a customer of North to whom chief, who is signed in, invites Eve.
 */
#ifndef MODULE_INVITE_H
#define MODULE_INVITE_H

#include "module/harness.h"
#include "module/letters.h"

#define EVE     "eve@example.org"
#define CHOSEN  "violet ladder 7 otters"
#define OWN     "eleven quiet bicycles"
#define LOOK    "/api/v1/invitations/look"
#define ACCEPT  "/api/v1/invitations/accept"
#define CHANGES "SELECT COUNT(*) AS n FROM change_log WHERE action = "

#define say(...) arena_printf(harness_ctx()->mem, __VA_ARGS__)

extern int64_t north, south, customer, chief;

void invite_begin(void);
const char *role_key(enum role role);
struct answer invite_as(int64_t account, const char *email, enum role role, const char *more);
struct answer invite(void);
const char *invitation_path(const struct answer *a, const char *rest);
struct answer act_on(const struct answer *a, const char *act);
const char *invitation_token(const char *email);
struct answer accept_link(const char *token, const char *password);
struct answer look_at(const char *token);
int64_t eves_there(void);
struct answer hold_account(int64_t account);

#endif
