// SPDX-License-Identifier: Apache-2.0
// The dashboard: a line per kind with its states, a line per region, the most used call budgets.
#include "config.h"

#include "ui/dashboard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inventory/view.h"
#include "net/budget.h"
#include "ui/chrome.h"
#include "ui/state.h"

#include "base/banned.h"

enum { STATES_MOST = 8, REGIONS_MOST = 64, BUDGETS_MOST = 5, LABEL_COLUMNS = 16 };

static const struct {
	enum kind_id kind;
	const char *base;
} shown[] = {{KIND_CLUSTER, NULL}, {KIND_NODE_POOL, NULL}, {KIND_NODE, NULL}, {KIND_VM, "sort=podvm"}};

struct tally {
	char word[32];
	enum state_class state;
	size_t count;
};
struct kind_lines {
	struct view *view;
	struct tally tallies[STATES_MOST];
	size_t tally_count, errors;
};
struct region_line {
	char id[64];
	size_t clusters, vms, problems;
};

struct dashboard {
	struct pane pane;
	struct kind_lines kinds[COUNT_OF(shown)];
	struct region_line regions[REGIONS_MOST];
	size_t region_count;
	size_t at;  // the row the cursor is on: kinds first, then regions
	size_t top; // first region shown
};

static struct dashboard *dashboard_of(struct pane *pane)
{
	return (struct dashboard *)pane;
}

static void dashboard_destroy(struct pane *pane)
{
	struct dashboard *dashboard = dashboard_of(pane);
	for (size_t i = 0; i < COUNT_OF(shown); i++)
		view_destroy(dashboard->kinds[i].view);
	free(dashboard);
}

static void dashboard_title(struct pane *pane, char *title, size_t title_size, char *note, size_t note_size)
{
	const struct dashboard *dashboard = dashboard_of(pane);
	snprintf(title, title_size, "%s", _("Dashboard"));
	snprintf(note, note_size, _("%zu regions with something in them"), dashboard->region_count);
}

static void tally_add(struct kind_lines *lines, enum kind_id kind, const char *word)
{
	size_t at = 0;
	while (at < lines->tally_count && strcmp(lines->tallies[at].word, word) != 0)
		at++;
	if (at == STATES_MOST || strlen(word) >= sizeof lines->tallies[0].word)
		return;
	if (at == lines->tally_count) {
		lines->tallies[at] = (struct tally){.state = state_of(kind, word)};
		snprintf(lines->tallies[at].word, sizeof lines->tallies[at].word, "%s", word);
		lines->tally_count++;
	}
	lines->tallies[at].count++;
}

static struct region_line *region_line(struct dashboard *dashboard, const char *id)
{
	for (size_t i = 0; i < dashboard->region_count; i++)
		if (strcmp(dashboard->regions[i].id, id) == 0)
			return &dashboard->regions[i];
	if (dashboard->region_count == REGIONS_MOST || !*id || strlen(id) >= sizeof dashboard->regions[0].id)
		return NULL;
	struct region_line *line = &dashboard->regions[dashboard->region_count++];
	*line = (struct region_line){0};
	snprintf(line->id, sizeof line->id, "%s", id);
	return line;
}

static void count_kind(struct dashboard *dashboard, size_t index)
{
	struct kind_lines *lines = &dashboard->kinds[index];
	const enum kind_id kind = shown[index].kind;
	const struct view_source *sources;
	const size_t rows = view_count(lines->view), count = view_sources(lines->view, &sources);
	lines->tally_count = lines->errors = 0;
	for (size_t i = 0; i < count; i++)
		lines->errors += sources[i].entry.error.kind != ERROR_NONE;
	for (size_t row = 0; row < rows; row++) {
		const struct record *record = view_row(lines->view, row);
		const enum state_class state = state_of(kind, record->status);
		struct region_line *line = region_line(dashboard, record->region);
		tally_add(lines, kind, record->status);
		if (!line)
			continue;
		line->clusters += kind == KIND_CLUSTER;
		line->vms += kind == KIND_VM;
		line->problems += state == STATE_BAD || state == STATE_WARNING;
	}
}

static int by_size(const void *left, const void *right)
{
	const struct region_line *a = left, *b = right;
	if (a->vms != b->vms)
		return a->vms < b->vms ? 1 : -1;
	return strcmp(a->id, b->id);
}

static bool dashboard_update(struct pane *pane)
{
	struct dashboard *dashboard = dashboard_of(pane);
	bool changed = false;
	for (size_t i = 0; i < COUNT_OF(shown); i++)
		changed |= view_update(dashboard->kinds[i].view);
	if (!changed)
		return false;
	dashboard->region_count = 0;
	for (size_t i = 0; i < COUNT_OF(shown); i++)
		count_kind(dashboard, i);
	qsort(dashboard->regions, dashboard->region_count, sizeof dashboard->regions[0], by_size);
	return true;
}

static struct canvas row_canvas(
        const struct dashboard *dashboard, const struct canvas *canvas, int y, size_t row, bool focused)
{
	struct canvas line = canvas_inside(canvas, y, 0, 1, canvas->area.columns);
	if (row != dashboard->at)
		return line;
	line.base = focused ? STYLE_CURSOR : STYLE_CURSOR_AWAY;
	draw_fill(&line, line.base);
	draw_text(&line, 0, 0, 1, line.base, draw_sign(SIGN_CURSOR));
	if (focused)
		draw_cursor(&line, 0, 0, true);
	return line;
}

static void draw_kind(const struct dashboard *dashboard, const struct canvas *canvas, int y, size_t index, bool focused)
{
	const struct kind_lines *lines = &dashboard->kinds[index];
	const struct canvas line = row_canvas(dashboard, canvas, y, index, focused);
	char text[96];
	draw_text(&line, 0, 2, LABEL_COLUMNS, STYLE_NAME, _(kind_get(shown[index].kind)->title));
	snprintf(text, sizeof text, "%zu", view_count(lines->view));
	draw_text_right(&line, 0, 2 + LABEL_COLUMNS, 7, STYLE_TEXT, text);
	int x = 2 + LABEL_COLUMNS + 7 + 3;
	for (size_t i = 0; i < lines->tally_count; i++) {
		const struct tally *tally = &lines->tallies[i];
		const char *sign = tally->state == STATE_TRANSIENT ? "~"
		                   : tally->state == STATE_BAD     ? "! "
		                   : tally->state == STATE_WARNING ? "? "
		                                                   : "";
		snprintf(text, sizeof text, "%s%s %zu", sign, tally->word, tally->count);
		x += draw_text(&line, 0, x, -1, theme_state_style(tally->state), text) + 3;
	}
	if (lines->errors) {
		snprintf(text, sizeof text, _("%s %zu could not be read"), draw_sign(SIGN_FAILED), lines->errors);
		draw_text(&line, 0, x, -1, STYLE_WARNING, text);
	}
}

static int draw_regions(struct dashboard *dashboard, const struct canvas *canvas, int y, int rows, bool focused)
{
	const size_t most = dashboard->region_count ? dashboard->regions[0].vms : 0;
	const int bar = canvas->area.columns / 4;
	char text[64];
	draw_text(canvas, y, 2, -1, STYLE_HEADING, _("BY REGION"));
	draw_text_right(canvas, y, 4 + LABEL_COLUMNS + bar, 8, STYLE_HEADING, _("POD VMS"));
	draw_text_right(canvas, y, 12 + LABEL_COLUMNS + bar, 10, STYLE_HEADING, _("CLUSTERS"));
	draw_text_right(canvas, y, 22 + LABEL_COLUMNS + bar, 10, STYLE_HEADING, _("PROBLEMS"));
	if (dashboard->at >= COUNT_OF(shown)) {
		const size_t row = dashboard->at - COUNT_OF(shown);
		if (row < dashboard->top)
			dashboard->top = row;
		else if (row >= dashboard->top + (size_t)rows)
			dashboard->top = row - (size_t)rows + 1;
	}
	int drawn = 0;
	for (size_t i = dashboard->top; i < dashboard->region_count && drawn < rows; i++, drawn++) {
		const struct region_line *region = &dashboard->regions[i];
		const struct canvas line = row_canvas(dashboard, canvas, y + 1 + drawn, COUNT_OF(shown) + i, focused);
		draw_text(&line, 0, 2, LABEL_COLUMNS, STYLE_TEXT, region->id);
		if (most)
			draw_bar(&line, 0, 3 + LABEL_COLUMNS, bar, (int64_t)region->vms, (int64_t)most, 0);
		snprintf(text, sizeof text, "%zu", region->vms);
		draw_text_right(&line, 0, 4 + LABEL_COLUMNS + bar, 8, STYLE_TEXT, text);
		snprintf(text, sizeof text, "%zu", region->clusters);
		draw_text_right(&line, 0, 12 + LABEL_COLUMNS + bar, 10, STYLE_TEXT, text);
		snprintf(text, sizeof text, "%zu", region->problems);
		draw_text_right(
		        &line, 0, 22 + LABEL_COLUMNS + bar, 10, region->problems ? STYLE_WARNING : STYLE_TEXT, text);
	}
	return y + 1 + drawn;
}

static void draw_budgets(const struct dashboard *dashboard, const struct canvas *canvas, int y)
{
	struct budget_state states[BUDGETS_MOST];
	struct budget *budget = dashboard->pane.ui->deck->budget;
	const int64_t wall = clock_now(dashboard->pane.ui->deck->clock);
	const size_t all = budget ? budget_states(budget, states, BUDGETS_MOST) : 0;
	if (all == 0 || y + 1 >= canvas->area.rows)
		return;
	draw_text(canvas, y, 2, -1, STYLE_HEADING, _("CALLS"));
	for (size_t i = 0; i < all && i < BUDGETS_MOST && y + 1 + (int)i < canvas->area.rows; i++) {
		const int row = y + 1 + (int)i;
		const bool paused = states[i].throttled_until > wall;
		draw_format(canvas, row, 2, 8, STYLE_TEXT, "%7llu", (unsigned long long)states[i].calls);
		int x = 11 + draw_text(canvas, row, 11, canvas->area.columns / 2, STYLE_TEXT, states[i].key);
		if (states[i].throttled)
			draw_format(canvas, row, x + 2, -1, paused ? STYLE_WARNING : STYLE_DIM,
			        paused ? _("throttled %llu times, next try in %lld s") : _("throttled %llu times"),
			        (unsigned long long)states[i].throttled,
			        (long long)((states[i].throttled_until - wall + 999) / 1000));
	}
}

static void dashboard_draw(struct pane *pane, const struct canvas *canvas, bool focused)
{
	struct dashboard *dashboard = dashboard_of(pane);
	const size_t rows = COUNT_OF(shown) + dashboard->region_count;
	if (dashboard->at >= rows)
		dashboard->at = rows - 1;
	pane->page_rows = canvas->area.rows;
	for (size_t i = 0; i < COUNT_OF(shown); i++)
		draw_kind(dashboard, canvas, (int)i, i, focused);
	const int y = (int)COUNT_OF(shown) + 1;
	const int room = canvas->area.rows - y - 1 - (canvas->area.rows > 20 ? BUDGETS_MOST + 2 : 0);
	const int after = draw_regions(dashboard, canvas, y, room > 1 ? room : 1, focused);
	draw_budgets(dashboard, canvas, after + 1);
}

static unsigned open_row(struct dashboard *dashboard)
{
	struct ui *ui = dashboard->pane.ui;
	struct error error = {0};
	if (dashboard->at < COUNT_OF(shown)) {
		if (!pages_open_kind(ui->pages, shown[dashboard->at].kind, NULL, &error))
			ui_fail(ui, &error);
		return REACT_DRAW | REACT_INTERESTS;
	}
	char filter[96];
	snprintf(filter, sizeof filter, "region=%s", dashboard->regions[dashboard->at - COUNT_OF(shown)].id);
	if (!pages_open_kind(ui->pages, KIND_VM, filter, &error))
		ui_fail(ui, &error);
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned dashboard_command(struct pane *pane, const struct command_call *call)
{
	struct dashboard *dashboard = dashboard_of(pane);
	const size_t rows = COUNT_OF(shown) + dashboard->region_count,
	             page = (size_t)(pane->page_rows > 2 ? pane->page_rows / 2 : 1);
	size_t to = dashboard->at;
	switch (call->id) {
	case COMMAND_DOWN:
		to++;
		break;
	case COMMAND_UP:
		to -= to > 0;
		break;
	case COMMAND_FIRST:
		to = 0;
		break;
	case COMMAND_LAST:
		to = rows - 1;
		break;
	case COMMAND_PAGE_DOWN:
	case COMMAND_HALF_DOWN:
		to += page;
		break;
	case COMMAND_PAGE_UP:
	case COMMAND_HALF_UP:
		to -= page < to ? page : to;
		break;
	case COMMAND_OPEN:
		return open_row(dashboard);
	default:
		return REACT_PASS;
	}
	dashboard->at = to < rows ? to : rows - 1;
	return REACT_DRAW;
}

static void dashboard_interests(struct pane *pane, struct poller *poller, enum interest interest)
{
	enum { SCOPES_MOST = 1024 };
	struct scope *scopes = malloc(SCOPES_MOST * sizeof *scopes);
	for (size_t k = 0; scopes && k < COUNT_OF(shown); k++) {
		const size_t count = deck_scopes(pane->ui->deck, shown[k].kind, NULL, 0, "", scopes, SCOPES_MOST);
		for (size_t i = 0; i < count && i < SCOPES_MOST; i++)
			poller_want(poller, shown[k].kind, &scopes[i],
			        interest == INTEREST_FOCUSED ? INTEREST_VISIBLE : interest);
	}
	free(scopes);
}

static const struct pane_type dashboard_type = {
        .name = "dashboard",
        .place = PLACE_DASHBOARD,
        .destroy = dashboard_destroy,
        .title = dashboard_title,
        .draw = dashboard_draw,
        .command = dashboard_command,
        .update = dashboard_update,
        .interests = dashboard_interests,
};

struct pane *dashboard_create(struct ui *ui, struct error *error)
{
	struct dashboard *dashboard = calloc(1, sizeof *dashboard);
	bool made = dashboard != NULL;
	for (size_t i = 0; made && i < COUNT_OF(shown); i++) {
		struct view *view = view_create(kind_get(shown[i].kind), ui->deck->store, ui->deck->clock);
		dashboard->kinds[i].view = view;
		made = view && view_set_base_filter(view, shown[i].base ? shown[i].base : "", error);
		if (made)
			view_set_context(view, ui->deck->context ? ui->deck->context->name : "");
	}
	if (!made) {
		if (dashboard)
			dashboard_destroy(&dashboard->pane);
		error_set(error, ERROR_MEMORY, "out of memory");
		return NULL;
	}
	dashboard->pane = (struct pane){.type = &dashboard_type, .ui = ui};
	return &dashboard->pane;
}
