// SPDX-License-Identifier: Apache-2.0
// Pages from inside. For pages*.c alone.
#ifndef PEERDECK_UI_PAGES_OWN_H
#define PEERDECK_UI_PAGES_OWN_H

#include "ui/state.h"
#include "ui/table.h"

enum { BROWSE_REGIONS, BROWSE_CLUSTERS, BROWSE_POOLS, BROWSE_VMS };
enum page_size { PAGE_NORMAL, PAGE_HALF, PAGE_FULL };

struct page {
	struct pane *panes[PAGE_PANES_MOST];
	size_t count, focus;
	unsigned size;    // enum page_size
	char parent[128]; // name of what it was opened from, for the path
};

struct pages {
	struct ui *ui;
	struct page pages[PAGES_MOST]; // [0] is the browse page
	size_t count, current, last;
	bool narrow; // there is no room for four panes
	bool full;   // f: nothing but the pane
	char regions[CONFIG_REGIONS_MOST][64];
	const char *region_pointers[CONFIG_REGIONS_MOST];
	size_t region_count;
	size_t known_regions, known_clusters; // when the interests were last stated
};

struct page *pages_current(struct pages *pages);
bool page_is_browse(const struct page *page);
// Where the panes of a page stand; rows 0 = not shown.
void page_layout(struct pages *pages, struct area area, struct area out[PAGE_PANES_MOST]);
// The regions that the browse page's selection leaves.
size_t browse_regions(struct pages *pages, const char **out, size_t most);
// Each pane is narrowed by the cursors of those before it.
void browse_narrow(struct pages *pages);

#endif
