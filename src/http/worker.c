#include "http/worker.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "http/answer.h"
#include "http/fcgi.h"
#include "http/problem.h"

/* New connections taken at one go: by one that is fuller than others, and at most. */
#define ACCEPT_MIN 32
#define ACCEPT_MAX 256

/* A process is fuller by so many connections, and an eighth; it waits a moment then. */
#define FULLER_BY       2
#define HEAD_START_NSEC 1000000

/* Work after an answer ends this long before the process would be killed. */
#define END_MARGIN_USEC (5 * USEC_PER_SEC)

/* Tags of events that are not connections. */
static char tag_listen, tag_handover;

/* Whether another serving process has clearly fewer connections. */
static bool is_fuller(const struct process *p)
{
	const struct seats *seats = p->start->seats;
	int mine = atomic_load(&seats->v[p->start->seat].conns), its;

	for (int i = 0; i < SEATS; i++) {
		const struct seat *s = &seats->v[i];

		if (i == p->start->seat || atomic_load(&s->pid) == 0)
			continue;
		its = atomic_load(&s->conns);
		if (atomic_load(&s->ready) && !atomic_load(&s->leaving) &&
		    mine > its + its / 8 + FULLER_BY)
			return true;
	}
	return false;
}

void process_hear(struct process *p)
{
	if (atomic_load(&p->leave) || park_is_full(&p->park))
		return;
	if (atomic_exchange(&p->deaf, false))
		park_rearm(&p->park, p->start->listen_fd, &tag_listen);
}

/* All processes hear of a new connection; the fullest gives the others a head start. */
static void accept_some(struct process *p)
{
	const struct timespec head_start = { .tv_nsec = HEAD_START_NSEC };
	bool waited = false;
	int fd = 0;

	for (int i = 0; i < ACCEPT_MAX && !park_is_full(&p->park); i++) {
		if (is_fuller(p)) {
			if (waited && i >= ACCEPT_MIN)
				break;
			if (!waited)
				nanosleep(&head_start, NULL);
			waited = true;
		}
		fd = accept4(p->start->listen_fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			break;
		park_add(&p->park, fd);
	}
	if (fd < 0 && (errno == EMFILE || errno == ENFILE))
		atomic_store(&p->starved, true);
	else if (fd < 0 && errno != EAGAIN && errno != ECONNABORTED && errno != EINTR)
		return; /* nobody listens any more */
	atomic_store(&p->deaf, true);
	if (!atomic_load(&p->starved))
		process_hear(p);
}

static void take_handed(struct process *p)
{
	int fd = handover_take(&p->start->handover);

	if (fd >= 0)
		park_add(&p->park, fd);
	if (!atomic_load(&p->leave))
		park_rearm(&p->park, p->start->handover.in, &tag_handover);
}

/* The deadline's clock starts; 0 stops it. */
static void set_since(struct worker *w, int64_t since)
{
	pthread_mutex_lock(&w->lock);
	w->since = since;
	pthread_mutex_unlock(&w->lock);
}

static void begin_request(struct worker *w)
{
	pthread_mutex_lock(&w->lock);
	w->since = stamp_monotonic_usec();
	w->phase = PHASE_READING;
	w->id[0] = '\0';
	pthread_mutex_unlock(&w->lock);
}

/* The client's id, if it sent one of our form: its other calls can then be found by it. */
static const char *choose_id(struct worker *w, struct fcgi *f, const struct request *rq)
{
	const char *sent = request_param(rq, "HTTP_X_REQUEST_ID");
	char *id = arena_alloc(&w->mem, REQUEST_ID_TEXT);

	if (sent && strlen(sent) == REQUEST_ID_TEXT - 1 &&
	    strspn(sent, "0123456789abcdef") == REQUEST_ID_TEXT - 1)
		memcpy(id, sent, REQUEST_ID_TEXT);
	else
		request_id_new(id);
	pthread_mutex_lock(&w->lock);
	memcpy(w->id, id, sizeof(w->id));
	w->peer = f;
	pthread_mutex_unlock(&w->lock);
	return id;
}

/* False when the watch has answered in our place. */
static bool enter(struct worker *w, enum phase phase)
{
	bool mine;

	pthread_mutex_lock(&w->lock);
	mine = w->phase != PHASE_GIVEN_UP;
	if (mine)
		w->phase = phase;
	pthread_mutex_unlock(&w->lock);
	return mine;
}

int64_t worker_busy_usec(struct worker *w, char id[REQUEST_ID_TEXT])
{
	int64_t since;

	pthread_mutex_lock(&w->lock);
	since = w->since;
	if (id)
		memcpy(id, w->id, sizeof(w->id));
	pthread_mutex_unlock(&w->lock);
	return since == 0 ? 0 : stamp_monotonic_usec() - since + 1;
}

/* request.beat: the deadline starts anew; false when nobody waits for the work. */
static bool beat(void *peer)
{
	struct worker *w = peer;
	struct process *p = w->process;

	set_since(w, stamp_monotonic_usec());
	if (atomic_load(&p->leave) &&
	    stamp_monotonic_usec() > atomic_load(&p->leave_by) - END_MARGIN_USEC)
		return false;
	return !w->peer || fcgi_peer_waits(w->peer);
}

static void refuse(const struct process *p, const char *id, struct arena *mem,
                   struct response *rs, enum err e, const struct fault *fault)
{
	problem_write(rs, mem, e, fault, p->start->config->base_path, id, NULL);
	rs->headers[0] = arena_printf(mem, "X-Request-Id: %s", id);
}

bool worker_give_up(struct worker *w)
{
	const struct process *p = w->process;
	struct response rs = { .status = 200 };
	struct arena mem;
	bool stuck;

	arena_init(&mem, p->start->config->arena_max_bytes);
	pthread_mutex_lock(&w->lock);
	/* A body that drips in, past a web server that does not wait for all of it. */
	stuck = w->phase != PHASE_READING || !w->peer;
	if (!stuck)
		shutdown(fcgi_fd(w->peer), SHUT_RDWR);
	if (w->phase == PHASE_DOING && w->peer) {
		w->phase = PHASE_GIVEN_UP;
		refuse(p, w->id, &mem, &rs, ERR_UNAVAILABLE, NULL);
		/* Whoever takes the connection, it is no longer the worker's. */
		if (!fcgi_answer_for(w->peer, &mem, p->start->config, &rs) ||
		    !handover_put(&p->start->handover, fcgi_fd(w->peer)))
			shutdown(fcgi_fd(w->peer), SHUT_RDWR);
	}
	pthread_mutex_unlock(&w->lock);
	arena_release(&mem);
	return stuck;
}

/* A request that serve() never saw: its line in the log is ours. */
static void log_refused(const struct request *rq, const struct response *rs, enum err e,
                        const struct fault *fault)
{
	log_event(LOG_INFO, "request", LOG_S("id", rq->id),
	          LOG_S("method", method_text(rq->method)), LOG_S("route", "-"),
	          LOG_N("status", rs->status), LOG_S("err", err_name(e)),
	          LOG_S("code", fault->code), LOG_S("ip", rq->remote_addr));
}

static void serve(struct worker *w, struct fcgi *f, struct request *rq, struct response *rs)
{
	const struct pool_app *app = w->process->start->app;
	struct fault *fault = arena_new(&w->mem, struct fault);
	enum err e =
		request_target(&w->mem, fault, rq->uri, w->process->start->config->base_path,
	                       &rq->path, &rq->query);
	enum err body;

	body = fcgi_body(f, &w->mem, fault, e ? -1 : app->body_max(w->app_worker, rq), rq);
	if (!e)
		e = body;
	if (e) {
		refuse(w->process, rq->id, &w->mem, rs, e, fault);
		log_refused(rq, rs, e, fault);
	} else if (enter(w, PHASE_DOING)) {
		app->serve(w->app_worker, rq, rs, &w->mem);
	}
}

/* A file we send ourselves may have been swept away since it was named. */
static void check_file(struct worker *w, const char *id, struct response *rs)
{
	const struct pool_config *config = w->process->start->config;

	if (!rs->file || handoff_of_text(config->handoff) != HANDOFF_NONE ||
	    access(answer_file_path(&w->mem, config, rs->file), R_OK) == 0)
		return;
	refuse(w->process, id, &w->mem, rs, ERR_NOT_FOUND, NULL);
}

/* Sends the answer; true if the connection waits for the next request. */
static bool send_answer(struct worker *w, struct fcgi *f, const char *id, struct response *rs)
{
	if (!enter(w, PHASE_ANSWERING)) {
		rs->then = NULL;
		return false;
	}
	check_file(w, id, rs);
	if (!fcgi_answer(f, &w->mem, w->process->start->config, rs))
		log_event(LOG_INFO, "answer-cut", LOG_S("id", id));
	w->peer = NULL;
	return fcgi_finish(f);
}

/* One request of a connection; false when the connection has ended. */
static bool answer(struct worker *w, struct fcgi *f, struct request *rq, struct response *rs)
{
	static const char *const no_params[] = { NULL };
	bool kept;

	begin_request(w);
	if (!fcgi_head(f, &w->mem, rq))
		return false;
	rq->id = choose_id(w, f, rq);
	rq->beat = beat;
	rq->peer = w;
	rs->status = 200;
	serve(w, f, rq, rs);
	kept = send_answer(w, f, rq->id, rs);
	/* The parameters went with the request. */
	rq->params = no_params;
	atomic_fetch_add(&w->process->start->seats->v[w->process->start->seat].served, 1);
	return kept;
}

static void serve_conn(struct worker *w, struct conn *c)
{
	struct process *p = w->process;
	struct request *rq = arena_new(&w->mem, struct request);
	struct response *rs = arena_new(&w->mem, struct response);
	bool kept;

	if (!park_take(&p->park, c))
		return;
	kept = answer(w, park_fcgi(c), rq, rs);
	if (!kept)
		park_drop(&p->park, c);
	else if (atomic_load(&p->leave) > LEAVE_STOP && p->start->handover.out >= 0)
		park_hand_over(&p->park, c, &p->start->handover);
	else
		park_return(&p->park, c);
	/* Others serve the connection meanwhile. */
	if (rs->then)
		rs->then(rs->then_arg);
	arena_reset(&w->mem);
	set_since(w, 0);
	if (atomic_load(&p->deaf))
		process_hear(p);
}

static void work(struct worker *w)
{
	struct process *p = w->process;
	struct epoll_event ev;
	sigset_t awake;

	/* SIGNAL_WAKE comes through while waiting and at no other time. */
	pthread_sigmask(SIG_SETMASK, NULL, &awake);
	sigdelset(&awake, SIGNAL_WAKE);
	while (!atomic_load(&p->quit)) {
		if (epoll_pwait(p->park.epoll, &ev, 1, -1, &awake) != 1)
			continue;
		if (ev.data.ptr == &tag_listen)
			accept_some(p);
		else if (ev.data.ptr == &tag_handover)
			take_handed(p);
		else
			serve_conn(w, ev.data.ptr);
	}
}

static bool open_doors(struct process *p)
{
	const struct process_start *start = p->start;

	return park_listen(&p->park, start->listen_fd, &tag_listen) &&
	       (start->handover.in < 0 ||
	        park_listen(&p->park, start->handover.in, &tag_handover));
}

static void *run(void *arg)
{
	struct worker *w = arg;
	struct process *p = w->process;
	const struct pool_app *app = p->start->app;

	arena_init(&w->mem, p->start->config->arena_max_bytes);
	w->app_worker = app->worker_new(app->app, w->number);
	if (!w->app_worker || (w->number == 0 && !open_doors(p)))
		atomic_store(&p->broken, true);
	atomic_fetch_add(&p->begun, 1);
	if (w->app_worker) {
		work(w);
		app->worker_free(w->app_worker);
	}
	arena_release(&w->mem);
	return NULL;
}

bool worker_start(struct worker *w, struct process *p, int number)
{
	*w = (struct worker){ .process = p, .number = number };
	pthread_mutex_init(&w->lock, NULL);
	return pthread_create(&w->thread, NULL, run, w) == 0;
}

void worker_join(struct worker *w)
{
	pthread_kill(w->thread, SIGNAL_WAKE);
	pthread_join(w->thread, NULL);
	pthread_mutex_destroy(&w->lock);
}
