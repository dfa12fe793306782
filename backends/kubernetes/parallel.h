// SPDX-License-Identifier: Apache-2.0
// Several waits at the same time: calls of the API block their thread, so that many clusters need many threads, which
// cost next to nothing while they wait.
#ifndef PEERDECK_KUBERNETES_PARALLEL_H
#define PEERDECK_KUBERNETES_PARALLEL_H

#include "base/base.h"

enum { PARALLEL_THREADS_MOST = 64 };

// Calls work(0 … count − 1), at most `threads` at a time, and returns when all have returned. The caller is one of the
// threads; when no others can be started it does all of them.
void parallel_run(size_t count, unsigned threads, void (*work)(size_t index, void *user), void *user);

#endif
