// SPDX-License-Identifier: Apache-2.0
// What scans remember: across runs, without a disk, for floods, for clusters that are gone.
#include "config.h"

#include "tests/unit/scan.h"
#include "tests/unit/scan_fake.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

static struct world world;
static char folder[64], path[128];

static void make_path(void)
{
	snprintf(folder, sizeof folder, "/tmp/peerdeck-scan-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/peerdeck.db", folder);
}

static void remove_path(void)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	char name[192];

	for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
		snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
		unlink(name);
	}
	rmdir(folder);
}

static const struct report_item *item_of(const struct report *report, const char *id)
{
	const struct report_item *item = report ? report_find(report, id) : NULL;

	CU_ASSERT_PTR_NOT_NULL_FATAL(item);
	return item;
}

static struct evidence evidence_of(const struct report *report, const char *id)
{
	struct evidence evidence;

	report_evidence(item_of(report, id), &evidence);
	return evidence;
}

// One run: opens the memory, scans, closes it.
static const struct report *run(void)
{
	struct memory *memory = world_memory(&world, path);
	const struct report *report = world_scan(&world, memory);

	memory_close(memory);
	// another process, another monotonic clock
	world.monotonic = SECONDS(5);
	return report;
}

static void what_was_seen_survives_restarts(void)
{
	const struct report *report;

	make_path();
	world_init(&world);
	for (int i = 0; i < 5; i++) {
		report = run();
		CU_ASSERT_TRUE(report->is_kept_on_disk);
		CU_ASSERT_EQUAL(item_of(report, "i-1")->verdict, i < 3 ? VERDICT_SUSPECT : VERDICT_ORPHAN);
		CU_ASSERT_EQUAL(item_of(report, "i-1")->since, WORLD_NOW);
		report_unref(report);
		world.now += MINUTES(5);
	}
	remove_path();
}

// Of a pause only ten minutes count, however long it was; and a clock that jumps counts no more.
static void a_long_pause_settles_nothing(void)
{
	const struct report *report;

	make_path();
	world_init(&world);
	report_unref(run());
	world.now += HOURS(30);
	report = run();
	CU_ASSERT_EQUAL(item_of(report, "i-1")->verdict, VERDICT_SUSPECT);
	CU_ASSERT_EQUAL(evidence_of(report, "i-1").seen_ms, MINUTES(10));
	report_unref(report);
	remove_path();
}

static void ownership_survives_the_log(void)
{
	const struct report *report;

	make_path();
	world_init(&world);
	report_unref(run());
	world.clusters[0].pods[0].log = "";
	world.now += MINUTES(5);
	report = run();
	CU_ASSERT_TRUE(judgement_has(&item_of(report, "i-1")->judgement, FACT_E12));
	UNIT_SAME_TEXT(item_of(report, "i-1")->cluster, "caa");
	UNIT_SAME_TEXT(item_of(report, "i-1")->pod, "web-0");
	UNIT_SAME_TEXT(item_of(report, "i-1")->namespace_name, "shop");
	UNIT_SAME_TEXT(item_of(report, "i-1")->node, "n1");
	report_unref(report);
	remove_path();
}

// A guess must not become proof by being stored.
static void a_name_is_never_remembered_as_proof(void)
{
	const struct report *report;

	make_path();
	world_init(&world);
	world.clusters[0].pods[0].log = "";
	world.vms[0].tags[world.vms[0].tag_count++] = (struct text_pair){"caa-cluster-uid", "u-caa"};
	world_add_pod(&world.clusters[0], "shop", "web-0", WORLD_NOW - HOURS(2));
	report = run();
	CU_ASSERT_EQUAL(item_of(report, "i-1")->verdict, VERDICT_LIVE);
	report_unref(report);
	world.clusters[0].pod_count = 1;
	for (int i = 0; i < 6; i++) {
		world.now += MINUTES(5);
		report = run();
		CU_ASSERT_EQUAL(item_of(report, "i-1")->verdict, VERDICT_SUSPECT);
		CU_ASSERT_EQUAL(item_of(report, "i-1")->judgement.rule, RULE_NOT_OWNED);
		report_unref(report);
	}
	remove_path();
}

static void a_node_that_is_gone_still_proves_its_cluster(void)
{
	const struct report *report;

	make_path();
	world_init(&world);
	world.clusters[0].pods[0].log = "";
	report_unref(run());
	world.clusters[0].nodes[0] = (struct world_node){.name = "n2",
	        .id = "i-n2",
	        .uid = "n2",
	        .ip = "172.16.1.8",
	        .is_ready = true,
	        .created = WORLD_NOW - MINUTES(1)};
	world.clusters[0].pods[0].node = "n2";
	world.vms[0].data =
	        "write_files:\n  - path: /run/peerpod/apf.json\n    content: |\n      {\"pod-network\": {\"podip\": "
	        "\"10.244.1.5/24\", \"worker-node-ip\": \"172.16.1.5/24\"}, \"pod-namespace\": \"shop\", \"pod-name\": "
	        "\"web-0\"}\n";
	for (int i = 0; i < 6; i++) {
		world.now += MINUTES(5);
		report = run();
		CU_ASSERT_TRUE(judgement_has(&item_of(report, "i-1")->judgement, FACT_E5));
		CU_ASSERT_EQUAL(evidence_of(report, "i-1").maker, MAKER_GONE);
		CU_ASSERT_EQUAL(item_of(report, "i-1")->verdict, i < 3 ? VERDICT_SUSPECT : VERDICT_ORPHAN);
		report_unref(report);
	}
	remove_path();
}

static void a_configuration_that_is_gone_is_remembered(void)
{
	const struct report *report;

	make_path();
	world_init(&world);
	report_unref(run());
	world.clusters[0].config[1].value = "vsw-2";
	world.clusters[0].config_changed = world.now + MINUTES(1);
	for (int i = 0; i < 5; i++) {
		world.now += MINUTES(5);
		report_unref(run());
	}
	report = run();
	CU_ASSERT_EQUAL(item_of(report, "i-1")->verdict, VERDICT_ORPHAN);
	report_unref(report);
	remove_path();
}

static void a_cluster_that_vanished_vetoes_until_it_is_confirmed_gone(void)
{
	struct memory *memory;
	const struct report *report;

	make_path();
	world_init(&world);
	report_unref(run());
	world.cluster_count = 0;
	world.now += MINUTES(5);
	report = run();
	CU_ASSERT_EQUAL(item_of(report, "i-1")->verdict, VERDICT_UNKNOWN);
	CU_ASSERT_EQUAL(item_of(report, "i-1")->judgement.rule, RULE_CLUSTER_UNREAD);
	CU_ASSERT_FALSE(report->is_complete);
	report_unref(report);
	memory = world_memory(&world, path);
	CU_ASSERT_FALSE(memory_confirm_gone(memory, "no-such", true, NULL));
	CU_ASSERT_TRUE(memory_confirm_gone(memory, "caa", true, NULL));
	memory_close(memory);
	for (int i = 0; i < 6; i++) {
		world.now += MINUTES(5);
		report_unref(run());
	}
	report = run();
	CU_ASSERT_EQUAL(item_of(report, "i-1")->verdict, VERDICT_ORPHAN);
	report_unref(report);
	// the cloud must say so too
	world.asks_fail = true;
	report = run();
	CU_ASSERT_EQUAL(item_of(report, "i-1")->verdict, VERDICT_UNKNOWN);
	report_unref(report);
	remove_path();
}

static void a_disk_that_fails_is_told_and_the_scan_goes_on(void)
{
	struct memory *memory;
	struct error warning;
	const struct report *report;

	world_init(&world);
	memory = memory_open("/dev/null/no/peerdeck.db", "1654", &world.clock, NULL, &warning, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(memory);
	CU_ASSERT_NOT_EQUAL(warning.kind, ERROR_NONE);
	report = world_settle(&world, memory);
	CU_ASSERT_FALSE(report->is_kept_on_disk);
	CU_ASSERT_NOT_EQUAL(report->disk_error[0], '\0');
	CU_ASSERT_EQUAL(item_of(report, "i-1")->verdict, VERDICT_ORPHAN);
	report_unref(report);
	memory_close(memory);
}

static void accounts_do_not_share_what_they_remember(void)
{
	struct memory *memory;

	make_path();
	world_init(&world);
	memory = memory_open(path, "1", &world.clock, NULL, NULL, NULL);
	CU_ASSERT_TRUE(memory_keep(memory, "i-1", "mine", true, NULL));
	CU_ASSERT_TRUE(memory_is_kept(memory, "i-1"));
	memory_close(memory);
	memory = memory_open(path, "2", &world.clock, NULL, NULL, NULL);
	CU_ASSERT_FALSE(memory_is_kept(memory, "i-1"));
	memory_close(memory);
	memory = memory_open(path, "1", &world.clock, NULL, NULL, NULL);
	CU_ASSERT_TRUE(memory_is_kept(memory, "i-1"));
	CU_ASSERT_TRUE(memory_keep(memory, "i-1", NULL, false, NULL));
	memory_close(memory);
	memory = memory_open(path, "1", &world.clock, NULL, NULL, NULL);
	CU_ASSERT_FALSE(memory_is_kept(memory, "i-1"));
	memory_close(memory);
	remove_path();
}

// The next `count` leaks of the world: i-l0, i-l1 ...
static void add_leaks(size_t count)
{
	static char ids[WORLD_VMS][16], names[WORLD_VMS][32];
	unsigned first = (unsigned)world.vm_count - 1;

	for (unsigned i = first; i < first + count; i++) {
		snprintf(ids[i], sizeof ids[i], "i-l%u", i);
		snprintf(names[i], sizeof names[i], "podvm-leak-%08x", i + 16);
		world_add_vm(&world, ids[i], names[i], WORLD_NOW - HOURS(3))->data =
		        "write_files:\n  - path: /run/peerpod/apf.json\n    content: |\n      {\"pod-network\": "
		        "{\"podip\": \"10.244.1.5/24\", \"worker-node-ip\": \"172.16.1.5/24\"}, \"pod-namespace\": "
		        "\"shop\", \"pod-name\": \"leak\"}\n";
	}
}

static void a_flood_is_held_until_it_is_seen_again_and_acknowledged(void)
{
	struct memory *memory;
	struct scan_options options;
	struct cancel cancel = {0};
	const struct report *report;

	world_init(&world);
	add_leaks(8);
	memory = world_memory(&world, "");
	report = world_settle(&world, memory);
	CU_ASSERT_EQUAL(item_of(report, "i-l0")->judgement.rule, RULE_VETO_FLOOD);
	CU_ASSERT_EQUAL(item_of(report, "i-1")->judgement.rule, RULE_VETO_FLOOD);
	report_unref(report);
	world_options(&world, memory, &options);
	options.flood_acknowledged = true;
	CU_ASSERT_TRUE(scan_run(&options, &report, &cancel, NULL));
	CU_ASSERT_EQUAL(item_of(report, "i-l0")->verdict, VERDICT_ORPHAN);
	report_unref(report);
	// and it stays acknowledged
	options.flood_acknowledged = false;
	CU_ASSERT_TRUE(scan_run(&options, &report, &cancel, NULL));
	CU_ASSERT_EQUAL(item_of(report, "i-l0")->verdict, VERDICT_ORPHAN);
	report_unref(report);
	// and lets a few more come, for a leak goes on; many more are a flood of their own
	add_leaks(FLOOD_LEAST);
	report = world_settle(&world, memory);
	CU_ASSERT_EQUAL(item_of(report, "i-l0")->verdict, VERDICT_ORPHAN);
	CU_ASSERT_EQUAL(item_of(report, "i-l12")->verdict, VERDICT_ORPHAN);
	report_unref(report);
	add_leaks(1);
	report = world_settle(&world, memory);
	CU_ASSERT_EQUAL(item_of(report, "i-l0")->judgement.rule, RULE_VETO_FLOOD);
	report_unref(report);
	// of a great flood half as many more
	add_leaks(15);
	report_unref(world_settle(&world, memory));
	world_options(&world, memory, &options);
	options.flood_acknowledged = true;
	CU_ASSERT_TRUE(scan_run(&options, &report, &cancel, NULL));
	CU_ASSERT_EQUAL(item_of(report, "i-l28")->verdict, VERDICT_ORPHAN);
	report_unref(report);
	add_leaks(15);
	report = world_settle(&world, memory);
	CU_ASSERT_EQUAL(item_of(report, "i-l43")->verdict, VERDICT_ORPHAN);
	report_unref(report);
	add_leaks(1);
	report = world_settle(&world, memory);
	CU_ASSERT_EQUAL(item_of(report, "i-l0")->judgement.rule, RULE_VETO_FLOOD);
	report_unref(report);
	memory_close(memory);
	// blindly, before anybody was told, it holds nothing
	world_init(&world);
	memory = world_memory(&world, "");
	report_unref(world_settle(&world, memory));
	report_unref(world_settle(&world, memory));
	add_leaks(8);
	for (int i = 0; i < 5; i++) {
		world_options(&world, memory, &options);
		options.flood_acknowledged = true;
		CU_ASSERT_TRUE(scan_run(&options, &report, &cancel, NULL));
		if (i < 4)
			CU_ASSERT_NOT_EQUAL(item_of(report, "i-l0")->verdict, VERDICT_ORPHAN);
		report_unref(report);
		world_pass(&world, MINUTES(4));
	}
	memory_close(memory);
}

static void an_incomplete_scan_neither_counts_nor_resets(void)
{
	struct memory *memory;
	const struct report *report;

	world_init(&world);
	memory = world_memory(&world, "");
	report_unref(world_scan(&world, memory));
	for (int i = 0; i < 3; i++) {
		world_pass(&world, MINUTES(4));
		world.is_cut[0] = i == 1;
		report_unref(world_scan(&world, memory));
	}
	world_pass(&world, MINUTES(4));
	report = world_scan(&world, memory);
	CU_ASSERT_EQUAL(item_of(report, "i-1")->verdict, VERDICT_ORPHAN);
	report_unref(report);
	memory_close(memory);
}

static void a_contrary_scan_resets(void)
{
	struct memory *memory;
	const struct report *report;

	world_init(&world);
	memory = world_memory(&world, "");
	report_unref(world_settle(&world, memory));
	world_add_pod(&world.clusters[0], "shop", "web-0", WORLD_NOW - HOURS(2));
	world_pass(&world, MINUTES(4));
	report_unref(world_scan(&world, memory));
	world.clusters[0].pod_count = 1;
	world_pass(&world, MINUTES(4));
	report = world_scan(&world, memory);
	CU_ASSERT_EQUAL(item_of(report, "i-1")->verdict, VERDICT_SUSPECT);
	CU_ASSERT_TRUE(judgement_has(&item_of(report, "i-1")->judgement, RULE_SEEN));
	CU_ASSERT_TRUE(judgement_has(&item_of(report, "i-1")->judgement, RULE_TERM));
	CU_ASSERT_EQUAL(evidence_of(report, "i-1").unused_since, world.now);
	report_unref(report);
	memory_close(memory);
}

// Only new lines of a log are read; what it told before stays, as long as the same container runs.
static void what_a_log_told_is_kept_while_its_container_runs(void)
{
	struct memory *memory;
	const struct report *report;

	world_init(&world);
	memory = world_memory(&world, "");
	report_unref(world_scan(&world, memory));
	world.clusters[0].pods[0].log =
	        "2026-11-20T20:10:00.000000000Z stopping VM: sandbox " SANDBOX_1 " does not exist\n";
	world_pass(&world, MINUTES(1));
	report = world_scan(&world, memory);
	CU_ASSERT_TRUE(evidence_of(report, "i-1").log.is_mapped);
	CU_ASSERT_TRUE(evidence_of(report, "i-1").log.is_refused);
	report_unref(report);
	world.clusters[0].pods[0].restarts++;
	report = world_scan(&world, memory);
	CU_ASSERT_FALSE(evidence_of(report, "i-1").log.is_mapped);
	report_unref(report);
	memory_close(memory);
}

static void books_beyond_their_bound_are_let_go(void)
{
	struct book_cache *cache = book_cache_create();
	char key[32], line[160];

	CU_ASSERT_PTR_NOT_NULL_FATAL(cache);
	for (int i = 0; i < 40; i++) {
		struct kept_book *kept;

		snprintf(key, sizeof key, "book-%d", i);
		kept = book_cache_take(cache, key);
		CU_ASSERT_PTR_NOT_NULL_FATAL(kept);
		for (int n = 0; n < 2000; n++) {
			snprintf(line, sizeof line,
			        "create a sandbox %064x for pod p%d in namespace n (netns: /run/x)\n", n, n);
			caa_log_feed(&kept->book.log, line, strlen(line));
		}
		book_cache_put(cache, kept);
	}
	{
		struct kept_book *first = book_cache_take(cache, "book-0"), *last = book_cache_take(cache, "book-39");

		CU_ASSERT_EQUAL(first->book.entry_count, 0);
		CU_ASSERT_EQUAL(last->book.entry_count, 2000);
		kept_book_destroy(first);
		kept_book_destroy(last);
	}
	book_cache_destroy(cache);
}

static const struct memory_sight sights[] = {
        {KIND_VM, "i-1", WORLD_NOW - MINUTES(90)},
        {KIND_VM, "i-2", WORLD_NOW - MINUTES(90)},
        {KIND_ENI, "eni-1", WORLD_NOW - MINUTES(90)},
};

static void what_earlier_scans_saw_need_not_be_waited_for(void)
{
	struct memory *memory;
	const struct report *report;

	world_init(&world);
	world.enis[world.eni_count++] = (struct world_eni){"eni-1", "peerpod-nic-i-9", "Available", "", "Secondary"};
	memory = world_memory(&world, "");
	CU_ASSERT_TRUE(memory_recall(memory, sights, COUNT_OF(sights)));
	report = world_scan(&world, memory);
	CU_ASSERT_EQUAL(item_of(report, "i-1")->verdict, VERDICT_ORPHAN);
	CU_ASSERT_EQUAL(item_of(report, "i-1")->since, WORLD_NOW - MINUTES(60));
	CU_ASSERT_EQUAL(item_of(report, "eni-1")->verdict, VERDICT_ORPHAN);
	CU_ASSERT_EQUAL(item_of(report, "eni-1")->since, WORLD_NOW - MINUTES(90));
	report_unref(report);
	memory_close(memory);
}

// Whatever was remembered: what is seen now decides, and begins anew.
static void a_vm_in_use_is_live_whatever_was_remembered(void)
{
	struct memory *memory;
	const struct report *report;

	world_init(&world);
	world_add_pod(&world.clusters[0], "shop", "web-0", WORLD_NOW - HOURS(2));
	memory = world_memory(&world, "");
	CU_ASSERT_TRUE(memory_recall(memory, sights, COUNT_OF(sights)));
	report = world_scan(&world, memory);
	CU_ASSERT_EQUAL(item_of(report, "i-1")->verdict, VERDICT_LIVE);
	CU_ASSERT_EQUAL(item_of(report, "i-1")->since, 0);
	report_unref(report);
	// Its pod goes: it settles like any other.
	world.clusters[0].pod_count--;
	world_pass(&world, MINUTES(5));
	report = world_scan(&world, memory);
	CU_ASSERT_EQUAL(item_of(report, "i-1")->verdict, VERDICT_SUSPECT);
	report_unref(report);
	memory_close(memory);
}

// One whose cluster cannot be read is unknown, and one that nothing tells of is not made an orphan.
static void what_was_remembered_proves_no_owner(void)
{
	struct memory *memory;
	const struct report *report;

	world_init(&world);
	world_add_vm(&world, "i-2", "podvm-other-0123abce", WORLD_NOW - HOURS(2));
	world.clusters[0].is_readable = false;
	memory = world_memory(&world, "");
	CU_ASSERT_TRUE(memory_recall(memory, sights, COUNT_OF(sights)));
	report = world_scan(&world, memory);
	CU_ASSERT_NOT_EQUAL(item_of(report, "i-1")->verdict, VERDICT_ORPHAN);
	CU_ASSERT_NOT_EQUAL(item_of(report, "i-2")->verdict, VERDICT_ORPHAN);
	report_unref(report);
	memory_close(memory);
}

// What a scan has found itself is not replaced.
static void what_was_found_stays_when_more_is_recalled(void)
{
	struct memory *memory;
	const struct report *report;

	world_init(&world);
	memory = world_memory(&world, "");
	report_unref(world_scan(&world, memory));
	CU_ASSERT_TRUE(memory_recall(memory, sights, COUNT_OF(sights)));
	world_pass(&world, MINUTES(5));
	report = world_scan(&world, memory);
	CU_ASSERT_EQUAL(item_of(report, "i-1")->verdict, VERDICT_SUSPECT);
	CU_ASSERT_EQUAL(item_of(report, "i-1")->since, WORLD_NOW);
	report_unref(report);
	memory_close(memory);
}

static const struct unit_test tests[] = {
        UNIT_TEST(what_earlier_scans_saw_need_not_be_waited_for),
        UNIT_TEST(a_vm_in_use_is_live_whatever_was_remembered),
        UNIT_TEST(what_was_remembered_proves_no_owner),
        UNIT_TEST(what_was_found_stays_when_more_is_recalled),
        UNIT_TEST(what_a_log_told_is_kept_while_its_container_runs),
        UNIT_TEST(books_beyond_their_bound_are_let_go),
        UNIT_TEST(what_was_seen_survives_restarts),
        UNIT_TEST(a_long_pause_settles_nothing),
        UNIT_TEST(ownership_survives_the_log),
        UNIT_TEST(a_name_is_never_remembered_as_proof),
        UNIT_TEST(a_node_that_is_gone_still_proves_its_cluster),
        UNIT_TEST(a_configuration_that_is_gone_is_remembered),
        UNIT_TEST(a_cluster_that_vanished_vetoes_until_it_is_confirmed_gone),
        UNIT_TEST(a_disk_that_fails_is_told_and_the_scan_goes_on),
        UNIT_TEST(accounts_do_not_share_what_they_remember),
        UNIT_TEST(a_flood_is_held_until_it_is_seen_again_and_acknowledged),
        UNIT_TEST(an_incomplete_scan_neither_counts_nor_resets),
        UNIT_TEST(a_contrary_scan_resets),
};
const struct unit_suite scan_memory_suite = UNIT_SUITE("scan memory", tests);
