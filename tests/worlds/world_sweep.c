// SPDX-License-Identifier: Apache-2.0
// A real sweep at the end of a world.
#include <config.h>
#include "tests/worlds/world_sweep.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "orphans/sweep.h"
#include "tests/worlds/world_truth.h"

#include "base/banned.h"

enum { SWEPT_MOST = 2, PASS_S = 2, PASS_EVERY_MS = 50 };

// Lets the world's time pass while the sweep waits for the cloud.
struct passing {
	pthread_t thread;
	struct world_cloud *cloud;
	struct world_clock *clock;
	atomic_bool over;
};

static void *pass(void *user)
{
	struct passing *passing = user;
	struct error error = {ERROR_NONE};

	while (!atomic_load(&passing->over)) {
		struct timespec pause = {0, PASS_EVERY_MS * 1000000L};

		nanosleep(&pause, NULL);
		if (!world_cloud_advance(passing->cloud, PASS_S, &error) ||
		        !world_clock_follow(passing->clock, passing->cloud, &error))
			break;
	}
	return NULL;
}

struct sweeping {
	const struct sweep_plan *plan;
	struct sweep_options options;
	const char *typed;
	struct sweep_result result;
};

static bool run(struct job *job, void *user, struct error *error)
{
	struct sweeping *sweeping = user;

	return sweep_run(sweeping->plan, sweeping->typed, &sweeping->options, job, &sweeping->result, error);
}

// The sweep as a job; its own failure is no failure of the world: it may have been right to stop.
static bool sweep(struct deck *deck, struct sweeping *sweeping, struct world_cloud *cloud, struct world_clock *clock,
        struct error *error)
{
	struct passing passing = {.cloud = cloud, .clock = clock};
	const struct job_spec spec = {.title = "sweep", .changes = true, .run = run, .user = sweeping};
	job_id job;

	if (pthread_create(&passing.thread, NULL, pass, &passing) != 0)
		return error_set(error, ERROR_SYSTEM, "no thread");
	job = jobs_submit(deck->jobs, &spec, error);
	if (job)
		jobs_wait(deck->jobs, job, NULL);
	atomic_store(&passing.over, true);
	pthread_join(passing.thread, NULL);
	return job != 0;
}

static size_t choose(const struct report *report, const char **ids)
{
	size_t count = 0;

	for (size_t i = 0; i < report->item_count && count < SWEPT_MOST; i++)
		if (report->items[i]->kind == KIND_VM && report->items[i]->verdict == VERDICT_ORPHAN)
			ids[count++] = report->items[i]->record->id;
	return count;
}

// What was there before and is not any more.
static void count_gone(const struct world_now *before, const struct world_now *after, const char *const *ids,
        size_t count, struct world_tally *tally)
{
	for (size_t i = 0; i < before->count; i++) {
		const struct world_vm *vm = &before->vms[i];
		bool was_chosen = false;

		if (world_now_find(after, vm->id))
			continue;
		for (size_t n = 0; n < count; n++)
			was_chosen = was_chosen || !strcmp(ids[n], vm->id);
		tally->deleted += was_chosen;
		if (was_chosen && (vm->is_used || !vm->is_podvm)) {
			tally->in_use_deleted++;
			snprintf(tally->example, sizeof(tally->example), "in use deleted: %s", vm->id);
		}
	}
}

bool world_sweep(struct deck *deck, struct scanner *scanner, const struct report *report, struct world_cloud *cloud,
        struct world_clock *clock, struct world_tally *tally, struct error *error)
{
	const char *ids[SWEPT_MOST];
	struct sweep_request request = {
	        .ids = ids, .id_count = choose(report, ids), .now = clock_now(deck->clock), .cloud = deck->backend};
	struct sweep_plan *plan = request.id_count ? sweep_plan_create(report, &request, error) : NULL;
	struct scan_options *options = scanner_scan_options(scanner, error);
	struct sweep_store *store = sweep_store_open("", deck->clock, deck->log, NULL, error);
	struct audit *audit = audit_open(NULL, deck->clock, error);
	struct world_now before = {0}, after = {0};
	struct buffer phrase;
	bool done = false;

	buffer_init(&phrase, 4096);
	if (!request.id_count || (plan && plan->count == 0)) {
		done = true;
		goto cleanup;
	}
	if (!plan || !options || !store || !audit)
		goto cleanup;
	sweep_plan_phrase(plan, &phrase);
	if (!world_truth_read(cloud, &before, error))
		goto cleanup;
	struct sweeping sweeping = {
	        .plan = plan,
	        .typed = buffer_text(&phrase),
	        .options = {.scan = options,
	                .recheck = scan_recheck,
	                .store = store,
	                .audit = audit,
	                .journal = deck->journal,
	                .clock = deck->clock,
	                .log = deck->log,
	                .context = deck->context->name,
	                .account = deck->identity.account,
	                .by = "worlds"},
	};
	done = sweep(deck, &sweeping, cloud, clock, error) && world_truth_read(cloud, &after, error);
	if (done)
		count_gone(&before, &after, ids, request.id_count, tally);
cleanup:
	world_now_finish(&before);
	world_now_finish(&after);
	buffer_finish(&phrase);
	audit_close(audit);
	sweep_store_close(store);
	scan_options_free(options);
	sweep_plan_destroy(plan);
	return done;
}
