/*
 * mail_http.h - the mails of an account and those below as end points.
 */
#ifndef MAIL_MAIL_HTTP_H
#define MAIL_MAIL_HTTP_H

#include "web/route.h"

extern const struct route mail_routes[];

#endif
