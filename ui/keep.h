// SPDX-License-Identifier: Apache-2.0
// Keeping a VM or left-over, or no longer: the database is written by a job, and the row says so until a scan has
// judged it again.
#ifndef PEERDECK_UI_KEEP_H
#define PEERDECK_UI_KEEP_H

#include "orphans/scanner.h"

struct ui;
struct keeps; // those under way in one console

struct keeps *keeps_create(void); // NULL when out of memory
void keeps_destroy(struct keeps *keeps);
// Turns it round: what is kept is given free, what is not is kept.
bool keeps_begin(struct keeps *keeps, struct ui *ui, struct scanner *scanner, const char *id, const char *why,
        struct error *error);
// "keeping…" while it is written and until a scan that began afterwards is over; NULL = nothing is under way.
const char *keeps_word(const struct keeps *keeps, const char *id);
// Forgets what the scanner has judged again. True when something was forgotten.
bool keeps_turn(struct keeps *keeps, const struct scanner *scanner);
void keeps_forget(struct keeps *keeps); // another context was opened

#endif
