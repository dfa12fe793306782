// SPDX-License-Identifier: Apache-2.0
// A short list of identities; temporary ones come and go.
#include "config.h"
#include "sim/identity.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim/memory.h"

#include "base/banned.h"

struct identities {
	struct identity **items; // pointers stay valid when the list grows
	size_t count, room;
};

struct identities *identities_create(void)
{
	return memory_zeroed(1, sizeof(struct identities));
}

void identities_destroy(struct identities *identities)
{
	if (!identities)
		return;
	for (size_t i = 0; i < identities->count; i++)
		free(identities->items[i]);
	free(identities->items);
	free(identities);
}

struct identity *identity_add(struct identities *identities, const struct identity *identity)
{
	identities->items =
	        memory_grow(identities->items, &identities->room, identities->count, sizeof(*identities->items));
	struct identity *copy = memory_zeroed(1, sizeof(*copy));
	*copy = *identity;
	identities->items[identities->count++] = copy;
	return copy;
}

struct identity *identity_find(struct identities *identities, const char *key_id)
{
	for (size_t i = 0; i < identities->count; i++)
		if (!strcmp(identities->items[i]->key_id, key_id))
			return identities->items[i];
	return NULL;
}

const struct identity *identity_at(const struct identities *identities, size_t index)
{
	return index < identities->count ? identities->items[index] : NULL;
}

const struct identity *identity_first(const struct identities *identities)
{
	return identities->count ? identities->items[0] : NULL;
}

// An expired key is still known for an hour, so that its calls are told what is wrong.
void identities_sweep(struct identities *identities, int64_t now)
{
	enum { REMEMBERED_MS = 3600 * 1000 };
	size_t kept = 0;
	for (size_t i = 0; i < identities->count; i++) {
		struct identity *identity = identities->items[i];
		if (identity->expires && identity->expires + REMEMBERED_MS < now)
			free(identity);
		else
			identities->items[kept++] = identity;
	}
	identities->count = kept;
}

static bool matches_any(const char *const *patterns, size_t count, const char *action)
{
	for (size_t i = 0; i < count; i++)
		if (text_glob(patterns[i], action))
			return true;
	return false;
}

bool identity_allows(const struct identity *identity, const char *action)
{
	if (matches_any(identity->denied, identity->denied_count, action))
		return false;
	return !identity->allowed_count || matches_any(identity->allowed, identity->allowed_count, action);
}
