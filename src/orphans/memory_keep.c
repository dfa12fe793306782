// SPDX-License-Identifier: Apache-2.0
// What a person decides and scans obey: the keep list, and clusters that are gone.
#include "config.h"

#include "orphans/memory_own.h"

#include <string.h>

#include "base/banned.h"

bool memory_keep(struct memory *memory, const char *id, const char *why, bool keep, struct error *error)
{
	struct memory_keep_row row = {.id = id, .why = why ? why : "", .seen_at = clock_now(memory_clock(memory))};

	if (!keep)
		memory_drop(memory, MEMORY_KEEP, &row);
	else if (!memory_put(memory, MEMORY_KEEP, &row))
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	return memory_commit(memory, 0, error);
}

bool memory_is_kept(struct memory *memory, const char *id)
{
	struct memory_keep_row row = {.id = id};

	return memory_get(memory, MEMORY_KEEP, &row);
}

bool memory_confirm_gone(struct memory *memory, const char *cluster_id, bool gone, struct error *error)
{
	struct arena arena;
	struct memory_cluster *rows;
	size_t count, found = 0;

	arena_init(&arena, 0);
	rows = memory_all(memory, MEMORY_CLUSTER, &arena, &count);
	for (size_t i = 0; i < count; i++)
		if (*cluster_id && strcmp(rows[i].id, cluster_id) == 0) {
			rows[i].is_confirmed_gone = gone;
			found += memory_put(memory, MEMORY_CLUSTER, &rows[i]);
		}
	arena_finish(&arena);
	if (found == 0)
		return error_set(
		        error, ERROR_NOT_FOUND, _("no scan has ever read a cluster with the id %s"), cluster_id);
	return memory_commit(memory, 0, error);
}
