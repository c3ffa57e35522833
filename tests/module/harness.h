/*
 * harness.h - the routes of both pools, called in process against a scratch
 * database, as the pools' own database users.
 *
 * harness_begin() is the fixture: an empty schema with the platform's own
 * account.  call() sends what a page of ours would send (origin, JSON, a new
 * Idempotency-Key, the cookie of whoever acts_as() named).  A header given as
 * "NAME=value" replaces that, a bare "NAME" leaves it out.  With
 * GATEHOUSE_FAIL_FIRST set, every first try of a writing transaction is rolled
 * back.
 */
#ifndef MODULE_HARNESS_H
#define MODULE_HARNESS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/ctx.h"
#include "http/http.h"
#include "lib/scratch.h"
#include "lib/suite.h"
#include "web/web.h"

#define ORIGIN   "https://gatehouse.test"
#define PASSWORD "correct horse battery"

void harness_begin(void);

/* The base path of what follows; "/" until then. */
void harness_base(const char *base_path);
/* Serves under this public_url, "" for the one of the request. */
void harness_public_url(const char *url);

/* The portal's workers remember numbers from one request to the next, as a pool does. */
void harness_remember(void);

/* From now on what a call does is rolled back, however well it went. */
void harness_rehearse(void);

/*
 * Returns when the server has done all that calls sent it: nobody waits for the reply to
 * a ROLLBACK.  Each worker asks one thing for that.
 */
void harness_settle(void);

/* Answers of calls before this are gone: for tests that make very many. */
void harness_forget(void);

/* What long work calls now and then (request.beat); NULL is nothing. */
void harness_beat(bool (*beat)(void *peer), void *peer);

/* The portal answers by these tables instead of its own. */
void harness_tables(const struct route_table *tables);

/* The system itself, on a connection of its own as root, outside a transaction. */
struct ctx *harness_ctx(void);

/* Runs fn in a writing transaction of harness_ctx(); aborts the test when it fails. */
void harness_tx(db_work *fn, void *arg);

/* An account below another one (ACCOUNT_ROOT), kind "reseller" or "customer". */
int64_t make_account(int64_t parent_id, const char *kind, const char *name);

/* A person with a membership, without a password; the membership's id. */
void open_back_office(int64_t account_id);
int64_t make_member(int64_t account_id, enum role role, const char *login);
void set_password(const char *login, const char *password);

/* A live session of the member; the calls after it carry its cookie.  0: nobody. */
void acts_as(int64_t membership_id);

/* make_member() and acts_as() in one. */
void acts_as_new(int64_t account_id, enum role role, const char *login);

struct answer {
	int status;
	const char *type, *location, *etag, *cookie;
	const char *const *headers; /* "Name: value", NULL-ended */
	int retry_after_sec;
	const char *body;
	const char *file; /* where what is answered instead lies, or NULL */
};

struct answer call(enum method m, const char *path, const char *body);
struct answer call_with(enum method m, const char *path, const char *body,
                        const char *const *headers);
#define HEADERS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* PATCH, PUT or DELETE of a version, as ETag named it. */
struct answer call_if(enum method m, const char *path, const char *body, const char *etag);

/* By JSON pointer (RFC 6901); text_at() is NULL for null and for what is not there. */
const char *text_at(const struct answer *a, const char *pointer);
int64_t number_at(const struct answer *a, const char *pointer);
bool is_at(const struct answer *a, const char *pointer);       /* there, and not null */
size_t length_at(const struct answer *a, const char *pointer); /* of an array */

/* "conflict" of "/#/problems/conflict". */
const char *problem_of(const struct answer *a);
/* The code of the complaint about a pointer, or NULL. */
const char *complaint_at(const struct answer *a, const char *pointer);
const char *header_of(const struct answer *a, const char *name);

/* Public text of a key. */
const char *id_text(enum id_kind kind, int64_t id);
/* "/api/v1/accounts/acc_..." with the rest behind. */
const char *account_path(int64_t account_id, const char *rest);

#define ck_status(a, expected) \
	do { \
		const struct answer got_ = (a); \
\
		ck_assert_msg(got_.status == (expected), "status %d, not %d: %s", got_.status, \
		              (expected), got_.body); \
	} while (0)
/* ck_assert that an answer's ETag names this version. */
#define ck_version(a, expected) \
	do { \
		const char *tag_ = (a).etag; \
\
		ck_assert_ptr_nonnull(tag_); \
		ck_assert_msg(strncmp(tag_, "\"v" #expected "-", 4) == 0, "ETag %s", tag_); \
	} while (0)
#define ck_refused(a, expected, code) \
	do { \
		const struct answer refused_ = (a); \
\
		ck_status(refused_, expected); \
		ck_assert_str_eq(problem_of(&refused_), code); \
	} while (0)

#endif
