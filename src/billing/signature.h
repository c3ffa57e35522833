/*
 * signature.h - signatures of callbacks, as Standard Webhooks describes them.
 *
 * The signed bytes are id "." timestamp "." body, exactly as received, before
 * anything reads them.  This check is stricter than the usual libraries: an id
 * has no dot, a timestamp is digits alone, one space stands between
 * signatures.  All keys are compared with all signatures, always.
 */
#ifndef BILLING_SIGNATURE_H
#define BILLING_SIGNATURE_H

#include "base/arena.h"
#include "base/field.h"

#define SIGNATURE_TOLERANCE_SEC 300
#define SIGNATURES_MAX          10
#define SIGNATURE_HEADER_MAX    1024
#define SIGNATURE_KEY_MIN       24
#define SIGNATURE_KEY_MAX       64
#define SIGNATURE_ID_MAX        64

/* The three headers, NULL when absent, and the body. */
struct signature_in {
	const char *id, *timestamp, *signatures;
	const char *body;
	size_t body_len;
};

/* NULL when one of the keys made one of the signatures; else a word for the log. */
const char *signature_check(struct arena *mem, const struct signature_in *in,
                            const struct bytes *keys, size_t nkeys, struct stamp now);

/* [A-Za-z0-9_-], 1 to 64 of them. */
bool signature_id_valid(const char *id);

/* The key inside "whsec_..."; false unless 24 to 64 bytes come out of it. */
bool signature_key_read(const char *secret, unsigned char out[SIGNATURE_KEY_MAX], size_t *len);

#endif
