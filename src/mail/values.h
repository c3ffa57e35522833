/*
 * values.h - the values of a mail as they are stored: pairs of texts, each
 * ended by NUL, sealed to their row.
 */
#ifndef MAIL_VALUES_H
#define MAIL_VALUES_H

#include "mail/mail.h"

/* What the sealed values of a mail belong to. */
const char *mail_seal_place(struct arena *mem, int64_t id);

/* Cuts a text at MAIL_TEXT_MAX and takes control characters out. */
struct bytes mail_values_pack(struct arena *mem, const struct mail_value *values);

/* At most MAIL_VALUES_MAX pairs, ended by a NULL name; false for bytes of another form. */
bool mail_values_unpack(struct bytes packed, struct mail_value out[MAIL_VALUES_MAX + 1]);

#endif
