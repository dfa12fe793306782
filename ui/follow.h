// SPDX-License-Identifier: Apache-2.0
// From a record to what hangs together with it.
#ifndef PEERDECK_UI_FOLLOW_H
#define PEERDECK_UI_FOLLOW_H

#include "ui/target.h"

// The filter for events of what is selected; "" = nothing that events tell of is.
void follow_events(struct ui *ui, char *out, size_t size);

#endif
