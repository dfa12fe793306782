// SPDX-License-Identifier: Apache-2.0
// What can be known to be wrong with a guide before it is walked.
#ifndef PEERDECK_GUIDE_LINT_H
#define PEERDECK_GUIDE_LINT_H

#include "guide/guide.h"
#include "guide/values.h"
#include "work/calls.h"

// Names that every guide has: RUN, CONTEXT, REGION, ACCOUNT, CLOCK, FOLDER, HOME.
struct builtin_row {
	const char *name, *help; // N_()
};
const struct builtin_row *builtin_at(size_t index); // NULL after the last

// Reads FOLDER and checks it. `calls` of the guide's backend; NULL = operations cannot be checked. Returns how many
// mistakes were told.
size_t guide_lint(const char *folder, const char *name, const struct call_source *calls, guide_tell *tell, void *user);
// Only what the reading does not tell already.
size_t guide_check(const struct guide *guide, const struct call_source *calls, guide_tell *tell, void *user);

#endif
