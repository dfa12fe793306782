// SPDX-License-Identifier: Apache-2.0
// How a file is cut into parts, and what is remembered of an upload that has begun. Pure.
#ifndef PEERDECK_ALIBABA_UPLOAD_PLAN_H
#define PEERDECK_ALIBABA_UPLOAD_PLAN_H

#include "base/base.h"

enum {
	UPLOAD_PART_LEAST = 16 << 20,
	UPLOAD_PARTS_AIM = 4000,  // OSS takes 10,000
	UPLOAD_PARALLEL_MOST = 6, // as many times HTTP_SEND_BUFFER is held, whatever the size of parts
	UPLOAD_MARK_SIZE = 192,
};

struct upload_plan {
	uint64_t size, part_size;
	unsigned count;    // of parts; 0 = one request with the whole file
	unsigned parallel; // parts on their way at a time
};

// Files of at most one part go in one request.
void upload_plan_make(struct upload_plan *plan, uint64_t size, unsigned parallel);
// `index` from 0.
uint64_t upload_part_size(const struct upload_plan *plan, unsigned index);
// The checksum of the whole from those of the parts.
uint64_t upload_crc(const struct upload_plan *plan, const uint64_t *crcs);

// What an interrupted upload is gone on with.
struct upload_mark {
	uint64_t size, part_size;
	int64_t modified_ns; // of the file
	int64_t began;       // by the service's clock; an upload that is older is another's
	char id[96];         // "" = about to be asked for
};
bool upload_mark_read(struct upload_mark *mark, const char *text); // false = none, or of another form
void upload_mark_write(const struct upload_mark *mark, char out[UPLOAD_MARK_SIZE]);

#endif
