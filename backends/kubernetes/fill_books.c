// SPDX-License-Identifier: Apache-2.0
// What other objects say of pods and nodes: the VM of a pod, the last sign of life of a node.
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "kubernetes/fill.h"

#include "base/banned.h"

enum { LEASES_MOST = 100000 };

struct vm_entry {
	const char *pod_uid, *vm_id;
	int64_t created;
};

struct vm_book {
	size_t count;
	struct vm_entry entries[];
};

static int compare_entries(const void *a, const void *b)
{
	const struct vm_entry *left = a, *right = b;
	int result = strcmp(left->pod_uid, right->pod_uid);

	return result ? result : (right->created > left->created) - (right->created < left->created);
}

struct vm_book *vm_book_create(const struct snapshot *peerpods)
{
	struct vm_book *book = NULL;

	if (!peerpods || peerpods->count == 0)
		return NULL;
	book = malloc(sizeof(*book) + peerpods->count * sizeof(book->entries[0]));
	if (!book)
		return NULL;
	book->count = 0;
	for (size_t i = 0; i < peerpods->count; i++) {
		const struct peerpod_record *record = (const struct peerpod_record *)peerpods->records[i];

		if (*record->pod_uid && *record->vm_id && !record->deleting_since)
			book->entries[book->count++] =
			        (struct vm_entry){record->pod_uid, record->vm_id, record->record.created};
	}
	qsort(book->entries, book->count, sizeof(book->entries[0]), compare_entries);
	return book;
}

void vm_book_destroy(struct vm_book *book)
{
	free(book);
}

const char *vm_book_find(const struct vm_book *book, const char *pod_uid)
{
	size_t low = 0, high = book ? book->count : 0;

	// The first of a pod is its newest.
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(book->entries[middle].pod_uid, pod_uid) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return book && low < book->count && strcmp(book->entries[low].pod_uid, pod_uid) == 0 ? book->entries[low].vm_id
	                                                                                     : "";
}

void lease_times_add(struct lease_times *times, const cJSON *lease)
{
	const char *name = json_text(json_member(lease, "metadata"), "name");
	struct lease_time *grown;

	if (times->count == times->room) {
		size_t room = times->room ? 2 * times->room : 64;

		grown = room <= LEASES_MOST ? realloc(times->items, room * sizeof(*grown)) : NULL;
		if (!grown)
			return;
		times->items = grown;
		times->room = room;
	}
	times->items[times->count].name = strdup(name);
	times->items[times->count].renewed = json_time(json_member(lease, "spec"), "renewTime");
	times->count += times->items[times->count].name != NULL;
}

static int compare_times(const void *a, const void *b)
{
	const struct lease_time *left = a, *right = b;

	return strcmp(left->name, right->name);
}

void lease_times_sort(struct lease_times *times)
{
	if (times->count > 0)
		qsort(times->items, times->count, sizeof(*times->items), compare_times);
}

int64_t lease_times_find(const struct lease_times *times, const char *node)
{
	const struct lease_time *found = NULL;
	struct lease_time key = {.name = (char *)(uintptr_t)node};

	if (times && times->count > 0)
		found = bsearch(&key, times->items, times->count, sizeof(*times->items), compare_times);
	return found ? found->renewed : 0;
}

void lease_times_finish(struct lease_times *times)
{
	for (size_t i = 0; i < times->count; i++)
		free(times->items[i].name);
	free(times->items);
	memset(times, 0, sizeof(*times));
}
