// SPDX-License-Identifier: Apache-2.0
// Running and finished operations: state, progress, request ids, why one failed; Enter shows all of it, `x` cancels.
#ifndef PEERDECK_UI_OPERATIONS_H
#define PEERDECK_UI_OPERATIONS_H

#include "ui/state.h"

struct pane *operations_create(struct ui *ui, struct error *error);

#endif
