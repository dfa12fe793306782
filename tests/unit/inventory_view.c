// SPDX-License-Identifier: Apache-2.0
// Views: the right rows in the right order, however they came about.
#include "config.h"

#include <stdlib.h>

#include "base/text.h"
#include "inventory/view.h"

#include "tests/unit/inventory.h"
#include "tests/unit/inventory_world.h"

#include "base/banned.h"

struct fixture {
	struct world_clock clock;
	struct store *store;
	struct view *view;
};

static void fixture_init(struct fixture *fixture, enum kind_id kind)
{
	world_clock_init(&fixture->clock);
	fixture->store = store_create(&fixture->clock.clock);
	fixture->view = view_create(kind_get(kind), fixture->store, &fixture->clock.clock);
	view_set_context(fixture->view, "prod");
}

static void fixture_finish(struct fixture *fixture)
{
	view_destroy(fixture->view);
	store_destroy(fixture->store);
}

// Ids of all rows, as one text.
static const char *ids(struct fixture *fixture)
{
	static char text[1024];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < view_count(fixture->view); i++)
		used += (size_t)snprintf(
		        text + used, sizeof(text) - used, "%s%s", i ? " " : "", view_row(fixture->view, i)->id);
	return text;
}

static void rows_come_from_all_scopes_sorted(void)
{
	static const char *const here[] = {"i-1", "web-10", "Running", "i-2", "Web-9", "Stopped", NULL};
	static const char *const there[] = {
	        "i-3", "web-9", "Running", "i-4", "北京", "Running", "i-5", "", "Running", NULL};
	struct fixture fixture;

	fixture_init(&fixture, KIND_VM);
	CU_ASSERT(view_set_order(fixture.view, "name"));
	CU_ASSERT(view_update(fixture.view));
	CU_ASSERT_EQUAL(view_count(fixture.view), 0);
	store_publish(fixture.store, world_named_vms("cn-hongkong", there));
	store_publish(fixture.store, world_named_vms("cn-beijing", here));
	CU_ASSERT(view_update(fixture.view));
	CU_ASSERT(!view_update(fixture.view));
	UNIT_SAME_TEXT(ids(&fixture), "i-2 i-3 i-1 i-4 i-5");
	CU_ASSERT(view_set_order(fixture.view, "-name"));
	CU_ASSERT(view_update(fixture.view));
	UNIT_SAME_TEXT(ids(&fixture), "i-4 i-1 i-3 i-2 i-5");
	CU_ASSERT(view_set_order(fixture.view, "status"));
	view_update(fixture.view);
	UNIT_SAME_TEXT(ids(&fixture), "i-1 i-3 i-4 i-5 i-2");
	CU_ASSERT(!view_set_order(fixture.view, "colour"));
	UNIT_SAME_TEXT(view_order(fixture.view), "status");
	fixture_finish(&fixture);
}

static void unknown_fields_are_narrowed_by_another(void)
{
	static const char *const here[] = {
	        "i-1", "own", "", "i-2", "own", "suspect", "i-3", "other", "", "i-4", "x", "Running", NULL};
	struct fixture fixture;
	struct error error;

	fixture_init(&fixture, KIND_VM);
	view_set_order(fixture.view, "id");
	store_publish(fixture.store, world_named_vms("cn-beijing", here));
	view_narrow(fixture.view, "status", "Running");
	view_narrow_unknown(fixture.view, "name", "own");
	view_update(fixture.view);
	UNIT_SAME_TEXT(ids(&fixture), "i-1 i-4");
	view_narrow_unknown(fixture.view, NULL, NULL);
	view_update(fixture.view);
	UNIT_SAME_TEXT(ids(&fixture), "i-4");
	view_narrow(fixture.view, NULL, NULL);
	CU_ASSERT(view_set_base_filter(fixture.view, "-p", &error));
	view_update(fixture.view);
	UNIT_SAME_TEXT(ids(&fixture), "i-2");
	CU_ASSERT(view_set_base_filter(fixture.view, "!-p", &error));
	view_update(fixture.view);
	UNIT_SAME_TEXT(ids(&fixture), "i-1 i-3 i-4");
	fixture_finish(&fixture);
}

static void rows_are_narrowed_and_filtered(void)
{
	static const char *const here[] = {"i-1", "a", "Running", "i-2", "b", "Stopped", "i-3", "ab", "Running", NULL};
	static const char *const there[] = {"i-4", "ab", "Running", NULL};
	const char *regions[] = {"cn-beijing"};
	const struct view_source *sources;
	struct fixture fixture;
	struct error error;

	fixture_init(&fixture, KIND_VM);
	view_set_order(fixture.view, "id");
	store_publish(fixture.store, world_named_vms("cn-beijing", here));
	store_publish(fixture.store, world_named_vms("cn-hongkong", there));
	view_set_regions(fixture.view, regions, 1);
	view_update(fixture.view);
	UNIT_SAME_TEXT(ids(&fixture), "i-1 i-2 i-3");
	CU_ASSERT_EQUAL(view_sources(fixture.view, &sources), 1);
	view_set_regions(fixture.view, NULL, 0);
	view_narrow(fixture.view, "status", "Running");
	view_update(fixture.view);
	UNIT_SAME_TEXT(ids(&fixture), "i-1 i-3 i-4");
	CU_ASSERT(view_set_filter(fixture.view, "b", &error));
	view_update(fixture.view);
	UNIT_SAME_TEXT(ids(&fixture), "i-1 i-3 i-4");
	CU_ASSERT(view_set_filter(fixture.view, "name:b", &error));
	view_update(fixture.view);
	UNIT_SAME_TEXT(ids(&fixture), "i-3 i-4");
	CU_ASSERT_EQUAL(view_unfiltered(fixture.view), 3);
	CU_ASSERT_EQUAL(view_find(fixture.view, "i-4"), 1);
	CU_ASSERT_EQUAL(view_find(fixture.view, "i-1"), SIZE_MAX);
	CU_ASSERT_PTR_NOT_NULL(view_record(fixture.view, "i-1"));
	CU_ASSERT_PTR_NULL(view_record(fixture.view, "i-9"));
	CU_ASSERT(!view_set_filter(fixture.view, "~[", &error));
	UNIT_SAME_TEXT(view_filter_text(fixture.view), "name:b");
	CU_ASSERT(view_set_base_filter(fixture.view, "region=cn-hongkong", &error));
	view_update(fixture.view);
	UNIT_SAME_TEXT(ids(&fixture), "i-4");
	CU_ASSERT_EQUAL(view_unfiltered(fixture.view), 1);
	view_narrow(fixture.view, NULL, NULL);
	view_set_base_filter(fixture.view, "", &error);
	view_set_filter(fixture.view, "", &error);
	view_update(fixture.view);
	UNIT_SAME_TEXT(ids(&fixture), "i-1 i-2 i-3 i-4");
	fixture_finish(&fixture);
}

static void an_id_stays_found_while_rows_come_and_go(void)
{
	static const char *const first[] = {"i-5", "e", "Running", "i-3", "c", "Running", NULL};
	static const char *const second[] = {
	        "i-1", "a", "Running", "i-3", "c", "Stopped", "i-2", "b", "Running", "i-5", "e", "Running", NULL};
	struct fixture fixture;
	uint64_t fields;

	fixture_init(&fixture, KIND_VM);
	view_set_order(fixture.view, "name");
	store_publish(fixture.store, world_named_vms("r", first));
	view_update(fixture.view);
	CU_ASSERT_EQUAL(view_find(fixture.view, "i-3"), 0);
	CU_ASSERT_EQUAL(view_changed_at(fixture.view, "i-3", &fields), 0);
	fixture.clock.monotonic = 5000;
	store_publish(fixture.store, world_named_vms("r", second));
	view_update(fixture.view);
	CU_ASSERT_EQUAL(view_find(fixture.view, "i-3"), 2);
	CU_ASSERT_EQUAL(view_changed_at(fixture.view, "i-3", &fields), 5000);
	CU_ASSERT_EQUAL(fields, UINT64_C(1) << (kind_field(kind_get(KIND_VM), "status") - kind_get(KIND_VM)->fields));
	CU_ASSERT_EQUAL(view_changed_at(fixture.view, "i-1", &fields), 5000);
	CU_ASSERT_EQUAL(fields, UINT64_MAX);
	CU_ASSERT_EQUAL(view_changed_at(fixture.view, "i-5", NULL), 0);
	fixture.clock.monotonic = 9000;
	store_publish(fixture.store, world_named_vms("r", second));
	view_update(fixture.view);
	CU_ASSERT_EQUAL(view_changed_at(fixture.view, "i-1", NULL), 5000);
	fixture.clock.monotonic = 500000;
	store_publish(fixture.store, world_named_vms("r", second));
	view_update(fixture.view);
	CU_ASSERT_EQUAL(view_changed_at(fixture.view, "i-1", NULL), 0);
	fixture_finish(&fixture);
}

// Judges VMs `first` to `first + count - 1` of a region; every tenth is somebody's.
static struct snapshot *judgements(unsigned first, unsigned count, const char *verdict)
{
	struct snapshot_builder *builder = world_builder(KIND_ORPHAN, "", "");
	struct snapshot_builder *names = world_builder(KIND_VM, "r", "");

	for (unsigned i = first; i < first + count; i++) {
		struct orphan_record *orphan = snapshot_add(builder, world_vm(names, "r", i)->record.id);

		orphan->verdict = snapshot_shared(builder, i % 10 ? verdict : "live");
	}
	snapshot_unref(snapshot_finish(names, WORLD_NOW, NULL));
	return snapshot_finish(builder, WORLD_NOW, NULL);
}

// How many rows say something else than what was judged of VMs below `judged`.
static size_t wrongly_told(const struct fixture *fixture, unsigned judged, const char *verdict)
{
	const struct field *field = kind_field(kind_get(KIND_VM), "verdict");
	struct snapshot *truth = judgements(0, judged, verdict);
	size_t wrong = 0;

	for (size_t i = 0; i < view_count(fixture->view); i++) {
		const struct record *record = view_row(fixture->view, i), *said = snapshot_find(truth, record->id);
		char text[64];

		field_text(field, record, view_context(fixture->view), true, text, sizeof(text));
		wrong += strcmp(text, said ? ((const struct orphan_record *)said)->verdict : "") != 0;
	}
	snapshot_unref(truth);
	return wrong;
}

static void verdicts_stay_with_their_vms_while_both_come_and_go(void)
{
	struct fixture fixture;
	struct error error;

	fixture_init(&fixture, KIND_VM);
	store_publish(fixture.store, world_vms("r", 0, 500, WORLD_NOW));
	view_set_order(fixture.view, "verdict");
	view_update(fixture.view);
	CU_ASSERT_EQUAL(wrongly_told(&fixture, 0, ""), 0);
	store_publish(fixture.store, judgements(0, 400, "orphan"));
	view_update(fixture.view);
	CU_ASSERT_EQUAL(wrongly_told(&fixture, 400, "orphan"), 0);
	CU_ASSERT(view_set_filter(fixture.view, "verdict=orphan", &error));
	view_update(fixture.view);
	CU_ASSERT_EQUAL(view_count(fixture.view), 360);
	CU_ASSERT(view_set_filter(fixture.view, "", &error));
	// The same VMs, and others, in memory that was just given back.
	for (unsigned round = 0; round < 20; round++) {
		store_publish(fixture.store, world_vms("r", round % 3, 450 + round, WORLD_NOW));
		store_publish(fixture.store, world_vms("s", 500, round % 2 ? 100 : 0, WORLD_NOW));
		view_update(fixture.view);
		CU_ASSERT_EQUAL(wrongly_told(&fixture, 400, "orphan"), 0);
	}
	store_publish(fixture.store, judgements(0, 450, "suspect"));
	view_update(fixture.view);
	CU_ASSERT_EQUAL(wrongly_told(&fixture, 450, "suspect"), 0);
	fixture_finish(&fixture);
}

static void verdicts_stay_with_their_vms_while_pages_come(void)
{
	struct snapshot_builder *builder = world_builder(KIND_VM, "r", "");
	struct fixture fixture;

	fixture_init(&fixture, KIND_VM);
	store_publish(fixture.store, judgements(0, 1000, "suspect"));
	for (unsigned page = 0; page < 10; page++) {
		for (unsigned i = 0; i < 100; i++)
			world_vm(builder, "r", page * 100 + i);
		// One that was on the page before comes again.
		world_vm(builder, "r", page * 100);
		store_publish(fixture.store, snapshot_partial(builder, WORLD_NOW));
		view_update(fixture.view);
		CU_ASSERT_EQUAL(wrongly_told(&fixture, 1000, "suspect"), 0);
	}
	store_publish(fixture.store, snapshot_finish(builder, WORLD_NOW, NULL));
	view_update(fixture.view);
	CU_ASSERT_EQUAL(view_count(fixture.view), 1000);
	CU_ASSERT_EQUAL(wrongly_told(&fixture, 1000, "suspect"), 0);
	view_set_regions(fixture.view, (const char *const[]){"elsewhere"}, 1);
	view_update(fixture.view);
	CU_ASSERT_EQUAL(view_count(fixture.view), 0);
	fixture_finish(&fixture);
}

static void a_failing_scope_keeps_its_rows_and_tells_why(void)
{
	static const char *const here[] = {"i-1", "a", "Running", NULL};
	const struct view_source *sources;
	struct scope scope = world_scope("cn-beijing", "");
	struct fixture fixture;
	struct error error;

	fixture_init(&fixture, KIND_VM);
	store_publish(fixture.store, world_named_vms("cn-beijing", here));
	view_update(fixture.view);
	error_set(&error, ERROR_NETWORK, "unreachable");
	store_failed(fixture.store, KIND_VM, &scope, &error);
	CU_ASSERT(view_update(fixture.view));
	CU_ASSERT_EQUAL(view_count(fixture.view), 1);
	CU_ASSERT_EQUAL_FATAL(view_sources(fixture.view, &sources), 1);
	CU_ASSERT_EQUAL(sources[0].entry.error.kind, ERROR_NETWORK);
	fixture_finish(&fixture);
}

static void pages_are_sorted_in_as_they_come(void)
{
	struct snapshot_builder *builder = world_builder(KIND_VM, "r", "");
	struct fixture fixture;
	size_t wrong = 0;

	fixture_init(&fixture, KIND_VM);
	view_set_order(fixture.view, "name");
	for (unsigned page = 0; page < 10; page++) {
		for (unsigned i = 0; i < 100; i++)
			world_vm(builder, "r", page * 100 + i);
		store_publish(fixture.store, snapshot_partial(builder, WORLD_NOW));
		view_update(fixture.view);
		CU_ASSERT_EQUAL(view_count(fixture.view), (page + 1) * 100);
		for (size_t i = 1; i < view_count(fixture.view); i++)
			wrong += text_compare_natural(
			                 view_row(fixture.view, i - 1)->name, view_row(fixture.view, i)->name) > 0;
	}
	store_publish(fixture.store, snapshot_finish(builder, WORLD_NOW, NULL));
	view_update(fixture.view);
	CU_ASSERT_EQUAL(view_count(fixture.view), 1000);
	for (size_t i = 0; i < view_count(fixture.view); i++)
		wrong += view_find(fixture.view, view_row(fixture.view, i)->id) != i;
	CU_ASSERT_EQUAL(wrong, 0);
	fixture_finish(&fixture);
}

// Orders rows as the contract says, without any of the view's shortcuts.
static const struct field *plain_field;
static bool plain_descending;

static int plain_order(const void *a, const void *b)
{
	const struct field_context context = {.now = WORLD_NOW};
	const struct record *left = *(const struct record *const *)a, *right = *(const struct record *const *)b;
	bool is_number = plain_field->derive_number || plain_field->type == FIELD_INTEGER ||
	                 plain_field->type == FIELD_REAL || plain_field->type == FIELD_TIME ||
	                 plain_field->type == FIELD_FLAG;
	bool known_left, known_right;
	char text_left[256], text_right[256];
	double number_left = 0, number_right = 0;
	int order;

	if (is_number) {
		known_left = field_number(plain_field, left, &context, &number_left);
		known_right = field_number(plain_field, right, &context, &number_right);
		order = (number_left > number_right) - (number_left < number_right);
	} else {
		known_left = field_text(plain_field, left, &context, true, text_left, sizeof(text_left)) > 0;
		known_right = field_text(plain_field, right, &context, true, text_right, sizeof(text_right)) > 0;
		order = text_compare_natural(text_left, text_right);
	}
	if (known_left != known_right)
		return known_left ? -1 : 1;
	if (known_left && order != 0)
		return plain_descending ? -order : order;
	return strcmp(left->id, right->id);
}

static const char *odd_name(unsigned number, char out[64])
{
	static const char *const shapes[] = {"", "a%u", "A%u", "a%u-%u", "node-%u", "Node-00%u", "北京-%u",
	        "北京生产-%u", "北海%u", "Ärger%u", "ärger%u", "ſtraße%u", "straße%u", "\xe2\x84\xaa%u", "k%u",
	        "k12345678901234567890%u", "😀%u", "Жук%u", "жук-%u", "podvm-x-%u", "podvm-x-%u ", "~%u", "0%u"};
	unsigned shape = number % COUNT_OF(shapes);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
	snprintf(out, 64, shapes[shape], number * 7919 % 113, number % 3);
#pragma GCC diagnostic pop
	return out;
}

static void every_column_sorts_as_plainly_comparing_does(void)
{
	const struct kind *kind = kind_get(KIND_VM);
	struct snapshot_builder *builder = world_builder(KIND_VM, "r", "");
	const struct record *sorted[700];
	struct snapshot *snapshot;
	struct fixture fixture;
	char name[64];

	fixture_init(&fixture, KIND_VM);
	for (unsigned i = 0; i < COUNT_OF(sorted); i++) {
		struct vm_record *vm = world_vm(builder, "r", i);

		vm->record.name = snapshot_text(builder, odd_name(i, name));
		vm->pod = snapshot_text(builder, odd_name(i / 3, name));
		if (i % 5 == 0)
			vm->record.created = 0;
		vm->vcpu = i % 7 ? (int64_t)(i % 13) - 5 : INT64_MIN;
	}
	snapshot = snapshot_finish(builder, WORLD_NOW, NULL);
	store_publish(fixture.store, snapshot_ref(snapshot));
	for (size_t k = 0; k < 2 * kind->field_count; k++) {
		const char *column = kind->fields[k / 2].name;
		char order[64];
		size_t wrong = 0;

		plain_field = &kind->fields[k / 2];
		plain_descending = k % 2;
		memcpy(sorted, snapshot->records, sizeof(sorted));
		qsort(sorted, COUNT_OF(sorted), sizeof(sorted[0]), plain_order);
		snprintf(order, sizeof(order), "%s%s", plain_descending ? "-" : "", column);
		CU_ASSERT(view_set_order(fixture.view, order));
		view_update(fixture.view);
		CU_ASSERT_EQUAL_FATAL(view_count(fixture.view), COUNT_OF(sorted));
		for (size_t i = 0; i < COUNT_OF(sorted); i++)
			wrong += view_row(fixture.view, i) != sorted[i];
		if (wrong)
			printf("\n    %s: %zu rows out of place\n", order, wrong);
		CU_ASSERT_EQUAL(wrong, 0);
	}
	snapshot_unref(snapshot);
	fixture_finish(&fixture);
}

static void counts_follow_what_was_read(void)
{
	static const char *const vms[] = {"i-1", "a", "Running", "i-2", "b", "Running", NULL};
	struct snapshot_builder *builder = world_builder(KIND_REGION, "", "");
	struct fixture fixture;
	char text[32];

	fixture_init(&fixture, KIND_REGION);
	((struct record *)snapshot_add(builder, "cn-beijing"))->status = "available";
	((struct record *)snapshot_add(builder, "cn-hongkong"))->status = "available";
	store_publish(fixture.store, snapshot_finish(builder, WORLD_NOW, NULL));
	store_publish(fixture.store, world_named_vms("cn-beijing", vms));
	view_update(fixture.view);
	CU_ASSERT_EQUAL_FATAL(view_count(fixture.view), 2);
	field_text(kind_field(kind_get(KIND_REGION), "vms"), view_row(fixture.view, 0), view_context(fixture.view),
	        false, text, sizeof(text));
	UNIT_SAME_TEXT(text, "2");
	field_text(kind_field(kind_get(KIND_REGION), "vms"), view_row(fixture.view, 1), view_context(fixture.view),
	        false, text, sizeof(text));
	UNIT_SAME_TEXT(text, "–");
	store_publish(fixture.store, world_vms("cn-hongkong", 0, 50, WORLD_NOW));
	view_set_order(fixture.view, "-vms");
	CU_ASSERT(view_update(fixture.view));
	UNIT_SAME_TEXT(ids(&fixture), "cn-hongkong cn-beijing");
	store_publish(fixture.store, world_vms("cn-beijing", 0, 70, WORLD_NOW));
	CU_ASSERT(view_update(fixture.view));
	UNIT_SAME_TEXT(ids(&fixture), "cn-beijing cn-hongkong");
	fixture_finish(&fixture);
}

static void ages_in_filters_follow_the_clock(void)
{
	struct snapshot_builder *builder = world_builder(KIND_VM, "r", "");
	struct fixture fixture;

	fixture_init(&fixture, KIND_VM);
	((struct record *)snapshot_add(builder, "i-1"))->created = WORLD_NOW - 50 * 1000;
	store_publish(fixture.store, snapshot_finish(builder, WORLD_NOW, NULL));
	view_set_filter(fixture.view, "age>1m", NULL);
	view_update(fixture.view);
	CU_ASSERT_EQUAL(view_count(fixture.view), 0);
	fixture.clock.wall += 20 * 1000;
	CU_ASSERT(view_update(fixture.view));
	CU_ASSERT_EQUAL(view_count(fixture.view), 1);
	fixture_finish(&fixture);
}

static void a_scope_that_is_forgotten_takes_its_rows_along(void)
{
	struct fixture fixture;

	fixture_init(&fixture, KIND_VM);
	store_publish(fixture.store, world_vms("a", 0, 10, WORLD_NOW));
	store_publish(fixture.store, world_vms("b", 100, 10, WORLD_NOW));
	view_update(fixture.view);
	CU_ASSERT_EQUAL(view_count(fixture.view), 20);
	store_publish(fixture.store, world_vms("a", 5, 10, WORLD_NOW));
	view_update(fixture.view);
	CU_ASSERT_EQUAL(view_count(fixture.view), 20);
	store_forget(fixture.store, "prod");
	CU_ASSERT(view_update(fixture.view));
	CU_ASSERT_EQUAL(view_count(fixture.view), 0);
	fixture_finish(&fixture);
}

static const struct unit_test tests[] = {
        UNIT_TEST(rows_come_from_all_scopes_sorted),
        UNIT_TEST(rows_are_narrowed_and_filtered),
        UNIT_TEST(unknown_fields_are_narrowed_by_another),
        UNIT_TEST(an_id_stays_found_while_rows_come_and_go),
        UNIT_TEST(verdicts_stay_with_their_vms_while_both_come_and_go),
        UNIT_TEST(verdicts_stay_with_their_vms_while_pages_come),
        UNIT_TEST(a_failing_scope_keeps_its_rows_and_tells_why),
        UNIT_TEST(pages_are_sorted_in_as_they_come),
        UNIT_TEST(every_column_sorts_as_plainly_comparing_does),
        UNIT_TEST(counts_follow_what_was_read),
        UNIT_TEST(ages_in_filters_follow_the_clock),
        UNIT_TEST(a_scope_that_is_forgotten_takes_its_rows_along),
};
const struct unit_suite inventory_view_suite = UNIT_SUITE("view", tests);
