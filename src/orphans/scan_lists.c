// SPDX-License-Identifier: Apache-2.0
// Lists what there is in the regions, of each sort at the same time.
#include "config.h"

#include "orphans/scan_own.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/resident.h"

#include "base/banned.h"

static const enum kind_id list_kinds[REGION_LISTS] = {
        [LIST_VM] = KIND_VM, [LIST_ENI] = KIND_ENI, [LIST_EIP] = KIND_EIP, [LIST_DISK] = KIND_DISK};

// A list_sink that keeps what is read with the scan.
struct gathering {
	struct list_sink sink;
	struct scan *scan;
	enum region_list list;
};

static struct scan_region *gathering_region(struct gathering *gathering, const struct scope *scope)
{
	struct scan *scan = gathering->scan;

	for (size_t i = 0; i < scan->region_count; i++)
		if (scope == scan->regions[i].scope || scope_equal(scope, scan->regions[i].scope))
			return &scan->regions[i];
	return NULL;
}

static struct snapshot_builder *gathering_begin(struct list_sink *sink, const struct scope *scope)
{
	struct gathering *gathering = (struct gathering *)sink;

	if (!gathering_region(gathering, scope) || cancel_asked(&gathering->scan->reading))
		return NULL;
	return snapshot_builder_create(list_kinds[gathering->list], scope, NULL);
}

static void gathering_page(struct list_sink *sink, const struct scope *scope, struct snapshot_builder *builder)
{
	(void)sink;
	(void)scope;
	(void)builder;
}

// What the scan read is the newest there is, where nobody else has begun to read since.
static void share(const struct scan *scan, const struct scan_region *region)
{
	struct snapshot *list = region->lists[LIST_VM];
	struct store_entry entry;

	if (!scan->options.store || !list || !list->complete ||
	        !store_get(scan->options.store, KIND_VM, region->scope, &entry))
		return;
	if (entry.snapshot && !entry.reading && entry.asked_at < region->began)
		store_publish(scan->options.store, snapshot_ref(list));
	snapshot_unref(entry.snapshot);
}

static void gathering_end(
        struct list_sink *sink, const struct scope *scope, struct snapshot_builder *builder, const struct error *error)
{
	struct gathering *gathering = (struct gathering *)sink;
	struct scan_region *region = gathering_region(gathering, scope);
	const struct clock *clock = gathering->scan->options.clock;
	bool failed = error && error->kind != ERROR_NONE;

	if (!region || region->lists[gathering->list]) {
		snapshot_builder_destroy(builder);
		return;
	}
	if (!builder && !failed)
		builder = snapshot_builder_create(list_kinds[gathering->list], scope, NULL);
	if (builder)
		region->lists[gathering->list] = snapshot_finish(builder, clock_now(clock), failed ? error : NULL);
	if (failed) {
		region->errors[gathering->list] = *error;
		patience_explain(gathering->scan->options.patience, &region->errors[gathering->list]);
	} else if (region->lists[gathering->list]) {
		error_clear(&region->errors[gathering->list]);
	} else {
		error_set(&region->errors[gathering->list], ERROR_MEMORY, _("out of memory"));
	}
	if (gathering->list != LIST_VM)
		return;
	region->vms_at = clock_now(clock);
	share(gathering->scan, region);
}

static void list_regions(struct scan *scan, enum region_list list, const struct scope *scopes, size_t count)
{
	const struct scan_options *options = &scan->options;
	struct gathering gathering = {{gathering_begin, gathering_page, gathering_end}, scan, list};
	struct error error = {ERROR_NONE};

	if (options->cloud->list(
	            options->cloud_session, list_kinds[list], scopes, count, &gathering.sink, &scan->reading, &error))
		return;
	patience_explain(options->patience, &error);
	for (size_t i = 0; i < scan->region_count; i++)
		if (!scan->regions[i].lists[list] && scan->regions[i].errors[list].kind == ERROR_INTERNAL &&
		        error.kind != ERROR_NONE)
			scan->regions[i].errors[list] = error;
}

// ---- lists that others read ----

enum shared_list {
	SHARED_ABSENT, // nobody has asked for it yet
	SHARED_OLD,
	SHARED_COMING,
	SHARED_TAKEN,
	SHARED_LISTS,
};

// A list that the screen reads, too, is there once: what it read just now is taken, what it is reading is waited for.
static enum shared_list take_shared(struct scan *scan, struct scan_region *region)
{
	struct store_entry entry;
	bool is_fresh;

	if (!store_get(scan->options.store, KIND_VM, region->scope, &entry))
		return SHARED_ABSENT;
	is_fresh = entry.snapshot && entry.snapshot->complete && entry.snapshot->origin == SNAPSHOT_LIVE &&
	           entry.error.kind == ERROR_NONE && entry.snapshot->read_at >= scan->report.began - SCAN_LIST_FRESH;
	if (!is_fresh || entry.reading) {
		snapshot_unref(entry.snapshot);
		return entry.reading ? SHARED_COMING : SHARED_OLD;
	}
	region->lists[LIST_VM] = entry.snapshot;
	region->vms_at = entry.snapshot->read_at;
	if (entry.asked_at != 0 && entry.asked_at < region->began)
		region->began = entry.asked_at;
	error_clear(&region->errors[LIST_VM]);
	return SHARED_TAKEN;
}

static void wait_a_little(void)
{
	const struct timespec step = {.tv_nsec = SCAN_WAIT_STEP * 1000000L};

	nanosleep(&step, NULL);
}

// Whether more may come. Who reads the first region soon reads the others.
static bool take_all_shared(struct scan *scan, int64_t waited)
{
	size_t counts[SHARED_LISTS] = {0};

	for (size_t i = 0; i < scan->region_count; i++)
		counts[scan->regions[i].lists[LIST_VM] ? SHARED_TAKEN : take_shared(scan, &scan->regions[i])]++;
	if (counts[SHARED_ABSENT] > 0 && counts[SHARED_TAKEN] + counts[SHARED_COMING] > 0 && waited < SCAN_WAIT_BEGIN)
		return true;
	return counts[SHARED_COMING] > 0 && waited < SCAN_WAIT_MOST;
}

static void list_vms(struct scan *scan)
{
	int64_t began = clock_monotonic(scan->options.clock);
	struct scope *left = calloc(scan->region_count + 1, sizeof *left);
	size_t count = 0;

	if (!left) {
		atomic_store(&scan->is_broken, true);
		return;
	}
	// A scan whose time is over has read nothing; a list alone, without what belongs to it, would be judged as the
	// whole.
	while (scan->options.store && !cancel_asked(&scan->reading) &&
	        take_all_shared(scan, clock_monotonic(scan->options.clock) - began))
		wait_a_little();
	for (size_t i = 0; i < scan->region_count; i++)
		if (!scan->regions[i].lists[LIST_VM])
			left[count++] = *scan->regions[i].scope;
	if (count > 0)
		list_regions(scan, LIST_VM, left, count);
	free(left);
}

void scan_list(struct scan *scan, enum region_list list)
{
	const struct scan_options *options = &scan->options;

	if (options->cloud->lists && !options->cloud->lists(list_kinds[list])) {
		for (size_t i = 0; i < scan->region_count; i++)
			error_set(&scan->regions[i].errors[list], ERROR_USAGE, _("this cloud has no such list"));
		return;
	}
	for (size_t i = 0; i < scan->region_count; i++)
		error_set(&scan->regions[i].errors[list], ERROR_INTERNAL, _("the reading ended without an answer"));
	if (list == LIST_VM)
		list_vms(scan);
	else
		list_regions(scan, list, options->regions, options->region_count);
}

// ---- after the judging ----

// A list of those records alone that items from `first` on are about.
static bool thin(struct scan *scan, struct snapshot **list, size_t first)
{
	struct snapshot *old = *list;
	struct snapshot_builder *builder = snapshot_builder_create(old->kind, &old->scope, NULL);
	bool copied = builder != NULL;

	for (size_t i = first; copied && i < scan->item_count; i++) {
		struct report_item *item = scan->items[i];

		if (item->kind != old->kind)
			continue;
		item->record = snapshot_copy(builder, item->record);
		copied = item->record != NULL;
	}
	*list = copied ? snapshot_finish(builder, old->read_at, &old->error) : NULL;
	if (!copied)
		snapshot_builder_destroy(builder);
	snapshot_unref(old);
	return *list != NULL;
}

bool scan_lists_drop(struct scan *scan, struct scan_region *region, size_t first_item)
{
	static const enum region_list dropped[] = {LIST_ENI, LIST_DISK};

	for (size_t i = 0; i < COUNT_OF(dropped); i++) {
		struct snapshot **list = &region->lists[dropped[i]];

		scan->dropped += *list ? (*list)->bytes : 0;
		if (*list && !thin(scan, list, first_item))
			return false;
	}
	if (scan->dropped > SCAN_DROPPED_MOST) {
		resident_release();
		scan->dropped = 0;
	}
	return true;
}
