/*
 * demo_events.h - a day of a billing system, through the real intake.
 *
 * The accounts of demo.h are loaded in bulk; these events are taken as
 * callbacks are, so that the work list and the tabs have real content:
 * applied, without effect, deferred, refused, waiting for a person.
 */
#ifndef MAIN_DEMO_EVENTS_H
#define MAIN_DEMO_EVENTS_H

#include "core/ctx.h"

/* For the source named so; without such a source it does nothing. */
enum err demo_events(struct ctx *c, const char *source) MUST_CHECK;

#endif
