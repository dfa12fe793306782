// SPDX-License-Identifier: Apache-2.0
// Reports made by hand, in the place of those that a scan makes.
#ifndef PEERDECK_TESTS_UNIT_SWEEP_REPORT_H
#define PEERDECK_TESTS_UNIT_SWEEP_REPORT_H

#include "inventory/records.h"
#include "orphans/report.h"

enum { SKETCH_ITEMS = 64, SKETCH_CLUSTERS = 4, SKETCH_BELONGINGS = 4 };

// 2026-11-20T20:52:00Z
#define SKETCH_NOW INT64_C(1795207920000)

struct sketch_item {
	struct report_item item;
	union {
		struct record record;
		struct vm_record vm;
		struct eni_record eni;
		struct eip_record eip;
		struct disk_record disk;
		struct peerpod_record peerpod;
	} record;
	char id[64], name[64];
	struct reason reasons[REASONS_MOST];
	struct report_belonging belongings[SKETCH_BELONGINGS];
	struct report_leftover leftover;
	struct text_pair tags[2];
};

struct sketch {
	struct report report;
	struct report_reading readings[SKETCH_CLUSTERS];
	struct sketch_item items[SKETCH_ITEMS]; // also belongings, which the report does not list
	size_t used;
	struct report_item *listed[SKETCH_ITEMS];
};

// Cluster caa ("c1", uid "uid-1") with 20 VMs, all read; no items.
void sketch_init(struct sketch *sketch);
struct report_reading *sketch_cluster(struct sketch *sketch, const char *id, const char *name, size_t vms);
// A VM podvm-NAME, id i-NAME, of cluster caa: an orphan by E1 and T1 for two hours, for 1.02 CNY an hour.
struct report_item *sketch_orphan(struct sketch *sketch, const char *name);
struct report_item *sketch_suspect(struct sketch *sketch, const char *name, enum rule rule);
struct report_item *sketch_leftover(
        struct sketch *sketch, enum kind_id kind, const char *id, const char *name, enum verdict verdict);
// Not an item of the report: hangs on the VM.
struct report_item *sketch_belonging(
        struct sketch *sketch, struct report_item *vm, enum kind_id kind, const char *id, const char *name);
void sketch_tag(struct report_item *vm, const char *key, const char *value);

#endif
