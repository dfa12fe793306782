// SPDX-License-Identifier: Apache-2.0
// `list --watch`: what appears, changes and goes, printed as it is published.
#ifndef PEERDECK_CLI_WATCH_H
#define PEERDECK_CLI_WATCH_H

#include <pthread.h>

#include "cli/cli.h"
#include "inventory/filter.h"

struct watch {
	struct deck *deck;
	const struct kind *kind;
	const struct arguments *line;
	struct filter *filter;
	pthread_mutex_t lock; // held to print one publication
};

// Listens from now on; before the first reading. It must outlive whatever publishes.
bool watch_init(struct watch *watch, struct deck *deck, const struct kind *kind, const struct arguments *line, struct error *error);
// Polls until interrupted, or until nobody reads the output any more; nothing publishes afterwards.
int watch_run(struct watch *watch, struct cancel *cancel);
void watch_finish(struct watch *watch);

#endif
