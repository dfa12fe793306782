// SPDX-License-Identifier: Apache-2.0
// Quarantine: an orphan is stopped (saving its cost) and tagged with time and operator, to be deleted later. Reversible.
// These tags are ours: they are no sign of somebody else's automation.
#ifndef PEERDECK_ORPHANS_QUARANTINE_H
#define PEERDECK_ORPHANS_QUARANTINE_H

#include "inventory/records.h"

#define QUARANTINE_TAG "peerdeck-quarantined"       // when: 2026-11-20T20:52:00Z
#define QUARANTINE_TAG_BY "peerdeck-quarantined-by" // who

// Since when the tags say that a VM is in quarantine; 0 = it is not.
int64_t quarantine_since(const struct tag_list *tags);
bool quarantine_is_tag(const char *key);

#endif
