// SPDX-License-Identifier: Apache-2.0
// Places where tests kill the program. PEERDECK_FAILPOINT=NAME[:N] ends it with SIGKILL at the N-th (default first)
// passage of the place NAME; PEERDECK_FAILPOINT_LIST=FILE appends each place passed, so that a test can enumerate them.
#ifndef PEERDECK_BASE_FAILPOINT_H
#define PEERDECK_BASE_FAILPOINT_H

void failpoint(const char *name);

#endif
