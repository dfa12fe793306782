// SPDX-License-Identifier: Apache-2.0
// One peerdeck-sim that is made into one world after the other.
#ifndef PEERDECK_TESTS_WORLDS_WORLD_CLOUD_H
#define PEERDECK_TESTS_WORLDS_WORLD_CLOUD_H

#include <cjson/cJSON.h>
#include <sys/types.h>

#include "base/error.h"
#include "net/http.h"

struct world_cloud {
	pid_t simulator;
	struct http_client *http; // for the control endpoint only
	char control[128];
	cJSON *ready; // the ready line of the world that it is now; owned
};

bool world_cloud_start(struct world_cloud *cloud, const char *program, struct error *error);
void world_cloud_stop(struct world_cloud *cloud);
// A new world by seed; everything of the one before is gone.
bool world_cloud_reset(struct world_cloud *cloud, uint64_t seed, struct error *error);
bool world_cloud_advance(struct world_cloud *cloud, int64_t seconds, struct error *error);
// "cluster=caa,unreachable=1"; "off" ends all faults.
bool world_cloud_fault(struct world_cloud *cloud, const char *spec, struct error *error);
// GET of a control path; the JSON is the caller's. NULL on failure.
cJSON *world_cloud_get(struct world_cloud *cloud, const char *path, struct error *error);
cJSON *world_cloud_post(struct world_cloud *cloud, const char *path, struct error *error);

#endif
