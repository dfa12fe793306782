// SPDX-License-Identifier: Apache-2.0
// Health checks H0 to H15 by name, as guides ask for them.
#ifndef PEERDECK_ORPHANS_HEALTH_NAMED_H
#define PEERDECK_ORPHANS_HEALTH_NAMED_H

#include "work/deck.h"
#include "work/named_checks.h"

struct health_named {
	struct named_checks checks; // lend this to a guide
	const struct backend *cloud, *clusters;
	struct session *cloud_session, *clusters_session;
	const struct clock *clock;
	char context[128];
};

// Over the open context of the deck, from the thread that the deck belongs to; used by jobs that were submitted while
// it was open, whatever is opened afterwards.
void health_named_init(struct health_named *out, const struct deck *deck);

#endif
