// SPDX-License-Identifier: Apache-2.0
// Memory that is given back all at once. Blocks grow; pointers stay valid until reset or finish.
#ifndef PEERDECK_BASE_ARENA_H
#define PEERDECK_BASE_ARENA_H

#include "base/base.h"

struct arena_block;
struct arena {
	struct arena_block *blocks; // newest first
	size_t used;		    // bytes handed out
	size_t limit;		    // most bytes that may be handed out; 0 = no limit
};

// `limit` in bytes, 0 = none. Allocates nothing yet.
void arena_init(struct arena *arena, size_t limit);
void arena_finish(struct arena *arena);
// Forgets everything handed out, keeps the largest block for reuse.
void arena_reset(struct arena *arena);
// Gives `to` all that `from` holds (from becomes empty); pointers stay valid.
void arena_move(struct arena *to, struct arena *from);

// Zeroed memory aligned for any type; NULL when out of memory or over the limit. size 0 gives a valid pointer.
void *arena_alloc(struct arena *arena, size_t size);
// Like arena_alloc, but not zeroed and not aligned: for text.
char *arena_bytes(struct arena *arena, size_t size);
char *arena_strndup(struct arena *arena, const char *text, size_t length);
char *arena_strdup(struct arena *arena, const char *text); // NULL in, NULL out
char *arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
