// SPDX-License-Identifier: Apache-2.0
// The bytes of stored objects: pieces of one unlinked temporary file, shared by reference count.
// A blob is written once, from front to back, and never changes afterwards.
#ifndef PEERDECK_SIM_OSS_BLOB_H
#define PEERDECK_SIM_OSS_BLOB_H

#include <sys/types.h>

#include "base/error.h"

// Bytes of file space that all blobs of a disk may reserve over its life; space of released blobs is given back to
// the system, but its addresses are not used again.
#define OSS_DISK_ADDRESS_MOST ((int64_t)1 << 50)

struct oss_disk;
struct oss_blob;

// In $TMPDIR or /var/tmp. The file has no name from the start, so that nothing is left when the program is killed.
struct oss_disk *oss_disk_create(struct error *error);
void oss_disk_destroy(struct oss_disk *disk); // all blobs must be gone; NULL is fine

// Empty, with one reference. `expected` bytes get one piece of the file; 0 = not known.
struct oss_blob *oss_blob_create(struct oss_disk *disk, uint64_t expected);
struct oss_blob *oss_blob_ref(struct oss_blob *blob);
void oss_blob_unref(struct oss_blob *blob);                                 // NULL is fine
bool oss_blob_append(struct oss_blob *blob, const void *data, size_t size); // false: the disk is full
// Moves the bytes of `from` to the end of `to`: nothing is copied, and `from` is empty afterwards.
void oss_blob_move(struct oss_blob *to, struct oss_blob *from);
// Reads at most `size` bytes at `position`; returns how many, 0 at the end, -1 when the file cannot be read.
ssize_t oss_blob_read(const struct oss_blob *blob, uint64_t position, void *out, size_t size);
uint64_t oss_blob_size(const struct oss_blob *blob);
uint64_t oss_blob_crc(const struct oss_blob *blob); // CRC-64/XZ of all bytes

#endif
