// SPDX-License-Identifier: Apache-2.0
// One world: it lives through random moments with random faults, is scanned by the real engine, and what the engine
// says is held against what is so. At the end it is left in peace for longer than the constants; then every VM that
// nobody uses must have been found.
#include <config.h>
#include "tests/worlds/worlds.h"

#include <inttypes.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "alibaba/alibaba.h"
#include "kubernetes/kubernetes.h"
#include "net/json.h"
#include "orphans/scanner.h"
#include "tests/worlds/world_clock.h"
#include "tests/worlds/world_sweep.h"
#include "tests/worlds/world_truth.h"

#include "base/banned.h"

enum {
	SCAN_LIMIT_MS = 60000, // real
	MOMENTS_LEAST = 2,
	MOMENTS_MOST = 5,
	CALM_SCANS = 8,
	CALM_STEP_LEAST_S = 190, // more than SETTLING_APART
	CALM_STEP_MOST_S = 280,
	PEACE_S = 35 * 60, // what was under way when the faults ended is over: roll-outs, evictions, grace periods
	SWEEP_EVERY = 25,  // worlds
};

struct world {
	struct world_cloud *cloud;
	struct world_tally *tally;
	struct world_clock clock;
	struct world_now peace; // how it was when its peace began
	struct deck deck;
	struct scanner *scanner;
	const struct report *report;
	struct config config;
	uint64_t random;
	int wake;
	struct error error;
};

static const struct backend *const backends[] = {&backend_alibaba, &backend_kubernetes, NULL};

static uint64_t draw(struct world *world, uint64_t least, uint64_t most)
{
	uint64_t z = world->random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return least + (z ^ z >> 31) % (most - least + 1);
}

static void wake(void *user)
{
	uint64_t one = 1;

	if (write(*(int *)user, &one, sizeof(one)) < 0)
		return;
}

static void wait_a_moment(struct world *world, int64_t ms)
{
	struct pollfd ready = {.fd = world->wake, .events = POLLIN};
	uint64_t count;

	if (poll(&ready, 1, (int)ms) > 0 && read(world->wake, &count, sizeof(count)) < 0)
		return;
}

static bool advance(struct world *world, int64_t seconds)
{
	return world_cloud_advance(world->cloud, seconds, &world->error) &&
	       world_clock_follow(&world->clock, world->cloud, &world->error);
}

static bool open_world(struct world *world)
{
	const cJSON *ready = world->cloud->ready;
	struct scanner_options options = {.read_user_data = true, .refresh_seconds = 0};
	struct config *config = &world->config;

	setenv("ALIBABA_CLOUD_ENDPOINT", json_text(ready, "alibaba"), 1);
	setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", json_text(ready, "access_key_id"), 1);
	setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", json_text(ready, "access_key_secret"), 1);
	setenv("ALIBABA_CLOUD_REGION_ID", json_text(ready, "region"), 1);
	// Half of the people have a kubeconfig, the others have theirs fetched.
	if (draw(world, 0, 1))
		setenv("KUBECONFIG", json_text(ready, "kubeconfig"), 1);
	else
		setenv("KUBECONFIG", "/nowhere", 1);
	config_defaults(config);
	config->in_memory = config->no_cache = config->all_regions = true;
	config->refresh_seconds = 0;
	config->timeout = 10;
	config->clock = &world->clock.clock;
	if (!config_complete(config, &world->error) ||
	        !deck_init(&world->deck, config, backends, wake, &world->wake, &world->error))
		return false;
	if (!deck_open(&world->deck, NULL, &world->error))
		return false;
	world->scanner = scanner_create(&world->deck, &options, &world->error);
	return world->scanner != NULL;
}

static void close_world(struct world *world)
{
	report_unref(world->report);
	scanner_destroy(world->scanner);
	if (world->deck.jobs)
		deck_finish(&world->deck);
}

// A scan; meanwhile `pass_s` seconds may pass in the world.
static bool scan(struct world *world, int64_t pass_s)
{
	int64_t until = clock_monotonic(&clock_system) + SCAN_LIMIT_MS;
	const struct report *report = NULL;
	struct scanner_state state;

	scanner_now(world->scanner);
	for (;;) {
		deck_turn(&world->deck);
		scanner_turn(world->scanner);
		scanner_state(world->scanner, &state);
		report = scanner_report(world->scanner);
		if (report && report != world->report && !state.is_running)
			break;
		report_unref(report);
		report = NULL;
		if (state.error.kind != ERROR_NONE && !state.is_running) {
			world->error = state.error;
			return false;
		}
		if (clock_monotonic(&clock_system) > until)
			return error_set(&world->error, ERROR_TIMEOUT, "a scan does not end (%s)", state.doing);
		if (pass_s && state.is_running && state.done > 2) {
			if (!advance(world, pass_s))
				return false;
			pass_s = 0;
		}
		wait_a_moment(world, 20);
	}
	report_unref(world->report);
	world->report = report;
	world->tally->scans++;
	return true;
}

// Holds the report against what is so, before and after the scan.
static bool scan_and_compare(struct world *world, int64_t pass_s, const struct world_now *peace)
{
	struct world_now before, after;
	bool done;

	if (!world_truth_read(world->cloud, &before, &world->error))
		return false;
	done = scan(world, pass_s) && world_truth_read(world->cloud, &after, &world->error);
	if (done) {
		world_truth_compare(&before, &after, world->report, peace, world->tally);
		world_now_finish(&after);
	}
	world_now_finish(&before);
	return done;
}

// One cluster in trouble, or a region; sometimes none.
static bool trouble(struct world *world)
{
	static const char *const sorts[] = {"unreachable=1", "denied=pods", "denied=pods/log", "denied=peerpods",
	        "http500=0.3", "reset=0.2", "expired=0.5", "cut=0.5", "throttle=0.2", "unauthorized=1", "skew=400"};
	const cJSON *clusters = json_member(world->cloud->ready, "clusters");
	int count = cJSON_GetArraySize(clusters);
	char spec[160];

	if (!world_cloud_fault(world->cloud, "off", &world->error))
		return false;
	if (draw(world, 0, 2) || count == 0)
		return true;
	snprintf(spec, sizeof(spec), "cluster=%s,%s",
	        json_text(cJSON_GetArrayItem(clusters, (int)draw(world, 0, (uint64_t)count - 1)), "id"),
	        sorts[draw(world, 0, COUNT_OF(sorts) - 1)]);
	return world_cloud_fault(world->cloud, spec, &world->error);
}

static bool live_through(struct world *world)
{
	uint64_t moments = draw(world, MOMENTS_LEAST, MOMENTS_MOST);

	for (uint64_t i = 0; i < moments; i++) {
		if (!advance(world, (int64_t)draw(world, 20, 1500)) || !trouble(world))
			return false;
		if (!scan_and_compare(world, draw(world, 0, 2) ? 0 : (int64_t)draw(world, 1, 90), NULL))
			return false;
	}
	return true;
}

static bool is_flooded(const struct report *report)
{
	for (size_t i = 0; i < report->item_count; i++)
		if (report->items[i]->kind == KIND_VM && judgement_has(&report->items[i]->judgement, RULE_VETO_FLOOD))
			return true;
	return false;
}

// Nothing new goes wrong; what is left stays as it is.
static bool rest(struct world *world)
{
	cJSON *answer;

	if (!world_cloud_fault(world->cloud, "off", &world->error) || !advance(world, 1) ||
	        !(answer = world_cloud_post(world->cloud, "/_sim/calm", &world->error)))
		return false;
	cJSON_Delete(answer);
	if (!advance(world, PEACE_S))
		return false;
	if (!world_truth_read(world->cloud, &world->peace, &world->error))
		return false;
	for (int i = 0; i < CALM_SCANS; i++) {
		if (!scan_and_compare(world, 0, i + 1 == CALM_SCANS ? &world->peace : NULL))
			return false;
		// A person looks at a flood and says that it is real.
		if (is_flooded(world->report))
			scanner_acknowledge_flood(world->scanner);
		if (!advance(world, (int64_t)draw(world, CALM_STEP_LEAST_S, CALM_STEP_MOST_S)))
			return false;
	}
	return true;
}

void world_run(struct world_cloud *cloud, uint64_t seed, struct world_tally *out)
{
	struct world *world = calloc(1, sizeof(*world));
	bool done;

	*out = (struct world_tally){.seed = seed};
	if (!world) {
		out->failed = true;
		return;
	}
	world->cloud = cloud;
	world->tally = out;
	world->random = seed;
	world->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	world_clock_init(&world->clock);
	done = world_cloud_reset(cloud, seed, &world->error) &&
	       world_clock_follow(&world->clock, cloud, &world->error) && open_world(world) && live_through(world) &&
	       rest(world);
	if (done && seed % SWEEP_EVERY == 0)
		done = world_sweep(
		        &world->deck, world->scanner, world->report, cloud, &world->clock, out, &world->error);
	close_world(world);
	world_now_finish(&world->peace);
	if (!done) {
		out->failed = true;
		snprintf(out->why, sizeof(out->why), "%s%s%s", world->error.doing, *world->error.doing ? ": " : "",
		        world->error.message);
	}
	close(world->wake);
	free(world);
}
