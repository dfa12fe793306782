// SPDX-License-Identifier: Apache-2.0
// Health checks H0 to H15 by name, as guides ask for them.
#ifndef PEERDECK_ORPHANS_HEALTH_NAMED_H
#define PEERDECK_ORPHANS_HEALTH_NAMED_H

#include "work/deck.h"
#include "work/named_checks.h"

// Over the open context of the deck, which must stay open as long as they are used.
void health_named_init(struct named_checks *out, struct deck *deck);

#endif
