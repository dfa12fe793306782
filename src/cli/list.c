// SPDX-License-Identifier: Apache-2.0
// `list` and `--once`: read, then print.
#include <config.h>
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/output.h"
#include "cli/reading.h"
#include "cli/watch.h"

#include "base/banned.h"

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

static struct view *list_view(struct deck *deck, const struct kind *kind, const struct arguments *line,
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

static const char *kind_name(size_t index, const void *user)
{
	(void)user;
	return index < KIND_COUNT ? kind_get((enum kind_id)index)->plural : index == KIND_COUNT ? "jobs" : NULL;
}

// The kind of that name which the open context's cloud lists; NULL with the nearest name as remedy.
static const struct kind *listed_kind(struct deck *deck, const char *word, struct error *error)
{
	const struct kind *kind = kind_find(word);
	const char *nearest = text_nearest(word, kind_name, NULL);

	if (kind && deck_lists(deck, kind->id))
		return kind;
	if (kind) {
		error_set(error, ERROR_USAGE, _("%s does not list %s"), deck->backend->title, _(kind->title));
		return NULL;
	}
	error_set(error, ERROR_USAGE, _("there is no kind \"%s\""), word);
	if (nearest)
		error_remedy(error, _("did you mean %s?"), nearest);
	else
		error_remedy(error, _("peerdeck --help names the kinds"));
	return NULL;
}

static int list_run(struct deck *deck, struct view *view, const struct arguments *line, struct cancel *cancel)
{
	struct error error = {ERROR_NONE};
	struct reading reading;
	int status;

	if (!reading_run(deck, view_kind(view)->id, line->cluster, cancel, &reading, &error))
		return cli_fail(&error);
	status = reading_status(&reading);
	view_update(view);
	if (status != EXIT_FAILED && !output_view(stdout, view, line->format, &error))
		status = cli_fail(&error);
	return status;
}

int cli_list(struct deck *deck, const struct arguments *line, struct cancel *cancel)
{
	struct error error = {ERROR_NONE};
	const struct kind *kind;
	struct watch watch = {0};
	struct view *view;
	int status;

	if (strcmp(line->operand, "jobs") == 0)
		return cli_list_jobs(deck, line->format);
	kind = listed_kind(deck, line->operand, &error);
	// A mistake in the filter is told before anything is asked of the cloud.
	view = kind ? list_view(deck, kind, line, NULL, &error) : NULL;
	if (!view || (line->watch && !watch_init(&watch, deck, kind, line, &error))) {
		status = cli_fail(&error);
	} else {
		status = list_run(deck, view, line, cancel);
		if (line->watch && (status == EXIT_DONE || status == EXIT_INCOMPLETE))
			status = watch_run(&watch, cancel);
	}
	watch_finish(&watch);
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

int cli_once(struct deck *deck, const struct arguments *line, struct cancel *cancel)
{
	static const enum kind_id panes[] = {KIND_REGION, KIND_CLUSTER, KIND_NODE_POOL, KIND_VM};
	const struct kind *one = NULL;
	struct error error = {ERROR_NONE};
	int status = EXIT_DONE;

	if (line->operand && strcmp(line->operand, "jobs") == 0)
		return cli_list_jobs(deck, line->format);
	if (line->operand)
		one = listed_kind(deck, line->operand, &error);
	if (line->operand && !one)
		return cli_fail(&error);
	if (!deck->config->region_count)
		deck->config->all_regions = true;
	for (size_t i = 0; i < (one ? 1 : COUNT_OF(panes)); i++) {
		const struct kind *kind = one ? one : kind_get(panes[i]);
		struct view *view = list_view(deck, kind, line, kind->id == KIND_VM ? "sort=podvm" : NULL, &error);
		struct reading reading;

		if (!view)
			return cli_fail(&error);
		if (!reading_run(deck, kind->id, NULL, cancel, &reading, &error))
			status = cli_fail(&error);
		else if (reading.failed && status == EXIT_DONE)
			status = reading_status(&reading);
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
