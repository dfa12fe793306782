// SPDX-License-Identifier: Apache-2.0
// A small table under a lock; who comes while its row is being asked for waits for that answer.
#include "alibaba/prices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/banned.h"

enum { WAIT_NS = 200000000, SECOND_NS = 1000000000 };

void prices_init(struct prices *prices, const struct clock *clock)
{
	memset(prices, 0, sizeof(*prices));
	prices->clock = clock;
	pthread_mutex_init(&prices->lock, NULL);
	pthread_cond_init(&prices->answered, NULL);
}

void prices_finish(struct prices *prices)
{
	free(prices->items);
	pthread_cond_destroy(&prices->answered);
	pthread_mutex_destroy(&prices->lock);
}

// The lock is held.
static struct price *find(struct prices *prices, const char *what)
{
	for (size_t i = 0; i < prices->count; i++)
		if (!strcmp(prices->items[i].what, what))
			return &prices->items[i];
	return NULL;
}

// NULL when the table is full: then this price is asked for each time.
static struct price *add(struct prices *prices, const char *what)
{
	struct price *row;

	if (!prices->items)
		prices->items = calloc(PRICES_MOST, sizeof(*prices->items));
	if (!prices->items || prices->count == PRICES_MOST)
		return NULL;
	row = &prices->items[prices->count++];
	snprintf(row->what, sizeof(row->what), "%s", what);
	return row;
}

static bool is_fresh(const struct prices *prices, const struct price *row)
{
	int64_t age = clock_monotonic(prices->clock) - row->at;

	return row->known ? age < PRICE_KEPT_MS : row->error.kind != ERROR_NONE && age < PRICE_FAILURE_KEPT_MS;
}

// The lock is held. False when it is cancelled.
static bool wait_a_little(struct prices *prices, struct cancel *cancel)
{
	struct timespec until;

	if (cancel_asked(cancel))
		return false;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += WAIT_NS;
	if (until.tv_nsec >= SECOND_NS) {
		until.tv_nsec -= SECOND_NS;
		until.tv_sec++;
	}
	pthread_cond_timedwait(&prices->answered, &prices->lock, &until);
	return true;
}

enum price_turn prices_begin(struct prices *prices, const char *what, double *per_hour, char currency[8],
        struct cancel *cancel, struct error *error)
{
	enum price_turn turn = PRICE_ASK;
	struct price *row;

	pthread_mutex_lock(&prices->lock);
	while ((row = find(prices, what)) && row->asking) {
		if (!wait_a_little(prices, cancel)) {
			pthread_mutex_unlock(&prices->lock);
			error_set(error, ERROR_CANCELLED, _("Cancelled"));
			return PRICE_REFUSED;
		}
	}
	if (row && is_fresh(prices, row)) {
		turn = row->known ? PRICE_KNOWN : PRICE_REFUSED;
		*per_hour = row->per_hour;
		snprintf(currency, 8, "%s", row->currency);
		if (!row->known && error)
			*error = row->error;
	} else {
		row = row ? row : add(prices, what);
		if (row)
			row->asking = true;
	}
	pthread_mutex_unlock(&prices->lock);
	return turn;
}

void prices_answer(
        struct prices *prices, const char *what, double per_hour, const char *currency, const struct error *error)
{
	struct price *row;

	pthread_mutex_lock(&prices->lock);
	row = find(prices, what);
	if (row) {
		row->asking = false;
		row->known = !error;
		row->at = clock_monotonic(prices->clock);
		row->per_hour = per_hour;
		snprintf(row->currency, sizeof(row->currency), "%s", currency);
		row->error = error && error->kind != ERROR_CANCELLED ? *error : (struct error){0};
	}
	pthread_cond_broadcast(&prices->answered);
	pthread_mutex_unlock(&prices->lock);
}
