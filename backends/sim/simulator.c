// SPDX-License-Identifier: Apache-2.0
// Puts the parts together and shows each request its way.
#include "config.h"
#include "sim/simulator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "sim/cloud.h"
#include "sim/control.h"
#include "sim/dispatch.h"
#include "sim/earlier.h"
#include "sim/idempotence.h"
#include "sim/kube_faults.h"
#include "sim/kube_server.h"
#include "sim/list_cache.h"
#include "sim/metadata.h"
#include "sim/nonces.h"
#include "sim/oss.h"
#include "sim/request_log.h"
#include "sim/scenario.h"
#include "sim/server.h"
#include "sim/service.h"
#include "sim/throttle.h"

#include "base/banned.h"

bool simulator_reach(void *user, const char *region, bool unreachable)
{
	struct simulator *simulator = user;
	struct world *world = &simulator->world;
	struct region *one = world_region(world, region);
	if (region && !one)
		return false;
	for (size_t i = 0; i < world->region_count; i++)
		if (!one || one == &world->regions[i])
			world->regions[i].unreachable = unreachable;
	return true;
}

static bool fault_of_cluster(void *user, const char *cluster, const char *name, const char *value, struct error *error)
{
	struct simulator *simulator = user;
	if (cluster)
		return kube_fault_set(&simulator->world, cluster, name, value, error);
	kube_faults_clear(&simulator->world);
	return true;
}

bool simulator_fault(struct simulator *simulator, const char *spec, struct error *error)
{
	struct fault_targets targets = {.reach_region = simulator_reach,
	        .is_of_cluster = kube_fault_is_known,
	        .fault_cluster = fault_of_cluster,
	        .user = simulator};
	return faults_parse(&simulator->faults, spec, &targets, error);
}

void simulator_pass_time(struct simulator *simulator, int64_t wall)
{
	simulator->wall = wall;
	world_keep_up(&simulator->world, wall);
	if (simulator->kube_files)
		kube_servers_update(simulator, NULL);
}

bool simulator_init(struct simulator *simulator, const struct options *options, struct error *error)
{
	*simulator = (struct simulator){.options = *options, .wall = clock_now(&clock_system)};
	simulator->throttle = throttle_create();
	simulator->nonces = nonces_create();
	simulator->idempotence = idempotence_create();
	simulator->log = request_log_create();
	simulator->lists = list_cache_create();
	world_init(&simulator->world, options->seed, options->time_scale, simulator->wall);
	if (!cloud_init(&simulator->world, error))
		return false;
	if (!scenario_load(&simulator->world, options, error))
		return false;
	if (options->fault && !simulator_fault(simulator, options->fault, error))
		return false;
	if (options->api_meta && !(simulator->metadata = metadata_create(options->api_meta, error)))
		return false;
	simulator->server = server_create(options->listen, simulator_answer, simulator, error);
	if (!simulator->server)
		return false;
	const char *colon = strrchr(options->listen, ':');
	snprintf(simulator->url, sizeof(simulator->url), "http://%.*s:%d", (int)(colon - options->listen),
	        options->listen, server_port(simulator->server));
	simulator->oss = oss_server_create(simulator, error);
	return simulator->oss && kube_servers_update(simulator, error);
}

void simulator_finish(struct simulator *simulator)
{
	kube_servers_close(simulator);
	server_destroy(simulator->oss);
	server_destroy(simulator->server);
	metadata_destroy(simulator->metadata);
	list_cache_destroy(simulator->lists);
	request_log_destroy(simulator->log);
	idempotence_destroy(simulator->idempotence);
	nonces_destroy(simulator->nonces);
	throttle_destroy(simulator->throttle);
	world_finish(&simulator->world);
	free(simulator->scenario);
}

int64_t simulator_clock(const struct simulator *simulator)
{
	return simulator->wall + simulator->faults.skew_ms;
}

void simulator_ready_line(const struct simulator *simulator, struct json_out *out)
{
	json_object(out, NULL);
	simulator_ready_members(simulator, out);
	json_object_end(out);
}

void simulator_ready_members(const struct simulator *simulator, struct json_out *out)
{
	const struct world *world = &simulator->world;
	const struct bucket *bucket = bucket_first(world);
	const struct identity *identity = identity_first(world->identities);
	json_text(out, "alibaba", simulator->url);
	json_text(out, "oss", simulator->oss_url);
	json_text(out, "bucket", bucket ? bucket->name : "");
	json_text(out, "control", simulator->url);
	json_text(out, "access_key_id", identity ? identity->key_id : "");
	json_text(out, "access_key_secret", identity ? identity->secret : "");
	json_text(out, "region", world->home->id);
	json_text(out, "account", world->account);
	kube_servers_tell(simulator, out);
	earlier_write(world, out);
}

const char *simulator_http_date(int64_t now, struct arena *arena)
{
	static const char days[] = "ThuFriSatSunMonTueWed", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char iso[TIME_TEXT_SIZE];
	int year, month, day;
	time_format_iso(now, iso);
	if (sscanf(iso, "%d-%d-%dT", &year, &month, &day) != 3)
		return "";
	return arena_printf(arena, "%.3s, %02d %.3s %04d %.8s GMT", days + 3 * (now / 86400000 % 7), day,
	        months + 3 * (month - 1), year, iso + 11);
}

void simulator_answer(struct simulator *simulator, struct request *request, struct answer *answer)
{
	simulator_pass_time(simulator, request->arrived);
	random_uuid(&simulator->world.random[RANDOM_REQUESTS], true, request->id);
	bool control = text_starts_with(request->path, "/_sim/");
	if (control) {
		control_serve(simulator, request, answer);
		return;
	}
	const struct raw_service *raw = NULL;
	for (size_t i = 0; raw_services[i] && !raw; i++)
		if (raw_services[i]->claims(simulator, request))
			raw = raw_services[i];
	if (raw)
		raw->serve(simulator, request, answer);
	else
		dispatch(simulator, request, answer);
	answer->delay_ms += simulator->options.latency_ms + simulator->faults.latency_ms;
	answer_header(
	        answer, "Date", simulator_http_date(simulator->world.now + simulator->faults.skew_ms, &request->arena));
	request_log_add(simulator->log, request, answer);
}
