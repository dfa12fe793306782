// SPDX-License-Identifier: Apache-2.0
// When scans run on a deck, and what they leave.
#include "config.h"

#include "tests/unit/scan.h"
#include "tests/unit/scan_fake.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "orphans/scanner.h"

#include "base/banned.h"

static const struct backend *const backends[] = {&world_cloud, &world_kubernetes, NULL};

static struct world world;
static struct deck deck;
static struct config *config;
static struct scanner *scanner;

static void begin(double refresh, bool shows_early)
{
	struct scanner_options options = {
	        .refresh_seconds = refresh, .read_user_data = true, .shows_early = shows_early};
	struct error error = {ERROR_NONE};

	world_init(&world);
	world.now = clock_now(&clock_system);
	world_opened = &world;
	config = calloc(1, sizeof *config);
	CU_ASSERT_PTR_NOT_NULL_FATAL(config);
	config_defaults(config);
	config->in_memory = config->no_cache = true;
	config->context_count = 2;
	snprintf(config->contexts[0].name, sizeof config->contexts[0].name, "prod");
	snprintf(config->contexts[1].name, sizeof config->contexts[1].name, "ci");
	CU_ASSERT_TRUE_FATAL(deck_init(&deck, config, backends, NULL, NULL, &error));
	CU_ASSERT_TRUE_FATAL(deck_open(&deck, NULL, &error));
	scanner = scanner_create(&deck, &options, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(scanner);
}

static void end(void)
{
	scanner_destroy(scanner);
	deck_finish(&deck);
	free(config);
}

// Turns until no scan runs; within a minute.
static void turn(void)
{
	const struct timespec pause = {0, 2000000};
	struct scanner_state state;

	for (int i = 0; i < 30000; i++) {
		deck_turn(&deck);
		scanner_turn(scanner);
		scanner_state(scanner, &state);
		if (!state.is_running && state.began != 0)
			return;
		nanosleep(&pause, NULL);
	}
	CU_FAIL("the scan does not end");
}

static void a_scan_runs_at_once_when_it_is_looked_at(void)
{
	const struct report *report;
	struct store_entry entry;
	struct scope scope = {.context = "prod"};

	begin(30, false);
	scanner_want(scanner, true);
	turn();
	report = scanner_report(scanner);
	CU_ASSERT_PTR_NOT_NULL_FATAL(report);
	CU_ASSERT_PTR_NOT_NULL(report_find(report, "i-1"));
	CU_ASSERT_EQUAL(report->reading_count, 2);
	CU_ASSERT_TRUE(report->is_complete);
	CU_ASSERT_TRUE(store_get(deck.store, KIND_ORPHAN, &scope, &entry));
	CU_ASSERT_EQUAL(entry.snapshot->count, 1);
	snapshot_unref(entry.snapshot);
	CU_ASSERT_TRUE(scanner_turn(scanner) > clock_monotonic(deck.clock) + SECONDS(20));
	report_unref(report);
	end();
}

// Turns until there is a report that began after `before`, 0 = any; within a minute.
static const struct report *report_after(int64_t before)
{
	const struct timespec pause = {0, 2000000};
	const struct report *report = NULL;

	for (int i = 0; i < 30000 && !report; i++) {
		deck_turn(&deck);
		scanner_turn(scanner);
		report = scanner_report(scanner);
		if (report && report->began <= before) {
			report_unref(report);
			report = NULL;
		}
		nanosleep(&pause, NULL);
	}
	return report;
}

// A screen shows what has answered; what has not is said, and follows.
static void one_region_that_hangs_does_not_hold_up_the_first_sight(void)
{
	const struct report *report;
	bool is_told = false;

	begin(30, true);
	world.regions[world.region_count++] = "us-west-1";
	atomic_store(&world.hangs, true);
	scanner_want(scanner, true);
	report = report_after(0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(report);
	CU_ASSERT_FALSE(report->is_complete);
	CU_ASSERT_PTR_NOT_NULL(report_find(report, "i-1"));
	for (size_t i = 0; i < report->reading_count; i++)
		is_told |= strcmp(report->readings[i].name, "us-west-1") == 0 && !report->readings[i].is_complete &&
		           strstr(report->readings[i].why, "no answer within");
	CU_ASSERT_TRUE(is_told);
	report_unref(report);
	atomic_store(&world.hangs, false);
	turn();
	report = scanner_report(scanner);
	CU_ASSERT_TRUE(report->is_complete);
	report_unref(report);
	end();
}

// Somebody waits for it: neither a scan that hangs nor a region that does holds it up, and the whole one follows.
static void a_scan_that_is_soon_wanted_waits_for_nobody(void)
{
	const struct report *before, *report;
	struct scanner_state state;

	begin(30, false);
	world.regions[world.region_count++] = "us-west-1";
	scanner_want(scanner, true);
	turn();
	before = scanner_report(scanner);
	CU_ASSERT_PTR_NOT_NULL_FATAL(before);
	CU_ASSERT_TRUE(before->is_complete);
	atomic_store(&world.hangs, true);
	scanner_now(scanner);
	scanner_turn(scanner);
	scanner_state(scanner, &state);
	CU_ASSERT_TRUE(state.is_running);
	scanner_soon(scanner);
	report = report_after(before->began);
	CU_ASSERT_PTR_NOT_NULL_FATAL(report);
	CU_ASSERT_FALSE(report->is_complete);
	CU_ASSERT_PTR_NOT_NULL(report_find(report, "i-1"));
	scanner_state(scanner, &state);
	CU_ASSERT_TRUE(state.is_early);
	CU_ASSERT_TRUE(state.is_running);
	report_unref(report);
	report_unref(before);
	atomic_store(&world.hangs, false);
	turn();
	scanner_state(scanner, &state);
	CU_ASSERT_FALSE(state.is_early);
	report = scanner_report(scanner);
	CU_ASSERT_TRUE(report->is_complete);
	report_unref(report);
	end();
}

static void nothing_is_scanned_by_itself_without_refresh(void)
{
	struct scanner_state state;

	begin(0, false);
	CU_ASSERT_EQUAL(scanner_turn(scanner), -1);
	scanner_state(scanner, &state);
	CU_ASSERT_FALSE(state.is_running);
	CU_ASSERT_PTR_NULL(scanner_report(scanner));
	scanner_now(scanner);
	turn();
	report_unref(scanner_report(scanner));
	CU_ASSERT_PTR_NOT_NULL(scanner_memory(scanner));
	end();
}

static void hidden_scans_come_often_enough_to_settle(void)
{
	begin(30, false);
	scanner_now(scanner);
	turn();
	{
		int64_t wait = scanner_turn(scanner) - clock_monotonic(deck.clock);

		CU_ASSERT_TRUE(wait > SECONDS(180) && wait <= SCANNER_HIDDEN_MS);
	}
	end();
}

static void regions_whose_clusters_cannot_be_listed_hide_owners(void)
{
	const struct report *report;
	const struct report_item *item;

	begin(30, false);
	world.has_no_clusters = true;
	world.clusters[0].pods[0].log = "";
	scanner_want(scanner, true);
	turn();
	report = scanner_report(scanner);
	CU_ASSERT_PTR_NOT_NULL_FATAL(report);
	item = report_find(report, "i-1");
	CU_ASSERT_PTR_NOT_NULL_FATAL(item);
	CU_ASSERT_EQUAL(item->verdict, VERDICT_UNKNOWN);
	CU_ASSERT_EQUAL(item->judgement.rule, RULE_CLUSTER_UNREAD);
	CU_ASSERT_FALSE(report->is_complete);
	report_unref(report);
	end();
}

static void options_for_a_recheck_outlive_the_scanner(void)
{
	struct scan_options *options;
	const struct report *report, *fresh = NULL;
	struct cancel cancel = {0};

	begin(30, false);
	scanner_want(scanner, true);
	turn();
	report = scanner_report(scanner);
	options = scanner_scan_options(scanner, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(options);
	scanner_destroy(scanner);
	scanner = NULL;
	CU_ASSERT_TRUE(scan_recheck(options, report, "i-1", &fresh, &cancel, NULL));
	report_unref(fresh);
	report_unref(report);
	scan_options_free(options);
	end();
}

// A sweep that was begun in one context goes on while another one is looked at.
static void options_for_a_recheck_outlive_their_context(void)
{
	static struct world other;
	struct scan_options *options;
	const struct report *report, *fresh = NULL;
	struct cancel cancel = {0};

	begin(30, false);
	scanner_want(scanner, true);
	turn();
	report = scanner_report(scanner);
	options = scanner_scan_options(scanner, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(options);
	world_init(&other);
	other.now = world.now;
	world_opened = &other;
	CU_ASSERT_TRUE_FATAL(deck_open(&deck, "ci", NULL));
	scanner_turn(scanner);
	CU_ASSERT_PTR_NULL(scanner_report(scanner));
	CU_ASSERT_TRUE(scan_recheck(options, report, "i-1", &fresh, &cancel, NULL));
	CU_ASSERT_FALSE(memory_is_kept(options->memory, "i-1"));
	report_unref(fresh);
	report_unref(report);
	scan_options_free(options);
	end();
}

static void a_scanner_can_go_while_it_scans(void)
{
	begin(30, false);
	scanner_want(scanner, true);
	scanner_turn(scanner);
	end();
}

static const struct unit_test tests[] = {
        UNIT_TEST(a_scan_runs_at_once_when_it_is_looked_at),
        UNIT_TEST(one_region_that_hangs_does_not_hold_up_the_first_sight),
        UNIT_TEST(a_scan_that_is_soon_wanted_waits_for_nobody),
        UNIT_TEST(nothing_is_scanned_by_itself_without_refresh),
        UNIT_TEST(hidden_scans_come_often_enough_to_settle),
        UNIT_TEST(regions_whose_clusters_cannot_be_listed_hide_owners),
        UNIT_TEST(options_for_a_recheck_outlive_the_scanner),
        UNIT_TEST(options_for_a_recheck_outlive_their_context),
        UNIT_TEST(a_scanner_can_go_while_it_scans),
};
const struct unit_suite scan_scanner_suite = UNIT_SUITE("scanner", tests);
