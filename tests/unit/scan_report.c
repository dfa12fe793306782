// SPDX-License-Identifier: Apache-2.0
// What a report tells: order, totals, costs, left-overs, records, JSON, lines of evidence; and fresh rechecks.
#include "config.h"

#include "tests/unit/scan.h"
#include "tests/unit/scan_fake.h"

#include <math.h>

#include "net/json.h"
#include "orphans/evidence_lines.h"
#include "orphans/sweep_plan.h"

#include "base/banned.h"

static struct world world;

static const struct report_item *item_of(const struct report *report, const char *id)
{
	const struct report_item *item = report ? report_find(report, id) : NULL;

	CU_ASSERT_PTR_NOT_NULL_FATAL(item);
	return item;
}

// An orphan i-1, a live i-2 whose pod runs, a free interface and address of VMs that are gone, a PeerPod of one.
static void make_world(void)
{
	struct world_peerpod *peerpod;

	world_init(&world);
	world_add_pod(&world.clusters[0], "shop", "api", WORLD_NOW - HOURS(2));
	world_add_vm(&world, "i-2", "podvm-api-99999999", WORLD_NOW - HOURS(2));
	world.vms[1].disk_gib = 100;
	world.enis[world.eni_count++] = (struct world_eni){"eni-1", "peerpod-nic-i-gone", "Available", "", "Secondary"};
	world.enis[world.eni_count++] = (struct world_eni){"eni-2", "peerpod-nic-i-2", "InUse", "i-2", "Secondary"};
	world.enis[world.eni_count++] = (struct world_eni){"eni-3", "somebody's", "Available", "", "Secondary"};
	world.eips[world.eip_count++] = (struct world_eip){"eip-1", "Peerpod External Network EIP", "Available", ""};
	world.eips[world.eip_count++] = (struct world_eip){"eip-2", "of the NAT gateway", "Available", ""};
	peerpod = world_add_peerpod(&world.clusters[0], "dead-pod", "i-gone");
	peerpod->uid = "peerpod-1";
	peerpod->deleting_since = WORLD_NOW - HOURS(1);
}

static void the_worst_come_first_with_totals_and_costs(void)
{
	struct memory *memory;
	const struct report *report;
	const struct report_item *item;

	make_world();
	memory = world_memory(&world, "");
	report = world_settle(&world, memory);
	report_unref(report);
	world_pass(&world, MINUTES(10));
	report = world_scan(&world, memory);
	CU_ASSERT_EQUAL(report->item_count, 5);
	UNIT_SAME_TEXT(report->items[0]->record->id, "i-1");
	item = report->items[0];
	CU_ASSERT_EQUAL(item->verdict, VERDICT_ORPHAN);
	CU_ASSERT_EQUAL(item->since, WORLD_NOW);
	CU_ASSERT_DOUBLE_EQUAL(item->cost.per_hour, 1.5, 0.001);
	CU_ASSERT_DOUBLE_EQUAL(item->cost.so_far, 0.75, 0.001);
	UNIT_SAME_TEXT(item->cost.currency, "CNY");
	UNIT_SAME_TEXT(report->currency, "CNY");
	UNIT_SAME_TEXT(item->cluster, "caa");
	UNIT_SAME_TEXT(item->cluster_uid, "u-caa");
	UNIT_SAME_TEXT(item->pod, "web-0");
	UNIT_SAME_TEXT(item->node, "n1");
	UNIT_SAME_TEXT(report->items[4]->record->id, "i-2");
	CU_ASSERT_EQUAL(report->totals[VERDICT_LIVE].count, 1);
	CU_ASSERT_EQUAL(report->totals[VERDICT_ORPHAN].count, 4);
	CU_ASSERT_EQUAL(report->totals[VERDICT_ORPHAN].vcpu, 4);
	CU_ASSERT_DOUBLE_EQUAL(report->totals[VERDICT_ORPHAN].per_hour, 1.75, 0.001);
	CU_ASSERT_TRUE(report->is_complete);
	CU_ASSERT_TRUE(report->nobody_else_cleans_up);
	report_unref(report);
	memory_close(memory);
}

static void leftovers_are_judged_by_what_the_cloud_says_by_id(void)
{
	struct memory *memory;
	const struct report *report;

	make_world();
	memory = world_memory(&world, "");
	report = world_scan(&world, memory);
	CU_ASSERT_EQUAL(report_leftover(item_of(report, "eni-1"))->judgement.rule, LEFTOVER_SETTLING);
	CU_ASSERT_EQUAL(item_of(report, "peerpod-1")->verdict, VERDICT_ORPHAN);
	CU_ASSERT_PTR_NULL(report_find(report, "eni-2"));
	CU_ASSERT_PTR_NULL(report_find(report, "eni-3"));
	CU_ASSERT_PTR_NULL(report_find(report, "eip-2"));
	report_unref(report);
	world_pass(&world, MINUTES(31));
	report = world_scan(&world, memory);
	CU_ASSERT_EQUAL(item_of(report, "eni-1")->verdict, VERDICT_ORPHAN);
	UNIT_SAME_TEXT(item_of(report, "eni-1")->vm, "i-gone");
	CU_ASSERT_EQUAL(item_of(report, "eip-1")->verdict, VERDICT_ORPHAN);
	report_unref(report);
	world.asks_fail = true;
	report = world_scan(&world, memory);
	CU_ASSERT_EQUAL(item_of(report, "eni-1")->verdict, VERDICT_UNKNOWN);
	CU_ASSERT_EQUAL(item_of(report, "peerpod-1")->verdict, VERDICT_UNKNOWN);
	report_unref(report);
	world.asks_fail = false;
	world.clusters[0].controller = ANSWER_YES;
	report = world_scan(&world, memory);
	CU_ASSERT_EQUAL(report_leftover(item_of(report, "peerpod-1"))->judgement.rule, LEFTOVER_CONTROLLER);
	report_unref(report);
	memory_close(memory);
}

static void prices_are_asked_once_per_sort_of_vm(void)
{
	struct memory *memory;

	make_world();
	for (int i = 0; i < 20; i++)
		world_add_vm(&world, "i-3", "podvm-x-88888888", WORLD_NOW - HOURS(2));
	memory = world_memory(&world, "");
	report_unref(world_scan(&world, memory));
	CU_ASSERT_EQUAL(world.prices_asked, 2);
	memory_close(memory);
}

static void a_vm_without_its_disk_has_no_price(void)
{
	struct memory *memory;
	const struct report *report;

	world_init(&world);
	world.vms[0].disk_gib = 0;
	memory = world_memory(&world, "");
	report = world_scan(&world, memory);
	CU_ASSERT_TRUE(isnan(item_of(report, "i-1")->cost.per_hour));
	CU_ASSERT_EQUAL(report->totals[VERDICT_SUSPECT].unpriced, 1);
	report_unref(report);
	memory_close(memory);
}

static void records_are_published_worst_first(void)
{
	struct memory *memory;
	const struct report *report;
	struct store *store;
	struct store_entry entry;
	struct scope scope = {.context = "prod"};

	make_world();
	memory = world_memory(&world, "");
	report = world_settle(&world, memory);
	store = store_create(&world.clock);
	CU_ASSERT_TRUE(report_publish(report, "prod", store, NULL));
	CU_ASSERT_TRUE(store_get(store, KIND_ORPHAN, &scope, &entry));
	CU_ASSERT_EQUAL(entry.snapshot->count, report->item_count);
	{
		const struct orphan_record *worst = (const struct orphan_record *)entry.snapshot->records[0];

		UNIT_SAME_TEXT(worst->record.id, "i-1");
		UNIT_SAME_TEXT(worst->verdict, "orphan");
		UNIT_SAME_TEXT(worst->sort, "vm");
		UNIT_SAME_TEXT(worst->cluster, "caa");
		CU_ASSERT_TRUE(worst->is_deletable);
		CU_ASSERT_TRUE(worst->evidence.count > 0);
		CU_ASSERT_TRUE(worst->severity > ((const struct orphan_record *)entry.snapshot->records[1])->severity);
	}
	snapshot_unref(entry.snapshot);
	store_destroy(store);
	report_unref(report);
	memory_close(memory);
}

static void each_item_is_json(void)
{
	struct memory *memory;
	const struct report *report;

	make_world();
	world.vms[0].data = "write_files:\n  - path: /run/peerpod/apf.json\n    content: |\n      {\"pod-name\": "
	                    "\"web-0\", \"pod-namespace\": \"shop\", \"tls-server-key\": \"SECRETKEY\"}\n";
	world.clusters[0].pods[0].log = "";
	memory = world_memory(&world, "");
	report = world_settle(&world, memory);
	for (size_t i = 0; i < report->item_count; i++) {
		struct json_doc doc;
		struct buffer text;

		buffer_init(&text, 1 << 20);
		CU_ASSERT_TRUE(report_item_json(report, report->items[i], &text));
		CU_ASSERT_PTR_NULL(strchr(buffer_text(&text), '\n'));
		CU_ASSERT_PTR_NULL(strstr(buffer_text(&text), "SECRETKEY"));
		CU_ASSERT_TRUE_FATAL(json_open(&doc, text.data, text.size, "item", NULL));
		UNIT_SAME_TEXT(json_text(doc.root, "id"), report->items[i]->record->id);
		UNIT_SAME_TEXT(json_text(doc.root, "verdict"), verdict_name(report->items[i]->verdict));
		CU_ASSERT_TRUE(cJSON_GetArraySize(json_member(doc.root, "evidence")) > 0);
		CU_ASSERT_EQUAL(cJSON_GetArraySize(json_member(doc.root, "readings")), 2);
		json_close(&doc);
		buffer_finish(&text);
	}
	report_unref(report);
	memory_close(memory);
}

static void evidence_is_told_in_lines(void)
{
	struct memory *memory;
	const struct report *report;

	make_world();
	memory = world_memory(&world, "");
	report = world_settle(&world, memory);
	for (size_t i = 0; i < report->item_count; i++) {
		struct evidence_lines lines;

		CU_ASSERT_TRUE_FATAL(evidence_lines_make(report, report->items[i], world.now, &lines, NULL));
		CU_ASSERT_TRUE(lines.count > 4);
		for (size_t n = 1; n < lines.count; n++)
			CU_ASSERT_TRUE(lines.lines[n].section >= lines.lines[n - 1].section);
		evidence_lines_finish(&lines);
	}
	report_unref(report);
	memory_close(memory);
}

static const char *line_with(const struct evidence_lines *lines, enum evidence_section section, const char *text)
{
	for (size_t i = 0; i < lines->count; i++)
		if (lines->lines[i].section == section && strstr(lines->lines[i].text, text))
			return lines->lines[i].text;
	return NULL;
}

static void evidence_and_plan_say_it_in_the_same_words(void)
{
	static const char *const ids[] = {"i-1"};
	const struct sweep_request request = {.ids = ids, .id_count = 1, .now = WORLD_NOW};
	struct memory *memory;
	struct evidence_lines lines;
	struct sweep_plan *plan;
	struct buffer text;

	make_world();
	memory = world_memory(&world, "");
	const struct report *report = world_settle(&world, memory);
	plan = sweep_plan_create(report, &request, NULL);
	CU_ASSERT_TRUE_FATAL(plan != NULL && plan->count == 1 && plan->items[0].extra_count > 0);
	CU_ASSERT_TRUE_FATAL(evidence_lines_make(report, item_of(report, "i-1"), world.now, &lines, NULL));
	buffer_init(&text, 1 << 16);
	sweep_plan_text(plan, "", &text);
	CU_ASSERT_PTR_NOT_NULL(line_with(&lines, EVIDENCE_COST, "¥ 1.50 an hour, ¥ 36.00 a day"));
	CU_ASSERT_PTR_NULL(line_with(&lines, EVIDENCE_COST, "CNY"));
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&text), "¥ 1.50/h"));
	for (size_t i = 0; i < plan->items[0].extra_count; i++) {
		const struct sweep_extra *extra = &plan->items[0].extras[i];
		const char *fate = sweep_fate_text(extra->kind, extra->fate);
		const char *line =
		        line_with(&lines, EVIDENCE_WITH, extra->kind == KIND_PEERPOD ? extra->name : extra->id);

		CU_ASSERT_TRUE(line && strstr(line, fate));
		CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&text), fate));
	}
	buffer_finish(&text);
	evidence_lines_finish(&lines);
	sweep_plan_destroy(plan);
	report_unref(report);
	memory_close(memory);
}

static void a_recheck_reads_all_again(void)
{
	struct memory *memory;
	const struct report *report, *fresh;

	make_world();
	memory = world_memory(&world, "");
	report = world_settle(&world, memory);
	world_pass(&world, MINUTES(1));
	fresh = world_recheck(&world, memory, report, "i-1");
	CU_ASSERT_EQUAL(item_of(fresh, "i-1")->verdict, VERDICT_ORPHAN);
	CU_ASSERT_EQUAL(fresh->began, world.now);
	report_unref(fresh);
	world_add_pod(&world.clusters[0], "shop", "web-0", WORLD_NOW - HOURS(2));
	fresh = world_recheck(&world, memory, report, "i-1");
	CU_ASSERT_EQUAL(item_of(fresh, "i-1")->verdict, VERDICT_LIVE);
	report_unref(fresh);
	world.clusters[0].state = SURVEY_UNREAD;
	fresh = world_recheck(&world, memory, report, "i-1");
	CU_ASSERT_EQUAL(item_of(fresh, "i-1")->verdict, VERDICT_UNKNOWN);
	report_unref(fresh);
	world.clusters[0].state = SURVEY_READ;
	fresh = world_recheck(&world, memory, report, "eni-1");
	CU_ASSERT_EQUAL(report_leftover(item_of(fresh, "eni-1"))->facts.vm_exists, ANSWER_NO);
	report_unref(fresh);
	CU_ASSERT_PTR_NULL(world_recheck(&world, memory, report, "i-none"));
	report_unref(report);
	memory_close(memory);
}

static const struct unit_test tests[] = {
        UNIT_TEST(the_worst_come_first_with_totals_and_costs),
        UNIT_TEST(leftovers_are_judged_by_what_the_cloud_says_by_id),
        UNIT_TEST(prices_are_asked_once_per_sort_of_vm),
        UNIT_TEST(a_vm_without_its_disk_has_no_price),
        UNIT_TEST(records_are_published_worst_first),
        UNIT_TEST(each_item_is_json),
        UNIT_TEST(evidence_is_told_in_lines),
        UNIT_TEST(evidence_and_plan_say_it_in_the_same_words),
        UNIT_TEST(a_recheck_reads_all_again),
};
const struct unit_suite scan_report_suite = UNIT_SUITE("scan report", tests);
