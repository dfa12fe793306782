// SPDX-License-Identifier: Apache-2.0
// What a container has written: lines with their time, cut from the front when there are too many (log rotation).
#ifndef PEERDECK_SIM_CAA_LINES_H
#define PEERDECK_SIM_CAA_LINES_H

#include "base/base.h"

struct caa_line {
	int64_t time; // by the node's clock, ms
	char *text;   // owned, without a newline
};

struct caa_lines {
	struct caa_line *items; // a ring
	size_t room, start, count;
	size_t bytes, limit;
	uint64_t dropped; // lines that were cut
};

struct caa_lines *caa_lines_create(size_t limit);
void caa_lines_destroy(struct caa_lines *lines);
// Takes `text`. What is older goes when the limit is reached: a rotated file is not read through the API.
void caa_lines_add(struct caa_lines *lines, int64_t time, char *text);
static inline const struct caa_line *caa_lines_at(const struct caa_lines *lines, size_t index)
{
	return &lines->items[(lines->start + index) % lines->room];
}

#endif
