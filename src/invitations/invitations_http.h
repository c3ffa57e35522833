/*
 * invitations_http.h - invitations over HTTP: those of an account, and the
 * public pages of who was invited.
 *
 * A token is in a body, never in an address.
 */
#ifndef INVITATIONS_INVITATIONS_HTTP_H
#define INVITATIONS_INVITATIONS_HTTP_H

#include "web/route.h"

extern const struct route invitations_routes[], invited_routes[];

#endif
