// SPDX-License-Identifier: Apache-2.0
// Pages on the screen: which panes stand where, how their selections narrow each other, what they want read.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "inventory/records.h"
#include "ui/cleanup.h"
#include "ui/pages_own.h"

#include "base/banned.h"

enum { FOUR_PANES_COLUMNS = 100, FOUR_PANES_ROWS = 17, TOP_ROWS_LEAST = 6, TOP_ROWS_MOST = 14 };

size_t browse_regions(struct pages *pages, const char **out, size_t most)
{
	const char *region = table_cursor(pages->pages[0].panes[BROWSE_REGIONS]);
	if (*region) {
		out[0] = region;
		return 1;
	}
	size_t count = 0;
	for (size_t i = 0; i < pages->region_count && count < most; i++)
		out[count++] = pages->regions[i];
	return count;
}

// Few pod VMs say whose they are; those that do not are shown with the clusters of their network.
static void narrow_vms(struct pane *pane, const struct view *clusters, const char *cluster)
{
	const struct cluster_record *own =
	        *cluster ? (const struct cluster_record *)view_record(clusters, cluster) : NULL;
	table_narrow(pane, "cluster", cluster);
	view_narrow_unknown(table_view(pane), "vpc_id", own ? own->vpc_id : "");
}

void browse_narrow(struct pages *pages)
{
	struct pane *const *panes = pages->pages[0].panes;
	const char *regions[CONFIG_REGIONS_MOST];
	panes[BROWSE_REGIONS]->type->update(panes[BROWSE_REGIONS]);
	const size_t count = browse_regions(pages, regions, COUNT_OF(regions));
	for (size_t i = BROWSE_CLUSTERS; i < PAGE_PANES_MOST; i++)
		table_set_regions(panes[i], regions, count);
	panes[BROWSE_CLUSTERS]->type->update(panes[BROWSE_CLUSTERS]);
	const char *cluster = table_cursor(panes[BROWSE_CLUSTERS]);
	// A cluster of another region narrows nothing any more.
	if (*cluster && !view_record(table_view(panes[BROWSE_CLUSTERS]), cluster))
		table_set_cursor(panes[BROWSE_CLUSTERS], "");
	cluster = table_cursor(panes[BROWSE_CLUSTERS]);
	table_narrow(panes[BROWSE_POOLS], table_kind(panes[BROWSE_POOLS])->parent_field, cluster);
	narrow_vms(panes[BROWSE_VMS], table_view(panes[BROWSE_CLUSTERS]), cluster);
}

void page_layout(struct pages *pages, struct area area, struct area out[PAGE_PANES_MOST])
{
	const struct page *page = pages_current(pages);
	memset(out, 0, PAGE_PANES_MOST * sizeof *out);
	pages->narrow = area.columns < FOUR_PANES_COLUMNS || area.rows < FOUR_PANES_ROWS;
	if (page->count == 1 || pages->narrow || page->size == PAGE_FULL) {
		out[page->focus] = area;
		return;
	}
	if (page->count == 2) { // most of the room for what one came for
		const int rows = page->size == PAGE_HALF ? area.rows / 2 : area.rows * 2 / 3;
		out[0] = (struct area){area.y, area.x, rows, area.columns};
		out[1] = (struct area){area.y + rows, area.x, area.rows - rows, area.columns};
		return;
	}
	int top = area.rows / 3;
	top = top < TOP_ROWS_LEAST ? TOP_ROWS_LEAST : top > TOP_ROWS_MOST ? TOP_ROWS_MOST : top;
	if (page->size == PAGE_HALF)
		top = page->focus == BROWSE_VMS ? TOP_ROWS_LEAST : area.rows - TOP_ROWS_LEAST;
	// The names of regions take the same room on every screen.
	const int first = area.columns < 150 ? area.columns / 3 : area.columns * 28 / 100,
	          second = (area.columns - first) / 2;
	const int widths[] = {first, second, area.columns - first - second};
	int x = area.x;
	for (size_t i = 0; i < COUNT_OF(widths); i++) {
		out[i] = (struct area){area.y, x, top, widths[i]};
		x += widths[i];
	}
	out[BROWSE_VMS] = (struct area){area.y + top, area.x, area.rows - top, area.columns};
}

static void draw_pane(struct pages *pages, size_t index, struct area area)
{
	const struct page *page = pages_current(pages);
	struct pane *pane = page->panes[index];
	const bool focused = index == page->focus;
	char title[160], numbered[176], note[512];
	pane->area = area;
	if (pane->type->frameless) {
		const struct canvas whole = canvas_of(area, STYLE_TEXT);
		pane->type->draw(pane, &whole, focused && !pages->ui->overlays);
		return;
	}
	pane->type->title(pane, title, sizeof title, note, sizeof note);
	if (page_is_browse(page))
		snprintf(numbered, sizeof numbered, "%zu %s", index + 1, title);
	else
		snprintf(numbered, sizeof numbered, "%s", title);
	const struct canvas frame = canvas_of(area, STYLE_TEXT);
	draw_frame(&frame, focused ? STYLE_BORDER_FOCUS : STYLE_BORDER, focused ? STYLE_TITLE_FOCUS : STYLE_TITLE,
	        numbered, note);
	const struct canvas inside = canvas_inside(&frame, 1, 1, area.rows - 2, area.columns - 2);
	pane->type->draw(pane, &inside, focused && !pages->ui->overlays);
}

void pages_draw(struct pages *pages, struct area area)
{
	struct area areas[PAGE_PANES_MOST];
	const struct page *page = pages_current(pages);
	page_layout(pages, area, areas);
	if (page_is_browse(page))
		browse_narrow(pages);
	for (size_t i = 0; i < page->count; i++) {
		struct pane *pane = page->panes[i];
		pane->area = areas[i];
		if (areas[i].rows < 3 || areas[i].columns < 6)
			continue;
		if (pane->type->update)
			pane->type->update(pane);
		draw_pane(pages, i, areas[i]);
	}
}

static bool is_shown(const struct pane *pane)
{
	return pane->area.rows >= 3;
}

bool pages_update(struct pages *pages)
{
	const struct page *page = pages_current(pages);
	struct pane *const *browse = pages->pages[0].panes;
	bool changed = false;
	// Which scopes there are to read comes from these two, whatever is shown.
	const bool regions = browse[BROWSE_REGIONS]->type->update(browse[BROWSE_REGIONS]);
	const bool clusters = browse[BROWSE_CLUSTERS]->type->update(browse[BROWSE_CLUSTERS]);
	if (page_is_browse(page)) {
		changed = regions || clusters;
		browse_narrow(pages);
	}
	for (size_t i = 0; i < page->count; i++) {
		struct pane *pane = page->panes[i];
		if (is_shown(pane) && pane->type->update && pane->type->update(pane))
			changed = true;
	}
	const size_t known_regions = view_unfiltered(table_view(browse[BROWSE_REGIONS]));
	const size_t known_clusters = view_unfiltered(table_view(browse[BROWSE_CLUSTERS]));
	if (known_regions != pages->known_regions || known_clusters != pages->known_clusters)
		pages_interests(pages);
	return changed;
}

int64_t pages_wake_at(struct pages *pages, int64_t now)
{
	const struct page *page = pages_current(pages);
	int64_t wake = -1;
	for (size_t i = 0; i < page->count; i++) {
		struct pane *pane = page->panes[i];
		const int64_t at = is_shown(pane) && pane->type->wake_at ? pane->type->wake_at(pane, now) : -1;
		if (at >= 0 && (wake < 0 || at < wake))
			wake = at;
	}
	return wake;
}

static void state_interest(struct pages *pages, struct pane *pane, enum interest interest)
{
	if (!pane->type->interests)
		return;
	// Nobody looks at a terminal without the focus very closely.
	if (!pages->ui->focused && interest == INTEREST_FOCUSED)
		interest = INTEREST_VISIBLE;
	pane->type->interests(pane, pages->ui->deck->poller, interest);
}

static bool shows_judgements(const struct page *page)
{
	for (size_t i = 0; i < page->count; i++)
		if (pane_is_evidence(page->panes[i]) ||
		        (pane_is_table(page->panes[i]) && table_kind(page->panes[i])->id == KIND_ORPHAN))
			return true;
	return false;
}

void pages_interests(struct pages *pages)
{
	const struct page *page = pages_current(pages);
	struct pane *const *browse = pages->pages[0].panes;
	struct area areas[PAGE_PANES_MOST];
	pages->known_regions = view_unfiltered(table_view(browse[BROWSE_REGIONS]));
	pages->known_clusters = view_unfiltered(table_view(browse[BROWSE_CLUSTERS]));
	if (!pages->ui->deck->poller)
		return;
	poller_forget_interests(pages->ui->deck->poller);
	page_layout(pages, (struct area){0, 0, pages->ui->rows - 4, pages->ui->columns}, areas);
	browse_narrow(pages);
	for (size_t i = 0; i < PAGE_PANES_MOST; i++)
		if (i < BROWSE_POOLS || page_is_browse(page))
			state_interest(pages, browse[i], INTEREST_HIDDEN);
	for (size_t i = 0; i < page->count; i++)
		if (i != page->focus && areas[i].rows)
			state_interest(pages, page->panes[i], INTEREST_VISIBLE);
	state_interest(pages, page->panes[page->focus], INTEREST_FOCUSED);
	cleanup_want(pages->ui, shows_judgements(page));
}

unsigned pages_mouse(struct pages *pages, enum mouse_sort sort, int y, int x)
{
	struct page *page = pages_current(pages);
	for (size_t i = 0; i < page->count; i++) {
		struct pane *pane = page->panes[i];
		const struct area *area = &pane->area;
		if (y < area->y || y >= area->y + area->rows || x < area->x || x >= area->x + area->columns)
			continue;
		const bool moved = page->focus != i;
		page->focus = i;
		const unsigned reactions = pane->type->mouse
		                                   ? pane->type->mouse(pane, sort, y - area->y - 1, x - area->x - 1)
		                                   : REACT_DONE;
		return reactions | (moved ? REACT_DRAW | REACT_INTERESTS : 0);
	}
	return REACT_DONE;
}

static void add_crumb(char *out, size_t size, const char *crumb)
{
	const size_t used = strlen(out);
	if (*crumb)
		snprintf(out + used, size - used, "%s%s", used ? " › " : "", crumb);
}

void pages_path(struct pages *pages, char *out, size_t size)
{
	const struct page *page = pages_current(pages);
	struct pane *const *browse = pages->pages[0].panes;
	struct pane *pane = page->panes[page->focus];
	const char *region = table_cursor(browse[BROWSE_REGIONS]), *cluster = table_cursor(browse[BROWSE_CLUSTERS]);
	const size_t level = page_is_browse(page) ? page->focus : PAGE_PANES_MOST;
	const struct record *record = *cluster ? view_record(table_view(browse[BROWSE_CLUSTERS]), cluster) : NULL;
	char crumb[160] = "", note[512];
	*out = 0;
	if (level > BROWSE_REGIONS)
		add_crumb(out, size, *region ? region : pages->region_count == 1 ? pages->regions[0] : "");
	if (level > BROWSE_CLUSTERS && record)
		add_crumb(out, size, record->name);
	if (!record || strcmp(record->name, page->parent) != 0)
		add_crumb(out, size, page->parent);
	if (pane->type->crumb)
		pane->type->crumb(pane, crumb, sizeof crumb);
	else
		pane->type->title(pane, crumb, sizeof crumb, note, sizeof note);
	add_crumb(out, size, crumb);
}
