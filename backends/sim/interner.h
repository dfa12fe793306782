// SPDX-License-Identifier: Apache-2.0
// One copy of each text, kept until the end.
#ifndef PEERDECK_SIM_INTERNER_H
#define PEERDECK_SIM_INTERNER_H

#include "base/base.h"

struct interner;
struct interner *interner_create(void);
void interner_destroy(struct interner *interner);
const char *interner_text(struct interner *interner, const char *text, size_t length);

#endif
