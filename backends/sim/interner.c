// SPDX-License-Identifier: Apache-2.0
// A hash set over text in an arena.
#include "config.h"
#include "sim/interner.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "sim/memory.h"

#include "base/banned.h"

struct entry {
	const char *text;
	uint32_t length, hash;
};

struct interner {
	struct arena arena;
	struct entry *slots;
	size_t size, used;
};

struct interner *interner_create(void)
{
	struct interner *interner = memory_zeroed(1, sizeof(*interner));
	arena_init(&interner->arena, 0);
	interner->size = 1024;
	interner->slots = memory_zeroed(interner->size, sizeof(*interner->slots));
	return interner;
}

void interner_destroy(struct interner *interner)
{
	if (!interner)
		return;
	arena_finish(&interner->arena);
	free(interner->slots);
	free(interner);
}

static uint32_t text_hash(const char *text, size_t length)
{
	uint32_t hash = 2166136261u;
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * 16777619u;
	return hash ^ (hash >> 15);
}

static struct entry *interner_slot(struct entry *slots, size_t size, const char *text, uint32_t length, uint32_t hash)
{
	size_t i = hash & (size - 1);
	while (slots[i].text &&
	        (slots[i].hash != hash || slots[i].length != length || memcmp(slots[i].text, text, length) != 0))
		i = (i + 1) & (size - 1);
	return &slots[i];
}

static void interner_grow(struct interner *interner)
{
	size_t size = interner->size * 2;
	struct entry *slots = memory_zeroed(size, sizeof(*slots));
	for (size_t i = 0; i < interner->size; i++) {
		struct entry *entry = &interner->slots[i];
		if (entry->text)
			*interner_slot(slots, size, entry->text, entry->length, entry->hash) = *entry;
	}
	free(interner->slots);
	interner->slots = slots;
	interner->size = size;
}

const char *interner_text(struct interner *interner, const char *text, size_t length)
{
	if ((interner->used + 1) * 2 > interner->size)
		interner_grow(interner);
	uint32_t hash = text_hash(text, length);
	struct entry *entry = interner_slot(interner->slots, interner->size, text, (uint32_t)length, hash);
	if (!entry->text) {
		const char *copy = arena_strndup(&interner->arena, text, length);
		if (!copy)
			abort();
		*entry = (struct entry){.text = copy, .length = (uint32_t)length, .hash = hash};
		interner->used++;
	}
	return entry->text;
}
