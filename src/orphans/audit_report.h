// SPDX-License-Identifier: Apache-2.0
// The audit record for people: a line for each entry, a report in Markdown.
#ifndef PEERDECK_ORPHANS_AUDIT_REPORT_H
#define PEERDECK_ORPHANS_AUDIT_REPORT_H

#include "orphans/audit.h"

enum { AUDIT_REPORT_MOST = 64 << 20 };

// What an entry says, in one line of visible text: "deleted podvm-a i-a, request 3C5E…".
void audit_summary(const struct audit_entry *entry, struct buffer *out);
// Everything since `since` (wall clock, 0 = all), sweep by sweep: plan, confirmation, evidence, outcomes, request ids,
// why it stopped; and where the record is damaged. Cloud text cannot change the report's form.
bool audit_report_markdown(const struct audit *audit, int64_t since, struct buffer *out, struct error *error);

#endif
