// SPDX-License-Identifier: Apache-2.0
// Pages: their history, which pane has the focus, what opens what.
#include "config.h"

#include "ui/pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/cleanup.h"
#include "ui/pages_own.h"

#include "base/banned.h"

static const struct {
	enum kind_id kind;
	const char *base;
	unsigned flags;
} browse_panes[PAGE_PANES_MOST] = {
        [BROWSE_REGIONS] = {KIND_REGION, NULL, TABLE_ALL_ROW},
        [BROWSE_CLUSTERS] = {KIND_CLUSTER, NULL, TABLE_ALL_ROW},
        [BROWSE_POOLS] = {KIND_NODE_POOL, NULL, 0},
        [BROWSE_VMS] = {KIND_VM, "sort=podvm", 0},
};

static void page_finish(struct page *page)
{
	for (size_t i = 0; i < page->count; i++)
		pane_destroy(page->panes[i]);
	*page = (struct page){0};
}

void pane_destroy(struct pane *pane)
{
	if (pane)
		pane->type->destroy(pane);
}

struct pages *pages_create(struct ui *ui, struct error *error)
{
	struct pages *pages = calloc(1, sizeof *pages);
	if (!pages) {
		error_set(error, ERROR_MEMORY, "out of memory");
		return NULL;
	}
	pages->ui = ui;
	struct page *browse = &pages->pages[pages->count++];
	for (size_t i = 0; i < PAGE_PANES_MOST; i++) {
		browse->panes[i] =
		        table_create(ui, browse_panes[i].kind, browse_panes[i].base, browse_panes[i].flags, error);
		if (!browse->panes[i]) {
			pages_destroy(pages);
			return NULL;
		}
		browse->count++;
	}
	browse->focus = BROWSE_VMS;
	const struct config *config = ui->deck->config;
	const char *regions[CONFIG_REGIONS_MOST];
	for (size_t i = 0; i < config->region_count; i++)
		regions[i] = config->regions[i];
	pages_set_regions(pages, regions, config->all_regions ? 0 : config->region_count);
	return pages;
}

void pages_destroy(struct pages *pages)
{
	if (!pages)
		return;
	for (size_t i = 0; i < pages->count; i++)
		page_finish(&pages->pages[i]);
	free(pages);
}

struct page *pages_current(struct pages *pages)
{
	return &pages->pages[pages->current];
}

bool page_is_browse(const struct page *page)
{
	return page->count == PAGE_PANES_MOST;
}

struct pane *pages_focused(struct pages *pages)
{
	const struct page *page = pages_current(pages);
	return page->panes[page->focus];
}

static void go_to_page(struct pages *pages, size_t index)
{
	if (index != pages->current)
		pages->last = pages->current;
	pages->current = index;
}

// What lies ahead in the history goes; at the far end the oldest page after the first goes.
static struct page *push_page(struct pages *pages)
{
	while (pages->count > pages->current + 1)
		page_finish(&pages->pages[--pages->count]);
	if (pages->count == PAGES_MOST) {
		page_finish(&pages->pages[1]);
		memmove(&pages->pages[1], &pages->pages[2], (PAGES_MOST - 2) * sizeof pages->pages[0]);
		pages->count--;
		pages->current--;
	}
	pages->last = pages->current;
	pages->current = pages->count++;
	pages->pages[pages->current] = (struct page){0};
	return &pages->pages[pages->current];
}

bool pages_open(struct pages *pages, struct pane *pane, struct error *error)
{
	(void)error;
	struct page *page = push_page(pages);
	page->panes[0] = pane;
	page->count = 1;
	if (pane->type->update)
		pane->type->update(pane);
	return true;
}

static struct pane *make_table(struct pages *pages, const struct table_opening *opening, struct error *error)
{
	struct pane *pane = table_create(pages->ui, opening->kind, NULL, 0, error);
	if (!pane)
		return NULL;
	if (opening->kind == KIND_ORPHAN)
		table_set_head(pane, orphans_head);
	const char *regions[CONFIG_REGIONS_MOST];
	if (!opening->everywhere)
		table_set_regions(pane, regions, browse_regions(pages, regions, COUNT_OF(regions)));
	table_narrow(pane, opening->field ? opening->field : "", opening->value ? opening->value : "");
	if (opening->filter && *opening->filter && !table_set_filter(pane, opening->filter, error)) {
		pane_destroy(pane);
		return NULL;
	}
	if (opening->cursor && *opening->cursor)
		table_set_cursor(pane, opening->cursor);
	return pane;
}

bool pages_open_table(struct pages *pages, const struct table_opening *opening, struct error *error)
{
	struct pane *pane = make_table(pages, opening, error);
	if (!pane || !pages_open(pages, pane, error))
		return false;
	snprintf(pages_current(pages)->parent, sizeof pages_current(pages)->parent, "%s",
	        opening->parent ? opening->parent : "");
	return true;
}

bool pages_open_cluster(struct pages *pages, const char *id, const char *name, struct error *error)
{
	struct table_opening opening = {
	        .kind = KIND_POD, .field = "cluster_id", .value = id, .parent = name, .everywhere = true};
	if (!pages_open_table(pages, &opening, error))
		return false;
	opening.kind = KIND_NODE;
	struct pane *nodes = make_table(pages, &opening, error);
	struct page *page = pages_current(pages);
	if (nodes)
		page->panes[page->count++] = nodes;
	return nodes != NULL;
}

bool pages_open_kind(struct pages *pages, enum kind_id kind, const char *filter, struct error *error)
{
	for (size_t i = 0; i < PAGE_PANES_MOST; i++) {
		if (browse_panes[i].kind != kind)
			continue;
		if (filter && !table_set_filter(pages->pages[0].panes[i], filter, error))
			return false;
		go_to_page(pages, 0);
		pages->pages[0].focus = i;
		pages->pages[0].size = PAGE_FULL;
		return true;
	}
	return pages_open_table(pages, &(struct table_opening){.kind = kind, .filter = filter}, error);
}

bool pages_back(struct pages *pages)
{
	struct page *page = pages_current(pages);
	if (pages->current > 0) {
		go_to_page(pages, pages->current - 1);
		return true;
	}
	if (page->size != PAGE_NORMAL && !pages->narrow) {
		page->size = PAGE_NORMAL;
		return true;
	}
	if (page->focus == 0 || !pages->narrow)
		return false;
	page->focus--;
	return true;
}

static bool reads_clusters(const struct deck *deck)
{
	return deck_lists(deck, KIND_POD);
}

// What lies below a record: the pane at the right, its children, or all there is to say of it.
static unsigned open_row(struct pages *pages)
{
	struct page *page = pages_current(pages);
	struct pane *pane = pages_focused(pages);
	struct selection selection;
	struct error error = {0};
	if (!pane_is_table(pane))
		return REACT_PASS;
	const bool chosen = pane->type->selection(pane, &selection);
	if (chosen && selection.kind == KIND_CLUSTER && reads_clusters(pages->ui->deck)) {
		if (pages_open_cluster(pages, selection.id, selection.name, &error))
			return REACT_DRAW | REACT_INTERESTS;
		ui_fail(pages->ui, &error);
		return REACT_DRAW;
	}
	if (page_is_browse(page) && page->focus < BROWSE_POOLS) {
		page->focus++;
		return REACT_DRAW | REACT_INTERESTS;
	}
	if (!chosen)
		return REACT_DONE;
	for (int kind = 0; kind < KIND_COUNT && selection.kind != KIND_VM; kind++) {
		const struct kind *child = kind_get((enum kind_id)kind);
		if (child->parent != (int)selection.kind || !deck_lists(pages->ui->deck, child->id))
			continue;
		const struct table_opening below = {.kind = child->id,
		        .field = child->parent_field,
		        .value = selection.id,
		        .parent = selection.name};
		if (pages_open_table(pages, &below, &error))
			return REACT_DRAW | REACT_INTERESTS;
		ui_fail(pages->ui, &error);
		return REACT_DRAW;
	}
	return ui_command(pages->ui, &(struct command_call){.id = COMMAND_DESCRIBE, .argument = ""});
}

static unsigned open_orphans(struct pages *pages)
{
	const struct pane *pane = pages_focused(pages);
	struct error error = {0};
	if (pane_is_table(pane) && table_kind(pane)->id == KIND_ORPHAN)
		return REACT_DONE;
	if (!pages_open_kind(pages, KIND_ORPHAN, NULL, &error))
		ui_fail(pages->ui, &error);
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned focus_pane(struct pages *pages, size_t index)
{
	struct page *page = pages_current(pages);
	if (index >= page->count || index == page->focus)
		return index >= page->count ? REACT_DONE : REACT_DRAW;
	page->focus = index;
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned all_regions(struct pages *pages)
{
	pages_set_regions(pages, NULL, 0);
	table_set_cursor(pages->pages[0].panes[BROWSE_REGIONS], "");
	table_set_cursor(pages->pages[0].panes[BROWSE_CLUSTERS], "");
	struct pane *pane = pages_focused(pages);
	if (!page_is_browse(pages_current(pages)) && pane_is_table(pane))
		table_set_regions(pane, NULL, 0);
	ui_say(pages->ui, _("all regions"));
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned resize_pane(struct pages *pages, bool grow)
{
	struct page *page = pages_current(pages);
	if (page->count == 1 || pages->narrow)
		return REACT_DONE;
	if (grow)
		page->size = page->size < PAGE_FULL ? page->size + 1 : PAGE_NORMAL;
	else
		page->size = page->size > PAGE_NORMAL ? page->size - 1 : PAGE_FULL;
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned walk_history(struct pages *pages, enum command_id command)
{
	size_t to = pages->current;
	if (command == COMMAND_HISTORY_BACK && to > 0)
		to--;
	else if (command == COMMAND_HISTORY_FORWARD && to + 1 < pages->count)
		to++;
	else if (command == COMMAND_HISTORY_LAST && pages->last < pages->count)
		to = pages->last;
	if (to == pages->current)
		return REACT_DONE;
	go_to_page(pages, to);
	return REACT_DRAW | REACT_INTERESTS;
}

unsigned pages_command(struct pages *pages, const struct command_call *call)
{
	struct page *page = pages_current(pages);
	switch (call->id) {
	case COMMAND_OPEN:
		return open_row(pages);
	case COMMAND_BACK:
		if (page_is_browse(page) && page->focus > 0 && page->size == PAGE_NORMAL)
			return focus_pane(pages, page->focus - 1);
		return pages_back(pages) ? REACT_DRAW | REACT_INTERESTS : REACT_DONE;
	case COMMAND_NEXT_PANE:
		return focus_pane(pages, (page->focus + 1) % page->count);
	case COMMAND_PREVIOUS_PANE:
		return focus_pane(pages, (page->focus + page->count - 1) % page->count);
	case COMMAND_PANE: {
		const int digit = call->key >= '1' && call->key <= '9' ? (int)call->key : *call->argument;
		if (digit == '5')
			return open_orphans(pages);
		if (digit < '1' || digit > '4')
			return REACT_DONE;
		if (!page_is_browse(page))
			go_to_page(pages, 0);
		return focus_pane(pages, (size_t)(digit - '1')) | REACT_INTERESTS;
	}
	case COMMAND_BROWSE:
		go_to_page(pages, 0);
		pages->pages[0].size = PAGE_NORMAL;
		return REACT_DRAW | REACT_INTERESTS;
	case COMMAND_ALL_REGIONS:
		return all_regions(pages);
	case COMMAND_GROW:
	case COMMAND_SHRINK:
		return resize_pane(pages, call->id == COMMAND_GROW);
	case COMMAND_HISTORY_BACK:
	case COMMAND_HISTORY_FORWARD:
	case COMMAND_HISTORY_LAST:
		return walk_history(pages, call->id);
	case COMMAND_FULL:
		pages->full = !pages->full;
		return REACT_DRAW;
	default:
		return REACT_PASS;
	}
}

size_t pages_regions(const struct pages *pages, const char *const **out)
{
	*out = pages->region_pointers;
	return pages->region_count;
}

void pages_set_regions(struct pages *pages, const char *const *regions, size_t count)
{
	char copy[CONFIG_REGIONS_MOST][64]; // the caller may hand us our own list
	if (count > CONFIG_REGIONS_MOST)
		count = CONFIG_REGIONS_MOST;
	for (size_t i = 0; i < count; i++)
		snprintf(copy[i], sizeof copy[i], "%s", regions[i]);
	memcpy(pages->regions, copy, count * sizeof copy[0]);
	for (size_t i = 0; i < count; i++)
		pages->region_pointers[i] = pages->regions[i];
	pages->region_count = count;
}

bool pages_are_full(const struct pages *pages)
{
	return pages->full;
}

bool pages_are_zoomed(struct pages *pages)
{
	const struct page *page = pages_current(pages);
	return page->count == 1 || pages->narrow || page->size == PAGE_FULL;
}

void pages_reset(struct pages *pages)
{
	while (pages->count > 1)
		page_finish(&pages->pages[--pages->count]);
	pages->current = pages->last = 0;
	for (size_t i = 0; i < pages->pages[0].count; i++)
		table_reset(pages->pages[0].panes[i]);
}
