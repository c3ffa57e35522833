/*
 * refusal.h - what is wrong with an event's data, in the form senders know.
 *
 * {"message": ..., "errors": {"data.login": ["..."]}}: members are paths with
 * dots, values lists of sentences.
 */
#ifndef BILLING_REFUSAL_H
#define BILLING_REFUSAL_H

#include "base/arena.h"
#include "base/err.h"

/* From complaints with pointers below the data. */
const char *refusal_write(struct arena *mem, const struct fault *f);

/* A sentence for a stable word: "required" -> "The field is required." */
const char *refusal_sentence(const char *code);

#endif
