// SPDX-License-Identifier: Apache-2.0
// The record that a view or a dialog is about, held by its id: it stays what it is when rows move, and is looked up
// again each time.
#ifndef PEERDECK_UI_TARGET_H
#define PEERDECK_UI_TARGET_H

#include "ui/state.h"

enum { TARGETS_MOST = 1000 };

struct target {
	enum kind_id kind;
	struct scope scope;
	char id[256], name[256];
	char status[64]; // as it was when chosen
	int64_t created;
};

// What the cursor of the focused pane is on; false = nothing.
bool target_selected(struct ui *ui, struct target *out);
// The marked records, or the one under the cursor; returns how many, at most `most`. *hidden gets how many of them the
// filter hides.
size_t target_list(struct ui *ui, struct target *out, size_t most, size_t *hidden);
// The record as it is now; NULL when it is gone. It lives until target_release.
const struct record *target_record(struct ui *ui, const struct target *target, struct snapshot **holder);
void target_release(struct snapshot *holder);
// By kind and id in all scopes of the context; false when nothing is known of it.
bool target_find(struct ui *ui, enum kind_id kind, const char *id, struct target *out);
// "name (id)" or the id alone, visible.
void target_words(const struct target *target, char *out, size_t size);

// A reading of one record in the background: everything the cloud says of it (action NULL), or the text an action
// yields.
struct fetch;
// told on the UI thread when it is over, unless cancelled before; text is valid during the call; error NULL = it
// worked.
struct fetch *fetch_begin(struct ui *ui, const struct target *target, const struct action *action,
        void (*told)(void *user, const char *text, size_t size, const struct error *error), void *user,
        struct error *error);
void fetch_cancel(struct fetch *fetch); // also when it is over; NULL is fine

#endif
