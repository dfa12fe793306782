// SPDX-License-Identifier: Apache-2.0
// --demo: starts the simulated cloud and points the configuration and the environment of this process at it.
#ifndef PEERDECK_CLI_DEMO_H
#define PEERDECK_CLI_DEMO_H

#include <sys/types.h>

#include "cli/options.h"

struct demo {
	pid_t simulator; // 0 = none
	struct memory_sight *earlier;
	char folder[64]; // of files that are made in it; "" = none
};

// Starts peerdeck-sim (beside this program, else in PATH), waits for its ready line (at most 20 s), and makes "demo"
// the only context. Scans begin with the memory of earlier ones that the simulator tells of, as in a console that has
// been running for days (config->earlier, until demo_stop). Call before any thread starts: it sets environment
// variables. The simulator ends with this process.
bool demo_start(struct demo *demo, const struct arguments *line, struct config *config, struct error *error);
void demo_stop(struct demo *demo);

#endif
