// SPDX-License-Identifier: Apache-2.0
// Reading whole lists without a screen: what a kind needs first (regions, clusters), then the kind itself.
#ifndef PEERDECK_CLI_READING_H
#define PEERDECK_CLI_READING_H

#include "base/cancel.h"
#include "work/deck.h"

enum { READING_SCOPES_MOST = 4096 };

// How a reading came out.
struct reading {
	size_t scopes; // that were asked
	size_t failed; // of them
	struct error first; // of the failures
};
// EXIT_DONE, EXIT_INCOMPLETE, or EXIT_FAILED when nothing could be read.
int reading_status(const struct reading *reading);

// The regions that the settings name: those, or the home region; count 0 = all known. `names` point into config or deck.
bool reading_regions(struct deck *deck, const char **names, size_t most, size_t *count, struct error *error);
// Reads `kind` in all its scopes into the store, and what must be known for that. Each scope that fails is told on
// standard error; what all of them failed by, once. False when it was interrupted, or could not be begun: `error` is for the caller to tell.
// `cluster` is the id or name of one cluster for kinds that are read cluster by cluster; NULL or "" = all.
bool reading_run(struct deck *deck, enum kind_id kind, const char *cluster, struct cancel *cancel, struct reading *out, struct error *error);

#endif
