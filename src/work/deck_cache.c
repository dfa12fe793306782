// SPDX-License-Identifier: Apache-2.0
// The last inventory: shown at once when a context opens, saved a while after it changed.
#include <config.h>
#include "work/deck_private.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/banned.h"

// The first saving comes soon, so that a short visit leaves something; later ones are rare, they cost disk and time.
enum { SAVE_FIRST_MS = 2000, SAVE_AGAIN_MS = 30000 };

struct load {
	struct deck *deck;
	char context[128];
};

static bool load_run(struct job *job, void *user, struct error *error)
{
	struct load *load = user;

	return cache_load(load->deck->cache, load->deck->store, load->context, job_cancel(job), error) &&
	       !job_cancelled(job, error);
}

void deck_show_cached(struct deck *deck)
{
	struct load *load;
	struct job_spec spec = {
	        .title = _("Read the last inventory from disk"), .quiet = true, .run = load_run, .user_free = free};
	struct error failure = {ERROR_NONE};

	if (!deck->cache)
		return;
	if (!cache_load_first(deck->cache, deck->store, deck->context->name, &failure)) {
		log_error(deck->log, &failure);
		return;
	}
	load = calloc(1, sizeof(*load));
	if (!load)
		return;
	load->deck = deck;
	snprintf(load->context, sizeof(load->context), "%s", deck->context->name);
	spec.user = load;
	if (!jobs_submit(deck->jobs, &spec, NULL))
		free(load);
}

static bool save_run(struct job *job, void *user, struct error *error)
{
	struct deck *deck = user;

	return cache_save(deck->cache, job_cancel(job), error) && !job_cancelled(job, error);
}

static void save_done(job_id id, enum job_state state, const struct error *error, void *user)
{
	struct deck *deck = user;

	(void)id;
	(void)state;
	(void)error;
	deck->save_job = 0;
	deck->save_at = clock_monotonic(deck->clock) + SAVE_AGAIN_MS;
}

void deck_save(struct deck *deck, int64_t now)
{
	struct job_spec spec = {.title = _("Save the inventory"),
	        .quiet = true,
	        .settled = true,
	        .run = save_run,
	        .done = save_done,
	        .user = deck};

	if (deck->save_job)
		return;
	if (cache_pending(deck->cache) == 0) {
		// Keeps the pause after a saving, but wakes nobody for it.
		if (deck->save_at && now >= deck->save_at)
			deck->save_at = 0;
		return;
	}
	if (!deck->save_at)
		deck->save_at = now + SAVE_FIRST_MS;
	if (now < deck->save_at)
		return;
	deck->save_job = jobs_submit(deck->jobs, &spec, NULL);
	deck->save_at = deck->save_job ? 0 : now + SAVE_AGAIN_MS;
}

void deck_save_last(struct deck *deck)
{
	struct error failure = {ERROR_NONE};

	if (!deck->cache || cache_pending(deck->cache) == 0)
		return;
	if (!cache_save(deck->cache, NULL, &failure))
		log_error(deck->log, &failure);
}
