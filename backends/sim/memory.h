// SPDX-License-Identifier: Apache-2.0
// The simulator does not go on without memory: these end the program, so that worlds need no error paths.
#ifndef PEERDECK_SIM_MEMORY_H
#define PEERDECK_SIM_MEMORY_H

#include "base/base.h"

void *memory_zeroed(size_t count, size_t size);
void *memory_resized(void *old, size_t count, size_t size);
char *memory_copy(const void *data, size_t size); // with a NUL added
// Makes room for one more item in a growing array.
void *memory_grow(void *items, size_t *room, size_t count, size_t size);

#endif
