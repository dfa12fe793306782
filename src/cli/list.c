// SPDX-License-Identifier: Apache-2.0
// `list` and `--once`: read, then print.
#include <config.h>
#include "cli/cli.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/output.h"
#include "cli/reading.h"

#include "base/banned.h"

enum { WATCH_LOOK_MS = 200 };

int cli_fail(const struct error *error)
{
	char text[1200];

	error_format(error, text, sizeof(text));
	fprintf(stderr, "peerdeck: %s\n", text);
	switch (error->kind) {
	case ERROR_USAGE:
		return EXIT_USAGE;
	case ERROR_CANCELLED:
		return EXIT_INTERRUPTED;
	default:
		return EXIT_FAILED;
	}
}

static struct view *list_view(struct deck *deck, const struct kind *kind, const struct command_line *line,
        const char *base, struct error *error)
{
	const char *regions[CONFIG_REGIONS_MOST];
	size_t count = 0;
	struct view *view = view_create(kind, deck->store, deck->clock);

	if (!view) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	view_set_context(view, deck->context->name);
	if (kind->level != SCOPE_CONTEXT && reading_regions(deck, regions, COUNT_OF(regions), &count, NULL))
		view_set_regions(view, regions, count);
	if (line->sort && !view_set_order(view, line->sort)) {
		error_set(error, ERROR_USAGE, _("%s have no column \"%s\" to sort by"), _(kind->title), line->sort);
		error_remedy(error, _("peerdeck list %s -o json shows the names"), kind->plural);
		goto failed;
	}
	if ((base && !view_set_base_filter(view, base, error)) ||
	        (line->filter && !view_set_filter(view, line->filter, error))) {
		if (error)
			error->kind = ERROR_USAGE;
		goto failed;
	}
	return view;
failed:
	view_destroy(view);
	return NULL;
}

// What changed, queued by the publishing thread for the printing one.
struct watch {
	const struct kind *kind;
	const struct command_line *line;
	struct filter *filter;
	const struct clock *clock;
	pthread_mutex_t lock; // over output; held to print one publication
};

static void watch_publication(const struct publication *publication, void *user)
{
	static const char *const words[] = {"appeared", "changed", "gone"};
	struct watch *watch = user;
	struct field_context context = {.now = clock_now(watch->clock)};

	if (publication->after->kind != watch->kind->id)
		return;
	pthread_mutex_lock(&watch->lock);
	for (size_t i = 0; i < publication->change_count; i++) {
		const struct change *change = &publication->changes[i];
		const struct record *record = change->after ? change->after : change->before;

		if (!watch->filter || filter_passes(watch->filter, record, &context))
			output_change(stdout, watch->kind, record, &context, watch->line->format, words[change->sort]);
	}
	pthread_mutex_unlock(&watch->lock);
}

// Polls until interrupted; changes are printed as they are published.
static int list_watch(struct deck *deck, const struct kind *kind, const struct command_line *line, struct cancel *cancel)
{
	struct watch watch = {kind, line, NULL, deck->clock, PTHREAD_MUTEX_INITIALIZER};
	struct scope *scopes = calloc(READING_SCOPES_MOST, sizeof(*scopes));
	const char *regions[CONFIG_REGIONS_MOST];
	struct error error = {ERROR_NONE};
	size_t region_count = 0, count;

	if (!scopes)
		return EXIT_FAILED;
	if (line->filter)
		watch.filter = filter_parse(kind, line->filter, &error);
	store_listen(deck->store, watch_publication, &watch);
	reading_regions(deck, regions, COUNT_OF(regions), &region_count, NULL);
	count = deck_scopes(deck, kind->id, regions, region_count, "", scopes, READING_SCOPES_MOST);
	poller_set_whole_only(deck->poller, true);
	for (size_t i = 0; i < count; i++)
		poller_want(deck->poller, kind->id, &scopes[i], INTEREST_FOCUSED);
	while (!cancel_asked(cancel) && !ferror(stdout)) {
		int64_t next = deck_turn(deck), now = clock_monotonic(deck->clock);
		struct pollfd none = {.fd = -1};
		int64_t wait = next < 0 || next - now > WATCH_LOOK_MS ? WATCH_LOOK_MS : next > now ? next - now : 0;

		poll(&none, 1, (int)wait);
	}
	store_forget(deck->store, deck->context->name);
	free(scopes);
	filter_destroy(watch.filter);
	return EXIT_INTERRUPTED;
}

int cli_list(struct deck *deck, const struct command_line *line, struct cancel *cancel)
{
	const struct kind *kind = kind_find(line->operand);
	struct error error = {ERROR_NONE};
	struct reading reading;
	struct view *view = NULL;
	int status = EXIT_DONE;

	if (!deck->backend->lists(kind->id)) {
		error_set(&error, ERROR_USAGE, _("%s does not list %s"), deck->backend->title, _(kind->title));
		return cli_fail(&error);
	}
	// A mistake in the filter is told before anything is asked of the cloud.
	view = list_view(deck, kind, line, NULL, &error);
	if (!view || !reading_run(deck, kind->id, cancel, &reading, &error)) {
		status = cli_fail(&error);
		goto out;
	}
	view_update(view);
	if (!output_view(stdout, view, line->format, &error))
		status = cli_fail(&error);
	else if (reading.failed)
		status = EXIT_INCOMPLETE;
	if (line->watch && status != EXIT_FAILED)
		status = list_watch(deck, kind, line, cancel);
out:
	view_destroy(view);
	return status;
}

static void once_heading(const struct view *view)
{
	const struct kind *kind = view_kind(view);
	const struct view_source *sources;
	size_t count = view_sources(view, &sources), failed = 0;

	for (size_t i = 0; i < count; i++)
		failed += sources[i].entry.error.kind != ERROR_NONE;
	printf("%s: %zu", _(kind->title), view_count(view));
	if (failed)
		printf(_(" (%zu of %zu could not be read)"), failed, count);
	putchar('\n');
}

int cli_once(struct deck *deck, const struct command_line *line, struct cancel *cancel)
{
	static const enum kind_id panes[] = {KIND_REGION, KIND_CLUSTER, KIND_NODE_POOL, KIND_VM};
	const struct kind *one = line->operand ? kind_find(line->operand) : NULL;
	struct error error = {ERROR_NONE};
	int status = EXIT_DONE;

	if (line->operand && !one) {
		error_set(&error, ERROR_USAGE, _("there is no view \"%s\" to print"), line->operand);
		error_remedy(&error, _("peerdeck --help lists the views"));
		return cli_fail(&error);
	}
	if (!deck->config->region_count)
		deck->config->all_regions = true;
	for (size_t i = 0; i < (one ? 1 : COUNT_OF(panes)); i++) {
		const struct kind *kind = one ? one : kind_get(panes[i]);
		struct view *view = list_view(deck, kind, line, kind->id == KIND_VM ? "sort=podvm" : NULL, &error);
		struct reading reading;

		if (!view)
			return cli_fail(&error);
		if (!reading_run(deck, kind->id, cancel, &reading, &error))
			status = cli_fail(&error);
		else if (reading.failed && status == EXIT_DONE)
			status = EXIT_INCOMPLETE;
		view_update(view);
		if (i)
			putchar('\n');
		once_heading(view);
		output_view(stdout, view, line->format, NULL);
		view_destroy(view);
		if (cancel_asked(cancel))
			return EXIT_INTERRUPTED;
	}
	return status;
}
