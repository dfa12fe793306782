// SPDX-License-Identifier: Apache-2.0
// What the deck*.c files share. For them alone.
#ifndef PEERDECK_WORK_DECK_PRIVATE_H
#define PEERDECK_WORK_DECK_PRIVATE_H

#include "work/deck.h"

// Closes the open context as soon as its jobs are over; deck->session is NULL afterwards.
void deck_leave(struct deck *deck);
// Closes what earlier contexts left, as far as it is no longer used; `wait` closes all of it.
void deck_sweep(struct deck *deck, bool wait);

// deck_identity.c: who we are, and what an earlier run left in doubt.
void deck_identify(struct deck *deck);

// deck_cache.c: the last inventory.
void deck_show_cached(struct deck *deck);
void deck_save(struct deck *deck, int64_t now);
void deck_save_last(struct deck *deck);

// deck_clusters.c: the session of the clusters, after the cloud's was opened.
void deck_open_clusters(struct deck *deck);
void deck_link_destroy(struct deck_link *link);
bool deck_has_own_clusters(const struct deck *deck);
void deck_clusters_published(struct deck *deck, const struct publication *publication);
void deck_turn_clusters(struct deck *deck);

#endif
