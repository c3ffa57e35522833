/*
 * factor.h - people with a second step, for tests.
 */
#ifndef MODULE_FACTOR_H
#define MODULE_FACTOR_H

#include "module/harness.h"

/* The cookie of an answer as a request sends it: "HTTP_COOKIE=...". */
const char *cookie_of(const struct answer *a);

/* The code of a secret as apps show it, so many half minutes from now. */
const char *code_of(const char *secret_text, int steps);

/* {"code":"..."} */
const char *code_body(const char *code);

/* Sets a second step up for whom acts_as() named last or whose cookie it is; its secret. */
const char *set_up_factor(const char *cookie);

/* Signs in; the answer may be a half session. */
struct answer sign_in_as(const char *login, const char *password);

/* Does what is in the outbox besides mails. */
void run_outbox(void);

#endif
