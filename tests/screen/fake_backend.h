// SPDX-License-Identifier: Apache-2.0
// A small cloud inside the process, the same at every start: for golden screens. The environment changes it:
// FAKE_NO_CREDENTIALS=1 nothing can be opened; FAKE_OFFLINE=1 every list fails; FAKE_SLOW_MS=N each answer takes so
// long; FAKE_STATUS=FILE the first pod VM has the status that the file names, looked at with each reading.
#ifndef PEERDECK_TESTS_FAKE_BACKEND_H
#define PEERDECK_TESTS_FAKE_BACKEND_H

#include "work/backend.h"

extern const struct backend fake_backend;
// 2026-11-20T12:04:31Z, standing still; the monotonic clock goes on.
extern const struct clock fake_clock;
enum { FAKE_VMS = 40 };

#endif
