// SPDX-License-Identifier: Apache-2.0
// A hash for tables in memory: fast, not stable between versions, never on disk.
#ifndef PEERDECK_INVENTORY_HASH_H
#define PEERDECK_INVENTORY_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t hash_mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

static inline uint64_t hash_bytes(const void *data, size_t size)
{
	const unsigned char *bytes = data;
	uint64_t hash = size, word;

	for (; size >= sizeof(word); size -= sizeof(word), bytes += sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		hash = hash_mix(hash, word);
	}
	word = 0;
	memcpy(&word, bytes, size);
	return hash_mix(hash_mix(hash, word), UINT64_C(0xd6e8feb86659fd93));
}

#endif
