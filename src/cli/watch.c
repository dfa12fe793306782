// SPDX-License-Identifier: Apache-2.0
// `list --watch`: what appears, changes and goes, printed as it is published.
#include <config.h>
#include "cli/watch.h"

#include <poll.h>
#include <stdlib.h>

#include "cli/output.h"
#include "cli/reading.h"

#include "base/banned.h"

enum { WATCH_LOOK_MS = 200, WATCH_STOP_MS = 5 };

static void watch_publication(const struct publication *publication, void *user)
{
	static const char *const words[] = {"appeared", "changed", "gone"};
	struct watch *watch = user;
	struct field_context context = {.now = clock_now(watch->deck->clock)};

	if (publication->after->kind != watch->kind->id || publication->change_count == 0)
		return;
	pthread_mutex_lock(&watch->lock);
	for (size_t i = 0; i < publication->change_count; i++) {
		const struct change *change = &publication->changes[i];
		const struct record *record = change->after ? change->after : change->before;

		if (filter_passes(watch->filter, record, &context))
			output_change(stdout, watch->kind, record, &context, watch->line->format, words[change->sort]);
	}
	fflush(stdout);
	pthread_mutex_unlock(&watch->lock);
}

bool watch_init(struct watch *watch, struct deck *deck, const struct kind *kind, const struct arguments *line,
        struct error *error)
{
	*watch = (struct watch){.deck = deck, .kind = kind, .line = line};
	watch->filter = filter_parse(kind, line->filter ? line->filter : "", error);
	if (!watch->filter)
		return false;
	pthread_mutex_init(&watch->lock, NULL);
	store_listen(deck->store, watch_publication, watch);
	return true;
}

void watch_finish(struct watch *watch)
{
	if (!watch->filter)
		return;
	filter_destroy(watch->filter);
	pthread_mutex_destroy(&watch->lock);
	watch->filter = NULL;
}

// Again each turn: with the clusters of today come scopes of today.
static void watch_want(struct watch *watch, enum kind_id kind, struct scope *scopes)
{
	const char *regions[CONFIG_REGIONS_MOST];
	size_t region_count = 0, count;

	reading_regions(watch->deck, regions, COUNT_OF(regions), &region_count, NULL);
	count = deck_scopes(watch->deck, kind, regions, region_count,
	        kind != KIND_CLUSTER && watch->line->cluster ? watch->line->cluster : "", scopes, READING_SCOPES_MOST);
	for (size_t i = 0; i < count && i < READING_SCOPES_MOST; i++)
		poller_want(watch->deck->poller, kind, &scopes[i], INTEREST_FOCUSED);
}

static void watch_stop(struct watch *watch)
{
	struct pollfd none = {.fd = -1};

	poller_stop(watch->deck->poller);
	while (jobs_settle(watch->deck->jobs), !poller_is_idle(watch->deck->poller))
		poll(&none, 1, WATCH_STOP_MS);
}

int watch_run(struct watch *watch, struct cancel *cancel)
{
	struct scope *scopes = calloc(READING_SCOPES_MOST, sizeof(*scopes));
	struct pollfd none = {.fd = -1};

	if (!scopes)
		return EXIT_FAILED;
	poller_set_whole_only(watch->deck->poller, true);
	while (!cancel_asked(cancel) && !ferror(stdout)) {
		int64_t next, now;

		if (watch->kind->level == SCOPE_CLUSTER)
			watch_want(watch, KIND_CLUSTER, scopes);
		watch_want(watch, watch->kind->id, scopes);
		next = deck_turn(watch->deck);
		now = clock_monotonic(watch->deck->clock);
		poll(&none, 1,
		        next < 0 || next - now > WATCH_LOOK_MS ? WATCH_LOOK_MS
		        : next > now                           ? (int)(next - now)
		                                               : 0);
	}
	watch_stop(watch);
	free(scopes);
	return cancel_asked(cancel) ? EXIT_INTERRUPTED : EXIT_DONE;
}
