// SPDX-License-Identifier: Apache-2.0
// A folder of things that a console with guides makes and takes away, for the tests of its wizard.
#ifndef PEERDECK_TESTS_GUIDE_WORLD_H
#define PEERDECK_TESTS_GUIDE_WORLD_H

#include "tests/screen/term.h"

enum { PATH_SIZE = 600 };

void world_begin(void); // a fresh one
void world_end(void);
void world_path(const char *name, char out[PATH_SIZE]);
void world_put(const char *name, const char *text);
bool world_has(const char *name);
void world_remove(const char *name);

// A console on the world; NULL = its usual view.
struct terminal *console(int rows, int columns, const char *view);
// A dialog takes keys only after a while: presses one until something is seen.
void press_until(struct terminal *term, const char *key, const char *seen);

#endif
