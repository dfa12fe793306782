// SPDX-License-Identifier: Apache-2.0
// Trees of views: parents, order, sums, folding, and that all of it holds while rows come and go.
#include "config.h"

#include <stdlib.h>

#include "inventory/view.h"

#include "tests/unit/inventory.h"
#include "tests/unit/inventory_world.h"

#include "base/banned.h"

struct fixture {
	struct world_clock clock;
	struct store *store;
	struct view *view;
	struct folds *folds;
};

static void fixture_init(struct fixture *fixture, enum kind_id kind)
{
	world_clock_init(&fixture->clock);
	fixture->store = store_create(&fixture->clock.clock);
	fixture->folds = folds_create();
	fixture->view = view_create(kind_get(kind), fixture->store, &fixture->clock.clock);
	view_set_context(fixture->view, "prod");
}

static void fixture_finish(struct fixture *fixture)
{
	view_destroy(fixture->view);
	folds_destroy(fixture->folds);
	store_destroy(fixture->store);
}

struct seed {
	const char *id, *cluster, *zone, *status;
};

static void publish(struct fixture *fixture, const char *region, const struct seed *seeds, size_t count)
{
	struct snapshot_builder *builder = world_builder(KIND_VM, region, "");

	for (size_t i = 0; i < count; i++) {
		struct vm_record *vm = snapshot_add(builder, seeds[i].id);

		vm->record.name = snapshot_text(builder, seeds[i].id);
		vm->record.region = snapshot_shared(builder, region);
		vm->record.status = snapshot_shared(builder, seeds[i].status);
		vm->cluster = snapshot_shared(builder, seeds[i].cluster);
		vm->zone = snapshot_shared(builder, seeds[i].zone);
		vm->vcpu = 4;
		vm->memory_mib = 8192;
	}
	store_publish(fixture->store, snapshot_finish(builder, WORLD_NOW, NULL));
}

static const struct seed here[] = {
        {"i-3", "caa", "zone-10", "Running"},
        {"i-1", "caa", "zone-9", "Running"},
        {"i-2", "caa", "zone-10", "Stopped"},
        {"i-5", "", "zone-9", "Running"},
        {"i-4", "ci", "zone-9", "Starting"},
};

// All lines as one text: groups in brackets with their count, "+" when folded; each line with its depth first.
static const char *lines(struct fixture *fixture)
{
	static char text[2048];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < view_lines(fixture->view); i++) {
		struct view_line line;

		CU_ASSERT(view_line(fixture->view, i, &line));
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%u", i ? " " : "", line.depth);
		if (line.record)
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s", line.record->id);
		else
			used += (size_t)snprintf(text + used, sizeof(text) - used, "[%s%s %zu]",
			        line.group->folded ? "+" : "", line.group->record.name, line.group->count);
	}
	return text;
}

static void tree_init(struct fixture *fixture)
{
	fixture_init(fixture, KIND_VM);
	view_set_order(fixture->view, "id");
	CU_ASSERT(view_set_tree(fixture->view, "", fixture->folds));
	publish(fixture, "here", here, COUNT_OF(here));
	CU_ASSERT(view_update(fixture->view));
}

static void rows_hang_below_their_parents(void)
{
	struct fixture fixture;

	tree_init(&fixture);
	UNIT_SAME_TEXT(lines(&fixture), "0[caa 3] 1[zone-9 1] 2i-1 1[zone-10 2] 2i-2 2i-3 "
	                                "0[ci 1] 1[zone-9 1] 2i-4 0[ 1] 1[zone-9 1] 2i-5");
	view_set_order(fixture.view, "-id");
	view_update(fixture.view);
	UNIT_SAME_TEXT(lines(&fixture), "0[caa 3] 1[zone-9 1] 2i-1 1[zone-10 2] 2i-3 2i-2 "
	                                "0[ci 1] 1[zone-9 1] 2i-4 0[ 1] 1[zone-9 1] 2i-5");
	view_narrow(fixture.view, "cluster", "caa");
	view_update(fixture.view);
	UNIT_SAME_TEXT(lines(&fixture), "0[zone-9 1] 1i-1 0[zone-10 2] 1i-3 1i-2");
	CU_ASSERT(view_set_tree(fixture.view, "status", fixture.folds));
	view_update(fixture.view);
	UNIT_SAME_TEXT(lines(&fixture), "0[Running 2] 1i-3 1i-1 0[Stopped 1] 1i-2");
	CU_ASSERT(!view_set_tree(fixture.view, "colour", fixture.folds));
	CU_ASSERT(view_set_tree(fixture.view, NULL, NULL));
	UNIT_SAME_TEXT(lines(&fixture), "0i-3 0i-2 0i-1");
	fixture_finish(&fixture);
}

static void what_is_folded_stays_so(void)
{
	static const struct seed there[] = {{"i-6", "caa", "zone-1", "Running"}, {"i-7", "late", "zone-1", "Running"}};
	struct fixture fixture;
	struct view_line line;

	tree_init(&fixture);
	view_line(fixture.view, 0, &line);
	view_fold(fixture.view, line.group->record.id, true);
	UNIT_SAME_TEXT(lines(&fixture), "0[+caa 3] 0[ci 1] 1[zone-9 1] 2i-4 0[ 1] 1[zone-9 1] 2i-5");
	publish(&fixture, "there", there, COUNT_OF(there));
	view_update(fixture.view);
	UNIT_SAME_TEXT(lines(&fixture), "0[+caa 4] 0[ci 1] 1[zone-9 1] 2i-4 0[late 1] 1[zone-1 1] 2i-7 "
	                                "0[ 1] 1[zone-9 1] 2i-5");
	// What is folded away is found where its parent is, until it is looked for.
	CU_ASSERT_EQUAL(view_find_line(fixture.view, "i-6"), 0);
	view_reveal(fixture.view, "i-6");
	view_line(fixture.view, view_find_line(fixture.view, "i-6"), &line);
	CU_ASSERT_FATAL(line.record != NULL);
	UNIT_SAME_TEXT(line.record->id, "i-6");
	view_fold_all(fixture.view);
	UNIT_SAME_TEXT(lines(&fixture), "0[+caa 4] 0[+ci 1] 0[+late 1] 0[+ 1]");
	view_fold_all(fixture.view);
	CU_ASSERT_EQUAL(view_lines(fixture.view), 17);
	// All is folded, also what comes later; a second view with the same folds follows.
	folds_set_all(fixture.folds, true);
	CU_ASSERT(view_update(fixture.view));
	store_forget(fixture.store, "prod");
	view_update(fixture.view);
	CU_ASSERT_EQUAL(view_lines(fixture.view), 0);
	CU_ASSERT_EQUAL(view_find_line(fixture.view, "i-6"), SIZE_MAX);
	publish(&fixture, "there", there, COUNT_OF(there));
	view_update(fixture.view);
	UNIT_SAME_TEXT(lines(&fixture), "0[+caa 1] 0[+late 1]");
	fixture_finish(&fixture);
}

static void folds_are_found_among_many(void)
{
	struct folds *folds = folds_create();
	char path[32];
	unsigned wrong = 0;

	for (unsigned i = 0; i < 3000; i++) {
		snprintf(path, sizeof(path),
		        "\x1f"
		        "a=%u",
		        i);
		folds_set(folds, path, true);
	}
	for (unsigned i = 0; i < 3000; i += 3) {
		snprintf(path, sizeof(path),
		        "\x1f"
		        "a=%u",
		        i);
		folds_set(folds, path, false);
	}
	for (unsigned i = 0; i < 3000; i++) {
		snprintf(path, sizeof(path),
		        "\x1f"
		        "a=%u",
		        i);
		wrong += folds_have(folds, path) != (i % 3 != 0);
	}
	CU_ASSERT_EQUAL(wrong, 0);
	folds_destroy(folds);
}

static void groups_tell_sums_and_the_worst(void)
{
	struct fixture fixture;
	struct view_line line;
	char text[64];
	const struct kind *kind = kind_get(KIND_VM);

	tree_init(&fixture);
	view_line(fixture.view, 0, &line);
	CU_ASSERT(view_group_sum(fixture.view, line.group, kind_field(kind, "vcpu"), text, sizeof(text)) > 0);
	UNIT_SAME_TEXT(text, "12");
	view_group_sum(fixture.view, line.group, kind_field(kind, "memory"), text, sizeof(text));
	UNIT_SAME_TEXT(text, "24 GiB");
	CU_ASSERT_EQUAL(view_group_sum(fixture.view, line.group, kind_field(kind, "cost"), text, sizeof(text)), 0);
	view_group_state(fixture.view, line.group, kind_field(kind, "status"), text, sizeof(text));
	UNIT_SAME_TEXT(text, "Stopped");
	view_set_order(fixture.view, "status"); // the worst first
	view_update(fixture.view);
	view_line(fixture.view, 0, &line);
	UNIT_SAME_TEXT(line.group->record.name, "ci");
	fixture_finish(&fixture);
}

static void filters_narrow_the_tree(void)
{
	struct fixture fixture;
	struct error error;
	struct view_line line;

	tree_init(&fixture);
	CU_ASSERT(view_set_filter(fixture.view, "status=Running", &error));
	view_update(fixture.view);
	UNIT_SAME_TEXT(lines(&fixture), "0[caa 2] 1[zone-9 1] 2i-1 1[zone-10 1] 2i-3 0[ 1] 1[zone-9 1] 2i-5");
	view_line(fixture.view, 0, &line);
	CU_ASSERT_EQUAL(line.group->first, 0);
	UNIT_SAME_TEXT(view_tree_row(fixture.view, 1)->id, "i-3");
	CU_ASSERT_EQUAL(view_tree_place(fixture.view, 4), 1);
	CU_ASSERT_EQUAL(view_parent_line(fixture.view, 4), 3);
	CU_ASSERT_EQUAL(view_parent_line(fixture.view, 3), 0);
	CU_ASSERT_EQUAL(view_parent_line(fixture.view, 0), SIZE_MAX);
	CU_ASSERT_EQUAL(view_find_line(fixture.view, "i-2"), SIZE_MAX);
	CU_ASSERT(view_set_filter(fixture.view, "", &error));
	view_update(fixture.view);
	CU_ASSERT_EQUAL(view_lines(fixture.view), 12);
	fixture_finish(&fixture);
}

static void every_line_is_found_by_what_it_shows(void)
{
	struct fixture fixture;
	struct view_line line;
	size_t wrong = 0, rows = 0;

	fixture_init(&fixture, KIND_VM);
	CU_ASSERT(view_set_tree(fixture.view, "", fixture.folds));
	for (unsigned turn = 0; turn < 6; turn++) {
		store_publish(fixture.store, world_vms("a", turn * 20, 200, WORLD_NOW));
		store_publish(fixture.store, world_vms("b", 1000 + turn, 300, WORLD_NOW));
		view_set_order(fixture.view, turn % 2 ? "name" : "-created");
		view_set_filter(fixture.view, turn % 3 == 2 ? "web" : "", NULL);
		view_update(fixture.view);
		if (turn > 2) {
			view_line(fixture.view, turn, &line);
			if (line.group)
				view_fold(fixture.view, line.group->record.id, true);
		}
		rows = 0;
		for (size_t i = 0; i < view_lines(fixture.view); i++) {
			view_line(fixture.view, i, &line);
			rows += line.record != NULL;
			if (line.group && line.group->folded)
				rows += line.group->count;
			wrong += view_find_line(fixture.view, line.record ? line.record->id : line.group->record.id) !=
			         i;
			if (line.record)
				wrong += view_tree_row(fixture.view, view_tree_place(fixture.view, i)) != line.record;
		}
		CU_ASSERT_EQUAL(rows, view_count(fixture.view));
	}
	CU_ASSERT_EQUAL(wrong, 0);
	fixture_finish(&fixture);
}

// A mistake in the table of levels would be a key that does nothing.
static void every_kind_has_the_fields_of_its_levels(void)
{
	for (int id = 0; id < KIND_COUNT; id++) {
		const struct kind *kind = kind_get((enum kind_id)id);
		const struct tree_level *levels;
		const size_t count = tree_levels(kind->id, &levels);

		CU_ASSERT((count == 0) == (id == KIND_REGION));
		for (size_t i = 0; i < count; i++) {
			CU_ASSERT_PTR_NOT_NULL(kind_field(kind, levels[i].field));
			CU_ASSERT(!levels[i].shown || kind_field(kind, levels[i].shown));
			CU_ASSERT(!levels[i].narrowed || kind_field(kind, levels[i].narrowed));
		}
		for (size_t i = 0; i < kind->field_count; i++)
			if (kind->fields[i].flags & FIELD_ADDS)
				CU_ASSERT(kind->fields[i].right);
	}
}

static const struct unit_test tests[] = {
        UNIT_TEST(rows_hang_below_their_parents),
        UNIT_TEST(what_is_folded_stays_so),
        UNIT_TEST(folds_are_found_among_many),
        UNIT_TEST(groups_tell_sums_and_the_worst),
        UNIT_TEST(filters_narrow_the_tree),
        UNIT_TEST(every_line_is_found_by_what_it_shows),
        UNIT_TEST(every_kind_has_the_fields_of_its_levels),
};
const struct unit_suite inventory_tree_suite = UNIT_SUITE("tree", tests);
