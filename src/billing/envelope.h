/*
 * envelope.h - what every callback says about itself, and its subject's key.
 *
 * The envelope is an open document: unknown members are kept in the stored
 * payload and passed over.  A subject is known by its external id; a sender
 * who has none names a login, and the key is made of that.
 */
#ifndef BILLING_ENVELOPE_H
#define BILLING_ENVELOPE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/field.h"

#define EXTERNAL_ID_MAX      190 /* bytes */
#define SUBJECT_LOGIN_PREFIX "login:"

struct envelope_subject {
	const char *kind, *external_id, *login; /* the last two: one may be NULL */
	struct opt seq;
};

struct envelope {
	const char *id, *type;
	struct stamp occurred_at;
	struct opt version;
	struct envelope_subject subject;
	struct json_text data; /* NULL text: absent */
	struct json_text log_extra;
};

/*
 * ERR_MALFORMED with all complaints.  A legacy sender may leave out id,
 * occurred_at and version.
 */
enum err envelope_read(struct arena *mem, struct fault *f, const char *body, size_t len,
                       bool legacy, struct envelope *out) MUST_CHECK;

/* "login:ann" of a login; a hash of it when that is too long to be a key. */
const char *envelope_login_key(struct arena *mem, const char *login);

/* Why a text cannot be an external id (a json_check). */
const char *envelope_check_external(const char *s, size_t n);

#endif
