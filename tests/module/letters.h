/*
 * letters.h - what the mails promised so far say, before any worker sends them.
 */
#ifndef MODULE_LETTERS_H
#define MODULE_LETTERS_H

#include <stdint.h>

/* A value of the newest mail of a kind to an address; NULL when there is none. */
const char *letter_value(const char *to, const char *kind, const char *name);

/* What is behind "t=" in its link. */
const char *letter_token(const char *to, const char *kind);

int64_t letters_count(const char *to, const char *kind);

#endif
