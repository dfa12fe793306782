// SPDX-License-Identifier: Apache-2.0
// Pages of objects become records.
#include "config.h"
#include "kubernetes/read.h"

#include <stdlib.h>
#include <string.h>

#include "kubernetes/parallel.h"

#include "base/banned.h"

enum { CLASSES_MOST = 1000 };

// ---- runtime classes ----

static void classes_begin(void *user)
{
	struct class_list *list = user;

	arena_reset(&list->arena);
	list->count = 0;
}

static bool classes_page(const cJSON *page, void *user, struct error *error)
{
	struct class_list *list = user;
	const cJSON *item;

	cJSON_ArrayForEach(item, json_member(page, "items"))
	{
		struct survey_class *one = &list->items[list->count];

		if (list->count == CLASSES_MOST)
			return error_set(error, ERROR_LIMIT, _("more than %d runtime classes"), CLASSES_MOST);
		one->name = arena_strdup(&list->arena, json_text(json_member(item, "metadata"), "name"));
		one->handler = arena_strdup(&list->arena, json_text(item, "handler"));
		if (!one->name || !one->handler)
			return error_set(error, ERROR_MEMORY, _("out of memory"));
		list->count++;
	}
	return true;
}

bool class_list_read(struct class_list *list, struct api *api, struct cancel *cancel, struct error *error)
{
	const struct api_query query = {.target = {.resource = &api_resources[API_RUNTIME_CLASSES]}};
	const struct api_list_sink sink = {classes_begin, classes_page, list};

	memset(list, 0, sizeof(*list));
	arena_init(&list->arena, 4 << 20);
	list->items = calloc(CLASSES_MOST, sizeof(*list->items));
	if (!list->items)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	list->is_known = api_list(api, &query, &sink, NULL, cancel, error);
	return list->is_known;
}

void class_list_finish(struct class_list *list)
{
	free(list->items);
	arena_finish(&list->arena);
	memset(list, 0, sizeof(*list));
}

// ---- one kind ----

static void kind_begin(void *user)
{
	struct read_kind *read = user;

	// What was read so far may hold what is gone since.
	if (read->fill.builder && snapshot_builder_count(read->fill.builder) > 0)
		read->fill.builder = read->renew(read->fill.builder, read->user);
}

static bool kind_page(const cJSON *page, void *user, struct error *error)
{
	struct read_kind *read = user;
	const cJSON *item, *left = json_path(page, "metadata.remainingItemCount");

	if (!read->fill.builder)
		return error_set(error, ERROR_CANCELLED, _("cancelled"));
	cJSON_ArrayForEach(item, json_member(page, "items")) fill_add(&read->fill, read->kind, item);
	if (cJSON_IsNumber(left))
		snapshot_total(read->fill.builder,
		        (int64_t)snapshot_builder_count(read->fill.builder) + (int64_t)left->valuedouble);
	if (read->page)
		read->page(read->fill.builder, read->user);
	return true;
}

bool read_kind(struct read_kind *read, struct cancel *cancel, struct error *error)
{
	const struct api_query query = {.target = {.resource = fill_resource(read->kind)}};
	const struct api_list_sink sink = {kind_begin, kind_page, read};

	return api_list(read->api, &query, &sink, NULL, cancel, error);
}

static struct snapshot_builder *renew_own(struct snapshot_builder *old, void *user)
{
	struct read_kind *read = user;

	snapshot_builder_destroy(old);
	return snapshot_builder_create(read->kind, read->fill.scope, NULL);
}

struct snapshot *read_snapshot(
        struct read_kind *read, const struct clock *clock, struct cancel *cancel, struct error *error)
{
	struct snapshot *snapshot = NULL;

	read->fill.builder = snapshot_builder_create(read->kind, read->fill.scope, error);
	read->renew = renew_own;
	read->user = read;
	if (!read->fill.builder)
		return NULL;
	if (read_kind(read, cancel, error)) {
		snapshot = snapshot_finish(read->fill.builder, clock_now(clock), NULL);
		if (!snapshot || !snapshot->complete)
			error_set(error, ERROR_MEMORY, _("out of memory"));
		if (snapshot && !snapshot->complete) {
			snapshot_unref(snapshot);
			snapshot = NULL;
		}
	} else {
		snapshot_builder_destroy(read->fill.builder);
	}
	read->fill.builder = NULL;
	return snapshot;
}

// ---- the backdrop of pods ----

struct backdrop_reading {
	struct backdrop *backdrop;
	struct reach *reach;
	const struct scope *scope;
	struct cancel *cancel;
};

static struct snapshot *read_peerpods(struct reach *reach, const struct scope *scope, struct cancel *cancel)
{
	struct read_kind read = {.api = reach->api, .kind = KIND_PEERPOD, .fill = {.scope = scope}};

	return read_snapshot(&read, &clock_system, cancel, NULL);
}

static void read_part(size_t part, void *user)
{
	struct backdrop_reading *reading = user;

	if (part == 0)
		reading->backdrop->peerpods = read_peerpods(reading->reach, reading->scope, reading->cancel);
	else
		class_list_read(&reading->backdrop->classes, reading->reach->api, reading->cancel, NULL);
}

void backdrop_read(struct backdrop *backdrop, struct reach *reach, const struct scope *scope, struct cancel *cancel)
{
	struct backdrop_reading reading = {backdrop, reach, scope, cancel};

	memset(backdrop, 0, sizeof(*backdrop));
	parallel_run(2, 2, read_part, &reading);
	backdrop->vms = vm_book_create(backdrop->peerpods);
}

static bool same_peerpods(const struct snapshot *a, const struct snapshot *b)
{
	const struct kind *kind = kind_get(KIND_PEERPOD);

	if (!a || !b || a->count != b->count)
		return a == b;
	for (size_t i = 0; i < a->count; i++)
		for (size_t f = 0; f < kind->field_count; f++)
			if (!field_equal(&kind->fields[f], a->records[i], b->records[i]))
				return false;
	return true;
}

bool backdrop_renew(struct backdrop *backdrop, struct reach *reach, const struct scope *scope, struct cancel *cancel)
{
	struct snapshot *fresh = read_peerpods(reach, scope, cancel);
	bool same = !fresh || same_peerpods(backdrop->peerpods, fresh);

	if (same) {
		snapshot_unref(fresh);
		return false;
	}
	vm_book_destroy(backdrop->vms);
	snapshot_unref(backdrop->peerpods);
	backdrop->peerpods = fresh;
	backdrop->vms = vm_book_create(fresh);
	return true;
}

void backdrop_fill(const struct backdrop *backdrop, struct fill *fill)
{
	fill->classes = backdrop->classes.items;
	fill->class_count = backdrop->classes.count;
	fill->classes_are_known = backdrop->classes.is_known;
	fill->vms = backdrop->vms;
}

void backdrop_finish(struct backdrop *backdrop)
{
	class_list_finish(&backdrop->classes);
	vm_book_destroy(backdrop->vms);
	snapshot_unref(backdrop->peerpods);
	memset(backdrop, 0, sizeof(*backdrop));
}
