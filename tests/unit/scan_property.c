// SPDX-License-Identifier: Apache-2.0
// Random worlds, some of whose VMs are in use: whatever is hidden from the scan, and whatever is shown to it later, a
// VM in use is never an orphan.
#include "config.h"

#include "orphans/podvm_name.h"
#include "tests/unit/scan.h"
#include "tests/unit/scan_fake.h"

#include <stdlib.h>

#include "base/banned.h"

enum { WORLDS = 150, VMS_MOST = 10 };

static uint32_t state;

static uint32_t roll(uint32_t sides)
{
	state = state * 1664525u + 1013904223u;
	return (state >> 8) % sides;
}

struct truth {
	bool is_used[VMS_MOST];
	char ids[VMS_MOST][40], names[VMS_MOST][64], pods[VMS_MOST][32], uids[VMS_MOST][40], sandboxes[VMS_MOST][65],
	        ips[VMS_MOST][16], vm_ips[VMS_MOST][40], data[VMS_MOST][512];
	size_t cluster[VMS_MOST];
	bool has_log[VMS_MOST], has_peerpod[VMS_MOST];
};

static struct world world;
static struct truth truth;
static char logs[WORLD_CLUSTERS][16384];

// A pod that runs in this VM; its containers are a little younger than the VM.
static void add_use(size_t i, struct world_cluster *cluster)
{
	int64_t created = world.vms[i].created;
	struct world_pod *pod = world_add_pod(cluster, "shop", truth.pods[i], created - MINUTES((int64_t)roll(60)));

	pod->uid = truth.uids[i];
	pod->ip = truth.ips[i];
	pod->running_since = created + MINUTES(2) + SECONDS((int64_t)roll(60));
	pod->status_written = pod->running_since + MINUTES((int64_t)roll(300));
	pod->is_ready = roll(4) > 0;
	pod->is_deleting = roll(6) == 0;
	if (truth.has_peerpod[i]) {
		struct world_peerpod *peerpod = world_add_peerpod(cluster, truth.uids[i], truth.ids[i]);

		peerpod->created = created + MINUTES(2);
		peerpod->uid = truth.sandboxes[i];
	}
}

// A start that came to its end moved the pod: only VMs older than the one in use, and that one, ever answered.
static bool has_answered(size_t i)
{
	for (size_t n = 0; n < world.vm_count; n++)
		if (n != i && truth.is_used[n] && truth.cluster[n] == truth.cluster[i] &&
		        strcmp(truth.pods[n], truth.pods[i]) == 0 && world.vms[n].created <= world.vms[i].created)
			return false;
	return true;
}

static void add_log(size_t i, char *log, size_t size)
{
	size_t used = strlen(log);
	char made[TIME_TEXT_SIZE], name[PODVM_NAME_SIZE];

	time_format_iso(world.vms[i].created, made);
	podvm_name_compose(truth.pods[i], truth.sandboxes[i], PODVM_NAME_LIMIT, name);
	snprintf(log + used, size - used,
	        "%s create a sandbox %s for pod %s in namespace shop (netns: /run/netns/a)\n"
	        "%s created an instance %s for sandbox %s\n%s created an instance %s for sandbox %s\n",
	        made, truth.sandboxes[i], truth.pods[i], made, truth.ids[i], truth.sandboxes[i], made, name,
	        truth.sandboxes[i]);
	used = strlen(log);
	if (has_answered(i))
		snprintf(log + used, size - used, "%s established agent proxy connection to %s:15150\n", made,
		        truth.vm_ips[i]);
}

// Oldest first, as a log has them.
static void add_logs(void)
{
	bool is_told[VMS_MOST] = {false};

	for (size_t round = 0; round < world.vm_count; round++) {
		size_t next = SIZE_MAX;

		for (size_t i = 0; i < world.vm_count; i++)
			if (!is_told[i] && (next == SIZE_MAX || world.vms[i].created < world.vms[next].created))
				next = i;
		is_told[next] = true;
		if (truth.has_log[next])
			add_log(next, logs[truth.cluster[next]], sizeof logs[0]);
	}
}

static void add_vm(size_t i)
{
	struct world_vm *vm;

	for (int n = 0; n < 64; n++)
		truth.sandboxes[i][n] = "0123456789abcdef"[roll(16)];
	snprintf(truth.ids[i], sizeof truth.ids[i], "i-%zu", i);
	// few names, so that they are reused across namespaces, generations and clusters
	snprintf(truth.pods[i], sizeof truth.pods[i], "web-%u", roll(3));
	snprintf(truth.uids[i], sizeof truth.uids[i], "uid-%zu", i);
	snprintf(truth.ips[i], sizeof truth.ips[i], "10.244.1.%u", 10 + roll(20));
	snprintf(truth.vm_ips[i], sizeof truth.vm_ips[i], "172.16.4.%zu", 10 + i);
	podvm_name_compose(truth.pods[i], truth.sandboxes[i], PODVM_NAME_LIMIT, truth.names[i]);
	snprintf(truth.data[i], sizeof truth.data[i],
	        "write_files:\n  - path: /run/peerpod/apf.json\n    content: |\n      {\"pod-network\": {\"podip\": "
	        "\"%s/24\", \"worker-node-ip\": \"172.16.1.%zu/24\"}, \"pod-namespace\": \"shop\", \"pod-name\": "
	        "\"%s\"}\n",
	        truth.ips[i], 5 + truth.cluster[i], truth.pods[i]);
	vm = world_add_vm(&world, truth.ids[i], truth.names[i], WORLD_NOW - MINUTES(5 + (int64_t)roll(600)));
	vm->ip = truth.vm_ips[i];
	if (roll(2))
		vm->data = truth.data[i];
	if (roll(4) == 0)
		vm->tags[vm->tag_count++] = (struct text_pair){"caa-cluster-uid", roll(2) ? "u-0" : "u-1"};
}

static void make_world(uint32_t seed)
{
	static const char *const ids[] = {"c-0", "c-1"}, *const uids[] = {"u-0", "u-1"},
	                         *const ips[] = {"172.16.1.5", "172.16.1.6"};
	size_t clusters;

	state = seed;
	world_init(&world);
	memset(&truth, 0, sizeof truth);
	memset(logs, 0, sizeof logs);
	world.cluster_count = world.vm_count = 0;
	clusters = 1 + roll(2);
	for (size_t c = 0; c < clusters; c++)
		world_add_cluster(&world, ids[c], uids[c])->nodes[0].ip = ips[c];
	for (size_t i = 0; i < 2 + roll(VMS_MOST - 1); i++) {
		truth.cluster[i] = roll((uint32_t)clusters);
		truth.has_log[i] = roll(2);
		truth.has_peerpod[i] = roll(3) == 0;
		add_vm(i);
		truth.is_used[i] = roll(2);
		for (size_t n = 0; n < i; n++)
			if (truth.is_used[n] && truth.cluster[n] == truth.cluster[i] &&
			        strcmp(truth.pods[n], truth.pods[i]) == 0)
				truth.is_used[i] = false; // one pod of a name in a namespace
		if (truth.is_used[i])
			add_use(i, &world.clusters[truth.cluster[i]]);
	}
	add_logs();
	for (size_t c = 0; c < clusters; c++)
		world.clusters[c].pods[0].log = logs[c];
}

static void hide(struct world *from)
{
	if (roll(3) == 0)
		for (size_t i = 0; i < from->vm_count; i++)
			from->vms[i].data = NULL;
	for (size_t c = 0; c < from->cluster_count; c++) {
		struct world_cluster *cluster = &from->clusters[c];

		cluster->has_no_logs = roll(3) == 0;
		if (roll(4) == 0)
			cluster->state = roll(2) ? SURVEY_UNREAD : SURVEY_DENIED;
		cluster->pods_are_cut = roll(6) == 0;
		cluster->peerpods_are_denied = roll(6) == 0;
		cluster->is_readable = roll(6) > 0;
		if (roll(8) == 0)
			cluster->config_count = 0;
	}
	from->is_cut[0] = roll(10) == 0;
	from->has_no_disks = roll(10) == 0;
}

static size_t wrong(const struct report *report, uint32_t seed)
{
	size_t found = 0;

	for (size_t i = 0; i < world.vm_count; i++) {
		const struct report_item *item = report_find(report, truth.ids[i]);

		if (item && truth.is_used[i] && item->verdict == VERDICT_ORPHAN) {
			printf("\n    seed %u: %s is in use and judged orphan\n", seed, truth.ids[i]);
			found++;
		}
	}
	return found;
}

static void a_vm_in_use_is_never_an_orphan_whatever_is_known(void)
{
	static struct world whole;
	size_t found = 0, orphans = 0, leaks = 0;

	for (uint32_t seed = 1; seed <= WORLDS; seed++) {
		struct memory *memory;
		const struct report *report;

		make_world(seed);
		memory = world_memory(&world, "");
		whole = world;
		for (int round = 0; round < 6; round++) {
			int64_t now = world.now, monotonic = world.monotonic;

			world = whole;
			world.clock.user = &world;
			world.now = now;
			world.monotonic = monotonic;
			// knowledge comes and goes; at the end all of it is there
			if (round < 4)
				hide(&world);
			report = world_settle(&world, memory);
			CU_ASSERT_PTR_NOT_NULL_FATAL(report);
			found += wrong(report, seed);
			if (round == 5) {
				orphans += report->totals[VERDICT_ORPHAN].count;
				for (size_t i = 0; i < world.vm_count; i++)
					leaks += !truth.is_used[i];
			}
			report_unref(report);
		}
		memory_close(memory);
	}
	printf("(%zu of %zu leaks found) ", orphans, leaks);
	CU_ASSERT_EQUAL(found, 0);
	CU_ASSERT_TRUE(orphans > 0);
}

static const struct unit_test tests[] = {UNIT_TEST(a_vm_in_use_is_never_an_orphan_whatever_is_known)};
const struct unit_suite scan_property_suite = UNIT_SUITE("scan property", tests);
