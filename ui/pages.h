// SPDX-License-Identifier: Apache-2.0
// Pages: what fills the body of the screen. The browse page has the four panes that narrow each other; any other page
// is one pane. Opening pushes a page; Esc and q go back; [ ] - walk the history.
#ifndef PEERDECK_UI_PAGES_H
#define PEERDECK_UI_PAGES_H

#include "ui/pane.h"

struct pages;
enum { PAGES_MOST = 20, PAGE_PANES_MOST = 4 };

struct pages *pages_create(struct ui *ui, struct error *error);
void pages_destroy(struct pages *pages);

// Opens a pane (takes it, also on failure) as a page of its own on top of the current one.
bool pages_open(struct pages *pages, struct pane *pane, struct error *error);
// Opens a table of this kind, with a filter when that is not NULL. Kinds of the four panes
// zoom theirs.
bool pages_open_kind(struct pages *pages, enum kind_id kind, const char *filter, struct error *error);
// What to open as a page of its own. NULL or "" = no restriction.
struct table_opening {
	enum kind_id kind;
	const char *filter;
	const char *field, *value; // narrowed to: field must hold the value
	const char *cursor;        // id of the row to stand on
	const char *parent;        // what it was opened from, for the path
	bool everywhere;           // whatever region is chosen
};
bool pages_open_table(struct pages *pages, const struct table_opening *opening, struct error *error);
// The pods of a cluster, and below them its nodes.
bool pages_open_cluster(struct pages *pages, const char *id, const char *name, struct error *error);
// Back one level; false at the top.
bool pages_back(struct pages *pages);

struct pane *pages_focused(struct pages *pages);
// The command as the page sees it (next pane, zoom, history …).
unsigned pages_command(struct pages *pages, const struct command_call *call);
bool pages_update(struct pages *pages);
void pages_draw(struct pages *pages, struct area area);
int64_t pages_wake_at(struct pages *pages, int64_t now);
void pages_interests(struct pages *pages);
unsigned pages_mouse(struct pages *pages, enum mouse_sort sort, int y, int x);
// "cn-beijing › caa › pod VMs" for the path line.
void pages_path(struct pages *pages, char *out, size_t size);
// The regions that all panes are narrowed to; 0 = all. Borrowed.
size_t pages_regions(const struct pages *pages, const char *const **out);
void pages_set_regions(struct pages *pages, const char *const *regions, size_t count);
// True when the panes hide everything else (f).
bool pages_are_full(const struct pages *pages);
// True when only the focused pane is shown.
bool pages_are_zoomed(struct pages *pages);
// The context was changed: everything shown before is dropped.
void pages_reset(struct pages *pages);

#endif
