// SPDX-License-Identifier: Apache-2.0
// The answer to "why is this an orphan?" as lines of words: the same on the screen, in text output and in a saved
// report. Sections come in the order of the enum; a face draws heading and mark as it likes.
#ifndef PEERDECK_ORPHANS_EVIDENCE_LINES_H
#define PEERDECK_ORPHANS_EVIDENCE_LINES_H

#include "orphans/report.h"

enum evidence_section {
	EVIDENCE_WHAT,    // account of the thing itself: id, status, created, type, network, tags
	EVIDENCE_VERDICT, // the verdict and the rule that decided
	EVIDENCE_OWNER,   // "Belongs to": cluster and why it is believed
	EVIDENCE_SERVED,  // "Served": the pod and what became of it
	EVIDENCE_UNUSED,  // "Unused": why no pod uses it, or "Used by"
	EVIDENCE_SETTLED, // "Settled": age, readings, termination
	EVIDENCE_AGAINST, // "No veto", or what is against it
	EVIDENCE_LOG,     // lines of the adaptor's log
	EVIDENCE_WITH,    // "Goes with it": interfaces, addresses, disks
	EVIDENCE_COST,    // "Costs"
	EVIDENCE_READ,    // clusters and regions that were read, and when
	EVIDENCE_UNKNOWN, // "Not known"
	EVIDENCE_SECTIONS,
};

enum evidence_mark {
	EVIDENCE_PLAIN,
	EVIDENCE_HOLDS,          // speaks for the verdict orphan: ✔
	EVIDENCE_STANDS_AGAINST, // ✖
	EVIDENCE_OPEN,           // cannot be told: ?
	EVIDENCE_WAITS,          // time is missing: …
};

struct evidence_line {
	enum evidence_section section;
	enum evidence_mark mark;
	const char *text; // visible, translated
};

struct evidence_lines {
	struct arena arena;
	struct evidence_line *lines;
	size_t count;
};

// `now`: wall clock, for ages. False when out of memory.
bool evidence_lines_make(const struct report *report, const struct report_item *item, int64_t now,
        struct evidence_lines *out, struct error *error);
void evidence_lines_finish(struct evidence_lines *lines);
// Translated: "Belongs to". EVIDENCE_AGAINST and EVIDENCE_UNUSED depend on the item.
const char *evidence_heading(enum evidence_section section, const struct report_item *item);
// "✔", "✖", "?", "…" or "": one column; `ascii` gives "+", "x", "?", "~".
const char *evidence_mark_text(enum evidence_mark mark, bool ascii);

#endif
