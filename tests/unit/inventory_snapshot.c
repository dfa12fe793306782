// SPDX-License-Identifier: Apache-2.0
// Snapshots: building, sharing, finding.
#include "config.h"

#include <math.h>
#include <pthread.h>

#include "inventory/snapshot.h"

#include "tests/unit/inventory.h"
#include "tests/unit/inventory_world.h"

#include "base/banned.h"

static void a_new_record_knows_nothing(void)
{
	struct snapshot_builder *builder = world_builder(KIND_VM, "r", "");
	const struct vm_record *vm = snapshot_add(builder, "i-1");

	UNIT_SAME_TEXT(vm->record.id, "i-1");
	UNIT_SAME_TEXT(vm->record.name, "");
	UNIT_SAME_TEXT(vm->serial, "");
	CU_ASSERT_EQUAL(vm->vcpu, INT64_MIN);
	CU_ASSERT_EQUAL(vm->record.created, 0);
	CU_ASSERT_EQUAL(vm->tags.count, 0);
	snapshot_builder_destroy(builder);
}

static void an_id_that_comes_again_replaces_the_record(void)
{
	struct snapshot_builder *builder = world_builder(KIND_VM, "r", "");
	struct snapshot *partial, *whole;
	struct record *record;

	for (int i = 0; i < 100; i++) {
		char id[24];

		snprintf(id, sizeof(id), "i-%d", i);
		record = snapshot_add(builder, id);
		record->status = "Pending";
	}
	partial = snapshot_partial(builder, 1);
	record = snapshot_add(builder, "i-42");
	record->status = "Running";
	CU_ASSERT_EQUAL(snapshot_builder_count(builder), 100);
	whole = snapshot_finish(builder, 2, NULL);
	CU_ASSERT_EQUAL(whole->count, 100);
	CU_ASSERT_EQUAL(snapshot_position(whole, "i-42"), 42);
	UNIT_SAME_TEXT(snapshot_find(whole, "i-42")->status, "Running");
	UNIT_SAME_TEXT(snapshot_find(partial, "i-42")->status, "Pending");
	CU_ASSERT_PTR_EQUAL(snapshot_find(whole, "i-7"), snapshot_find(partial, "i-7"));
	CU_ASSERT_PTR_NULL(snapshot_find(whole, "i-100"));
	snapshot_unref(whole);
	UNIT_SAME_TEXT(snapshot_find(partial, "i-99")->id, "i-99");
	snapshot_unref(partial);
}

static void partial_snapshots_are_incomplete_without_error(void)
{
	struct snapshot_builder *builder = world_builder(KIND_VM, "r", "");
	struct snapshot *partial = snapshot_partial(builder, 5), *whole;
	struct error failure;

	CU_ASSERT(!partial->complete);
	CU_ASSERT_EQUAL(partial->error.kind, ERROR_NONE);
	CU_ASSERT_EQUAL(partial->count, 0);
	CU_ASSERT_EQUAL(partial->total, -1);
	error_set(&failure, ERROR_NETWORK, "gone");
	snapshot_total(builder, 7);
	whole = snapshot_finish(builder, 6, &failure);
	CU_ASSERT(!whole->complete);
	CU_ASSERT_EQUAL(whole->error.kind, ERROR_NETWORK);
	CU_ASSERT_EQUAL(whole->total, 7);
	CU_ASSERT_EQUAL(whole->read_at, 6);
	snapshot_unref(partial);
	snapshot_unref(whole);
}

static void equal_texts_and_lists_are_kept_once(void)
{
	struct snapshot_builder *builder = world_builder(KIND_VM, "r", "");
	const char *words[] = {"sg-1", "sg-2"};
	const struct text_pair pairs[] = {{"k", "v"}};
	struct text_list first = snapshot_list(builder, words, 2, true), again = snapshot_list(builder, words, 2, true);

	CU_ASSERT_PTR_EQUAL(snapshot_shared(builder, "cn-beijing"), snapshot_shared(builder, "cn-beijing"));
	CU_ASSERT_PTR_NOT_EQUAL(snapshot_text(builder, "cn-beijing"), snapshot_text(builder, "cn-beijing"));
	CU_ASSERT_PTR_EQUAL(first.items, again.items);
	CU_ASSERT_PTR_EQUAL(first.items[0], snapshot_shared(builder, "sg-1"));
	CU_ASSERT_PTR_EQUAL(snapshot_tags(builder, pairs, 1).items, snapshot_tags(builder, pairs, 1).items);
	CU_ASSERT_PTR_NOT_EQUAL(snapshot_list(builder, words, 1, true).items, first.items);
	CU_ASSERT_EQUAL(snapshot_list(builder, words, 0, true).count, 0);
	for (int i = 0; i < 1000; i++) {
		char word[24];

		snprintf(word, sizeof(word), "word %d", i);
		CU_ASSERT_PTR_EQUAL(snapshot_shared(builder, word), snapshot_shared(builder, word));
	}
	snapshot_builder_destroy(builder);
}

static void long_lists_are_kept_whole(void)
{
	struct snapshot_builder *builder = world_builder(KIND_VM, "r", "");
	const char *words[200];
	struct text_list list;

	for (int i = 0; i < 200; i++)
		words[i] = i % 2 ? "odd" : "even";
	list = snapshot_list(builder, words, 200, true);
	CU_ASSERT_EQUAL(list.count, 200);
	UNIT_SAME_TEXT(list.items[199], "odd");
	snapshot_builder_destroy(builder);
}

static void invalid_text_becomes_replacement_characters(void)
{
	struct snapshot_builder *builder = world_builder(KIND_VM, "r", "");

	UNIT_SAME_TEXT(snapshot_text(builder, "a\xff\xfe"
	                                      "b"),
	        "a\xef\xbf\xbd\xef\xbf\xbd"
	        "b");
	UNIT_SAME_TEXT(snapshot_shared(builder, "北\xe4\xba"), "北\xef\xbf\xbd\xef\xbf\xbd");
	UNIT_SAME_TEXT(snapshot_shared(builder, "北\xe4\xba"), "北\xef\xbf\xbd\xef\xbf\xbd");
	UNIT_SAME_TEXT(snapshot_text(builder, "\033[2J"), "\033[2J");
	UNIT_SAME_TEXT(snapshot_text(builder, NULL), "");
	snapshot_builder_destroy(builder);
}

static void *find_all(void *user)
{
	struct snapshot *snapshot = user;
	size_t found = 0;

	for (size_t i = 0; i < snapshot->count; i++)
		found += snapshot_position(snapshot, snapshot->records[i]->id) == i;
	snapshot_unref(snapshot);
	return found == 500 ? NULL : snapshot;
}

static void threads_share_a_snapshot(void)
{
	struct snapshot_builder *builder = world_builder(KIND_VM, "r", "");
	struct snapshot *partial;
	pthread_t threads[4];

	for (unsigned i = 0; i < 500; i++)
		world_vm(builder, "r", i);
	partial = snapshot_partial(builder, 1);
	for (size_t i = 0; i < COUNT_OF(threads); i++) {
		snapshot_ref(partial);
		CU_ASSERT_FATAL(pthread_create(&threads[i], NULL, find_all, partial) == 0);
	}
	snapshot_unref(partial);
	// The builder goes on meanwhile.
	for (unsigned i = 500; i < 1000; i++)
		world_vm(builder, "r", i);
	snapshot_builder_destroy(builder);
	for (size_t i = 0; i < COUNT_OF(threads); i++) {
		void *wrong = NULL;

		pthread_join(threads[i], &wrong);
		CU_ASSERT_PTR_NULL(wrong);
	}
}

static void a_hundred_thousand_vms_take_little_memory(void)
{
	size_t bytes = 0;

	for (unsigned region = 0; region < 30; region++) {
		struct snapshot *snapshot = world_vms("cn-beijing", region * 3333, 3333, 1);

		bytes += snapshot->bytes;
		snapshot_unref(snapshot);
	}
	printf("%zu bytes per VM ", bytes / (30 * 3333));
	CU_ASSERT(bytes / (30 * 3333) <= 430);
}

static const struct unit_test tests[] = {
        UNIT_TEST(a_new_record_knows_nothing),
        UNIT_TEST(an_id_that_comes_again_replaces_the_record),
        UNIT_TEST(partial_snapshots_are_incomplete_without_error),
        UNIT_TEST(equal_texts_and_lists_are_kept_once),
        UNIT_TEST(long_lists_are_kept_whole),
        UNIT_TEST(invalid_text_becomes_replacement_characters),
        UNIT_TEST(threads_share_a_snapshot),
        UNIT_TEST(a_hundred_thousand_vms_take_little_memory),
};
const struct unit_suite inventory_snapshot_suite = UNIT_SUITE("snapshot", tests);
