// SPDX-License-Identifier: Apache-2.0
// The table pane: rows of one kind, with a cursor and marks that hold ids, sorting, filtering, columns that give way by
// rank.
#ifndef PEERDECK_UI_TABLE_H
#define PEERDECK_UI_TABLE_H

#include "inventory/view.h"
#include "ui/pane.h"

enum table_flag {
	TABLE_ALL_ROW = 1 << 0, // the first row stands for all of them (what the panes at its right are narrowed by)
};

// `base` is a filter that always holds (NULL = none).
struct pane *table_create(struct ui *ui, enum kind_id kind, const char *base, unsigned flags, struct error *error);
bool pane_is_table(const struct pane *pane);

// What it shows. NULL or "" = no restriction.
void table_set_regions(struct pane *pane, const char *const *regions, size_t count);
void table_narrow(struct pane *pane, const char *field, const char *value);
bool table_set_filter(struct pane *pane, const char *filter, struct error *error);
// The context was changed.
void table_reset(struct pane *pane);

// Lines above the headings, made anew with each drawing: what the rows are together, how far they can be trusted.
struct table_head {
	enum style style;
	char text[640];      // takes a second row where it is too long for one
	int64_t done, total; // a bar at its end; total 0 = none
};
enum { TABLE_HEAD_MOST = 8 };
// Returns how many. *next_change gets the monotonic time when they change by themselves; it is −1 before.
typedef size_t table_head_fill(struct ui *ui, struct table_head *out, size_t most, int64_t *next_change);
void table_set_head(struct pane *pane, table_head_fill *fill);

struct view *table_view(struct pane *pane);
const struct kind *table_kind(const struct pane *pane);
// Id of the cursor's row; "" = the row for all, or none.
const char *table_cursor(const struct pane *pane);
void table_set_cursor(struct pane *pane, const char *id);
// The fields that are columns now, in order; for the sort menu and the column chooser.
size_t table_columns(const struct pane *pane, const struct field **out, size_t most);
// Shows or hides the column of a field (by its index in the kind), whatever is usual.
bool table_shows_column(const struct pane *pane, unsigned index);
void table_show_column(struct pane *pane, unsigned index, bool shown);
// How far its data goes back: wall clock of the oldest reading that it shows; 0 = nothing read.
int64_t table_read_at(const struct pane *pane);

#endif
