// SPDX-License-Identifier: Apache-2.0
// The dashboard: how many of everything in which state, region by region, and what reading it costs.
#ifndef PEERDECK_UI_DASHBOARD_H
#define PEERDECK_UI_DASHBOARD_H

#include "ui/pane.h"

struct pane *dashboard_create(struct ui *ui, struct error *error);

#endif
