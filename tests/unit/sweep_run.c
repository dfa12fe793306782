// SPDX-License-Identifier: Apache-2.0
// What a sweep does, and where it stops.
#include "config.h"

#include "tests/unit/sweep.h"
#include "tests/unit/sweep_world.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/banned.h"

static struct world *world;
static struct desk desk;
static struct sweep_result result;
static struct error problem;
static char folder[64];

static void begin(void)
{
	snprintf(folder, sizeof(folder), "/tmp/peerdeck-sweep-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	world = world_create();
	CU_ASSERT_FATAL(desk_init(&desk, world, folder, &problem));
}

static void end(void)
{
	static const char *const files[] = {"audit.jsonl", "peerdeck.db", "peerdeck.db-wal", "peerdeck.db-shm"};
	char path[128];

	desk_finish(&desk);
	world_destroy(world);
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
		unlink(path);
	}
	rmdir(folder);
}

static bool run(enum sweep_mode mode, const char *typed)
{
	return desk_sweep(&desk, mode, typed, &result, &problem);
}

struct events {
	char text[1024];
	const char *with; // only lines that hold this
};

static bool note(const struct audit_entry *entry, void *user)
{
	struct events *events = user;
	size_t used = strlen(events->text);

	if (!events->with || strstr(entry->text, events->with))
		snprintf(events->text + used, sizeof(events->text) - used, "%s ", entry->event);
	return true;
}

static void audit_is(const char *with, const char *wanted)
{
	struct events events = {.with = with};
	struct audit_health health;

	CU_ASSERT(audit_read(desk.options.audit, 0, note, &events, &health, NULL));
	CU_ASSERT_EQUAL(health.damaged[AUDIT_TORN] + health.damaged[AUDIT_MISSING] + health.damaged[AUDIT_CHANGED], 0);
	UNIT_SAME_TEXT(events.text, wanted);
}

static void exactly_the_plan_goes(void)
{
	begin();
	world_vm(world, "a", true);
	world_vm(world, "b", false);
	world_vm(world, "c", true);
	CU_ASSERT(run(SWEEP_DELETE, "caa 2"));
	CU_ASSERT_EQUAL(result.done, 2);
	CU_ASSERT(result.is_over);
	CU_ASSERT_EQUAL(world_find(world, "i-a")->done, 1);
	CU_ASSERT_EQUAL(world_find(world, "i-b")->calls, 0);
	CU_ASSERT_EQUAL(world_find(world, "i-c")->done, 1);
	CU_ASSERT_EQUAL(world->rehearsals, 2);
	CU_ASSERT_EQUAL(world->looks, 2);
	audit_is(NULL, "plan confirmation evidence outcome evidence outcome end ");
	audit_is("\"request_id\":\"request-1\"", "outcome outcome ");
	CU_ASSERT_EQUAL(sweep_store_pending(desk.options.store, NULL, true, NULL, 0), 0);
	end();
}

static void nothing_goes_unless_the_phrase_is_typed(void)
{
	begin();
	world_vm(world, "a", true);
	CU_ASSERT_FALSE(run(SWEEP_DELETE, "caa 2"));
	CU_ASSERT_EQUAL(problem.kind, ERROR_USAGE);
	CU_ASSERT_FALSE(run(SWEEP_DELETE, "yes"));
	CU_ASSERT_EQUAL(world->looks + world_find(world, "i-a")->calls, 0);
	audit_is(NULL, "");
	end();
}

// `change` says what looking again finds of the second VM.
static void changed_vm_is_left(void (*change)(struct world_thing *thing), const char *why)
{
	begin();
	world_vm(world, "a", true);
	change(world_vm(world, "b", true));
	world_vm(world, "c", true);
	CU_ASSERT_FALSE(run(SWEEP_DELETE, "caa 3"));
	CU_ASSERT_EQUAL(world_find(world, "i-a")->done, 1);
	CU_ASSERT_EQUAL(world_find(world, "i-b")->calls, 0);
	CU_ASSERT_EQUAL(world_find(world, "i-c")->calls, 0);
	UNIT_SAME_TEXT(result.stopped_at, "i-b");
	CU_ASSERT_PTR_NOT_NULL(strstr(result.reason, why));
	CU_ASSERT(result.is_over);
	audit_is(NULL, "plan confirmation evidence outcome outcome stop ");
	audit_is("\"refused\"", "outcome ");
	audit_is("\"not_reached\":[\"i-c\"]", "stop ");
	end();
}

static void becomes_live(struct world_thing *thing)
{
	thing->later_verdict = VERDICT_LIVE;
}

static void becomes_unknown(struct world_thing *thing)
{
	thing->later_verdict = VERDICT_UNKNOWN;
}

static void loses_a_fact(struct world_thing *thing)
{
	thing->lost_facts = 1;
}

static void is_another_one(struct world_thing *thing)
{
	thing->later_created = 2000;
}

static void what_changed_since_the_plan_is_left(void)
{
	changed_vm_is_left(becomes_live, "judged live now");
	changed_vm_is_left(becomes_unknown, "judged unknown now");
	changed_vm_is_left(loses_a_fact, "T1");
	changed_vm_is_left(is_another_one, "made at another time");
}

static void what_is_gone_already_is_no_surprise(void)
{
	begin();
	world_vm(world, "a", true)->vanishes = true;
	world_vm(world, "b", true);
	CU_ASSERT(run(SWEEP_DELETE, "caa 2"));
	CU_ASSERT_EQUAL(result.already_gone, 1);
	CU_ASSERT_EQUAL(world_find(world, "i-a")->calls, 0);
	CU_ASSERT_EQUAL(world_find(world, "i-b")->done, 1);
	audit_is("already_gone", "outcome ");
	end();
}

static void a_refusal_stops_and_is_told(void)
{
	begin();
	world_vm(world, "a", true)->answer = WORLD_REFUSES;
	world_vm(world, "b", true);
	CU_ASSERT_FALSE(run(SWEEP_DELETE, "caa 2"));
	CU_ASSERT_EQUAL(problem.kind, ERROR_DENIED);
	CU_ASSERT_EQUAL(world_find(world, "i-b")->calls, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(result.reason, "You may not"));
	audit_is(NULL, "plan confirmation evidence outcome stop ");
	end();
}

static void a_lost_answer_is_settled_by_looking(void)
{
	begin();
	world_vm(world, "a", true)->answer = WORLD_LOSES_ANSWER;
	world_vm(world, "b", true);
	CU_ASSERT(run(SWEEP_DELETE, "caa 2"));
	CU_ASSERT_EQUAL(world_find(world, "i-a")->calls, 1);
	CU_ASSERT_EQUAL(world_find(world, "i-b")->calls, 1);
	audit_is("settled_done", "outcome ");
	end();
}

static void a_lost_call_stops(void)
{
	begin();
	world_vm(world, "a", true)->answer = WORLD_LOSES_CALL;
	world_vm(world, "b", true);
	CU_ASSERT_FALSE(run(SWEEP_DELETE, "caa 2"));
	CU_ASSERT(world_find(world, "i-a")->exists);
	CU_ASSERT_EQUAL(world_find(world, "i-b")->calls, 0);
	audit_is("settled_not_done", "outcome ");
	end();
}

static void a_lost_lease_stops_before_the_next_call(void)
{
	begin();
	world_vm(world, "a", true);
	world_vm(world, "b", true);
	world->calls_left = 1;
	CU_ASSERT_FALSE(run(SWEEP_DELETE, "caa 2"));
	CU_ASSERT_EQUAL(world_find(world, "i-a")->done, 1);
	CU_ASSERT_EQUAL(world_find(world, "i-b")->calls, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(result.reason, "lease"));
	audit_is("\"not_reached\":[\"i-b\"]", "stop ");
	end();
}

static void what_hung_on_a_vm_goes_after_it(void)
{
	struct world_thing *vm;

	begin();
	vm = world_vm(world, "a", true);
	world_hanging(world, vm, KIND_EIP, "eip-1", "");
	world_hanging(world, vm, KIND_ENI, "eni-1", "peerpod-nic-i-a");
	world_hanging(world, vm, KIND_PEERPOD, "pp-1", "web-0-resource");
	CU_ASSERT(run(SWEEP_DELETE, "caa 1"));
	CU_ASSERT_EQUAL(world_find(world, "eip-1")->done, 1);
	CU_ASSERT_EQUAL(world_find(world, "eni-1")->done, 1);
	CU_ASSERT_EQUAL(world_find(world, "pp-1")->done, 1);
	audit_is(NULL, "plan confirmation evidence outcome outcome outcome outcome end ");
	end();
}

static void a_stop_takes_the_current_item_to_its_end(void)
{
	begin();
	world_vm(world, "a", true)->stops_job = true;
	world_vm(world, "b", true);
	CU_ASSERT_FALSE(run(SWEEP_DELETE, "caa 2"));
	CU_ASSERT_EQUAL(problem.kind, ERROR_CANCELLED);
	CU_ASSERT_EQUAL(result.done, 1);
	CU_ASSERT(result.is_over);
	CU_ASSERT_EQUAL(world_find(world, "i-b")->calls, 0);
	audit_is("\"not_reached\":[\"i-b\"]", "stop ");
	end();
}

static void what_is_under_way_is_taken_by_nobody_else(void)
{
	struct sweep_record record = {.order = 1, .kind = KIND_VM, .id = "i-a", .name = "podvm-a"};
	struct sweep_row row = {.context = "demo"}, again = {.context = "demo"};

	begin();
	CU_ASSERT(sweep_store_begin(desk.options.store, &row, &record, 1, NULL));
	CU_ASSERT_FALSE(sweep_store_begin(desk.options.store, &again, &record, 1, &problem));
	CU_ASSERT_EQUAL(problem.kind, ERROR_CONFLICT);
	CU_ASSERT_EQUAL(sweep_store_pending(desk.options.store, "demo", false, NULL, 0), 0);
	CU_ASSERT_FALSE(sweep_store_adopt(desk.options.store, row.id, false, &problem));
	// Let go, it can be taken, once.
	CU_ASSERT(sweep_store_disown(desk.options.store, row.id, NULL));
	CU_ASSERT_EQUAL(sweep_store_pending(desk.options.store, "demo", false, NULL, 0), 1);
	CU_ASSERT(sweep_store_adopt(desk.options.store, row.id, false, NULL));
	CU_ASSERT_FALSE(sweep_store_adopt(desk.options.store, row.id, false, &problem));
	CU_ASSERT(sweep_store_end(desk.options.store, row.id, SWEEP_DONE, "", NULL));
	CU_ASSERT(sweep_store_disown(desk.options.store, row.id, NULL));
	CU_ASSERT_FALSE(sweep_store_adopt(desk.options.store, row.id, false, &problem));
	end();
}

static void quarantine_deletes_nothing(void)
{
	begin();
	world_vm(world, "a", true);
	CU_ASSERT(run(SWEEP_QUARANTINE, "caa 1"));
	CU_ASSERT(world_find(world, "i-a")->exists);
	CU_ASSERT_EQUAL(world_find(world, "i-a")->quarantined, 1);
	audit_is("\"quarantined\"", "outcome ");
	end();
}

static const struct unit_test tests[] = {
        UNIT_TEST(exactly_the_plan_goes),
        UNIT_TEST(nothing_goes_unless_the_phrase_is_typed),
        UNIT_TEST(what_changed_since_the_plan_is_left),
        UNIT_TEST(what_is_gone_already_is_no_surprise),
        UNIT_TEST(a_refusal_stops_and_is_told),
        UNIT_TEST(a_lost_answer_is_settled_by_looking),
        UNIT_TEST(a_lost_call_stops),
        UNIT_TEST(a_lost_lease_stops_before_the_next_call),
        UNIT_TEST(what_hung_on_a_vm_goes_after_it),
        UNIT_TEST(a_stop_takes_the_current_item_to_its_end),
        UNIT_TEST(what_is_under_way_is_taken_by_nobody_else),
        UNIT_TEST(quarantine_deletes_nothing),
};

const struct unit_suite sweep_run_suite = UNIT_SUITE("sweep run", tests);
