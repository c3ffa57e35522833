#include "http/fcgi.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "http/answer.h"

/* A refused body up to this size is read and thrown away, so that the connection may stay. */
#define DISCARD_MAX (INT64_C(1) << 20)

#define HEAD_MAX_BYTES   (32 * 1024)
#define SMALL_MAX_BYTES  7168  /* what fits libfcgi's buffer with the end of the request */
#define RECORD_MAX_BYTES 65528 /* of content: whole, so no padding */
#define RECORDS_A_WRITE  8
#define CLOSE_WAIT_MSEC  "200"

/* FastCGI 1.0, section 8. */
#define RECORD_VERSION 1
#define RECORD_END     3
#define RECORD_STDOUT  6
#define RECORD_UNKNOWN 11

struct record {
	unsigned char version, type, id[2], len[2], padding, reserved;
};

struct fcgi {
	FCGX_Request r;
	bool head_only; /* HEAD */
	bool clean;     /* all of the request was read, all of the answer written */
};

bool fcgi_init(void)
{
	/* Else closing waits two seconds for a peer that does not. */
	setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", CLOSE_WAIT_MSEC, 1);
	return FCGX_Init() == 0;
}

static void set_timeouts(int fd, int sec)
{
	struct timeval t = { .tv_sec = sec };

	/* A peer that cannot be timed is still under the watchdog. */
	(void)!setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
	(void)!setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t));
}

struct fcgi *fcgi_new(int fd, int io_timeout_sec)
{
	struct fcgi *f = calloc(1, sizeof(*f));

	if (!f || FCGX_InitRequest(&f->r, -1, FCGI_FAIL_ACCEPT_ON_INTR) != 0) {
		free(f);
		close(fd);
		return NULL;
	}
	set_timeouts(fd, io_timeout_sec);
	f->r.ipcFd = fd;
	/* Or the first FCGX_Accept_r() would close it and accept another. */
	f->r.keepConnection = 1;
	return f;
}

int fcgi_fd(const struct fcgi *f)
{
	return f->r.ipcFd;
}

int fcgi_detach(struct fcgi *f)
{
	int fd = f->r.ipcFd;

	FCGX_Free(&f->r, 0);
	free(f);
	return fd;
}

void fcgi_free(struct fcgi *f)
{
	int fd = fcgi_detach(f);

	if (fd >= 0)
		close(fd);
}

static const char *param(const struct request *rq, struct arena *mem, const char *name)
{
	return arena_str(mem, request_param(rq, name));
}

bool fcgi_head(struct fcgi *f, struct arena *mem, struct request *rq)
{
	const char *method, *https, *addr;

	f->clean = false;
	if (FCGX_Accept_r(&f->r) != 0)
		return false;
	rq->params = (const char *const *)f->r.envp;
	method = request_param(rq, "REQUEST_METHOD");
	https = request_param(rq, "HTTPS");
	addr = param(rq, mem, "REMOTE_ADDR");
	f->head_only = method && strcmp(method, "HEAD") == 0;
	rq->method = method_of_text(method);
	rq->uri = param(rq, mem, "REQUEST_URI");
	rq->remote_addr = addr ? addr : "";
	rq->https = https && (strcmp(https, "on") == 0 || strcmp(https, "1") == 0);
	return true;
}

/* True when the body ends here, as the web server said it would. */
static bool at_end(struct fcgi *f)
{
	return FCGX_GetChar(f->r.in) == -1 && FCGX_GetError(f->r.in) == 0;
}

static void discard(struct fcgi *f, int64_t n)
{
	char trash[8192];
	int got = 1;

	for (; n > 0 && got > 0; n -= got)
		got = FCGX_GetStr(trash,
		                  n < (int64_t)sizeof(trash) ? (int)n : (int)sizeof(trash),
		                  f->r.in);
	f->clean = n == 0 && at_end(f);
}

static enum err short_body(struct fault *fault)
{
	return fault_set(fault, ERR_MALFORMED, "bad-length",
	                 "The body is not as long as its header says.");
}

enum err fcgi_body(struct fcgi *f, struct arena *mem, struct fault *fault, int64_t max,
                   struct request *rq)
{
	const char *text;
	int64_t n;
	char *body;
	enum err e = request_param_once(rq, fault, "CONTENT_LENGTH", &text);

	if (e)
		return e;
	if (!http_length_read(text, &n))
		return short_body(fault);
	if (max < 0 || n > max) {
		if (n <= DISCARD_MAX)
			discard(f, n);
		if (max < 0)
			return OK;
		return fault_set(fault, ERR_TOO_LARGE, "too-large",
		                 "At most %lld bytes are taken here.", (long long)max);
	}
	body = arena_alloc(mem, (size_t)n + 1);
	if (FCGX_GetStr(body, (int)n, f->r.in) != (int)n || !at_end(f))
		return short_body(fault);
	f->clean = true;
	rq->body = body;
	rq->body_len = (size_t)n;
	return OK;
}

static struct record record_head(const struct fcgi *f, unsigned char type, size_t n)
{
	return (struct record){
		.version = RECORD_VERSION,
		.type = type,
		.id = { (unsigned char)(f->r.requestId >> 8), (unsigned char)f->r.requestId },
		.len = { (unsigned char)(n >> 8), (unsigned char)n },
	};
}

static bool send_pieces(int fd, struct iovec *v, size_t n)
{
	struct msghdr m = { .msg_iov = v, .msg_iovlen = n };
	ssize_t sent;

	while (m.msg_iovlen > 0) {
		sent = sendmsg(fd, &m, MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return false;
		while (m.msg_iovlen > 0 && (size_t)sent >= m.msg_iov->iov_len) {
			sent -= (ssize_t)m.msg_iov->iov_len;
			m.msg_iov++;
			m.msg_iovlen--;
		}
		if (m.msg_iovlen > 0) {
			m.msg_iov->iov_base = (char *)m.msg_iov->iov_base + sent;
			m.msg_iov->iov_len -= (size_t)sent;
		}
	}
	return true;
}

/*
 * Large answers go past libfcgi's stream, which copies them and writes 8 KiB
 * at a time: our own records straight from the arena.  The head, if there is
 * one, goes into the first record.
 */
static bool send_records(const struct fcgi *f, const struct buf *head, const char *p, size_t n)
{
	struct record heads[RECORDS_A_WRITE];
	struct iovec v[2 * RECORDS_A_WRITE + 1];
	size_t lead = head ? head->len : 0, len, k, r;

	while (lead + n > 0) {
		for (k = 0, r = 0; r < RECORDS_A_WRITE && lead + n > 0; r++) {
			len = lead + n < RECORD_MAX_BYTES ? n : RECORD_MAX_BYTES - lead;
			heads[r] = record_head(f, RECORD_STDOUT, lead + len);
			v[k++] = (struct iovec){ &heads[r], sizeof(heads[r]) };
			if (lead > 0)
				v[k++] = (struct iovec){ head->p, lead };
			v[k++] = (struct iovec){ (void *)(uintptr_t)p, len };
			p += len;
			n -= len;
			lead = 0;
		}
		if (!send_pieces(f->r.ipcFd, v, k))
			return false;
	}
	return true;
}

/*
 * A web server takes the end of the connection for the end of the answer,
 * and its client then has a file that looks whole.  A record out of place
 * makes it break the client's connection too.
 */
static void cut(struct fcgi *f)
{
	struct record odd[2] = { record_head(f, RECORD_UNKNOWN, sizeof(odd[1])) };
	struct iovec v = { odd, sizeof(odd) };

	(void)send_pieces(f->r.ipcFd, &v, 1);
}

static bool send_small(struct fcgi *f, const struct buf *head, const struct buf *body,
                       bool with)
{
	if (FCGX_PutStr(head->p, (int)head->len, f->r.out) != (int)head->len)
		return false;
	return !with || body->len == 0 ||
	       FCGX_PutStr(body->p, (int)body->len, f->r.out) == (int)body->len;
}

/* The worker sends the file itself: no web server that would do it was named. */
static bool send_file(struct fcgi *f, int fd, const struct buf *head, int64_t left)
{
	char piece[RECORD_MAX_BYTES];
	ssize_t got;

	if (!send_records(f, head, NULL, 0))
		return false;
	for (; left > 0; left -= got) {
		got = read(fd, piece,
		           left < (int64_t)sizeof(piece) ? (size_t)left : sizeof(piece));
		if (got <= 0 || !send_records(f, NULL, piece, (size_t)got))
			break;
	}
	if (left > 0)
		cut(f);
	return left == 0;
}

static bool answer_file(struct fcgi *f, struct arena *mem, const struct pool_config *config,
                        const struct buf *head, const struct response *rs)
{
	const char *path = answer_file_path(mem, config, rs->file);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool sent;

	if (fd < 0)
		return false;
	sent = send_file(f, fd, head, rs->file_bytes);
	close(fd);
	return sent;
}

bool fcgi_answer(struct fcgi *f, struct arena *mem, const struct pool_config *config,
                 const struct response *rs)
{
	bool with = answer_has_body(rs) && !f->head_only;
	struct buf head;
	bool sent;

	buf_init(&head, mem, HEAD_MAX_BYTES);
	answer_head(&head, config, rs);
	if (head.failed)
		sent = false;
	else if (rs->file && with && handoff_of_text(config->handoff) == HANDOFF_NONE)
		sent = answer_file(f, mem, config, &head, rs);
	else if (rs->file || !with || head.len + rs->body.len <= SMALL_MAX_BYTES)
		sent = send_small(f, &head, &rs->body, with && !rs->file);
	else
		sent = send_records(f, &head, rs->body.p, rs->body.len);
	if (!sent || FCGX_GetError(f->r.out) != 0) {
		f->clean = false;
		return false;
	}
	return true;
}

bool fcgi_answer_for(const struct fcgi *f, struct arena *mem, const struct pool_config *config,
                     const struct response *rs)
{
	struct record end[3] = { record_head(f, RECORD_STDOUT, 0),
		                 record_head(f, RECORD_END, sizeof(*end)) };
	struct iovec v = { end, sizeof(end) };
	struct buf head;

	buf_init(&head, mem, HEAD_MAX_BYTES);
	answer_head(&head, config, rs);
	return send_records(f, &head, rs->body.p, rs->body.len) &&
	       send_pieces(f->r.ipcFd, &v, 1) && f->clean && f->r.keepConnection;
}

bool fcgi_finish(struct fcgi *f)
{
	if (!f->clean)
		f->r.keepConnection = 0;
	FCGX_Finish_r(&f->r);
	return f->r.ipcFd >= 0;
}

bool fcgi_peer_waits(const struct fcgi *f)
{
	char c;

	return f->r.ipcFd < 0 || recv(f->r.ipcFd, &c, 1, MSG_PEEK | MSG_DONTWAIT) != 0;
}
