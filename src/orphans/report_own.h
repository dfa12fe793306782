// SPDX-License-Identifier: Apache-2.0
// Shared by the parts that put a report into words.
#ifndef PEERDECK_ORPHANS_REPORT_OWN_H
#define PEERDECK_ORPHANS_REPORT_OWN_H

#include "orphans/report.h"

const char *report_item_sort(const struct report_item *item); // "vm", "eni", "eip", "disk", "peerpod"
const char *report_item_rule(const struct report_item *item); // stable name
const char *report_item_why(const struct report_item *item);  // translated
// What would settle this one reason; "" when nothing is open.
void reason_settles(const struct report *report, const struct report_item *item, const struct reason *reason, char *out,
        size_t size);

#endif
