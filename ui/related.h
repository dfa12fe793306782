// SPDX-License-Identifier: Apache-2.0
// What hangs together: the records that one names (its cluster, its VPC), and those that name it (its node pools, its
// interfaces).
#ifndef PEERDECK_UI_RELATED_H
#define PEERDECK_UI_RELATED_H

#include "ui/target.h"

// Tells each record of which something was read; returns how many were told. `tell` returns false to stop.
typedef bool related_tell(const struct kind *kind, const struct scope *scope, const struct record *record, void *user);
size_t related_above(struct ui *ui, const struct target *target, related_tell *tell, void *user);
size_t related_below(struct ui *ui, const struct target *target, related_tell *tell, void *user);

#endif
