/*
 * jobs_http.h - jobs as end points, and their form for those who start one.
 */
#ifndef WEB_JOBS_HTTP_H
#define WEB_JOBS_HTTP_H

#include "core/jobs.h"
#include "web/route.h"

extern const struct shape job_shape;
extern const struct route jobs_routes[];

#endif
