// SPDX-License-Identifier: Apache-2.0
// Objects of the API as records.
#ifndef PEERDECK_KUBERNETES_FILL_H
#define PEERDECK_KUBERNETES_FILL_H

#include "inventory/records.h"
#include "inventory/snapshot.h"
#include "net/json.h"
#include "work/survey.h"

// Which VM the PeerPod objects name for a pod.
struct vm_book;
struct vm_book *vm_book_create(const struct snapshot *peerpods); // NULL = out of memory, or nothing in it
void vm_book_destroy(struct vm_book *book);
const char *vm_book_find(const struct vm_book *book, const char *pod_uid); // "" = none; book may be NULL

// When the Lease of each node was renewed.
struct lease_times {
	struct lease_time {
		char *name; // of the node
		int64_t renewed;
	} * items;
	size_t count, room;
};
void lease_times_add(struct lease_times *times, const cJSON *lease);
void lease_times_sort(struct lease_times *times);                            // before it is asked
int64_t lease_times_find(const struct lease_times *times, const char *node); // 0 = not known; times may be NULL
void lease_times_finish(struct lease_times *times);

// What filling a record needs to know beside its object.
struct fill {
	struct snapshot_builder *builder;
	const struct scope *scope;
	const struct survey_class *classes;
	size_t class_count;
	bool classes_are_known;
	const struct vm_book *vms;        // NULL = none
	const struct lease_times *leases; // NULL = none
};

// Whether the objects of a kind are read here; *resource gets the resource's row.
struct api_resource;
const struct api_resource *fill_resource(enum kind_id kind);
// Adds one record of the kind; nothing for an object without a uid.
void fill_add(const struct fill *fill, enum kind_id kind, const cJSON *object);

// Of a pod as kubectl words it (kubectl's printer: printPod), with containers that are ready, of how many, and
// restarts.
struct pod_words {
	char status[96];
	int64_t ready, wanted, restarts;
};
void pod_words(const cJSON *pod, struct pod_words *out);

// fill_values.c: values of members.
const cJSON *fill_condition(const cJSON *object, const char *type); // of status.conditions, NULL = absent
struct tag_list fill_map(struct snapshot_builder *builder, const cJSON *map);
struct text_list fill_list(struct snapshot_builder *builder, const cJSON *array, const char *member);
// Newest managedFields entry of the status (or, with `status` false, of any); 0 = not told.
int64_t fill_written(const cJSON *metadata, bool status);
// A quantity that is a whole number ("10"), INT64_MIN when absent or another.
int64_t fill_quantity(const cJSON *map, const char *name);

// For fill.c alone.
void fill_pod(const struct fill *fill, const cJSON *object);
void fill_node(const struct fill *fill, const cJSON *object);
void fill_peerpod(const struct fill *fill, const cJSON *object);
void fill_event(const struct fill *fill, const cJSON *object);

#endif
