// SPDX-License-Identifier: Apache-2.0
// What a person sees who starts the console without anything to look at: what to do.
#ifndef PEERDECK_UI_WELCOME_H
#define PEERDECK_UI_WELCOME_H

#include "ui/state.h"

bool welcome_open(struct ui *ui, struct error *error);

#endif
