// SPDX-License-Identifier: Apache-2.0
// Small tables under one lock.
#include "alibaba/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

void memory_init(struct memory *memory, const struct clock *clock)
{
	memset(memory, 0, sizeof(*memory));
	memory->clock = clock;
	pthread_mutex_init(&memory->lock, NULL);
}

void memory_finish(struct memory *memory)
{
	pthread_mutex_destroy(&memory->lock);
}

// The lock is held. NULL when the table is full: then nothing is remembered.
static struct region_memory *find_region(struct memory *memory, const char *region, bool make)
{
	struct region_memory *found;

	for (size_t i = 0; i < memory->region_count; i++)
		if (!strcmp(memory->regions[i].region, region))
			return &memory->regions[i];
	if (!make || memory->region_count == MEMORY_REGIONS_MOST)
		return NULL;
	found = &memory->regions[memory->region_count++];
	snprintf(found->region, sizeof(found->region), "%s", region);
	return found;
}

bool memory_health(struct memory *memory, const char *region, enum error_kind *out)
{
	int64_t now = clock_monotonic(memory->clock);
	const struct region_memory *found;
	bool known;

	pthread_mutex_lock(&memory->lock);
	found = find_region(memory, region, false);
	known = found && found->health_at && now - found->health_at < MEMORY_HEALTH_MS;
	if (known)
		*out = found->health;
	pthread_mutex_unlock(&memory->lock);
	return known;
}

void memory_saw(struct memory *memory, const char *region, enum error_kind outcome)
{
	struct region_memory *found;

	pthread_mutex_lock(&memory->lock);
	found = find_region(memory, region, true);
	if (found) {
		found->health_at = clock_monotonic(memory->clock) + 1;
		found->health = outcome;
	}
	pthread_mutex_unlock(&memory->lock);
}

static int compare_times(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return left < right ? -1 : left > right;
}

void memory_keep_times(struct memory *memory, const char *region, int64_t *times, size_t count)
{
	struct region_memory *found;

	if (count)
		qsort(times, count, sizeof(*times), compare_times);
	pthread_mutex_lock(&memory->lock);
	found = find_region(memory, region, true);
	if (found) {
		found->instances = count;
		found->has_quantiles = true;
		for (size_t i = 1; i < MEMORY_QUANTILES; i++)
			found->quantiles[i - 1] = count ? times[i * count / MEMORY_QUANTILES] : 0;
	}
	pthread_mutex_unlock(&memory->lock);
}

bool memory_instances(struct memory *memory, const char *region, size_t *out)
{
	const struct region_memory *found;
	bool known;

	pthread_mutex_lock(&memory->lock);
	found = find_region(memory, region, false);
	known = found && found->has_quantiles;
	if (known)
		*out = found->instances;
	pthread_mutex_unlock(&memory->lock);
	return known;
}

size_t memory_boundaries(struct memory *memory, const char *region, unsigned parts, int64_t *out)
{
	const struct region_memory *found;
	size_t count = 0;

	if (parts > MEMORY_QUANTILES)
		parts = MEMORY_QUANTILES;
	pthread_mutex_lock(&memory->lock);
	found = find_region(memory, region, false);
	for (unsigned i = 1; found && found->has_quantiles && i < parts; i++) {
		size_t place = (size_t)i * MEMORY_QUANTILES / parts;
		int64_t time = found->quantiles[place - 1];

		if (time && (!count || time > out[count - 1]))
			out[count++] = time;
	}
	pthread_mutex_unlock(&memory->lock);
	return count;
}

static void name_proof(char out[160], const char *region, const char *operation)
{
	snprintf(out, 160, "%.60s/%.90s", region, operation);
}

static struct proof_memory *find_proof(struct memory *memory, const char *what)
{
	for (size_t i = 0; i < memory->proof_count; i++)
		if (!strcmp(memory->proofs[i].what, what))
			return &memory->proofs[i];
	return NULL;
}

bool memory_is_proven(struct memory *memory, const char *region, const char *operation)
{
	int64_t now = clock_monotonic(memory->clock);
	const struct proof_memory *proof;
	char what[160];
	bool proven;

	name_proof(what, region, operation);
	pthread_mutex_lock(&memory->lock);
	proof = find_proof(memory, what);
	proven = proof && proof->at && now - proof->at < MEMORY_PROOF_MS;
	pthread_mutex_unlock(&memory->lock);
	return proven;
}

void memory_proved(struct memory *memory, const char *region, const char *operation, bool proven)
{
	struct proof_memory *proof;
	char what[160];

	name_proof(what, region, operation);
	pthread_mutex_lock(&memory->lock);
	proof = find_proof(memory, what);
	if (!proof && proven && memory->proof_count < MEMORY_PROOFS_MOST) {
		proof = &memory->proofs[memory->proof_count++];
		snprintf(proof->what, sizeof(proof->what), "%s", what);
	}
	if (proof)
		proof->at = proven ? clock_monotonic(memory->clock) + 1 : 0;
	pthread_mutex_unlock(&memory->lock);
}
