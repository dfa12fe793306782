// SPDX-License-Identifier: Apache-2.0
// Addresses are reserved once per thread and made usable as documents need them, so that nodes never move and a page of
// usual size costs no call to the kernel after the first.
#include "config.h"
#include "net/json_memory.h"

#include <sys/mman.h>

#include "net/json.h"

#include "base/banned.h"

enum { GROW_STEP = 1 << 20, KEPT = 8 << 20 };

struct json_memory *json_memory_here(void)
{
	static _Thread_local struct json_memory memory;

	return &memory;
}

struct json_slot *json_memory_begin(struct json_memory *memory)
{
	struct json_slot *slot;

	if (!memory->base) {
		void *base =
		        mmap(NULL, JSON_MEMORY_MOST, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

		if (base == MAP_FAILED)
			return NULL;
		memory->base = base;
	}
	if (memory->open == COUNT_OF(memory->slots))
		return NULL;
	slot = &memory->slots[memory->open++];
	slot->start = memory->used;
	slot->closed = false;
	return slot;
}

bool json_memory_grow(struct json_memory *memory, size_t size)
{
	size_t wanted;

	if (size > JSON_MEMORY_MOST - memory->used)
		return false;
	wanted = (memory->used + size + GROW_STEP - 1) / GROW_STEP * GROW_STEP;
	if (wanted > JSON_MEMORY_MOST)
		wanted = JSON_MEMORY_MOST;
	if (mprotect(memory->base, wanted, PROT_READ | PROT_WRITE) != 0)
		return false;
	memory->usable = wanted;
	return true;
}

void json_memory_end(struct json_memory *memory, struct json_slot *slot)
{
	slot->closed = true;
	// A document closed before one opened after it waits for that one.
	while (memory->open > 0 && memory->slots[memory->open - 1].closed)
		memory->used = memory->slots[--memory->open].start;
	if (memory->open == 0 && memory->usable > KEPT) {
		madvise(memory->base + KEPT, memory->usable - KEPT, MADV_DONTNEED);
		mprotect(memory->base + KEPT, memory->usable - KEPT, PROT_NONE);
		memory->usable = KEPT;
	}
}

void json_memory_release(struct json_memory *memory)
{
	if (memory->base)
		munmap(memory->base, JSON_MEMORY_MOST);
	*memory = (struct json_memory){0};
}
