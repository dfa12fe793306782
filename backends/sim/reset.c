// SPDX-License-Identifier: Apache-2.0
// A new world in place of the present one, without a new process: addresses and credentials stay.
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sim/cloud.h"
#include "sim/idempotence.h"
#include "sim/kube_server.h"
#include "sim/list_cache.h"
#include "sim/nonces.h"
#include "sim/request_log.h"
#include "sim/scenario.h"
#include "sim/simulator.h"
#include "sim/throttle.h"

#include "base/banned.h"

// What callers have learnt of the world before.
struct kept {
	char account[32], key_id[64], secret[64];
};

static struct kept keep(const struct world *world)
{
	struct kept kept = {{0}};
	const struct identity *identity = identity_first(world->identities);
	snprintf(kept.account, sizeof(kept.account), "%s", world->account);
	if (identity) {
		snprintf(kept.key_id, sizeof(kept.key_id), "%s", identity->key_id);
		snprintf(kept.secret, sizeof(kept.secret), "%s", identity->secret);
	}
	return kept;
}

static void forget_requests(struct simulator *simulator)
{
	throttle_destroy(simulator->throttle);
	nonces_destroy(simulator->nonces);
	idempotence_destroy(simulator->idempotence);
	request_log_destroy(simulator->log);
	list_cache_destroy(simulator->lists);
	simulator->throttle = throttle_create();
	simulator->nonces = nonces_create();
	simulator->idempotence = idempotence_create();
	simulator->log = request_log_create();
	simulator->lists = list_cache_create();
	simulator->faults = (struct faults){0};
}

static bool make_world(
        struct simulator *simulator, const struct options *options, const struct kept *kept, struct error *error)
{
	struct world *world = &simulator->world;
	world_init(world, options->seed, options->time_scale, simulator->wall);
	if (kept)
		world->account = world_text(world, kept->account);
	if (!cloud_init(world, error) || !scenario_load(world, options, error))
		return false;
	const struct identity *first = identity_first(world->identities);
	struct identity *identity = first ? identity_find(world->identities, first->key_id) : NULL;
	if (identity && kept && *kept->key_id) {
		snprintf(identity->key_id, sizeof(identity->key_id), "%s", kept->key_id);
		snprintf(identity->secret, sizeof(identity->secret), "%s", kept->secret);
	}
	return true;
}

bool simulator_reset(struct simulator *simulator, const char *scenario, uint64_t seed, struct error *error)
{
	struct kept kept = keep(&simulator->world);
	struct options options = simulator->options;
	struct simulator trial = {.wall = simulator->wall};
	options.seed = seed;
	options.fault = NULL;
	if (scenario) {
		options.scenario = scenario;
		options.vms = options.regions = -1;
	}
	// The present world stays when the new one cannot be made. A random one always can.
	if (strcmp(options.scenario, SCENARIO_WORLD) != 0) {
		bool possible = make_world(&trial, &options, &kept, error);
		world_finish(&trial.world);
		if (!possible)
			return false;
	}
	kube_servers_close(simulator);
	world_finish(&simulator->world);
	forget_requests(simulator);
	if (scenario && scenario != simulator->options.scenario) {
		free(simulator->scenario);
		simulator->scenario = strdup(scenario);
		options.scenario = simulator->scenario;
	}
	simulator->options = options;
	return make_world(simulator, &options, &kept, error) && kube_servers_update(simulator, error);
}
