// SPDX-License-Identifier: Apache-2.0
// What a session remembers of regions: whether they answered, how many instances they had and when those were made, and
// which permissions were proven. Safe from any thread.
#ifndef PEERDECK_ALIBABA_MEMORY_H
#define PEERDECK_ALIBABA_MEMORY_H

#include <pthread.h>

#include "base/clock.h"
#include "base/error.h"

enum { MEMORY_REGIONS_MOST = 128, MEMORY_QUANTILES = 64, MEMORY_PROOFS_MOST = 512 };
enum { MEMORY_PROOF_MS = 60000, MEMORY_HEALTH_MS = 60000 };

struct region_memory {
	char region[128];
	int64_t health_at; // monotonic; 0 = never seen
	enum error_kind health;
	size_t instances; // of the last complete reading
	int64_t quantiles[MEMORY_QUANTILES - 1];
	bool has_quantiles;
};

struct proof_memory {
	char what[160]; // "region/operation"
	int64_t at;     // monotonic
};

struct memory {
	const struct clock *clock;
	pthread_mutex_t lock;
	struct region_memory regions[MEMORY_REGIONS_MOST];
	size_t region_count;
	struct proof_memory proofs[MEMORY_PROOFS_MOST];
	size_t proof_count;
};

void memory_init(struct memory *memory, const struct clock *clock);
void memory_finish(struct memory *memory);

// How a region answered last. False when that is unknown or older than MEMORY_HEALTH_MS.
bool memory_health(struct memory *memory, const char *region, enum error_kind *out);
void memory_saw(struct memory *memory, const char *region, enum error_kind outcome);

// Creation times (ms) of all instances of a region after a complete reading; sorts `times`.
void memory_keep_times(struct memory *memory, const char *region, int64_t *times, size_t count);
// Instances of the last complete reading; false when there was none.
bool memory_instances(struct memory *memory, const char *region, size_t *out);
// `parts` − 1 boundaries that cut the last reading into equal parts, ascending, without repetitions; returns how many.
size_t memory_boundaries(struct memory *memory, const char *region, unsigned parts, int64_t *out);

// A permission that was proven lately.
bool memory_is_proven(struct memory *memory, const char *region, const char *operation);
void memory_proved(struct memory *memory, const char *region, const char *operation, bool proven);

#endif
