// SPDX-License-Identifier: Apache-2.0
// Parts of a file, and the mark of an upload.
#include "config.h"
#include "alibaba/upload_plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/crc64.h"
#include "base/banned.h"

enum { MIB = 1 << 20 };

void upload_plan_make(struct upload_plan *plan, uint64_t size, unsigned parallel)
{
	uint64_t part = (size / UPLOAD_PARTS_AIM + MIB - 1) / MIB * MIB;

	if (part < UPLOAD_PART_LEAST)
		part = UPLOAD_PART_LEAST;
	*plan = (struct upload_plan){.size = size, .part_size = part};
	if (size > part)
		plan->count = (unsigned)((size + part - 1) / part);
	plan->parallel = parallel && parallel < UPLOAD_PARALLEL_MOST ? parallel : UPLOAD_PARALLEL_MOST;
	if (plan->count && plan->parallel > plan->count)
		plan->parallel = plan->count;
}

uint64_t upload_part_size(const struct upload_plan *plan, unsigned index)
{
	uint64_t before = plan->part_size * index;

	return plan->size - before < plan->part_size ? plan->size - before : plan->part_size;
}

uint64_t upload_crc(const struct upload_plan *plan, const uint64_t *crcs)
{
	uint64_t crc = 0;

	for (unsigned i = 0; i < plan->count; i++)
		crc = crc64_combine(crc, crcs[i], upload_part_size(plan, i));
	return crc;
}

bool upload_mark_read(struct upload_mark *mark, const char *text)
{
	struct upload_mark read = {0};
	int end = 0;

	if (!text ||
	        sscanf(text, "1 %" SCNu64 " %" SCNu64 " %" SCNd64 " %" SCNd64 " %n", &read.size, &read.part_size,
	                &read.modified_ns, &read.began, &end) != 4 ||
	        !end || !read.part_size)
		return false;
	// A dash stands for an id that is not known.
	if (strcmp(text + end, "-") != 0) {
		if (!text[end] || strlen(text + end) >= sizeof(read.id) || strchr(text + end, ' '))
			return false;
		snprintf(read.id, sizeof(read.id), "%s", text + end);
	}
	*mark = read;
	return true;
}

void upload_mark_write(const struct upload_mark *mark, char out[UPLOAD_MARK_SIZE])
{
	snprintf(out, UPLOAD_MARK_SIZE, "1 %" PRIu64 " %" PRIu64 " %" PRId64 " %" PRId64 " %s", mark->size,
	        mark->part_size, mark->modified_ns, mark->began, *mark->id ? mark->id : "-");
}
