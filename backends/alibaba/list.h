// SPDX-License-Identifier: Apache-2.0
// Reading lists: one table row per kind, one engine for all. All scopes of a reading share one batch of requests whose
// answers are parsed on two threads; each scope ends by itself, well or badly.
#ifndef PEERDECK_ALIBABA_LIST_H
#define PEERDECK_ALIBABA_LIST_H

#include "alibaba/session.h"
#include "inventory/records.h"

struct list_part;
struct list_page;

// How one kind is read.
struct lister {
	enum kind_id kind;
	const char *operation;
	const char *fallback; // when the operation is not served here; NULL = none
	const char *items;    // path of the array in an answer: "Instances.Instance"
	// Adds what the kind needs besides region, cluster and paging. May be NULL.
	void (*ask)(struct call *call, const struct scope *scope);
	// Adds one item's record. Called with the part locked.
	void (*add)(struct list_part *part, const cJSON *item);
	// Begins and continues a part in a way of its own; NULL = page by page.
	bool (*begin)(struct list_part *part, struct error *error);
	void (*after_page)(struct list_part *part, const struct list_page *page, const cJSON *root);
	// Called once all pages are in, before the part ends: may send more, or set part->error. NULL = nothing.
	void (*complete)(struct list_part *part);
};

enum page_sort {
	PAGE_LIST,
	PAGE_FIRST,   // of a large region, with a page number: tells how many there are
	PAGE_SAMPLE,  // one instance from the middle
	PAGE_PROOF,   // a dry run
	PAGE_WITNESS, // another list that tells whether an empty one can be true
	PAGE_PROBE,   // whether a region answers
};

// One request of a part.
struct list_page {
	struct list_part *part;
	struct call call;
	enum page_sort sort;
	unsigned number;     // page number, from 1
	uint64_t generation; // of the keys it was sent with
	bool renewed;
	unsigned garbled;  // answers that could not be read
	char subject[128]; // PAGE_PROBE: the region
};

struct list_reading {
	struct session *session;
	const struct lister *lister;
	struct http_batch *batch;
	struct list_sink *sink;
	struct cancel *cancel;
	struct list_part *parts;
	size_t count;
	atomic_size_t open_parts;
};

// One scope of a reading.
struct list_part {
	struct list_reading *reading;
	const struct scope *scope;
	pthread_mutex_t lock;
	struct snapshot_builder *builder;
	unsigned open_pages;
	bool begun, ended, proven;
	bool proving;
	unsigned passes;
	const struct operation *operation;      // the lister's, or its fallback
	int64_t total, total_least, total_most; // as the pages said; −1 = not said
	struct error error;

	// Large regions.
	int64_t *times;
	size_t time_count, time_room;
	int64_t samples[MEMORY_QUANTILES];
	unsigned sample_count, samples_open, ranges;
	bool split;
};

// A page of this part; the lister's operation, region, cluster and page size are set. NULL when out of memory.
struct list_page *list_page_create(struct list_part *part, enum page_sort sort, const char *operation);
// Sends it (takes it). On failure the part has failed.
void list_page_send(struct list_page *page);
void list_page_destroy(struct list_page *page);
// The first error counts. With the part locked.
void list_part_fail(struct list_part *part, const struct error *error);
// Adds the items of an answer. With the part locked.
void list_part_add(struct list_part *part, const cJSON *root);

extern const struct lister listers[];
extern const size_t lister_count;
const struct lister *lister_find(enum kind_id kind); // NULL = this backend does not list it

bool list_read(struct session *session, enum kind_id kind, const struct scope *scopes, size_t count,
        struct list_sink *sink, struct cancel *cancel, struct error *error);

// list_instances.c
bool list_instances_begin(struct list_part *part, struct error *error);
void list_instances_after(struct list_part *part, const struct list_page *page, const cJSON *root);
void list_instances_complete(struct list_part *part);
// list_proof.c: an empty answer is believed only when the permission is proven.
void list_prove(struct list_part *part);
void list_after_proof(struct list_part *part, const struct list_page *page, struct http_response *response);
void list_after_witness(struct list_part *part, const struct list_page *page, const cJSON *root);
// list_regions.c
void list_regions_complete(struct list_part *part);
void list_after_probe(struct list_part *part, const struct list_page *page, struct http_response *response);

// Records, by kind.
void list_add_region(struct list_part *part, const cJSON *item);
void list_add_zone(struct list_part *part, const cJSON *item);
void list_add_instance(struct list_part *part, const cJSON *item);
void list_add_interface(struct list_part *part, const cJSON *item);
void list_add_disk(struct list_part *part, const cJSON *item);
void list_add_address(struct list_part *part, const cJSON *item);
void list_add_image(struct list_part *part, const cJSON *item);
void list_add_vpc(struct list_part *part, const cJSON *item);
void list_add_vswitch(struct list_part *part, const cJSON *item);
void list_add_cluster(struct list_part *part, const cJSON *item);
void list_add_node_pool(struct list_part *part, const cJSON *item);
void list_add_node(struct list_part *part, const cJSON *item);

#endif
