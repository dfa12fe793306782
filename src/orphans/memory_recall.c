// SPDX-License-Identifier: Apache-2.0
// What was seen before this memory began.
#include "config.h"

#include "orphans/memory_own.h"

#include "base/banned.h"

// An hour of complete scans, five minutes apart, the first half an hour after the VM was nobody's.
enum { RECALLED_MS = 60 * 60 * 1000, RECALLED_SCANS = 12, FIRST_SEEN_MS = 30 * 60 * 1000 };

static bool recall_vm(struct memory *memory, const struct memory_sight *sight, int64_t now)
{
	const int64_t first_seen = sight->since + FIRST_SEEN_MS;
	struct memory_vm row = {.id = sight->id};

	if (memory_get(memory, MEMORY_VM, &row))
		return true;
	// Nothing is known of the time from the last of those scans until now: it counts for nothing.
	row.settling = (struct settling){.first_seen = first_seen,
	        .counted_ms = RECALLED_MS,
	        .scans = RECALLED_SCANS,
	        .since_change = SETTLING_SCANS_REMEMBERED,
	        .last_verdict = VERDICT_ORPHAN,
	        .was_judged = true};
	row.since = first_seen;
	row.seen_at = now;
	return memory_put(memory, MEMORY_VM, &row);
}

static bool recall_free(struct memory *memory, const char *kind, const struct memory_sight *sight, int64_t now)
{
	struct memory_free row = {.kind = kind, .id = sight->id};

	if (memory_get(memory, MEMORY_FREE, &row))
		return true;
	row.since = sight->since;
	row.seen_at = now;
	return memory_put(memory, MEMORY_FREE, &row);
}

bool memory_recall(struct memory *memory, const struct memory_sight *sights, size_t count)
{
	const int64_t now = clock_now(memory_clock(memory));
	bool kept = true;

	for (size_t i = 0; i < count && kept; i++)
		if (sights[i].kind == KIND_VM)
			kept = recall_vm(memory, &sights[i], now);
		else if (sights[i].kind == KIND_ENI || sights[i].kind == KIND_EIP)
			kept = recall_free(memory, sights[i].kind == KIND_ENI ? "eni" : "eip", &sights[i], now);
	return kept;
}
