// SPDX-License-Identifier: Apache-2.0
// A binary heap of what is to happen.
#include "config.h"
#include "sim/timers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"
#include "sim/world.h"

#include "base/banned.h"

struct timer {
	int64_t at;
	uint64_t sequence;
	timer_action *action;
	int64_t argument;
	char *id; // owned; NULL = none
};

static bool earlier(const struct timer *a, const struct timer *b)
{
	return a->at != b->at ? a->at < b->at : a->sequence < b->sequence;
}

static void swap(struct timer *a, struct timer *b)
{
	struct timer kept = *a;
	*a = *b;
	*b = kept;
}

bool timers_add(struct timers *timers, int64_t at, const char *id, timer_action *action, int64_t argument)
{
	timers->heap = memory_grow(timers->heap, &timers->room, timers->count, sizeof(*timers->heap));
	size_t i = timers->count++;
	timers->heap[i] = (struct timer){
	        .at = at,
	        .sequence = timers->sequence++,
	        .action = action,
	        .argument = argument,
	        .id = id ? memory_copy(id, strlen(id)) : NULL,
	};
	for (; i > 0 && earlier(&timers->heap[i], &timers->heap[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&timers->heap[i], &timers->heap[(i - 1) / 2]);
	return true;
}

int64_t timers_next(const struct timers *timers)
{
	return timers->count ? timers->heap[0].at : INT64_MAX;
}

static struct timer timers_pop(struct timers *timers)
{
	struct timer first = timers->heap[0];
	timers->heap[0] = timers->heap[--timers->count];
	for (size_t i = 0;;) {
		size_t least = i;
		for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < timers->count; child++)
			if (earlier(&timers->heap[child], &timers->heap[least]))
				least = child;
		if (least == i)
			return first;
		swap(&timers->heap[i], &timers->heap[least]);
		i = least;
	}
}

bool timers_run_one(struct timers *timers, struct world *world, int64_t now)
{
	if (!timers->count || timers->heap[0].at > now)
		return false;
	struct timer timer = timers_pop(timers);
	struct resource *resource = timer.id ? id_map_get(&world->index, timer.id) : NULL;
	if (!timer.id || resource)
		timer.action(world, resource, timer.argument);
	free(timer.id);
	return true;
}

void timers_finish(struct timers *timers)
{
	for (size_t i = 0; i < timers->count; i++)
		free(timers->heap[i].id);
	free(timers->heap);
	*timers = (struct timers){0};
}
