/*
 * callbacks_http.h - where billing systems send their events.
 *
 * The body is read as bytes: the signature is over them, and it is checked
 * before anything is parsed.  Every refusal of the sender himself has one
 * answer, 401, that does not say what was wrong; the log does.
 */
#ifndef BILLING_CALLBACKS_HTTP_H
#define BILLING_CALLBACKS_HTTP_H

#include "web/route.h"

#define CALLBACK_BODY_MAX (256u * 1024)
#define BATCH_MAX         500

extern const struct route callbacks_routes[];

#endif
