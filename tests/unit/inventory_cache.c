// SPDX-License-Identifier: Apache-2.0
// The cache: what was kept comes back, whatever it held; what is damaged does not.
#include "config.h"

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "inventory/cache.h"
#include "inventory/cache_chunk.h"
#include "inventory/database.h"

#include "tests/unit/inventory.h"
#include "tests/unit/inventory_world.h"

#include "base/banned.h"

static const char *const odd_texts[] = {
        "", "plain", "北京-生产", "\033[31mred\033[0m", "bad\xff\xfe", "a\nb\tc", "ſ\xe2\x84\xaa", "😀"};

// Gives every stored field of the record some value, different for each number.
static void fill(struct snapshot_builder *builder, const struct kind *kind, struct record *record, unsigned number)
{
	for (size_t i = 1; i < kind->field_count; i++) {
		const struct field *field = &kind->fields[i];
		void *value = (char *)record + field->offset;
		const char *text = odd_texts[(number + i) % COUNT_OF(odd_texts)];
		const struct text_pair pairs[] = {{text, "v"}, {"k", odd_texts[i % COUNT_OF(odd_texts)]}};

		if (field->flags & FIELD_DERIVED)
			continue;
		switch (field->type) {
		case FIELD_TEXT:
			*(const char **)value = field->flags & FIELD_SHARED ? snapshot_shared(builder, text)
			                                                    : snapshot_text(builder, text);
			break;
		case FIELD_INTEGER:
		case FIELD_TIME:
			*(int64_t *)value =
			        (int64_t[]){0, -1, INT64_MAX, INT64_MIN, INT64_MIN + 1, WORLD_NOW}[(number + i) % 6];
			break;
		case FIELD_REAL:
			*(double *)value = number % 2 ? NAN : number + 0.1;
			break;
		case FIELD_FLAG:
			*(bool *)value = (number + i) % 2;
			break;
		case FIELD_LIST:
			*(struct text_list *)value = snapshot_list(builder, odd_texts, number % 8, number % 2);
			break;
		case FIELD_TAGS:
			*(struct tag_list *)value = snapshot_tags(builder, pairs, number % 3);
			break;
		}
	}
}

static struct snapshot *odd_snapshot(enum kind_id kind, const char *region, unsigned count)
{
	struct snapshot_builder *builder = world_builder(kind, region, "");
	char id[64];

	for (unsigned i = 0; i < count; i++) {
		struct record *record;

		snprintf(id, sizeof(id), "%s#%u", odd_texts[i % COUNT_OF(odd_texts)], i);
		record = snapshot_add(builder, id);
		fill(builder, kind_get(kind), record, i);
	}
	return snapshot_finish(builder, WORLD_NOW - 5000, NULL);
}

static bool same_records(struct snapshot *a, struct snapshot *b)
{
	const struct kind *kind = kind_get(a->kind);

	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct record *other = snapshot_find(b, a->records[i]->id);

		for (size_t k = 0; k < kind->field_count; k++)
			if (!other || !field_equal(&kind->fields[k], a->records[i], other))
				return false;
	}
	return true;
}

struct fixture {
	struct world_clock clock;
	struct store *store;
	struct cache *cache;
	struct log *log;
};

static void fixture_open(struct fixture *fixture, const char *path)
{
	world_clock_init(&fixture->clock);
	fixture->log = log_create(NULL, LOG_INFO, &fixture->clock.clock, NULL);
	fixture->store = store_create(&fixture->clock.clock);
	fixture->cache = cache_open(path, &fixture->clock.clock, fixture->log, NULL, NULL);
	CU_ASSERT_FATAL(fixture->cache != NULL && cache_watch(fixture->cache, fixture->store));
}

static void fixture_close(struct fixture *fixture)
{
	store_destroy(fixture->store);
	cache_close(fixture->cache);
	log_destroy(fixture->log);
}

// A store that begins empty, as after a new start, over the same cache.
static void begin_anew(struct fixture *fixture)
{
	store_destroy(fixture->store);
	fixture->store = store_create(&fixture->clock.clock);
	cache_watch(fixture->cache, fixture->store);
}

static struct store_entry entry_of(struct fixture *fixture, enum kind_id kind, const char *region)
{
	struct scope scope = world_scope(region, "");
	struct store_entry entry = {0};

	if (store_get(fixture->store, kind, &scope, &entry))
		snapshot_unref(entry.snapshot);
	return entry;
}

static void every_kind_comes_back_as_it_was(void)
{
	struct fixture fixture;
	struct snapshot *kept[KIND_COUNT];

	fixture_open(&fixture, "");
	for (int i = 0; i < KIND_COUNT; i++) {
		kept[i] = odd_snapshot((enum kind_id)i, "r", 50);
		store_publish(fixture.store, snapshot_ref(kept[i]));
	}
	CU_ASSERT_EQUAL(cache_pending(fixture.cache), KIND_COUNT);
	CU_ASSERT(cache_save(fixture.cache, NULL, NULL));
	CU_ASSERT_EQUAL(cache_pending(fixture.cache), 0);
	begin_anew(&fixture);
	CU_ASSERT(cache_load_first(fixture.cache, fixture.store, "prod", NULL));
	for (int i = 0; i < KIND_COUNT; i++) {
		struct store_entry entry = entry_of(&fixture, (enum kind_id)i, "r");

		CU_ASSERT_PTR_NOT_NULL_FATAL(entry.snapshot);
		CU_ASSERT(entry.snapshot->complete);
		CU_ASSERT_EQUAL(entry.snapshot->origin, SNAPSHOT_CACHED);
		CU_ASSERT_EQUAL(entry.snapshot->read_at, WORLD_NOW - 5000);
		CU_ASSERT(same_records(kept[i], entry.snapshot));
		snapshot_unref(kept[i]);
	}
	CU_ASSERT_EQUAL(cache_pending(fixture.cache), 0);
	fixture_close(&fixture);
}

static void a_screenful_comes_first_in_the_usual_order(void)
{
	struct snapshot *kept = world_vms("r", 0, 3000, WORLD_NOW);
	struct store_entry entry;
	struct fixture fixture;
	int64_t newest = 0, oldest_shown = INT64_MAX;

	fixture_open(&fixture, "");
	store_publish(fixture.store, snapshot_ref(kept));
	CU_ASSERT(cache_save(fixture.cache, NULL, NULL));
	begin_anew(&fixture);
	CU_ASSERT(cache_load_first(fixture.cache, fixture.store, "prod", NULL));
	entry = entry_of(&fixture, KIND_VM, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(entry.snapshot);
	CU_ASSERT_EQUAL(entry.snapshot->count, CACHE_FIRST_ROWS);
	CU_ASSERT_EQUAL(entry.snapshot->total, 3000);
	CU_ASSERT(!entry.snapshot->complete);
	for (size_t i = 0; i < entry.snapshot->count; i++)
		if (entry.snapshot->records[i]->created < oldest_shown)
			oldest_shown = entry.snapshot->records[i]->created;
	for (size_t i = 0; i < kept->count; i++)
		newest += kept->records[i]->created > oldest_shown;
	CU_ASSERT(newest < CACHE_FIRST_ROWS);
	CU_ASSERT(cache_load(fixture.cache, fixture.store, "prod", NULL, NULL));
	entry = entry_of(&fixture, KIND_VM, "r");
	CU_ASSERT(entry.snapshot->complete && same_records(kept, entry.snapshot));
	snapshot_unref(kept);
	fixture_close(&fixture);
}

static void only_what_changed_is_written_again(void)
{
	struct fixture fixture;

	fixture_open(&fixture, "");
	store_publish(fixture.store, odd_snapshot(KIND_ENI, "a", 5));
	CU_ASSERT(cache_save(fixture.cache, NULL, NULL));
	store_publish(fixture.store, odd_snapshot(KIND_ENI, "a", 5));
	CU_ASSERT_EQUAL(cache_pending(fixture.cache), 1);
	CU_ASSERT(cache_save(fixture.cache, NULL, NULL));
	store_publish(fixture.store, odd_snapshot(KIND_ENI, "a", 4));
	CU_ASSERT(cache_save(fixture.cache, NULL, NULL));
	begin_anew(&fixture);
	CU_ASSERT(cache_load_first(fixture.cache, fixture.store, "prod", NULL));
	CU_ASSERT_EQUAL(entry_of(&fixture, KIND_ENI, "a").snapshot->count, 4);
	CU_ASSERT(cache_load_first(fixture.cache, fixture.store, "another", NULL));
	CU_ASSERT(cache_forget(fixture.cache, "prod", NULL));
	begin_anew(&fixture);
	CU_ASSERT(cache_load_first(fixture.cache, fixture.store, "prod", NULL));
	CU_ASSERT_PTR_NULL(entry_of(&fixture, KIND_ENI, "a").snapshot);
	fixture_close(&fixture);
}

static void change_database(const char *path, const char *sql)
{
	struct sqlite3 *database = database_open(path, &clock_system, NULL, NULL, NULL);

	CU_ASSERT_FATAL(database != NULL && database_run(database, sql, NULL));
	database_close(database);
}

static void damaged_chunks_are_left_out_with_a_warning(void)
{
	struct log_line lines[4];
	struct fixture fixture;
	char folder[64], path[DATABASE_PATH_SIZE];

	world_folder_make(folder, sizeof(folder));
	database_path(folder, path, NULL);
	fixture_open(&fixture, path);
	store_publish(fixture.store, odd_snapshot(KIND_ENI, "a", 5));
	store_publish(fixture.store, odd_snapshot(KIND_ENI, "b", 200));
	store_publish(fixture.store, odd_snapshot(KIND_EIP, "c", 5));
	CU_ASSERT(cache_save(fixture.cache, NULL, NULL));
	fixture_close(&fixture);
	change_database(path, "UPDATE cache_chunk SET data = substr(data, 1, 40) || x'00' || substr(data, 42)"
	                      " WHERE scope = (SELECT id FROM cache_scope WHERE region = 'a');"
	                      "UPDATE cache_chunk SET data = x'00' WHERE number = 1;"
	                      "UPDATE cache_scope SET layout = layout + 1 WHERE region = 'c'");
	fixture_open(&fixture, path);
	CU_ASSERT(cache_load_first(fixture.cache, fixture.store, "prod", NULL));
	CU_ASSERT_PTR_NULL(entry_of(&fixture, KIND_ENI, "a").snapshot);
	CU_ASSERT_PTR_NULL(entry_of(&fixture, KIND_EIP, "c").snapshot);
	CU_ASSERT_EQUAL(log_read(fixture.log, 0, lines, 4), 1);
	CU_ASSERT(cache_load(fixture.cache, fixture.store, "prod", NULL, NULL));
	CU_ASSERT_EQUAL(entry_of(&fixture, KIND_ENI, "b").snapshot->count, CACHE_FIRST_ROWS);
	CU_ASSERT(!entry_of(&fixture, KIND_ENI, "b").snapshot->complete);
	fixture_close(&fixture);
	world_folder_remove(folder);
}

static void bytes_that_nobody_wrote_are_refused(void)
{
	struct snapshot *kept = odd_snapshot(KIND_VM, "r", 20);
	const struct kind *kind = kind_get(KIND_VM);
	struct buffer data;

	buffer_init(&data, 1 << 20);
	CU_ASSERT_FATAL(cache_chunk_encode(kind, kept->records, kept->count, &data));
	for (size_t i = 0; i < data.size; i++) {
		struct snapshot_builder *builder = world_builder(KIND_VM, "r", "");
		char byte = data.data[i];

		CU_ASSERT(!cache_chunk_decode(kind, data.data, i, builder));
		data.data[i] = (char)(byte ^ 0x41);
		CU_ASSERT(!cache_chunk_decode(kind, data.data, data.size, builder));
		// Without its checksum it may be believed or not, but nothing worse.
		cache_chunk_decode_body(kind, data.data, data.size, builder);
		cache_chunk_decode_body(kind, data.data, i, builder);
		data.data[i] = byte;
		snapshot_builder_destroy(builder);
	}
	buffer_finish(&data);
	snapshot_unref(kept);
}

// What the history says, as text: "i-1 from-until", a "-" in front of those that are gone; times in seconds from
// WORLD_NOW.
struct told {
	char text[512];
	size_t used;
};

static bool hear(const struct vm_history *row, void *user)
{
	struct told *told = user;

	told->used += (size_t)snprintf(told->text + told->used, sizeof(told->text) - told->used, "%s%s%s %lld-%lld",
	        told->used ? " " : "", row->gone ? "-" : "", row->id, (long long)((row->seen_from - WORLD_NOW) / 1000),
	        (long long)((row->seen_until - WORLD_NOW) / 1000));
	return true;
}

static void publish_at(struct fixture *fixture, const char *const *triples, int64_t second)
{
	struct snapshot *snapshot = world_named_vms("r", triples);

	snapshot->read_at = WORLD_NOW + second * 1000;
	store_publish(fixture->store, snapshot);
}

static const char *const two[] = {"i-1", "a", "Running", "i-2", "b", "Running", NULL};
static const char *const other[] = {"i-2", "b", "Running", "i-3", "c", "Running", NULL};
static const char *const last[] = {"i-2", "b", "Running", NULL};

static void the_history_tells_from_when_until_when(void)
{
	struct told told = {0};
	struct fixture fixture;
	struct error error;

	fixture_open(&fixture, "");
	publish_at(&fixture, two, 0);
	publish_at(&fixture, two, 10);
	publish_at(&fixture, other, 20);
	publish_at(&fixture, last, 30);
	CU_ASSERT(cache_save(fixture.cache, NULL, NULL));
	publish_at(&fixture, last, 40);
	CU_ASSERT(cache_save(fixture.cache, NULL, NULL));
	CU_ASSERT(cache_history(fixture.cache, "prod", 0, hear, &told, NULL));
	UNIT_SAME_TEXT(told.text, "i-2 0-40 -i-3 20-20 -i-1 0-10");
	told = (struct told){0};
	CU_ASSERT(cache_history_find(fixture.cache, "prod", "i-3", hear, &told, &error));
	UNIT_SAME_TEXT(told.text, "-i-3 20-20");
	CU_ASSERT(!cache_history_find(fixture.cache, "prod", "i-9", hear, &told, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_NONE);
	fixture_close(&fixture);
}

static void the_history_notices_what_went_while_nobody_looked(void)
{
	struct told told = {0};
	struct fixture fixture;

	fixture_open(&fixture, "");
	publish_at(&fixture, two, 0);
	CU_ASSERT(cache_save(fixture.cache, NULL, NULL));
	publish_at(&fixture, two, 10);
	CU_ASSERT(cache_save(fixture.cache, NULL, NULL));
	begin_anew(&fixture);
	CU_ASSERT(cache_load_first(fixture.cache, fixture.store, "prod", NULL));
	publish_at(&fixture, other, 500);
	CU_ASSERT(cache_save(fixture.cache, NULL, NULL));
	CU_ASSERT(cache_history(fixture.cache, "prod", 0, hear, &told, NULL));
	UNIT_SAME_TEXT(told.text, "i-3 500-500 i-2 0-500 -i-1 0-10");
	told = (struct told){0};
	CU_ASSERT(cache_history(fixture.cache, "prod", WORLD_NOW + 100 * 1000, hear, &told, NULL));
	UNIT_SAME_TEXT(told.text, "i-3 500-500 i-2 0-500");
	fixture_close(&fixture);
}

static void the_history_forgets_after_ninety_days(void)
{
	struct told told = {0};
	struct fixture fixture;

	fixture_open(&fixture, "");
	publish_at(&fixture, two, 0);
	CU_ASSERT(cache_save(fixture.cache, NULL, NULL));
	publish_at(&fixture, last, 10);
	fixture.clock.wall += INT64_C(91) * 86400 * 1000;
	fixture.clock.monotonic += INT64_C(91) * 86400 * 1000;
	publish_at(&fixture, last, 91 * 86400);
	CU_ASSERT(cache_save(fixture.cache, NULL, NULL));
	CU_ASSERT(cache_history(fixture.cache, "prod", 0, hear, &told, NULL));
	UNIT_SAME_TEXT(told.text, "i-2 0-7862400");
	fixture_close(&fixture);
}

static void what_could_not_be_saved_goes_on_waiting(void)
{
	struct cancel cancel = {0};
	struct fixture fixture;
	struct error error;

	fixture_open(&fixture, "");
	publish_at(&fixture, two, 0);
	publish_at(&fixture, other, 10);
	cancel_ask(&cancel);
	CU_ASSERT(!cache_save(fixture.cache, &cancel, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CANCELLED);
	CU_ASSERT_EQUAL(cache_pending(fixture.cache), 1);
	CU_ASSERT(cache_save(fixture.cache, NULL, &error));
	CU_ASSERT_EQUAL(cache_pending(fixture.cache), 0);
	fixture_close(&fixture);
}

static const struct unit_test tests[] = {
        UNIT_TEST(every_kind_comes_back_as_it_was),
        UNIT_TEST(a_screenful_comes_first_in_the_usual_order),
        UNIT_TEST(only_what_changed_is_written_again),
        UNIT_TEST(damaged_chunks_are_left_out_with_a_warning),
        UNIT_TEST(bytes_that_nobody_wrote_are_refused),
        UNIT_TEST(the_history_tells_from_when_until_when),
        UNIT_TEST(the_history_notices_what_went_while_nobody_looked),
        UNIT_TEST(the_history_forgets_after_ninety_days),
        UNIT_TEST(what_could_not_be_saved_goes_on_waiting),
};
const struct unit_suite inventory_cache_suite = UNIT_SUITE("cache", tests);
