/*
 * sources_priv.h - what sources.c and sources_admin.c share.
 *
 * A secret is sealed for the name of its source and its kind: it does not
 * open beside another source.
 */
#ifndef BILLING_SOURCES_PRIV_H
#define BILLING_SOURCES_PRIV_H

#include "billing/sources.h"

extern const struct db_query source_by_name_locked;

const char *source_seal_place(struct arena *mem, const char *name, const char *kind);

#endif
