// SPDX-License-Identifier: Apache-2.0
// Allocation that cannot fail.
#include "config.h"
#include "sim/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static void *checked(void *memory)
{
	if (!memory) {
		fputs("peerdeck-sim: out of memory\n", stderr);
		abort();
	}
	return memory;
}

void *memory_zeroed(size_t count, size_t size)
{
	return checked(calloc(count ? count : 1, size ? size : 1));
}

void *memory_resized(void *old, size_t count, size_t size)
{
	return checked(reallocarray(old, count ? count : 1, size ? size : 1));
}

char *memory_copy(const void *data, size_t size)
{
	char *copy = checked(malloc(size + 1));
	if (size)
		memcpy(copy, data, size);
	copy[size] = 0;
	return copy;
}

void *memory_grow(void *items, size_t *room, size_t count, size_t size)
{
	if (count < *room)
		return items;
	*room = *room ? *room * 2 : 8;
	return memory_resized(items, *room, size);
}
