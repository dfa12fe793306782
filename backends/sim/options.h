// SPDX-License-Identifier: Apache-2.0
// The command line of peerdeck-sim.
#ifndef PEERDECK_SIM_OPTIONS_H
#define PEERDECK_SIM_OPTIONS_H

#include "base/error.h"

struct options {
	const char *scenario; // a name or a file
	const char *listen;
	const char *env_file;   // NULL = none
	const char *kubeconfig; // where to write it; NULL = beside env_file, or in a folder of its own
	const char *api_meta;   // NULL = none
	const char *fault;      // NULL = none
	double time_scale;
	uint64_t seed;
	int64_t vms, regions; // -1 = as the scenario says
	int64_t latency_ms;
	bool with_parent, help, version;
};

// The texts point into `arguments`.
bool options_parse(struct options *options, int count, char **arguments, struct error *error);
void options_help(void);

#endif
