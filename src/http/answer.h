/*
 * answer.h - the head of an answer, as CGI (RFC 3875) wants it.
 *
 * A header with a control character in it is left out: no text from outside
 * can begin a header of its own.
 */
#ifndef HTTP_ANSWER_H
#define HTTP_ANSWER_H

#include "http/pool.h"

enum handoff { HANDOFF_NONE, HANDOFF_ACCEL, HANDOFF_SENDFILE };

/* "accel", "sendfile"; anything else is NONE. */
enum handoff handoff_of_text(const char *s);

/* The path of rs->file, which may be a name in the spool folder or a path below it. */
const char *answer_file_path(struct arena *mem, const struct pool_config *config,
                             const char *file);

/* Status line and headers with the empty line; length is of the body, or of the file. */
void answer_head(struct buf *b, const struct pool_config *config, const struct response *rs);

/* Whether a status has a body at all. */
bool answer_has_body(const struct response *rs);

#endif
