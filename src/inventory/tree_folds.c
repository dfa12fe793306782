// SPDX-License-Identifier: Apache-2.0
// What is folded: all or nothing, and the paths of those that are otherwise.
#include "config.h"
#include "inventory/tree_own.h"

#include <stdlib.h>
#include <string.h>

#include "inventory/hash.h"

#include "base/banned.h"

struct folds *folds_create(void)
{
	return calloc(1, sizeof(struct folds));
}

static void forget(struct folds *folds)
{
	for (size_t i = 0; i < folds->slots; i++)
		free(folds->paths[i]);
	free(folds->paths);
	folds->paths = NULL;
	folds->slots = folds->count = 0;
}

void folds_destroy(struct folds *folds)
{
	if (!folds)
		return;
	forget(folds);
	free(folds);
}

static size_t slot_of(char *const *paths, size_t slots, const char *path)
{
	size_t slot = hash_bytes(path, strlen(path)) & (slots - 1);

	while (paths[slot] && strcmp(paths[slot], path) != 0)
		slot = (slot + 1) & (slots - 1);
	return slot;
}

bool folds_have(const struct folds *folds, const char *path)
{
	if (!folds)
		return false;
	return folds->all != (folds->count && folds->paths[slot_of(folds->paths, folds->slots, path)]);
}

// Into a table of this size; what does not fit in memory stays where it was.
static bool rehash(struct folds *folds, size_t slots)
{
	char **paths = calloc(slots, sizeof(*paths));

	if (!paths)
		return false;
	for (size_t i = 0; i < folds->slots; i++)
		if (folds->paths[i])
			paths[slot_of(paths, slots, folds->paths[i])] = folds->paths[i];
	free(folds->paths);
	folds->paths = paths;
	folds->slots = slots;
	return true;
}

void folds_set(struct folds *folds, const char *path, bool folded)
{
	const bool otherwise = folded != folds->all;

	if (folds_have(folds, path) == folded)
		return;
	folds->version++;
	if (!otherwise) {
		const size_t slot = slot_of(folds->paths, folds->slots, path);

		free(folds->paths[slot]);
		folds->paths[slot] = NULL;
		folds->count--;
		// What was put behind it must be found again.
		for (size_t at = (slot + 1) & (folds->slots - 1); folds->paths[at];
		        at = (at + 1) & (folds->slots - 1)) {
			char *moved = folds->paths[at];

			folds->paths[at] = NULL;
			folds->paths[slot_of(folds->paths, folds->slots, moved)] = moved;
		}
		return;
	}
	if (folds->count == TREE_FOLDS_MOST)
		return;
	if (2 * (folds->count + 1) > folds->slots && !rehash(folds, folds->slots ? 2 * folds->slots : 64))
		return;
	char *copy = strdup(path);
	if (!copy)
		return;
	folds->paths[slot_of(folds->paths, folds->slots, path)] = copy;
	folds->count++;
}

void folds_set_all(struct folds *folds, bool folded)
{
	forget(folds);
	folds->all = folded;
	folds->version++;
}
