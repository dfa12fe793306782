// SPDX-License-Identifier: Apache-2.0
// Buckets, found by looking through a short list.
#include "config.h"
#include "sim/throttle.h"

#include <stdlib.h>

#include "sim/memory.h"

#include "base/banned.h"

struct bucket {
	const void *operation, *region;
	double tokens;
	int64_t filled;
};

struct throttle {
	struct bucket *buckets;
	size_t count, room;
};

struct throttle *throttle_create(void)
{
	return memory_zeroed(1, sizeof(struct throttle));
}

void throttle_destroy(struct throttle *throttle)
{
	if (throttle)
		free(throttle->buckets);
	free(throttle);
}

static struct bucket *bucket_of(
        struct throttle *throttle, const void *operation, const void *region, double burst, int64_t now)
{
	for (size_t i = 0; i < throttle->count; i++)
		if (throttle->buckets[i].operation == operation && throttle->buckets[i].region == region)
			return &throttle->buckets[i];
	throttle->buckets =
	        memory_grow(throttle->buckets, &throttle->room, throttle->count, sizeof(*throttle->buckets));
	struct bucket *bucket = &throttle->buckets[throttle->count++];
	*bucket = (struct bucket){.operation = operation, .region = region, .tokens = burst, .filled = now};
	return bucket;
}

bool throttle_pass(struct throttle *throttle, const void *operation, const void *region, double rate, double burst,
        int64_t now, int64_t *wait_ms)
{
	struct bucket *bucket = bucket_of(throttle, operation, region, burst, now);
	bucket->tokens += (double)(now - bucket->filled) * rate / 1000;
	bucket->filled = now;
	if (bucket->tokens > burst)
		bucket->tokens = burst;
	if (bucket->tokens >= 1) {
		bucket->tokens -= 1;
		return true;
	}
	*wait_ms = (int64_t)((1 - bucket->tokens) * 1000 / rate) + 1;
	return false;
}
