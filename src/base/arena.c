// SPDX-License-Identifier: Apache-2.0
// Arenas: aligned memory is taken from a block's front, text from its back, so that neither pads the other.
#include "config.h"
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20 };

struct arena_block {
	struct arena_block *next; // older
	size_t size;              // of data
	size_t front;             // first free byte
	size_t back;              // one past the last free byte
	alignas(max_align_t) char data[];
};

void arena_init(struct arena *arena, size_t limit)
{
	*arena = (struct arena){.limit = limit};
}

static void blocks_free(struct arena_block *block)
{
	while (block) {
		struct arena_block *next = block->next;

		free(block);
		block = next;
	}
}

void arena_finish(struct arena *arena)
{
	blocks_free(arena->blocks);
	arena->blocks = NULL;
	arena->used = 0;
}

void arena_reset(struct arena *arena)
{
	struct arena_block **largest = &arena->blocks;
	struct arena_block *kept;

	arena->used = 0;
	if (!arena->blocks)
		return;
	for (struct arena_block **at = &arena->blocks; *at; at = &(*at)->next)
		if ((*at)->size > (*largest)->size)
			largest = at;
	kept = *largest;
	*largest = kept->next;
	blocks_free(arena->blocks);
	kept->next = NULL;
	kept->front = 0;
	kept->back = kept->size;
	arena->blocks = kept;
}

void arena_move(struct arena *to, struct arena *from)
{
	struct arena_block *last = from->blocks;

	if (!last)
		return;
	while (last->next)
		last = last->next;
	if (to->blocks) {
		// Behind the newest block of `to`, which still has room.
		last->next = to->blocks->next;
		to->blocks->next = from->blocks;
	} else {
		to->blocks = from->blocks;
	}
	to->used += from->used;
	from->blocks = NULL;
	from->used = 0;
}

// A block with at least `size` free bytes at its head; NULL when out of memory.
static struct arena_block *block_with_room(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->blocks;
	size_t wanted = FIRST_BLOCK - sizeof(*block);

	if (block && block->back - block->front >= size)
		return block;
	if (block) {
		wanted = 2 * (block->size + sizeof(*block));
		wanted = (wanted > LARGEST_BLOCK ? LARGEST_BLOCK : wanted) - sizeof(*block);
	}
	if (size > SIZE_MAX / 2)
		return NULL;
	if (wanted < size)
		wanted = size;
	block = malloc(sizeof(*block) + wanted);
	if (!block)
		return NULL;
	block->size = wanted;
	block->front = 0;
	block->back = wanted;
	// A block made for one large thing must not hide the room that is left in the newest one.
	if (arena->blocks && wanted == size && wanted > LARGEST_BLOCK / 4) {
		block->next = arena->blocks->next;
		arena->blocks->next = block;
	} else {
		block->next = arena->blocks;
		arena->blocks = block;
	}
	return block;
}

static bool over_limit(const struct arena *arena, size_t size)
{
	return arena->limit && (size > arena->limit || arena->used > arena->limit - size);
}

void *arena_alloc(struct arena *arena, size_t size)
{
	const size_t step = alignof(max_align_t);
	struct arena_block *block;
	char *memory;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = size ? (size + step - 1) / step * step : step;
	if (over_limit(arena, size))
		return NULL;
	block = block_with_room(arena, size);
	if (!block)
		return NULL;
	memory = block->data + block->front;
	block->front += size;
	arena->used += size;
	return memset(memory, 0, size);
}

char *arena_bytes(struct arena *arena, size_t size)
{
	struct arena_block *block;

	if (size == 0)
		size = 1;
	if (over_limit(arena, size))
		return NULL;
	block = block_with_room(arena, size);
	if (!block)
		return NULL;
	block->back -= size;
	arena->used += size;
	return block->data + block->back;
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
	char *copy = length < SIZE_MAX ? arena_bytes(arena, length + 1) : NULL;

	if (!copy)
		return NULL;
	if (length > 0)
		memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return text ? arena_strndup(arena, text, strlen(text)) : NULL;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	char *text;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		return NULL;
	text = arena_bytes(arena, (size_t)length + 1);
	if (!text)
		return NULL;
	va_start(arguments, format);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	va_end(arguments);
	return text;
}
