// SPDX-License-Identifier: Apache-2.0
// Where a thread keeps the JSON documents it has open: one stretch of addresses, handed out from below, given back from
// above. For the json_*.c files alone.
#ifndef PEERDECK_NET_JSON_MEMORY_H
#define PEERDECK_NET_JSON_MEMORY_H

#include "net/json.h"

struct json_slot {
	size_t start; // where the document begins
	bool closed;
};

struct json_memory {
	char *base; // reserved addresses; NULL before the first document
	size_t used;
	size_t usable; // bytes that may be touched
	unsigned open;
	struct json_slot slots[JSON_OPEN_MOST];
};

// This thread's; never NULL.
struct json_memory *json_memory_here(void);
// Begins a document; NULL when too many are open or no memory can be had.
struct json_slot *json_memory_begin(struct json_memory *memory);
void json_memory_end(struct json_memory *memory, struct json_slot *slot);
void json_memory_release(struct json_memory *memory);
// Makes `size` more bytes usable; false at the limit.
bool json_memory_grow(struct json_memory *memory, size_t size);

// Bytes for text; NULL at the limit.
static inline char *json_memory_bytes(struct json_memory *memory, size_t size)
{
	char *bytes;

	if (size > memory->usable - memory->used && !json_memory_grow(memory, size))
		return NULL;
	bytes = memory->base + memory->used;
	memory->used += size;
	return bytes;
}

// The same, aligned for a node; not zeroed.
static inline void *json_memory_node(struct json_memory *memory, size_t size)
{
	size_t padding = -memory->used & 7;
	char *bytes = json_memory_bytes(memory, size + padding);

	return bytes ? bytes + padding : NULL;
}

#endif
