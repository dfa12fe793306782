// SPDX-License-Identifier: Apache-2.0
// The checklist for a pod or a cluster.
#ifndef PEERDECK_UI_DIAGNOSE_VIEW_H
#define PEERDECK_UI_DIAGNOSE_VIEW_H

#include "ui/target.h"

// For a pod or a cluster, or what belongs to one.
bool diagnose_open(struct ui *ui, const struct target *selected, struct error *error);

#endif
