// SPDX-License-Identifier: Apache-2.0
// Calls by name, for guides.
#ifndef PEERDECK_ALIBABA_CALLS_H
#define PEERDECK_ALIBABA_CALLS_H

#include "work/calls.h"

extern const struct call_source alibaba_calls;

#endif
