// SPDX-License-Identifier: Apache-2.0
// Instances, and how a large region is read in parallel. Page tokens are a walk, one page after the other; so a region
// is cut by creation time, which never changes, and the pieces are walked side by side. Pieces meet at a whole minute
// that the one ends with and the next begins with, so no instance falls between them however the service takes its
// bounds, and one that comes twice is one record. What is made meanwhile falls into the last piece.
#include "alibaba/list.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/banned.h"

enum { ONE_PAGE = 100, MINUTE_MS = 60000, PIECE_LEAST = 2 * ONE_PAGE };

static void send_walk(struct list_part *part, int64_t from, int64_t to)
{
	struct list_page *page = list_page_create(part, PAGE_LIST, part->operation->name);
	char text[TIME_TEXT_SIZE];

	if (!page) {
		error_set(&part->error, ERROR_MEMORY, _("Out of memory"));
		return;
	}
	// 2026-01-02T03:04:05Z without its seconds.
	if (from) {
		time_format_iso(from, text);
		memcpy(text + 16, "Z", 2);
		call_set(&page->call, "Filter.1.Key", "CreationStartTime");
		call_set(&page->call, "Filter.1.Value", text);
	}
	if (to) {
		time_format_iso(to, text);
		memcpy(text + 16, "Z", 2);
		call_set(&page->call, "Filter.2.Key", "CreationEndTime");
		call_set(&page->call, "Filter.2.Value", text);
	}
	list_page_send(page);
}

static int compare_times(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return left < right ? -1 : left > right;
}

// `bounds` ascending; equal minutes make no piece.
static void send_pieces(struct list_part *part, const int64_t *bounds, size_t count)
{
	int64_t from = 0;

	part->split = true;
	for (size_t i = 0; i < count && part->error.kind == ERROR_NONE; i++) {
		int64_t to = bounds[i] / MINUTE_MS * MINUTE_MS;

		if (to <= from)
			continue;
		send_walk(part, from, to);
		from = to;
	}
	if (part->error.kind == ERROR_NONE)
		send_walk(part, from, 0);
}

// How many walks a region of `total` instances is worth when `regions` share the connections.
static unsigned pieces_for(const struct list_part *part, size_t regions, size_t total)
{
	size_t parallel = part->reading->session->services.parallel ? part->reading->session->services.parallel
	                                                            : HTTP_PARALLEL_DEFAULT;
	// Twice as many as there are connections: pieces are never quite equal, and the last one should not be walked alone.
	size_t pieces = regions ? (2 * parallel + regions - 1) / regions : 2 * parallel;

	if (pieces > total / PIECE_LEAST)
		pieces = total / PIECE_LEAST;
	if (pieces > MEMORY_QUANTILES)
		pieces = MEMORY_QUANTILES;
	return pieces ? (unsigned)pieces : 1;
}

// The same with the sizes of the last reading: large regions get more of the connections than small ones.
static unsigned pieces_by_share(const struct list_part *part, size_t own)
{
	const struct list_reading *reading = part->reading;
	size_t parallel =
	        reading->session->services.parallel ? reading->session->services.parallel : HTTP_PARALLEL_DEFAULT;
	size_t all = 0, pieces;

	for (size_t i = 0; i < reading->count; i++) {
		size_t count = 0;

		memory_instances(&reading->session->memory, reading->parts[i].scope->region, &count);
		all += count;
	}
	pieces = all ? (parallel * own + all / 2) / all : 1;
	if (pieces > own / PIECE_LEAST)
		pieces = own / PIECE_LEAST;
	if (pieces > MEMORY_QUANTILES)
		pieces = MEMORY_QUANTILES;
	return pieces ? (unsigned)pieces : 1;
}

static bool send_first(struct list_part *part, struct error *error)
{
	struct list_page *page = list_page_create(part, PAGE_FIRST, part->operation->name);

	if (!page)
		return error_set(error, ERROR_MEMORY, _("Out of memory"));
	call_set_number(&page->call, "PageNumber", 1);
	call_set_number(&page->call, "PageSize", ONE_PAGE);
	list_page_send(page);
	return true;
}

bool list_instances_begin(struct list_part *part, struct error *error)
{
	struct list_reading *reading = part->reading;
	size_t parallel =
	        reading->session->services.parallel ? reading->session->services.parallel : HTTP_PARALLEL_DEFAULT;
	int64_t bounds[MEMORY_QUANTILES];
	size_t before, count;

	if (memory_instances(&reading->session->memory, part->scope->region, &before)) {
		count = memory_boundaries(
		        &reading->session->memory, part->scope->region, pieces_by_share(part, before), bounds);
		send_pieces(part, bounds, count);
		return true;
	}
	if (reading->count < parallel)
		return send_first(part, error);
	send_pieces(part, NULL, 0);
	return true;
}

static void send_samples(struct list_part *part, unsigned pieces, size_t total)
{
	part->ranges = pieces;
	for (unsigned i = 1; i < pieces && part->error.kind == ERROR_NONE; i++) {
		struct list_page *page = list_page_create(part, PAGE_SAMPLE, part->operation->name);

		if (!page) {
			error_set(&part->error, ERROR_MEMORY, _("Out of memory"));
			return;
		}
		call_set_number(&page->call, "PageNumber", (int64_t)(i * total / pieces) + 1);
		call_set_number(&page->call, "PageSize", 1);
		part->samples_open++;
		list_page_send(page);
	}
}

// The creation times of a page, ascending. False when they tell nothing of the rest: too few, or the service sorts by them
// (then a page is a corner of the region, not a sample of it).
static bool page_is_sample(const cJSON *items, int64_t times[ONE_PAGE], size_t *count)
{
	bool rising = false, falling = false;

	*count = 0;
	for (const cJSON *item = items ? items->child : NULL; item && *count < ONE_PAGE; item = item->next) {
		int64_t time = json_time(item, "CreationTime");

		if (*count) {
			rising |= time > times[*count - 1];
			falling |= time < times[*count - 1];
		}
		times[(*count)++] = time;
	}
	qsort(times, *count, sizeof(times[0]), compare_times);
	return *count >= ONE_PAGE / 2 && rising && falling;
}

static void send_sampled(struct list_part *part, const int64_t *times, size_t count, unsigned pieces)
{
	int64_t bounds[MEMORY_QUANTILES];

	for (unsigned i = 1; i < pieces; i++)
		bounds[i - 1] = times[i * count / pieces];
	send_pieces(part, bounds, pieces - 1);
}

static void after_first(struct list_part *part, const cJSON *root)
{
	int64_t times[ONE_PAGE];
	size_t time_count;
	int64_t total = json_int(root, "TotalCount", 0);
	size_t items = (size_t)cJSON_GetArraySize(json_path(root, part->reading->lister->items));
	unsigned pieces;

	if (total > 0)
		snapshot_total(part->builder, total);
	if ((size_t)(total > 0 ? total : 0) <= items && items < ONE_PAGE) {
		list_part_add(part, root);
		return;
	}
	if (total == (int64_t)items) {
		list_part_add(part, root);
		return;
	}
	pieces = pieces_for(part, atomic_load(&part->reading->open_parts), (size_t)(total > 0 ? total : 0));
	if (pieces > 1 && page_is_sample(json_path(root, part->reading->lister->items), times, &time_count))
		send_sampled(part, times, time_count, pieces);
	else if (pieces > 1)
		send_samples(part, pieces, (size_t)total);
	else
		send_pieces(part, NULL, 0);
	// Rows for the screen; the walks bring them again, with the rest.
	list_part_add(part, root);
}

static void after_sample(struct list_part *part, const cJSON *root)
{
	const cJSON *item = cJSON_GetArrayItem(json_path(root, part->reading->lister->items), 0);
	int64_t time = json_time(item, "CreationTime");

	part->samples_open--;
	if (time && part->sample_count < COUNT_OF(part->samples))
		part->samples[part->sample_count++] = time;
	if (part->samples_open || part->split)
		return;
	qsort(part->samples, part->sample_count, sizeof(part->samples[0]), compare_times);
	send_pieces(part, part->samples, part->sample_count);
}

void list_instances_after(struct list_part *part, const struct list_page *page, const cJSON *root)
{
	if (page->sort == PAGE_FIRST)
		after_first(part, root);
	else
		after_sample(part, root);
}
