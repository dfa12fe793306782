// SPDX-License-Identifier: Apache-2.0
// A small world for the inventory tests and bench.
#include "config.h"
#include "tests/unit/inventory_world.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/banned.h"

static int64_t wall(void *user)
{
	return ((struct world_clock *)user)->wall;
}

static int64_t monotonic(void *user)
{
	return ((struct world_clock *)user)->monotonic;
}

void world_clock_init(struct world_clock *clock)
{
	clock->clock = (struct clock){wall, monotonic, clock};
	clock->wall = WORLD_NOW;
	clock->monotonic = 1000;
}

struct scope world_scope(const char *region, const char *cluster)
{
	struct scope scope = {.context = "prod"};

	snprintf(scope.region, sizeof(scope.region), "%s", region);
	snprintf(scope.cluster, sizeof(scope.cluster), "%s", cluster);
	return scope;
}

struct snapshot_builder *world_builder(enum kind_id kind, const char *region, const char *cluster)
{
	struct scope scope = world_scope(region, cluster);
	struct snapshot_builder *builder = snapshot_builder_create(kind, &scope, NULL);

	if (!builder)
		abort();
	return builder;
}

// The same number gives the same word, neighbours give very different ones.
static unsigned scramble(unsigned number)
{
	number = (number ^ 61) ^ number >> 16;
	number *= 9;
	number ^= number >> 4;
	number *= 0x27d4eb2d;
	return number ^ number >> 15;
}

struct vm_record *world_vm(struct snapshot_builder *builder, const char *region, unsigned number)
{
	static const char *const types[] = {"ecs.g8i.xlarge", "ecs.g8i.2xlarge", "ecs.g7.xlarge", "ecs.c8i.large"};
	static const char *const statuses[] = {"Running", "Running", "Running", "Running", "Starting", "Stopped"};
	static const char *const apps[] = {"nginx", "payments", "train", "web", "北京-批处理", "数据库"};
	unsigned noise = scramble(number);
	char text[96], eni[48];
	const char *enis[] = {eni}, *group = "sg-2ze8p0aaaaaaaaaaaaaa";
	struct text_pair tags[3] = {
	        {"caa-cluster-uid", "6f0e1d2c-0000-4000-8000-aabbccddee21"}, {"caa", "true"}, {"team", text}};
	struct vm_record *vm;

	snprintf(text, sizeof(text), "i-2ze%08x%07x", noise, number);
	vm = snapshot_add(builder, text);
	if (!vm)
		return NULL;
	snprintf(text, sizeof(text), "podvm-%s-%08x", apps[noise / 7 % COUNT_OF(apps)], noise);
	vm->record.name = snapshot_text(builder, text);
	vm->record.region = snapshot_shared(builder, region);
	vm->record.status = snapshot_shared(builder, statuses[noise / 3 % COUNT_OF(statuses)]);
	vm->record.created = WORLD_NOW - (int64_t)(noise % 10000000) * 1000;
	vm->sort = snapshot_shared(builder, "podvm");
	vm->type = snapshot_shared(builder, types[noise / 11 % COUNT_OF(types)]);
	snprintf(text, sizeof(text), "%s-%c", region, 'a' + noise % 4);
	vm->zone = snapshot_shared(builder, text);
	vm->vpc_id = snapshot_shared(builder, "vpc-2zeabaaaaaaaaaaaaaaaa");
	vm->vswitch_id = snapshot_shared(builder, "vsw-2zek1aaaaaaaaaaaaaaaa");
	snprintf(text, sizeof(text), "172.%u.%u.%u", number >> 16 & 255, number >> 8 & 255, number & 255);
	vm->private_ip = snapshot_text(builder, text);
	vm->image_id = snapshot_shared(builder, "m-2zecw64aaaaaaaaaaaaa");
	vm->charge_type = snapshot_shared(builder, "PostPaid");
	vm->spot_strategy = snapshot_shared(builder, "NoSpot");
	vm->cluster = snapshot_shared(builder, noise % 3 ? "caa" : "ci-nightly");
	vm->vcpu = 4;
	vm->memory_mib = 16384;
	vm->started = vm->record.created + 15000;
	snprintf(eni, sizeof(eni), "eni-2ze%08x%07x", ~noise, number);
	vm->eni_ids = snapshot_list(builder, enis, 1, false);
	vm->security_group_ids = snapshot_list(builder, &group, 1, true);
	snprintf(text, sizeof(text), "team-%u", noise % 12);
	vm->tags = snapshot_tags(builder, tags, 3);
	return vm;
}

struct snapshot *world_vms(const char *region, unsigned first, unsigned count, int64_t read_at)
{
	struct snapshot_builder *builder = world_builder(KIND_VM, region, "");

	for (unsigned i = 0; i < count; i++)
		world_vm(builder, region, first + i);
	return snapshot_finish(builder, read_at, NULL);
}

struct snapshot *world_named_vms(const char *region, const char *const *triples)
{
	struct snapshot_builder *builder = world_builder(KIND_VM, region, "");

	for (; *triples; triples += 3) {
		struct vm_record *vm = snapshot_add(builder, triples[0]);

		vm->record.name = snapshot_text(builder, triples[1]);
		vm->record.status = snapshot_shared(builder, triples[2]);
		vm->record.region = snapshot_shared(builder, region);
		vm->sort = snapshot_shared(builder, "podvm");
	}
	return snapshot_finish(builder, WORLD_NOW, NULL);
}

void world_folder_make(char *path, size_t size)
{
	snprintf(path, size, "/tmp/peerdeck-test-XXXXXX");
	if (!mkdtemp(path))
		abort();
}

void world_folder_remove(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	char file[512];

	while (folder && (entry = readdir(folder))) {
		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		if (entry->d_name[0] != '.')
			unlink(file);
	}
	if (folder)
		closedir(folder);
	rmdir(path);
}
