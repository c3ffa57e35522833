/*
 * problem.h - errors as application/problem+json (RFC 9457).
 *
 * One table maps each enum err to status and title.  Above 499 neither code
 * nor detail of ours leaves the server; the log line with the same request id
 * has them.
 */
#ifndef HTTP_PROBLEM_H
#define HTTP_PROBLEM_H

#include "http/http.h"

int problem_status(enum err e);
const char *problem_title(enum err e);

/*
 * Makes the answer; of one that was begun only the cookie stays.  current is
 * JSON of the object as it stands now, for ERR_VERSION, or NULL.
 */
void problem_write(struct response *rs, struct arena *mem, enum err e, const struct fault *f,
                   const char *base_path, const char *request_id, const char *current);

#endif
