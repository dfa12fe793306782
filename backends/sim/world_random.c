// SPDX-License-Identifier: Apache-2.0
// Throws the dice for clusters, what runs on them and what befalls them.
#include "config.h"
#include "sim/world_random.h"

#include <stdio.h>
#include <string.h>

#include "sim/caa_config.h"
#include "sim/random.h"

#include "base/banned.h"

enum { MOST_CLUSTERS = 4, PODS_PER_NODE = 8, HOUR_S = 3600 };

struct dice {
	struct random random;
	struct buffer *out;
	int64_t history_s;
	size_t clusters, regions;
	const char *vpc_of[MOST_CLUSTERS]; // cluster to VPC
	size_t region_of[MOST_CLUSTERS];
};

static const char *const region_ids[] = {"cn-beijing", "cn-hongkong", "ap-southeast-1"};
static const char *const cluster_names[] = {"alpha", "beta", "gamma", "delta"};

static bool chance(struct dice *dice, double probability)
{
	return random_chance(&dice->random, probability);
}

static int64_t between(struct dice *dice, int64_t least, int64_t most)
{
	return random_between(&dice->random, least, most);
}

static double share(struct dice *dice, double least, double most)
{
	return least + (most - least) * (double)random_below(&dice->random, 1000) / 1000;
}

static void maybe_mean(struct dice *dice, const char *name, double probability, int64_t least_h, int64_t most_h)
{
	if (chance(dice, probability))
		buffer_printf(dice->out, " %s = %lld.0;", name,
		        (long long)(between(dice, least_h * HOUR_S, most_h * HOUR_S)));
}

// These take all VMs of a node with them, whose pods then start anew: seldom enough not to feed themselves.
static bool crashes(enum leak_path path)
{
	return path == LEAK_A3 || path == LEAK_G6;
}

static void write_rates(struct dice *dice)
{
	buffer_printf(dice->out, "\n    rates = {");
	for (int path = LEAK_NONE + 1; path < LEAK_P1; path++)
		if (path != LEAK_G1 && path != LEAK_G3 && path != LEAK_A1 && path != LEAK_A7 && chance(dice, 0.3))
			buffer_printf(dice->out, " %s = %.3f;", leak_path_name((enum leak_path)path),
			        share(dice, 0.001, crashes((enum leak_path)path) ? 0.004 : 0.15));
	buffer_printf(dice->out, " };\n    mishaps = {");
	maybe_mean(dice, "adaptor_crash", 0.5, 2, 16);
	maybe_mean(dice, "roll_out", 0.25, 6, 30);
	maybe_mean(dice, "reboot", 0.35, 3, 24);
	maybe_mean(dice, "stop", 0.25, 4, 24);
	maybe_mean(dice, "partition", 0.35, 2, 16);
	maybe_mean(dice, "node_lost", 0.15, 6, 30);
	maybe_mean(dice, "force_delete", 0.35, 1, 10);
	maybe_mean(dice, "config_change", 0.1, 8, 30);
	buffer_printf(dice->out, " };");
}

static void write_happenings(struct dice *dice)
{
	static const struct {
		const char *name;
		double probability;
	} rows[] = {{"restore-peerpods", 0.15}, {"region", 0.06}, {"node-object", 0.1}, {"evict", 0.15},
	        {"quarantine", 0.3}, {"delete-vm", 0.2}, {"partition", 0.2}, {"force-delete", 0.3},
	        {"adaptor-crash", 0.3}, {"reboot", 0.2}};
	buffer_printf(dice->out, "\n    happenings = (");
	bool first = true;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (!chance(dice, rows[i].probability))
			continue;
		// Some of them after the start, while somebody looks.
		bool later = chance(dice, 0.4);
		buffer_printf(dice->out, "%s { name = \"%s\"; %s = %lld.0; }", first ? "" : ",", rows[i].name,
		        later ? "after" : "ago", (long long)between(dice, 60, later ? 2 * HOUR_S : dice->history_s));
		first = false;
	}
	buffer_printf(dice->out, " );");
}

static void write_podvms(struct dice *dice, size_t index, int64_t nodes)
{
	static const char *const controllers[] = {"absent", "absent", "removed", "ready", "ready", "no-credentials"};
	static const int64_t limits[] = {10 << 20, 10 << 20, 256 * 1024, 24 * 1024};
	const struct caa_release *release = &caa_releases[random_below(&dice->random, caa_release_count)];
	int64_t pods = chance(dice, 0.1) ? 0 : chance(dice, 0.3) ? between(dice, 15, 40) : between(dice, 1, 14);
	pods = pods < nodes * PODS_PER_NODE ? pods : nodes * PODS_PER_NODE;
	buffer_printf(dice->out,
	        "\n  podvms = { count = %lld; every = %lld.0; past_every = %lld.0; release = \"%s\"; controller = "
	        "\"%s\"; "
	        "log_limit = %lld;",
	        (long long)pods, (long long)between(dice, 400, 2400), (long long)between(dice, 900, 5400),
	        release->name, controllers[random_below(&dice->random, COUNT_OF(controllers))],
	        (long long)limits[random_below(&dice->random, COUNT_OF(limits))]);
	if (chance(dice, 0.45))
		buffer_printf(dice->out, " own_tag = true;");
	else if (index && chance(dice, 0.3))
		buffer_printf(dice->out, " tag_of = \"%s\";", cluster_names[random_below(&dice->random, index)]);
	else if (chance(dice, 0.4))
		buffer_printf(dice->out, " tags = \"team=platform,owner=ops\";");
	if (chance(dice, 0.25))
		buffer_printf(dice->out, " external_network = true;");
	if (chance(dice, 0.3))
		buffer_printf(dice->out, " public = true;");
	if (chance(dice, 0.3))
		buffer_printf(dice->out, " slow = %.2f;", share(dice, 0.02, 0.3));
	if (chance(dice, 0.12))
		buffer_printf(dice->out, " clock = %lld.0;", (long long)between(dice, -900, 900));
	if (chance(dice, 0.15))
		buffer_printf(dice->out, " node_clocks = %lld.0;", (long long)between(dice, 20, 700));
	if (release->has_developer_mode && chance(dice, 0.1))
		buffer_printf(dice->out, " developer_mode = true;");
	write_rates(dice);
	write_happenings(dice);
	buffer_printf(dice->out, " };");
}

static void write_cluster(struct dice *dice, size_t index)
{
	size_t region = random_below(&dice->random, dice->regions);
	const char *vpc = cluster_names[index];
	// Often in the VPC, and then on the vSwitches, of another one.
	for (size_t i = 0; i < index; i++)
		if (chance(dice, 0.35)) {
			region = dice->region_of[i];
			vpc = dice->vpc_of[i];
		}
	dice->region_of[index] = region;
	dice->vpc_of[index] = vpc;
	int64_t nodes = between(dice, 1, 6);
	buffer_printf(dice->out,
	        "%s{ region = \"%s\"; name = \"%s\"; vpc = \"net-%s\"; container_cidr = \"10.%d.0.0/16\"; "
	        "deletion_protection = false;\n  pools = ( { name = \"workers\"; type = \"ecs.g7.2xlarge\"; size = "
	        "%lld; } );",
	        index ? ",\n" : "", region_ids[region], cluster_names[index], vpc, 244 + (int)index, (long long)nodes);
	write_podvms(dice, index, nodes);
	buffer_printf(dice->out, " }");
}

// VMs of people, some of which look like pod VMs.
static void write_others(struct dice *dice)
{
	static const char *const names[] = {"podvm-jump-host", "podvm-web-0-cafe0123", "podvm-nginx-0badc0de",
	        "build-host", "podvm-ledger-0-12345678"};
	buffer_printf(dice->out, "instances = (");
	size_t count = random_below(&dice->random, 4);
	for (size_t i = 0; i < count; i++) {
		size_t cluster = random_below(&dice->random, dice->clusters);
		buffer_printf(dice->out,
		        "%s { region = \"%s\"; vpc = \"net-%s\"; name = \"%s\"; stopped = %s; prepaid = %s; }",
		        i ? "," : "", region_ids[dice->region_of[cluster]], dice->vpc_of[cluster],
		        names[random_below(&dice->random, COUNT_OF(names))], chance(dice, 0.25) ? "true" : "false",
		        chance(dice, 0.2) ? "true" : "false");
	}
	buffer_printf(dice->out, " );\n");
	if (chance(dice, 0.4))
		buffer_printf(dice->out, "leftovers = ( { region = \"%s\"; enis = %lld; eips = %lld; } );\n",
		        region_ids[dice->region_of[0]], (long long)between(dice, 0, 2), (long long)between(dice, 0, 2));
}

void world_random_scenario(uint64_t seed, struct buffer *out)
{
	struct dice dice = {.out = out};
	random_seed(&dice.random, seed ^ 0x9e3779b97f4a7c15u);
	dice.regions = 1 + random_below(&dice.random, 2);
	dice.clusters = 1 + random_below(&dice.random, MOST_CLUSTERS);
	dice.history_s = between(&dice, 2 * HOUR_S, 20 * HOUR_S);
	buffer_printf(out, "regions = [ \"%s\"", region_ids[0]);
	for (size_t i = 1; i < COUNT_OF(region_ids) && i < dice.regions; i++)
		buffer_printf(out, ", \"%s\"", region_ids[i]);
	buffer_printf(out, " ];\nhistory = %.3f;\nrules = { visible_after = %.1f; };\n",
	        (double)dice.history_s / HOUR_S, share(&dice, 0, 8));
	if (chance(&dice, 0.15))
		buffer_printf(out, "identities = ( { deny = [ \"ecs:DescribeUserData\" ]; } );\n");
	buffer_printf(out, "clusters = (\n");
	for (size_t i = 0; i < dice.clusters; i++)
		write_cluster(&dice, i);
	buffer_printf(out, "\n);\n");
	write_others(&dice);
}
