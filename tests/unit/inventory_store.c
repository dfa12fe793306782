// SPDX-License-Identifier: Apache-2.0
// The store: what replaces what, and exactly what changed.
#include "config.h"

#include <stdatomic.h>
#include <pthread.h>

#include "inventory/store.h"

#include "tests/unit/inventory.h"
#include "tests/unit/inventory_world.h"

#include "base/banned.h"

// What a listener saw, as text: "+i-1 ~i-2(status) -i-3".
struct heard {
	char text[512];
	unsigned publications;
};

static void hear(const struct publication *publication, void *user)
{
	const struct kind *kind = kind_get(publication->after->kind);
	struct heard *heard = user;
	size_t used = 0;

	heard->publications++;
	heard->text[0] = '\0';
	for (size_t i = 0; i < publication->change_count; i++) {
		const struct change *change = &publication->changes[i];
		const struct record *record = change->after ? change->after : change->before;

		used += (size_t)snprintf(heard->text + used, sizeof(heard->text) - used, "%s%c%s", i ? " " : "",
		        change->sort == CHANGE_APPEARED ? '+'
		        : change->sort == CHANGE_GONE   ? '-'
		                                        : '~',
		        record->id);
		for (size_t k = 0; k < kind->field_count && change->sort == CHANGE_CHANGED; k++)
			if (change->fields >> k & 1)
				used += (size_t)snprintf(
				        heard->text + used, sizeof(heard->text) - used, "(%s)", kind->fields[k].name);
	}
}

struct fixture {
	struct world_clock clock;
	struct store *store;
	struct heard heard;
};

static void fixture_init(struct fixture *fixture)
{
	*fixture = (struct fixture){0};
	world_clock_init(&fixture->clock);
	fixture->store = store_create(&fixture->clock.clock);
	store_listen(fixture->store, hear, &fixture->heard);
}

static struct store_entry entry_of(struct fixture *fixture, const char *region)
{
	struct scope scope = world_scope(region, "");
	struct store_entry entry = {0};

	if (store_get(fixture->store, KIND_VM, &scope, &entry))
		snapshot_unref(entry.snapshot);
	return entry;
}

static struct snapshot *incomplete(const char *const *triples, enum error_kind kind, enum snapshot_origin origin)
{
	struct snapshot *snapshot = world_named_vms("r", triples);

	snapshot->complete = false;
	snapshot->origin = origin;
	if (kind != ERROR_NONE)
		error_set(&snapshot->error, kind, "it broke");
	return snapshot;
}

static const char *const three[] = {"i-1", "a", "Running", "i-2", "b", "Running", "i-3", "c", "Stopped", NULL};
static const char *const other_three[] = {"i-4", "d", "Pending", "i-3", "c", "Stopped", "i-1", "x", "Stopping", NULL};
static const char *const one[] = {"i-1", "a", "Stopping", NULL};

static void changes_are_exact(void)
{
	struct fixture fixture;

	fixture_init(&fixture);
	store_publish(fixture.store, world_named_vms("r", three));
	UNIT_SAME_TEXT(fixture.heard.text, "");
	store_publish(fixture.store, world_named_vms("r", other_three));
	UNIT_SAME_TEXT(fixture.heard.text, "+i-4 ~i-1(name)(status) -i-2");
	store_publish(fixture.store, world_named_vms("r", other_three));
	UNIT_SAME_TEXT(fixture.heard.text, "");
	CU_ASSERT_EQUAL(fixture.heard.publications, 3);
	store_destroy(fixture.store);
}

static void a_failed_reading_keeps_old_data(void)
{
	struct fixture fixture;
	struct store_entry entry;

	fixture_init(&fixture);
	store_publish(fixture.store, world_named_vms("r", three));
	store_publish(fixture.store, incomplete(one, ERROR_NETWORK, SNAPSHOT_LIVE));
	entry = entry_of(&fixture, "r");
	CU_ASSERT_EQUAL(entry.snapshot->count, 3);
	CU_ASSERT_EQUAL(entry.error.kind, ERROR_NETWORK);
	CU_ASSERT(!entry.reading);
	CU_ASSERT_EQUAL(fixture.heard.publications, 1);
	store_publish(fixture.store, world_named_vms("r", one));
	entry = entry_of(&fixture, "r");
	CU_ASSERT_EQUAL(entry.error.kind, ERROR_NONE);
	CU_ASSERT_EQUAL(entry.snapshot->count, 1);
	store_destroy(fixture.store);
}

static void partial_data_never_says_gone(void)
{
	struct fixture fixture;
	struct store_entry entry;

	fixture_init(&fixture);
	store_publish(fixture.store, incomplete(one, ERROR_NONE, SNAPSHOT_LIVE));
	CU_ASSERT_EQUAL(entry_of(&fixture, "r").snapshot->count, 1);
	store_publish(fixture.store, incomplete(three, ERROR_NONE, SNAPSHOT_LIVE));
	UNIT_SAME_TEXT(fixture.heard.text, "");
	CU_ASSERT_EQUAL(entry_of(&fixture, "r").snapshot->count, 3);
	store_publish(fixture.store, world_named_vms("r", three));
	UNIT_SAME_TEXT(fixture.heard.text, "");
	store_publish(fixture.store, incomplete(one, ERROR_NONE, SNAPSHOT_LIVE));
	entry = entry_of(&fixture, "r");
	CU_ASSERT_EQUAL(entry.snapshot->count, 3);
	CU_ASSERT_EQUAL(entry.done, 1);
	CU_ASSERT_EQUAL(fixture.heard.publications, 3);
	store_destroy(fixture.store);
}

static void cached_data_gives_way_to_live_data_only_once(void)
{
	struct fixture fixture;
	struct snapshot *cached = world_named_vms("r", three);

	fixture_init(&fixture);
	cached->origin = SNAPSHOT_CACHED;
	store_publish(fixture.store, incomplete(one, ERROR_NONE, SNAPSHOT_CACHED));
	store_publish(fixture.store, snapshot_ref(cached));
	UNIT_SAME_TEXT(fixture.heard.text, "");
	CU_ASSERT_EQUAL(entry_of(&fixture, "r").snapshot->origin, SNAPSHOT_CACHED);
	CU_ASSERT(!entry_of(&fixture, "r").reading);
	store_publish(fixture.store, world_named_vms("r", other_three));
	UNIT_SAME_TEXT(fixture.heard.text, "+i-4 ~i-1(name)(status) -i-2");
	store_publish(fixture.store, cached);
	CU_ASSERT_EQUAL(entry_of(&fixture, "r").snapshot->origin, SNAPSHOT_LIVE);
	store_destroy(fixture.store);
}

static void progress_and_failures_are_remembered(void)
{
	struct fixture fixture;
	struct scope scope = world_scope("r", "");
	struct error error;
	uint64_t version;

	fixture_init(&fixture);
	version = store_version(fixture.store);
	store_reading(fixture.store, KIND_VM, &scope, 0, -1);
	CU_ASSERT(entry_of(&fixture, "r").reading);
	CU_ASSERT_EQUAL(entry_of(&fixture, "r").asked_at, WORLD_NOW);
	fixture.clock.wall += 5;
	store_reading(fixture.store, KIND_VM, &scope, 100, 250);
	CU_ASSERT_EQUAL(entry_of(&fixture, "r").asked_at, WORLD_NOW);
	CU_ASSERT_EQUAL(entry_of(&fixture, "r").total, 250);
	error_set(&error, ERROR_DENIED, "no");
	store_failed(fixture.store, KIND_VM, &scope, &error);
	CU_ASSERT(!entry_of(&fixture, "r").reading);
	CU_ASSERT_EQUAL(entry_of(&fixture, "r").error.kind, ERROR_DENIED);
	CU_ASSERT_PTR_NULL(entry_of(&fixture, "r").snapshot);
	CU_ASSERT(store_version(fixture.store) > version);
	store_destroy(fixture.store);
}

static void entries_come_in_a_stable_order(void)
{
	static const char *const regions[] = {"cn-hongkong", "ap-southeast-1", "cn-beijing"};
	struct fixture fixture;
	struct store_entry entries[4];
	struct scope scopes[4];

	fixture_init(&fixture);
	for (size_t i = 0; i < 3; i++)
		store_publish(fixture.store, world_named_vms(regions[i], three));
	CU_ASSERT_EQUAL(store_entries(fixture.store, KIND_VM, "prod", NULL, NULL, 0), 3);
	CU_ASSERT_EQUAL(store_entries(fixture.store, KIND_VM, "", entries, scopes, 4), 3);
	UNIT_SAME_TEXT(scopes[0].region, "ap-southeast-1");
	UNIT_SAME_TEXT(scopes[2].region, "cn-hongkong");
	CU_ASSERT_EQUAL(store_entries(fixture.store, KIND_ENI, "prod", NULL, NULL, 0), 0);
	CU_ASSERT_EQUAL(store_entries(fixture.store, KIND_VM, "test", NULL, NULL, 0), 0);
	store_forget(fixture.store, "prod");
	CU_ASSERT_EQUAL(store_entries(fixture.store, KIND_VM, "prod", NULL, NULL, 0), 0);
	UNIT_SAME_TEXT(entries[1].snapshot->records[2]->id, "i-3");
	for (size_t i = 0; i < 3; i++)
		snapshot_unref(entries[i].snapshot);
	store_destroy(fixture.store);
}

struct crowd {
	struct store *store;
	atomic_uint number;
};

static void *publish_many(void *user)
{
	struct crowd *crowd = user;

	for (int i = 0; i < 50; i++)
		store_publish(crowd->store, world_vms("r", atomic_fetch_add(&crowd->number, 1) % 5, 40, 1));
	return NULL;
}

static void *read_many(void *user)
{
	struct crowd *crowd = user;
	struct scope scope = world_scope("r", "");
	struct store_entry entry;

	for (int i = 0; i < 500; i++)
		if (store_get(crowd->store, KIND_VM, &scope, &entry)) {
			if (entry.snapshot && entry.snapshot->count != 40)
				return user;
			snapshot_unref(entry.snapshot);
		}
	return NULL;
}

static void publishers_and_readers_do_not_disturb_each_other(void)
{
	struct fixture fixture;
	struct crowd crowd;
	pthread_t threads[4];

	fixture_init(&fixture);
	crowd.store = store_create(&fixture.clock.clock);
	atomic_init(&crowd.number, 0);
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		CU_ASSERT_FATAL(pthread_create(&threads[i], NULL, i % 2 ? publish_many : read_many, &crowd) == 0);
	for (size_t i = 0; i < COUNT_OF(threads); i++) {
		void *wrong = NULL;

		pthread_join(threads[i], &wrong);
		CU_ASSERT_PTR_NULL(wrong);
	}
	store_destroy(crowd.store);
	store_destroy(fixture.store);
}

static const struct unit_test tests[] = {
        UNIT_TEST(changes_are_exact),
        UNIT_TEST(a_failed_reading_keeps_old_data),
        UNIT_TEST(partial_data_never_says_gone),
        UNIT_TEST(cached_data_gives_way_to_live_data_only_once),
        UNIT_TEST(progress_and_failures_are_remembered),
        UNIT_TEST(entries_come_in_a_stable_order),
        UNIT_TEST(publishers_and_readers_do_not_disturb_each_other),
};
const struct unit_suite inventory_store_suite = UNIT_SUITE("store", tests);
