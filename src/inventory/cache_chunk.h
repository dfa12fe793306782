// SPDX-License-Identifier: Apache-2.0
// Some records of one kind as bytes for the disk: each field by its type, numbers as varints, shared texts once per
// chunk, a CRC-64 at the end. For cache*.c and its tests alone.
#ifndef PEERDECK_INVENTORY_CACHE_CHUNK_H
#define PEERDECK_INVENTORY_CACHE_CHUNK_H

#include "base/buffer.h"
#include "inventory/snapshot.h"

// Identifies the field table of a kind: chunks of another layout cannot be read.
int64_t cache_layout(const struct kind *kind);
// Appends to an empty buffer.
bool cache_chunk_encode(const struct kind *kind, const struct record *const *records, size_t count, struct buffer *out);
// Adds the records to the builder. False when the bytes are not what cache_chunk_encode made; then some may have been
// added.
bool cache_chunk_decode(const struct kind *kind, const void *data, size_t size, struct snapshot_builder *builder);
// The same without the checksum, to be tested with bytes that nobody made.
bool cache_chunk_decode_body(const struct kind *kind, const void *data, size_t size, struct snapshot_builder *builder);

#endif
