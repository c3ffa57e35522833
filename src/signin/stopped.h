/*
 * stopped.h - core/stopped.h, for those who sign people in.
 */
#ifndef SIGNIN_STOPPED_H
#define SIGNIN_STOPPED_H

#include "core/stopped.h"

#endif
