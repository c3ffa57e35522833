/*
 * health.h - is it up, is it ready, how is it doing.
 *
 * /healthz asks nothing of the database.  Details and metrics are only for
 * the addresses of metrics_allow; to others /metrics is not there.
 */
#ifndef WEB_HEALTH_H
#define WEB_HEALTH_H

#include "web/route.h"

extern const struct route health_routes[], billing_health_routes[];

#endif
