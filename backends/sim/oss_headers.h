// SPDX-License-Identifier: Apache-2.0
// What an object carries besides its bytes, and the conditions that a request may set.
#ifndef PEERDECK_SIM_OSS_HEADERS_H
#define PEERDECK_SIM_OSS_HEADERS_H

#include "sim/oss.h"

// Reads what is to be kept with a new object; out->items is malloc'd. False after failing.
bool oss_headers_read(struct oss_call *call, struct oss_headers *out);
struct oss_headers oss_headers_copy(const struct oss_headers *headers);
// Adds an object's headers to the answer.
void oss_headers_write(struct oss_call *call, const struct oss_object *object);
// x-oss-forbid-overwrite: false after failing because the object is there.
bool oss_check_overwrite(struct oss_call *call);
// If-Match and its kin: false when the answer is already 304 or 412.
bool oss_check_conditions(struct oss_call *call, const struct oss_object *object);

struct oss_range {
	uint64_t first, size;
	bool partial;
};
// Range. A range that cannot be met gives the whole object, or 416 with x-oss-range-behavior: standard.
bool oss_range_read(struct oss_call *call, uint64_t size, struct oss_range *out);

#endif
