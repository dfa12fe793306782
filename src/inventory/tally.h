// SPDX-License-Identifier: Apache-2.0
// Counts and sums over all records of a kind in a context, by the value of one field: what columns such as a region's
// VMS show. Each snapshot is added up once. For view.c alone.
#ifndef PEERDECK_INVENTORY_TALLY_H
#define PEERDECK_INVENTORY_TALLY_H

#include "inventory/store.h"

struct tally;

struct tally *tally_create(struct store *store);
void tally_destroy(struct tally *tally);
// What follows is as of this version of the store; context "" = all.
void tally_refresh(struct tally *tally, const char *context, uint64_t version);
// Records of `kind` whose `field` is `value`, or the sum of their field `number` (NULL = count). −1 when nothing was
// read there.
int64_t tally_of(struct tally *tally, enum kind_id kind, const char *field, const char *value, const char *number);

#endif
