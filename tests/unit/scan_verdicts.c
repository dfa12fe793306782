// SPDX-License-Identifier: Apache-2.0
// Each verdict, reached through the whole collector.
#include "config.h"

#include "tests/unit/scan.h"
#include "tests/unit/scan_fake.h"

#include "base/banned.h"

static const struct report_item *item_of(const struct report *report, const char *id)
{
	const struct report_item *item = report ? report_find(report, id) : NULL;

	CU_ASSERT_PTR_NOT_NULL_FATAL(item);
	return item;
}

static void expect(const struct report *report, const char *id, enum verdict verdict, enum rule rule, unsigned line)
{
	const struct report_item *item = item_of(report, id);

	if (item->verdict != verdict || item->judgement.rule != rule)
		printf("\n    %s: got %s (%s), wanted %s (%s)\n", id, verdict_name(item->verdict),
		        rule_name(item->judgement.rule), verdict_name(verdict), rule_name(rule));
	CU_assertImplementation(
	        item->verdict == verdict && item->judgement.rule == rule, line, "verdict", __FILE__, "", CU_FALSE);
}
#define EXPECT(report, id, verdict, rule) expect(report, id, verdict, rule, __LINE__)

// Settles the world and looks at i-1.
static void settled(struct world *world, enum verdict verdict, enum rule rule, unsigned line)
{
	struct memory *memory = world_memory(world, "");
	const struct report *report = world_settle(world, memory);

	expect(report, "i-1", verdict, rule, line);
	report_unref(report);
	memory_close(memory);
}
#define SETTLED(world, verdict, rule) settled(world, verdict, rule, __LINE__)

static void once(struct world *world, enum verdict verdict, enum rule rule, unsigned line)
{
	struct memory *memory = world_memory(world, "");
	const struct report *report = world_scan(world, memory);

	expect(report, "i-1", verdict, rule, line);
	report_unref(report);
	memory_close(memory);
}
#define ONCE(world, verdict, rule) once(world, verdict, rule, __LINE__)

static struct world world;

static void a_vm_whose_pod_is_gone_becomes_an_orphan(void)
{
	world_init(&world);
	ONCE(&world, VERDICT_SUSPECT, RULE_SEEN);
	world_init(&world);
	SETTLED(&world, VERDICT_ORPHAN, RULE_ORPHAN);
}

static void a_pod_of_its_name_keeps_it_live(void)
{
	world_init(&world);
	world_add_pod(&world.clusters[0], "shop", "web-0", WORLD_NOW - HOURS(2));
	ONCE(&world, VERDICT_LIVE, RULE_LIVE_LOG);
	world.clusters[0].pods[0].log = "";
	ONCE(&world, VERDICT_LIVE, RULE_LIVE_NAME);
}

static void a_peerpod_keeps_it_live(void)
{
	struct world_pod *pod;

	world_init(&world);
	pod = world_add_pod(&world.clusters[0], "shop", "other-name", WORLD_NOW - HOURS(2));
	world_add_peerpod(&world.clusters[0], pod->uid, "i-1");
	ONCE(&world, VERDICT_LIVE, RULE_LIVE_PEERPOD);
}

#define APF(ns, name, ip, worker)                                                                                      \
	"#cloud-config\n\nwrite_files:\n  - path: /run/peerpod/apf.json\n    content: |\n      {\"pod-network\": "     \
	"{\"podip\": \"" ip "/24\", \"worker-node-ip\": \"" worker "/24\"}, \"pod-namespace\": \"" ns                  \
	"\", \"pod-name\": \"" name "\"}\n"

static void user_data_keeps_it_live_and_proves_the_owner(void)
{
	world_init(&world);
	world.clusters[0].pods[0].log = "";
	world.vms[0].data = APF("shop", "web-0", "10.244.1.5", "172.16.1.5");
	world_add_pod(&world.clusters[0], "shop", "web-0", WORLD_NOW - HOURS(2));
	ONCE(&world, VERDICT_LIVE, RULE_LIVE_DATA);
	world.clusters[0].pod_count = 1;
	SETTLED(&world, VERDICT_ORPHAN, RULE_ORPHAN);
	CU_ASSERT_EQUAL(world.data_asked, 1 + 1);
}

// The address of an earlier sandbox came back to the same pod. The stale VM is not called live, and not deleted either.
static void an_address_that_came_back_makes_the_older_vm_suspect(void)
{
	const struct report *report;

	world_init(&world);
	world.clusters[0].pods[0].log = "";
	world.vms[0].data = APF("shop", "web-0", "10.244.1.5", "172.16.1.5");
	world_add_pod(&world.clusters[0], "shop", "web-0", WORLD_NOW - HOURS(4));
	for (unsigned i = 0; i < 2; i++) // the youngest counts, in whatever order the cloud lists them
		world_add_vm(&world, i ? "i-2" : "i-3", i ? "podvm-web-0-00000002" : "podvm-web-0-00000003",
		        WORLD_NOW - HOURS(i ? 2 : 1))
		        ->data = APF("shop", "web-0", "10.244.1.5", "172.16.1.5");
	report = world_scan(&world, NULL);
	CU_ASSERT_EQUAL(item_of(report, "i-1")->judgement.rule, RULE_CONFLICT);
	CU_ASSERT_EQUAL(item_of(report, "i-2")->judgement.rule, RULE_CONFLICT);
	CU_ASSERT_EQUAL(item_of(report, "i-3")->judgement.rule, RULE_LIVE_DATA);
	report_unref(report);
}

static void user_data_of_an_unknown_worker_proves_no_owner(void)
{
	world_init(&world);
	world.clusters[0].pods[0].log = "";
	world.vms[0].data = APF("shop", "web-0", "10.244.1.5", "172.16.1.99");
	SETTLED(&world, VERDICT_SUSPECT, RULE_NOT_OWNED);
	// a node that is younger than the VM did not make it
	world_init(&world);
	world.clusters[0].pods[0].log = "";
	world.clusters[0].nodes[0].created = WORLD_NOW - HOURS(1);
	world.vms[0].data = APF("shop", "web-0", "10.244.1.5", "172.16.1.5");
	SETTLED(&world, VERDICT_SUSPECT, RULE_NOT_OWNED);
}

// Both clusters have a Node of that address, and the network is the other's: the adaptor that made it knows better.
static void init_two_networks(const char *data, const char *second_node)
{
	world_init(&world);
	world.vms[0].data = data;
	// a second VM of the pod: then user data is read also where a log tells
	world_add_vm(&world, "i-2", "podvm-web-0-00000002", WORLD_NOW - HOURS(2));
	world_add_cluster(&world, "second", "u-second")->nodes[0].ip = second_node;
	world.clusters[0].vpc = "vpc-of-its-nodes";
}

static void an_adaptor_that_was_told_another_network_still_owns_its_vms(void)
{
	init_two_networks(APF("shop", "web-0", "10.244.1.5", "172.16.1.5"), "172.16.1.5");
	SETTLED(&world, VERDICT_ORPHAN, RULE_ORPHAN);
	// without that Node the two contradict each other
	init_two_networks(APF("shop", "web-0", "10.244.1.5", "172.16.1.6"), "172.16.1.6");
	SETTLED(&world, VERDICT_SUSPECT, RULE_OWNERS_DISAGREE);
}

static void foreign_vms_are_told_by_what_pod_vms_never_are(void)
{
	world_init(&world);
	world.vms[0].name = "web-server";
	ONCE(&world, VERDICT_FOREIGN, RULE_FOREIGN_NAME);
	world_init(&world);
	world.vms[0].charge = "PrePaid";
	ONCE(&world, VERDICT_FOREIGN, RULE_FOREIGN_PREPAID);
	world_init(&world);
	world.vms[0].has_data_disk = true;
	ONCE(&world, VERDICT_FOREIGN, RULE_FOREIGN_DISKS);
	world_init(&world);
	world.clusters[0].nodes[0].id = "i-1";
	ONCE(&world, VERDICT_FOREIGN, RULE_FOREIGN_NODE);
	world_init(&world);
	world.clusters[0].pods[0].log = "";
	world.vms[0].vswitch = "vsw-other";
	ONCE(&world, VERDICT_FOREIGN, RULE_FOREIGN_NETWORK);
	world_init(&world);
	world.vms[0].tags[world.vms[0].tag_count++] = (struct text_pair){"caa-cluster-uid", "somebody-else"};
	ONCE(&world, VERDICT_FOREIGN, RULE_FOREIGN_TAG);
	world_init(&world);
	world.clusters[0].pods[0].log = "";
	world.vms[0].data = "#!/bin/sh\necho hello\n";
	ONCE(&world, VERDICT_FOREIGN, RULE_FOREIGN_DATA);
	world_init(&world);
	world.vms[0].tags[world.vms[0].tag_count++] = (struct text_pair){"peerdeck-keep", "true"};
	ONCE(&world, VERDICT_FOREIGN, RULE_FOREIGN_KEPT);
}

static void a_young_vm_is_being_created(void)
{
	world_init(&world);
	world.vms[0].created = WORLD_NOW - MINUTES(10);
	ONCE(&world, VERDICT_CREATING, RULE_CREATING_YOUNG);
	world_init(&world);
	world.vms[0].created = WORLD_NOW - MINUTES(25);
	world.vms[0].status = "Starting";
	ONCE(&world, VERDICT_CREATING, RULE_CREATING_STAGE);
	world_init(&world);
	world.vms[0].created = WORLD_NOW - MINUTES(25);
	world.clusters[0].pods[0].log =
	        "2026-11-20T20:12:10.000000000Z CreateInstance: name: \"podvm-web-0-0123abcd\"\n";
	ONCE(&world, VERDICT_CREATING, RULE_CREATING_LOG);
	world_init(&world);
	world.vms[0].created = WORLD_NOW - MINUTES(25);
	*world_add_pod(&world.clusters[0], "shop", "waiting", WORLD_NOW - MINUTES(25)) = (struct world_pod){.uid = "w",
	        .space = "shop",
	        .name = "waiting",
	        .node = "n1",
	        .phase = "Pending",
	        .is_peer = true,
	        .created = WORLD_NOW - MINUTES(25)};
	ONCE(&world, VERDICT_CREATING, RULE_CREATING_POD);
}

static void a_reused_name_does_not_hide_the_older_vm(void)
{
	world_init(&world);
	world_add_pod(&world.clusters[0], "shop", "web-0", WORLD_NOW - HOURS(1));
	world_add_vm(&world, "i-2", "podvm-web-0-fedc4567", WORLD_NOW - HOURS(1) + MINUTES(1));
	{
		struct memory *memory = world_memory(&world, "");
		const struct report *report = world_settle(&world, memory);

		EXPECT(report, "i-1", VERDICT_ORPHAN, RULE_ORPHAN);
		CU_ASSERT_TRUE(judgement_has(&item_of(report, "i-1")->judgement, FACT_T1));
		EXPECT(report, "i-2", VERDICT_LIVE, RULE_LIVE_NAME);
		report_unref(report);
		memory_close(memory);
	}
}

static void one_pod_of_a_cut_name_keeps_all_its_vms_live(void)
{
	static const char part[] = "a-deployment-with-a-name-that-is-very-long-indee";

	world_init(&world);
	world.clusters[0].pods[0].log = "";
	world.vms[0].name = "podvm-a-deployment-with-a-name-that-is-very-long-indee-0123abcd";
	CU_ASSERT_EQUAL(strlen(part), 48);
	world_add_pod(&world.clusters[0], "shop", "a-deployment-with-a-name-that-is-very-long-indeed-7d9c6b5f4-abcde",
	        WORLD_NOW - HOURS(2));
	world_add_pod(&world.clusters[0], "shop", "a-deployment-with-a-name-that-is-very-long-indeed-7d9c6b5f4-fghij",
	        WORLD_NOW - MINUTES(5));
	ONCE(&world, VERDICT_LIVE, RULE_LIVE_NAME);
	CU_ASSERT_EQUAL(world.prices_asked, 1);
}

// The pod was moved to another VM by the adaptor's own log: S2.
static void the_log_proves_a_successor(void)
{
	world_init(&world);
	world.clusters[0].pods[0].log =
	        "2026-11-20T18:51:00.000000000Z create a sandbox " SANDBOX_1
	        " for pod web-0 in namespace shop (netns: /run/netns/cni-1)\n"
	        "2026-11-20T18:52:10.000000000Z created an instance i-1 for sandbox " SANDBOX_1 "\n"
	        "2026-11-20T18:52:10.000000000Z created an instance podvm-web-0-0123abcd for sandbox " SANDBOX_1 "\n"
	        "2026-11-20T19:51:00.000000000Z create a sandbox " SANDBOX_2
	        " for pod web-0 in namespace shop (netns: /run/netns/cni-2)\n"
	        "2026-11-20T19:52:10.000000000Z created an instance i-2 for sandbox " SANDBOX_2 "\n"
	        "2026-11-20T19:52:10.000000000Z created an instance podvm-web-0-fedc4567 for sandbox " SANDBOX_2 "\n"
	        "2026-11-20T19:53:10.000000000Z established agent proxy connection to 172.16.4.10:15150\n";
	world_add_pod(&world.clusters[0], "shop", "web-0", WORLD_NOW - HOURS(2) - MINUTES(1))->running_since =
	        WORLD_NOW - MINUTES(50);
	world_add_vm(&world, "i-2", "podvm-web-0-fedc4567", WORLD_NOW - HOURS(1))->ip = "172.16.4.10";
	{
		struct memory *memory = world_memory(&world, "");
		const struct report *report = world_settle(&world, memory);

		EXPECT(report, "i-1", VERDICT_ORPHAN, RULE_ORPHAN);
		CU_ASSERT_TRUE(judgement_has(&item_of(report, "i-1")->judgement, FACT_S2));
		EXPECT(report, "i-2", VERDICT_LIVE, RULE_LIVE_LOG);
		report_unref(report);
		memory_close(memory);
	}
}

// Both made within one minute: the log's order tells what the cloud's times cannot.
static void the_order_of_one_log_proves_a_successor_within_a_minute(void)
{
	struct memory *memory;
	const struct report *report;

	world_init(&world);
	world.clusters[0].pods[0].log =
	        "2026-11-20T18:51:00.000000000Z create a sandbox " SANDBOX_1
	        " for pod web-0 in namespace shop (netns: /run/netns/cni-1)\n"
	        "2026-11-20T18:52:10.000000000Z create a sandbox " SANDBOX_2
	        " for pod web-0 in namespace shop (netns: /run/netns/cni-2)\n"
	        "2026-11-20T18:52:12.000000000Z created an instance i-2 for sandbox " SANDBOX_2 "\n"
	        "2026-11-20T18:52:12.000000000Z created an instance podvm-web-0-fedc4567 for sandbox " SANDBOX_2 "\n"
	        "2026-11-20T18:53:10.000000000Z established agent proxy connection to 172.16.4.10:15150\n";
	world.vms[0].data = APF("shop", "web-0", "10.244.1.4", "172.16.1.5");
	world_add_pod(&world.clusters[0], "shop", "web-0", WORLD_NOW - HOURS(2) - MINUTES(1))->running_since =
	        WORLD_NOW - HOURS(2) + MINUTES(2);
	world_add_vm(&world, "i-2", "podvm-web-0-fedc4567", WORLD_NOW - HOURS(2))->ip = "172.16.4.10";
	memory = world_memory(&world, "");
	report = world_settle(&world, memory);
	EXPECT(report, "i-1", VERDICT_ORPHAN, RULE_ORPHAN);
	CU_ASSERT_TRUE(judgement_has(&item_of(report, "i-1")->judgement, FACT_S2));
	EXPECT(report, "i-2", VERDICT_LIVE, RULE_LIVE_LOG);
	report_unref(report);
	memory_close(memory);
}

static void a_refused_stop_is_told_with_its_line(void)
{
	world_init(&world);
	world.clusters[0].pods[0].previous = world.clusters[0].pods[0].log;
	world.clusters[0].pods[0].restarts = 1;
	world.clusters[0].pods[0].log =
	        "2026-11-20T20:10:00.000000000Z stopping VM: sandbox " SANDBOX_1 " does not exist\n";
	{
		struct memory *memory = world_memory(&world, "");
		const struct report *report = world_settle(&world, memory);
		const struct report_item *item = item_of(report, "i-1");
		struct evidence evidence;
		bool told = false;

		EXPECT(report, "i-1", VERDICT_ORPHAN, RULE_ORPHAN);
		report_evidence(item, &evidence);
		CU_ASSERT_TRUE(evidence.log.is_refused);
		CU_ASSERT_TRUE(evidence.log.is_mapped);
		for (size_t i = 0; i < item->line_count; i++)
			told |= strstr(item->lines[i].text, "does not exist") != NULL;
		CU_ASSERT_TRUE(told);
		report_unref(report);
		memory_close(memory);
	}
}

static void vetoes_keep_a_vm_suspect(void)
{
	world_init(&world);
	world.vms[0].is_protected = true;
	SETTLED(&world, VERDICT_SUSPECT, RULE_VETO_PROTECTED);
	world_init(&world);
	world.vms[0].lock = "security";
	SETTLED(&world, VERDICT_SUSPECT, RULE_VETO_LOCKED);
	world_init(&world);
	world.vms[0].tags[world.vms[0].tag_count++] = (struct text_pair){"owner", "alice"};
	SETTLED(&world, VERDICT_SUSPECT, RULE_VETO_TAGS);
	world_init(&world);
	world.vms[0].eip = "eip-1";
	world.eips[world.eip_count++] = (struct world_eip){"eip-1", "my address", "InUse", "i-1"};
	SETTLED(&world, VERDICT_SUSPECT, RULE_VETO_ADDRESSES);
	world_init(&world);
	world.clusters[0].config[world.clusters[0].config_count++] =
	        (struct text_pair){"PEERPODS_DEVELOPER_MODE", "true"};
	SETTLED(&world, VERDICT_SUSPECT, RULE_VETO_DEVELOPER);
	world_init(&world);
	world.clusters[0].nodes[world.clusters[0].node_count++] = (struct world_node){
	        .name = "n2", .id = "i-n2", .uid = "n2", .ip = "172.16.1.7", .is_ready = true, .created = 1};
	*world_add_pod(&world.clusters[0], "confidential-containers-system", "adaptor-n2", WORLD_NOW - HOURS(50)) =
	        world.clusters[0].pods[0];
	world.clusters[0].pods[1].uid = world.clusters[0].pods[1].name = "adaptor-n2";
	world.clusters[0].pods[1].node = "n2";
	world.clusters[0].pods[1].log = "";
	world.clusters[0].nodes[0].is_ready = false;
	SETTLED(&world, VERDICT_SUSPECT, RULE_VETO_MAKER);
}

static void tags_of_the_clusters_configuration_are_no_veto(void)
{
	world_init(&world);
	world.clusters[0].config[world.clusters[0].config_count++] =
	        (struct text_pair){"TAGS", "team=a, caa-cluster-uid=u-caa"};
	world.vms[0].tags[world.vms[0].tag_count++] = (struct text_pair){"team", "a"};
	world.vms[0].tags[world.vms[0].tag_count++] = (struct text_pair){"caa-cluster-uid", "u-caa"};
	SETTLED(&world, VERDICT_ORPHAN, RULE_ORPHAN);
}

static void a_tag_alone_is_no_proof(void)
{
	world_init(&world);
	world.clusters[0].pods[0].log = "";
	world.vms[0].tags[world.vms[0].tag_count++] = (struct text_pair){"caa-cluster-uid", "u-caa"};
	SETTLED(&world, VERDICT_SUSPECT, RULE_NOT_OWNED);
}

static void a_change_of_configuration_leaves_a_suspect(void)
{
	world_init(&world);
	world.vms[0].vswitch = "vsw-before";
	SETTLED(&world, VERDICT_SUSPECT, RULE_CONFIG_DIFFERS);
}

static void two_clusters_in_one_network_need_a_proof(void)
{
	world_init(&world);
	world_add_cluster(&world, "second", "u-second")->nodes[0].ip = "172.16.1.6";
	SETTLED(&world, VERDICT_ORPHAN, RULE_ORPHAN);
	world_init(&world);
	world_add_cluster(&world, "second", "u-second");
	world.clusters[0].pods[0].log = "";
	{
		struct memory *memory = world_memory(&world, "");
		const struct report *report = world_settle(&world, memory);

		CU_ASSERT_EQUAL(item_of(report, "i-1")->verdict, VERDICT_SUSPECT);
		CU_ASSERT_TRUE(judgement_has(&item_of(report, "i-1")->judgement, RULE_VETO_CLUSTERS));
		report_unref(report);
		memory_close(memory);
	}
	// a pod of the other cluster counts as long as nothing proves the owner
	world_init(&world);
	world.clusters[0].pods[0].log = "";
	world_add_pod(world_add_cluster(&world, "second", "u-second"), "x", "web-0", WORLD_NOW - HOURS(2));
	ONCE(&world, VERDICT_LIVE, RULE_LIVE_NAME);
}

static void a_terminal_pod_uses_nothing_after_its_grace(void)
{
	struct world_pod *pod;

	world_init(&world);
	pod = world_add_pod(&world.clusters[0], "shop", "web-0", WORLD_NOW - HOURS(2));
	pod->phase = "Succeeded";
	pod->is_terminal = true;
	pod->termination_ms = MINUTES(60);
	SETTLED(&world, VERDICT_SUSPECT, RULE_TERM);
	pod->termination_ms = SECONDS(30);
	SETTLED(&world, VERDICT_ORPHAN, RULE_ORPHAN);
}

// T2: a VM that is younger than the containers that run, once all has been steady for long enough.
static void a_steady_pod_excludes_a_younger_vm(void)
{
	world_init(&world);
	world.clusters[0].pods[0].log =
	        "2026-11-20T18:52:10.000000000Z created an instance i-1 for sandbox " SANDBOX_1 "\n"
	        "2026-11-20T18:52:10.000000000Z created an instance podvm-web-0-0123abcd for sandbox " SANDBOX_1 "\n";
	world.vms[0].data = APF("shop", "web-0", "10.244.1.77", "172.16.1.5");
	world_add_pod(&world.clusters[0], "shop", "web-0", WORLD_NOW - HOURS(5));
	{
		struct memory *memory = world_memory(&world, "");
		const struct report *report = world_scan(&world, memory);

		EXPECT(report, "i-1", VERDICT_LIVE, RULE_LIVE_NAME);
		report_unref(report);
		for (int i = 0; i < 3; i++)
			report_unref(world_settle(&world, memory));
		report = world_scan(&world, memory);
		EXPECT(report, "i-1", VERDICT_ORPHAN, RULE_ORPHAN);
		CU_ASSERT_TRUE(judgement_has(&item_of(report, "i-1")->judgement, FACT_T2));
		report_unref(report);
		memory_close(memory);
	}
}

static const struct unit_test tests[] = {
        UNIT_TEST(a_vm_whose_pod_is_gone_becomes_an_orphan),
        UNIT_TEST(a_pod_of_its_name_keeps_it_live),
        UNIT_TEST(a_peerpod_keeps_it_live),
        UNIT_TEST(user_data_keeps_it_live_and_proves_the_owner),
        UNIT_TEST(an_adaptor_that_was_told_another_network_still_owns_its_vms),
        UNIT_TEST(an_address_that_came_back_makes_the_older_vm_suspect),
        UNIT_TEST(user_data_of_an_unknown_worker_proves_no_owner),
        UNIT_TEST(foreign_vms_are_told_by_what_pod_vms_never_are),
        UNIT_TEST(a_young_vm_is_being_created),
        UNIT_TEST(a_reused_name_does_not_hide_the_older_vm),
        UNIT_TEST(one_pod_of_a_cut_name_keeps_all_its_vms_live),
        UNIT_TEST(the_log_proves_a_successor),
        UNIT_TEST(the_order_of_one_log_proves_a_successor_within_a_minute),
        UNIT_TEST(a_refused_stop_is_told_with_its_line),
        UNIT_TEST(vetoes_keep_a_vm_suspect),
        UNIT_TEST(tags_of_the_clusters_configuration_are_no_veto),
        UNIT_TEST(a_tag_alone_is_no_proof),
        UNIT_TEST(a_change_of_configuration_leaves_a_suspect),
        UNIT_TEST(two_clusters_in_one_network_need_a_proof),
        UNIT_TEST(a_terminal_pod_uses_nothing_after_its_grace),
        UNIT_TEST(a_steady_pod_excludes_a_younger_vm),
};
const struct unit_suite scan_verdicts_suite = UNIT_SUITE("scan verdicts", tests);
