// SPDX-License-Identifier: Apache-2.0
// Token buckets by key. Throttled: the rate halves, the bucket empties, the key pauses; then the rate grows back over
// minutes.
#include "config.h"
#include "net/budget.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { BUCKETS = 256, PAUSE_MS = 1000, PAUSE_MOST_MS = 120000 };

// Alibaba Cloud counts per account, region and operation and serves a throttled one again within a minute (ECS
// developer guide, throttling). The burst lets one large region be read at once; the rate is what an unattended poller
// may keep up.
static const struct budget_rate default_rate = {.per_second = 20, .burst = 500};
static const double slowest_share = 1.0 / 64;
static const double recovery_seconds = 120; // from nothing to the configured rate
// Answers to calls that were already under way when the first was throttled say nothing new.
static const int64_t halve_again_ms = 1000;

struct bucket {
	struct bucket *next; // of the same hash
	char key[sizeof(((struct budget_state *)0)->key)];
	struct budget_rate rate; // undisturbed
	double per_second;       // now
	double tokens;
	int64_t filled; // monotonic time of `tokens` and `per_second`
	int64_t resume; // monotonic time when a pause ends, 0 = none
	int64_t halved; // monotonic time of the last cut
	uint64_t calls, throttled;
};

struct budget {
	const struct clock *clock;
	pthread_mutex_t lock;
	uint64_t calls;
	size_t count;
	struct bucket *buckets[BUCKETS];
};

struct budget *budget_create(const struct clock *clock)
{
	struct budget *budget = calloc(1, sizeof(*budget));

	if (!budget)
		return NULL;
	budget->clock = clock ? clock : &clock_system;
	pthread_mutex_init(&budget->lock, NULL);
	return budget;
}

void budget_destroy(struct budget *budget)
{
	if (!budget)
		return;
	for (size_t i = 0; i < BUCKETS; i++) {
		while (budget->buckets[i]) {
			struct bucket *bucket = budget->buckets[i];

			budget->buckets[i] = bucket->next;
			free(bucket);
		}
	}
	pthread_mutex_destroy(&budget->lock);
	free(budget);
}

static size_t hash_of(const char *key)
{
	uint32_t hash = 2166136261u; // FNV-1a

	for (; *key; key++)
		hash = (hash ^ (unsigned char)*key) * 16777619u;
	return hash % BUCKETS;
}

// Frees the bucket that was idle longest, so that keys nobody asks for any more do not add up.
static void forget_oldest(struct budget *budget)
{
	struct bucket **oldest = NULL, *bucket;

	for (size_t i = 0; i < BUCKETS; i++)
		for (struct bucket **at = &budget->buckets[i]; *at; at = &(*at)->next)
			if (!oldest || (*at)->filled < (*oldest)->filled)
				oldest = at;
	if (!oldest)
		return;
	bucket = *oldest;
	*oldest = bucket->next;
	free(bucket);
	budget->count--;
}

// Finds or makes the bucket of a key; NULL when out of memory. The lock is held.
static struct bucket *bucket_of(struct budget *budget, const char *key, int64_t now)
{
	struct bucket **head = &budget->buckets[hash_of(key)], *bucket;
	const size_t most = sizeof(bucket->key) - 1;

	for (bucket = *head; bucket; bucket = bucket->next)
		if (strncmp(bucket->key, key, most) == 0)
			return bucket;
	if (budget->count >= BUDGET_KEYS_MOST)
		forget_oldest(budget);
	bucket = calloc(1, sizeof(*bucket));
	if (!bucket)
		return NULL;
	snprintf(bucket->key, sizeof(bucket->key), "%s", key);
	bucket->rate = default_rate;
	bucket->per_second = bucket->rate.per_second;
	bucket->tokens = bucket->rate.burst;
	bucket->filled = now;
	bucket->next = *head;
	*head = bucket;
	budget->count++;
	return bucket;
}

// Brings tokens and rate up to now.
static void bucket_fill(struct bucket *bucket, int64_t now)
{
	double seconds = (double)(now - bucket->filled) / 1000;

	bucket->filled = now;
	if (seconds <= 0)
		return;
	bucket->tokens += seconds * bucket->per_second;
	if (bucket->tokens > bucket->rate.burst)
		bucket->tokens = bucket->rate.burst;
	if (bucket->resume > now)
		return;
	bucket->per_second += seconds * bucket->rate.per_second / recovery_seconds;
	if (bucket->per_second > bucket->rate.per_second)
		bucket->per_second = bucket->rate.per_second;
}

void budget_configure(struct budget *budget, const char *key, struct budget_rate rate)
{
	int64_t now = clock_monotonic(budget->clock);
	struct bucket *bucket;

	if (rate.per_second <= 0)
		rate.per_second = default_rate.per_second;
	if (rate.burst < 1)
		rate.burst = rate.burst > 0 ? 1 : default_rate.burst;
	pthread_mutex_lock(&budget->lock);
	bucket = bucket_of(budget, key, now);
	if (bucket && (bucket->rate.per_second != rate.per_second || bucket->rate.burst != rate.burst)) {
		double share = bucket->per_second / bucket->rate.per_second;

		bucket_fill(bucket, now);
		// A bucket that was full stays full.
		bucket->tokens = bucket->tokens >= bucket->rate.burst || bucket->tokens > rate.burst ? rate.burst
		                                                                                     : bucket->tokens;
		bucket->rate = rate;
		bucket->per_second = share * rate.per_second;
	}
	pthread_mutex_unlock(&budget->lock);
}

int64_t budget_take(struct budget *budget, const char *key)
{
	int64_t now = clock_monotonic(budget->clock), wait = 0;
	struct bucket *bucket;

	pthread_mutex_lock(&budget->lock);
	bucket = bucket_of(budget, key, now);
	if (bucket) {
		bucket_fill(bucket, now);
		if (bucket->resume > now)
			wait = bucket->resume - now;
		else if (bucket->tokens < 1)
			wait = (int64_t)((1 - bucket->tokens) / bucket->per_second * 1000) + 1;
		else
			bucket->tokens -= 1;
		if (wait == 0)
			bucket->calls++;
	}
	budget->calls += wait == 0;
	pthread_mutex_unlock(&budget->lock);
	return wait;
}

void budget_throttled(struct budget *budget, const char *key, int64_t wait_ms)
{
	int64_t now = clock_monotonic(budget->clock);
	struct bucket *bucket;
	double slowest;

	if (wait_ms < 0)
		wait_ms = PAUSE_MS;
	if (wait_ms > PAUSE_MOST_MS)
		wait_ms = PAUSE_MOST_MS;
	pthread_mutex_lock(&budget->lock);
	bucket = bucket_of(budget, key, now);
	if (bucket) {
		bucket_fill(bucket, now);
		bucket->throttled++;
		if (bucket->resume < now + wait_ms)
			bucket->resume = now + wait_ms;
		if (bucket->throttled == 1 || now - bucket->halved >= halve_again_ms) {
			slowest = bucket->rate.per_second * slowest_share;
			bucket->halved = now;
			bucket->tokens = 0;
			bucket->per_second = bucket->per_second / 2 > slowest ? bucket->per_second / 2 : slowest;
		}
	}
	pthread_mutex_unlock(&budget->lock);
}

// The wall time of a monotonic moment; 0 when it has passed.
static int64_t wall_time_of(const struct budget *budget, int64_t moment, int64_t now)
{
	return moment > now ? clock_now(budget->clock) + moment - now : 0;
}

bool budget_paused(struct budget *budget, const char *key, int64_t *until)
{
	int64_t now = clock_monotonic(budget->clock), resume = 0;
	size_t most = sizeof(budget->buckets[0]->key) - 1;

	pthread_mutex_lock(&budget->lock);
	for (struct bucket *bucket = budget->buckets[hash_of(key)]; bucket; bucket = bucket->next)
		if (strncmp(bucket->key, key, most) == 0)
			resume = bucket->resume;
	pthread_mutex_unlock(&budget->lock);
	if (resume <= now)
		return false;
	if (until)
		*until = wall_time_of(budget, resume, now);
	return true;
}

static int compare_states(const void *a, const void *b)
{
	const struct budget_state *left = a, *right = b;
	bool left_throttled = left->throttled_until > 0, right_throttled = right->throttled_until > 0;

	if (left_throttled != right_throttled)
		return left_throttled ? -1 : 1;
	if (left->calls != right->calls)
		return left->calls > right->calls ? -1 : 1;
	return strcmp(left->key, right->key);
}

size_t budget_states(struct budget *budget, struct budget_state *out, size_t most)
{
	int64_t now = clock_monotonic(budget->clock);
	struct budget_state *all;
	size_t count = 0;

	pthread_mutex_lock(&budget->lock);
	all = calloc(budget->count ? budget->count : 1, sizeof(*all));
	for (size_t i = 0; all && i < BUCKETS; i++) {
		for (struct bucket *bucket = budget->buckets[i]; bucket; bucket = bucket->next) {
			struct budget_state *state = &all[count++];

			bucket_fill(bucket, now);
			memcpy(state->key, bucket->key, sizeof(state->key));
			state->per_second = bucket->per_second;
			state->configured = bucket->rate.per_second;
			state->throttled_until = wall_time_of(budget, bucket->resume, now);
			state->calls = bucket->calls;
			state->throttled = bucket->throttled;
		}
	}
	pthread_mutex_unlock(&budget->lock);
	if (!all)
		return 0;
	qsort(all, count, sizeof(*all), compare_states);
	if (most > 0)
		memcpy(out, all, (count < most ? count : most) * sizeof(*out));
	free(all);
	return count;
}

uint64_t budget_calls(struct budget *budget)
{
	pthread_mutex_lock(&budget->lock);
	const uint64_t calls = budget->calls;
	pthread_mutex_unlock(&budget->lock);
	return calls;
}
