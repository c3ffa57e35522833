/*
 * queries.h - the statements of this folder, for the test that prepares every
 * one.
 *
 * Each list ends with NULL.
 */
#ifndef BILLING_QUERIES_H
#define BILLING_QUERIES_H

#include "billing/apply.h"
#include "billing/camera.h"
#include "billing/effects.h"
#include "billing/events.h"
#include "billing/intake.h"
#include "billing/order.h"
#include "billing/sources.h"
#include "billing/step.h"
#include "billing/work.h"

#endif
