// SPDX-License-Identifier: Apache-2.0
// Sorting rows by any field: most comparisons look at eight bytes that lie in the row itself. For view*.c and cache*.c.
#ifndef PEERDECK_INVENTORY_SORT_H
#define PEERDECK_INVENTORY_SORT_H

#include "inventory/kind.h"

struct sort_row {
	uint64_t key; // sort_keys
	const struct record *record;
	uint32_t source, index; // the owner's: where the record is
};

enum { SORT_PREFIX_MOST = 64 };

struct sort_order {
	const struct field *field;
	bool descending;
	struct field_context context;
	// Text that all rows begin with, and that keys leave out. Bytes.
	char prefix[SORT_PREFIX_MOST];
	size_t prefix_length;
};

// By field, unknown last either way; ties go by id. Records stay alive and unchanged while rows keep their keys.
void sort_order_init(
        struct sort_order *order, const struct field *field, bool descending, const struct field_context *context);
// Chooses the prefix, makes all keys and sorts.
void sort_rows(struct sort_order *order, struct sort_row *rows, size_t count);
// Makes the keys of new rows that are to be merged with `sorted` ones, and sorts the new ones. When the new rows do not
// share the prefix, the keys of the sorted ones are made again (their order stays).
void sort_more(
        struct sort_order *order, struct sort_row *sorted, size_t sorted_count, struct sort_row *rows, size_t count);
// Total order of rows that have keys.
int sort_compare(const struct sort_order *order, const struct sort_row *a, const struct sort_row *b);
// The key of one row, to look for its place; false when it lacks the prefix, so that its key would mean nothing.
bool sort_key(const struct sort_order *order, struct sort_row *row);

#endif
