// SPDX-License-Identifier: Apache-2.0
// Instances with their network interfaces and disks: making, starting, stopping, deleting.
#ifndef PEERDECK_SIM_INSTANCES_H
#define PEERDECK_SIM_INSTANCES_H

#include "sim/world.h"

struct instance_plan {
	enum random_stream stream;
	enum made_by made_by;
	enum vm_sort sort;
	const char *name, *hostname, *description, *image_id, *key_pair, *charge_type, *spot_strategy;
	const char *disk_category;
	const struct instance_type *type;
	struct vswitch *vswitch;
	struct security_group *groups[MAX_GROUPS];
	size_t group_count;
	int64_t disk_gib;
	bool public_address, confidential, deletion_protection;
	int64_t created; // virtual ms; 0 = now: it goes through Pending and Starting
};

// NULL when the vSwitch has no address left. With `created` in the past it is Running already.
struct instance *instance_create(struct world *world, const struct instance_plan *plan);
// The ways between states; each takes its time.
void instance_start(struct world *world, struct instance *instance);
void instance_stop(struct world *world, struct instance *instance);
void instance_reboot(struct world *world, struct instance *instance);
// Stops it first when it runs; then it is gone with what is released with it.
void instance_delete(struct world *world, struct instance *instance);
bool instance_is_transitional(const struct instance *instance);

struct eni *eni_create(struct world *world, enum random_stream stream, struct vswitch *vswitch,
        struct security_group *const *groups, size_t group_count, enum made_by made_by);
void eni_destroy(struct world *world, struct eni *eni);
struct disk *disk_create(struct world *world, enum random_stream stream, struct region *region, const char *zone,
        const char *category, int64_t gib, enum made_by made_by);

struct vpc *vpc_create(struct world *world, enum random_stream stream, struct region *region, const char *name,
        const char *cidr, enum made_by made_by);
struct vswitch *vswitch_create(struct world *world, enum random_stream stream, struct vpc *vpc, char zone_letter,
        const char *name, uint32_t network, int prefix, enum made_by made_by);
struct security_group *security_group_create(
        struct world *world, enum random_stream stream, struct vpc *vpc, const char *name, enum made_by made_by);
void security_group_allow(struct world *world, struct security_group *group, const char *direction,
        const char *protocol, const char *port_range, const char *source, const char *description);
struct eip *eip_create(struct world *world, enum random_stream stream, struct region *region, const char *name,
        int64_t bandwidth, enum made_by made_by);

#endif
