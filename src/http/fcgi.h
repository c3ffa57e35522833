/*
 * fcgi.h - one connection with the web server, which carries one request
 * after another.
 *
 * The only user of libfcgi.  The order of calls is fixed: fcgi_head(),
 * fcgi_body(), fcgi_answer(), fcgi_finish(), and again.  A connection stays
 * open only if the whole request was read and the whole answer written;
 * fcgi_finish() says which.  Nothing of a request's parameters lives longer
 * than fcgi_finish().
 */
#ifndef HTTP_FCGI_H
#define HTTP_FCGI_H

#include "http/pool.h"

struct fcgi;

/* Once a process, after our own signal handlers are in place. */
bool fcgi_init(void) MUST_CHECK;

/* Takes the descriptor over, also when it fails (NULL: no memory). */
struct fcgi *fcgi_new(int fd, int io_timeout_sec);

/* Closes the connection, if it is open. */
void fcgi_free(struct fcgi *f);

/* Gives the open descriptor back and forgets the rest. */
int fcgi_detach(struct fcgi *f);

int fcgi_fd(const struct fcgi *f);

/*
 * Waits for a request and fills what its parameters say; the target is not
 * looked at yet.  False when the peer is gone, silent for too long or speaks
 * something else: then the connection is closed.
 */
bool fcgi_head(struct fcgi *f, struct arena *mem, struct request *rq) MUST_CHECK;

/*
 * Reads the body, exactly as long as CONTENT_LENGTH says.  max < 0 throws it
 * away.  ERR_MALFORMED or ERR_TOO_LARGE with a fault.
 */
enum err fcgi_body(struct fcgi *f, struct arena *mem, struct fault *fault, int64_t max,
                   struct request *rq) MUST_CHECK;

/* False when the client did not take it; the connection then ends with fcgi_finish(). */
bool fcgi_answer(struct fcgi *f, struct arena *mem, const struct pool_config *config,
                 const struct response *rs);

/*
 * From another thread, while the worker has not begun to answer and never
 * will: sends this answer for it.  (A web server that saw the connection
 * break instead would send the request again to the next worker.)  True if
 * the connection is as good as new.
 */
bool fcgi_answer_for(const struct fcgi *f, struct arena *mem, const struct pool_config *config,
                     const struct response *rs);

/* Ends the request; true if the connection waits for the next one. */
bool fcgi_finish(struct fcgi *f);

/* Whether the peer still waits for the answer. */
bool fcgi_peer_waits(const struct fcgi *f);

#endif
