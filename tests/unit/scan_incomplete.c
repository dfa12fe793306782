// SPDX-License-Identifier: Apache-2.0
// What could not be read makes VMs unknown, and the report says what it was.
#include "config.h"

#include "tests/unit/scan.h"
#include "tests/unit/scan_fake.h"

#include "base/banned.h"

static struct world world;

static const struct report_item *item_of(const struct report *report, const char *id)
{
	const struct report_item *item = report ? report_find(report, id) : NULL;

	CU_ASSERT_PTR_NOT_NULL_FATAL(item);
	return item;
}

static void says(const struct report *report, const char *words)
{
	struct buffer text;

	buffer_init(&text, 4096);
	report_completeness(report, world.now, &text);
	if (!strstr(buffer_text(&text), words))
		printf("\n    \"%s\" lacks \"%s\"\n", buffer_text(&text), words);
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&text), words));
	buffer_finish(&text);
}

static void settles_with(const struct report *report, const char *id, const char *words)
{
	char text[512];

	report_settles(report, item_of(report, id), world.now, text, sizeof text);
	if (!strstr(text, words))
		printf("\n    \"%s\" lacks \"%s\"\n", text, words);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, words));
}

static const struct report *settled_by(enum verdict verdict, enum rule rule, unsigned line)
{
	struct memory *memory = world_memory(&world, "");
	const struct report *report = world_settle(&world, memory);
	const struct report_item *item = item_of(report, "i-1");

	if (item->verdict != verdict || item->judgement.rule != rule)
		printf("\n    line %u: got %s (%s)\n", line, verdict_name(item->verdict),
		        rule_name(item->judgement.rule));
	CU_ASSERT_EQUAL(item->verdict, verdict);
	CU_ASSERT_EQUAL(item->judgement.rule, rule);
	memory_close(memory);
	return report;
}
#define SETTLED(verdict, rule) settled_by(verdict, rule, __LINE__)

static void a_list_that_was_cut_makes_all_unknown(void)
{
	const struct report *report;

	world_init(&world);
	world.is_cut[0] = true;
	report = SETTLED(VERDICT_UNKNOWN, RULE_LIST_INCOMPLETE);
	CU_ASSERT_FALSE(report->is_complete);
	says(report, "0 of 1 regions");
	says(report, "the connection broke");
	settles_with(report, "i-1", "read cn-beijing");
	report_unref(report);
}

static void a_clock_that_cannot_be_measured_makes_all_unknown(void)
{
	world_init(&world);
	world.is_unmeasured = true;
	report_unref(SETTLED(VERDICT_UNKNOWN, RULE_CLOCK_UNMEASURED));
}

static void an_unproven_empty_list_is_told(void)
{
	struct memory *memory;
	const struct report *report;

	world_init(&world);
	world.vm_count = 0;
	world.is_unproven = true;
	memory = world_memory(&world, "");
	report = world_scan(&world, memory);
	CU_ASSERT_FALSE(report->is_complete);
	says(report, "nothing proves that it may be seen");
	report_unref(report);
	memory_close(memory);
}

static void disks_that_were_not_read_make_a_vm_unknown(void)
{
	world_init(&world);
	world.has_no_disks = true;
	report_unref(SETTLED(VERDICT_UNKNOWN, RULE_VM_INCOMPLETE));
}

static void interfaces_that_were_not_read_keep_it_suspect(void)
{
	world_init(&world);
	world.vms[0].enis[0] = "eni-1";
	world.vms[0].enis[1] = "eni-2";
	world.vms[0].eni_count = 2;
	world.has_no_enis = true;
	report_unref(SETTLED(VERDICT_SUSPECT, RULE_VETO_ADDRESSES));
}

static void an_unreadable_owner_makes_its_vms_unknown(void)
{
	struct memory *memory;
	const struct report *report;

	world_init(&world);
	memory = world_memory(&world, "");
	report_unref(world_settle(&world, memory));
	world.clusters[0].state = SURVEY_UNREAD;
	report = world_scan(&world, memory);
	CU_ASSERT_EQUAL(item_of(report, "i-1")->verdict, VERDICT_UNKNOWN);
	CU_ASSERT_EQUAL(item_of(report, "i-1")->judgement.rule, RULE_CLUSTER_UNREAD);
	says(report, "0 of 1 clusters");
	says(report, "caa (connection refused)");
	settles_with(report, "i-1", "read caa: connection refused");
	report_unref(report);
	memory_close(memory);
}

static void a_denied_cluster_names_the_permission(void)
{
	const struct report *report;

	world_init(&world);
	world.clusters[0].state = SURVEY_DENIED;
	report = SETTLED(VERDICT_UNKNOWN, RULE_CLUSTER_DENIED);
	settles_with(report, "i-1", "grant list pods in caa");
	report_unref(report);
}

static void a_list_of_pods_that_was_cut_off_is_stale(void)
{
	world_init(&world);
	world.clusters[0].pods_are_cut = true;
	report_unref(SETTLED(VERDICT_UNKNOWN, RULE_CLUSTER_STALE));
}

static void peerpods_that_may_not_be_read_make_unknown(void)
{
	world_init(&world);
	world.clusters[0].peerpods_are_denied = true;
	report_unref(SETTLED(VERDICT_UNKNOWN, RULE_CLUSTER_DENIED));
}

static void logs_that_may_not_be_read_leave_no_proof(void)
{
	const struct report *report;

	world_init(&world);
	world.clusters[0].has_no_logs = true;
	report = SETTLED(VERDICT_SUSPECT, RULE_NOT_OWNED);
	CU_ASSERT_FALSE(report->is_complete);
	says(report, "pods/log is forbidden");
	report_unref(report);
}

// One that only the cloud knows, in the same VPC, unless the owner is proven.
static void a_cluster_that_nobody_can_read_vetoes_in_its_network(void)
{
	const struct report *report;
	struct world_cluster *second;

	world_init(&world);
	second = world_add_cluster(&world, "second", "u-second");
	second->is_readable = false;
	report_unref(SETTLED(VERDICT_ORPHAN, RULE_ORPHAN));
	world_init(&world);
	world.clusters[0].pods[0].log = "";
	second = world_add_cluster(&world, "second", "u-second");
	second->is_readable = false;
	report = SETTLED(VERDICT_UNKNOWN, RULE_CLUSTER_UNREAD);
	settles_with(report, "i-1", "add a kubeconfig for second");
	report_unref(report);
	world_init(&world);
	world.clusters[0].pods[0].log = "";
	second = world_add_cluster(&world, "second", "u-second");
	second->is_readable = false;
	second->vpc = "vpc-elsewhere";
	report_unref(SETTLED(VERDICT_SUSPECT, RULE_NOT_OWNED));
}

static void clocks_that_differ_keep_it_suspect(void)
{
	world_init(&world);
	world.clusters[0].offset = MINUTES(3);
	report_unref(SETTLED(VERDICT_SUSPECT, RULE_CLOCKS_DIFFER));
	// both clocks off by the same do no harm
	world_init(&world);
	world.clusters[0].offset = world.cloud_offset = MINUTES(-30);
	world.clusters[0].nodes[0].lease = 0;
	report_unref(SETTLED(VERDICT_ORPHAN, RULE_ORPHAN));
}

static void an_adaptor_that_starts_anew_makes_unknown(void)
{
	struct memory *memory;
	const struct report *report;

	world_init(&world);
	memory = world_memory(&world, "");
	world.clusters[0].pods[0].ready_since = WORLD_NOW - MINUTES(5);
	report = world_scan(&world, memory);
	CU_ASSERT_EQUAL(item_of(report, "i-1")->judgement.rule, RULE_CLUSTER_ROLLING);
	report_unref(report);
	world.clusters[0].pods[0].is_ready = false;
	world_pass(&world, HOURS(2));
	report = world_scan(&world, memory);
	CU_ASSERT_EQUAL(item_of(report, "i-1")->judgement.rule, RULE_CLUSTER_ROLLING);
	report_unref(report);
	memory_close(memory);
}

static void without_any_cluster_nothing_is_foreign_by_its_network(void)
{
	const struct report *report;

	world_init(&world);
	world.cluster_count = 0;
	report = SETTLED(VERDICT_SUSPECT, RULE_NOT_OWNED);
	report_unref(report);
}

static void a_cancelled_scan_gives_no_report(void)
{
	struct cancel cancel = {true, NULL};
	struct scan_options options;
	const struct report *report = NULL;
	struct error error;

	world_init(&world);
	world_options(&world, NULL, &options);
	CU_ASSERT_FALSE(scan_run(&options, &report, &cancel, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CANCELLED);
	CU_ASSERT_PTR_NULL(report);
}

static const struct unit_test tests[] = {
        UNIT_TEST(a_list_that_was_cut_makes_all_unknown),
        UNIT_TEST(a_clock_that_cannot_be_measured_makes_all_unknown),
        UNIT_TEST(an_unproven_empty_list_is_told),
        UNIT_TEST(disks_that_were_not_read_make_a_vm_unknown),
        UNIT_TEST(interfaces_that_were_not_read_keep_it_suspect),
        UNIT_TEST(an_unreadable_owner_makes_its_vms_unknown),
        UNIT_TEST(a_denied_cluster_names_the_permission),
        UNIT_TEST(a_list_of_pods_that_was_cut_off_is_stale),
        UNIT_TEST(peerpods_that_may_not_be_read_make_unknown),
        UNIT_TEST(logs_that_may_not_be_read_leave_no_proof),
        UNIT_TEST(a_cluster_that_nobody_can_read_vetoes_in_its_network),
        UNIT_TEST(clocks_that_differ_keep_it_suspect),
        UNIT_TEST(an_adaptor_that_starts_anew_makes_unknown),
        UNIT_TEST(without_any_cluster_nothing_is_foreign_by_its_network),
        UNIT_TEST(a_cancelled_scan_gives_no_report),
};
const struct unit_suite scan_incomplete_suite = UNIT_SUITE("scan incomplete", tests);
