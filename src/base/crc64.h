// SPDX-License-Identifier: Apache-2.0
// CRC-64/XZ (ECMA-182 polynomial, reflected): the checksum that OSS reports as x-oss-hash-crc64ecma.
#ifndef PEERDECK_BASE_CRC64_H
#define PEERDECK_BASE_CRC64_H

#include "base/base.h"

// Continues `crc` (0 at the start) over `size` bytes. The check value of "123456789" is 995dc9bbdf1939fa.
uint64_t crc64(uint64_t crc, const void *data, size_t size);
// The checksum of a's bytes followed by b's, from theirs alone; `size_b` in bytes.
uint64_t crc64_combine(uint64_t a, uint64_t b, uint64_t size_b);

#endif
