// SPDX-License-Identifier: Apache-2.0
// A view: the rows of one kind from many snapshots, narrowed, filtered and sorted. What a pane and `list` both show.
// Not thread-safe: each view belongs to one thread. It holds references, so its rows stay valid until the next
// view_update.
#ifndef PEERDECK_INVENTORY_VIEW_H
#define PEERDECK_INVENTORY_VIEW_H

#include "inventory/filter.h"
#include "inventory/store.h"
#include "inventory/tree.h"

struct view;

// How one scope that feeds the view stands.
struct view_source {
	struct scope scope;
	struct store_entry entry; // snapshot borrowed from the view
};

struct view *view_create(const struct kind *kind, struct store *store, const struct clock *clock);
void view_destroy(struct view *view);

// What to show. Each marks the view dirty; view_update does the work. NULL or "" = no restriction.
void view_set_context(struct view *view, const char *context);
void view_set_regions(struct view *view, const char *const *regions, size_t count); // none = all
// Only records whose field equals the value (a cluster's node pools): field must name a text field.
void view_narrow(struct view *view, const char *field, const char *value);
// Where the field that view_narrow names is unknown, this one decides (a VM that does not say its cluster: by its network).
void view_narrow_unknown(struct view *view, const char *field, const char *value);
// Replaces the fixed filter under the user's own ("sort=podvm"); the same language.
bool view_set_base_filter(struct view *view, const char *text, struct error *error);
bool view_set_filter(struct view *view, const char *text, struct error *error);
// "name", "-age": field, − = descending. Ties go by id so that the order is stable. False when there is no such field.
bool view_set_order(struct view *view, const char *order);
const char *view_order(const struct view *view);
const char *view_filter_text(const struct view *view);

// Brings the rows up to date when the store or a setting changed; returns true when the rows may differ.
bool view_update(struct view *view);
size_t view_count(const struct view *view);      // rows shown
size_t view_unfiltered(const struct view *view); // rows before the user's filter
const struct record *view_row(const struct view *view, size_t row);
size_t view_find(const struct view *view, const char *id);                 // row, SIZE_MAX when not shown
const struct record *view_record(const struct view *view, const char *id); // even when the filter hides it; NULL = gone
size_t view_sources(const struct view *view, const struct view_source **out);
const struct kind *view_kind(const struct view *view);
// Now as of the last update. For rows of this view alone, and as long as they are in it.
const struct field_context *view_context(const struct view *view);
// When the row appeared or last changed (monotonic ms; 0 = never), and which fields: for highlighting.
int64_t view_changed_at(const struct view *view, const char *id, uint64_t *fields);

#endif
