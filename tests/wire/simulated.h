// SPDX-License-Identifier: Apache-2.0
// A peerdeck-sim of one's own.
#ifndef PEERDECK_TESTS_WIRE_SIMULATED_H
#define PEERDECK_TESTS_WIRE_SIMULATED_H

#include <sys/types.h>

#include "net/json.h"

struct simulated {
	pid_t process;
	cJSON *ready; // the ready line
};

// Starts it with these arguments (its path first, NULL last) and waits for its ready line.
void simulated_start(struct simulated *simulated, const char *const *arguments);
void simulated_stop(struct simulated *simulated);

#endif
