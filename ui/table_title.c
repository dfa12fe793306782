// SPDX-License-Identifier: Apache-2.0
// What the frame of a table says: how many, filter, order, age of the data; and when that changes by itself.
#include "config.h"

#include "ui/table_own.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/chrome.h"

#include "base/banned.h"

bool table_source_is_stale(const struct table *table, const struct view_source *source, int64_t now)
{
	const struct snapshot *snapshot = source->entry.snapshot;
	if (!snapshot)
		return false;
	if (snapshot->origin == SNAPSHOT_CACHED)
		return true;
	const struct poller *poller = table->pane.ui->deck->poller;
	const int64_t interval = poller ? poller_interval_ms(poller, table->kind->id, &source->scope) : 0;
	return interval > 0 && now - snapshot->read_at > 2 * interval + 1000;
}

// When the text of an age changes next.
int64_t table_age_change(int64_t age)
{
	const int64_t minute = 60000, hour = 60 * minute, day = 24 * hour;
	const int64_t unit = age < minute ? 1000 : age < hour ? minute : age < 2 * day ? hour : day;
	return unit - (age < 0 ? 0 : age) % unit;
}

void table_change_at(struct table *table, int64_t when)
{
	// On whole seconds, so that the ages of all panes change in one frame.
	when = (when + 999) / 1000 * 1000;
	if (table->next_change < 0 || when < table->next_change)
		table->next_change = when;
}

// The words of the states, those that need an eye first.
void table_summarize(struct table *table)
{
	const struct field *state = kind_field(table->kind, "status");
	const size_t rows = view_count(table->view);
	const char *last = NULL;
	size_t last_at = 0;
	table->summary_count = 0;
	if (!state || table->kind->id == KIND_REGION)
		return;
	for (size_t row = 0; row < rows; row++) {
		const char *word = view_row(table->view, row)->status;
		size_t at = 0;
		if (word == last) { // shared texts: mostly the one before
			table->summary[last_at].count++;
			continue;
		}
		while (at < table->summary_count && strcmp(table->summary[at].word, word) != 0)
			at++;
		if (at == TABLE_SUMMARY_MOST || strlen(word) >= sizeof table->summary[0].word)
			continue;
		if (at == table->summary_count) {
			table->summary[at] = (struct summary_word){.state = state_of(table->kind->id, word)};
			snprintf(table->summary[at].word, sizeof table->summary[at].word, "%s", word);
			table->summary_count++;
		}
		table->summary[at].count++;
		last = word;
		last_at = at;
	}
	for (size_t i = 1; i < table->summary_count; i++)
		for (size_t k = i; k > 0 && table->summary[k].count > table->summary[k - 1].count; k--) {
			const struct summary_word moved = table->summary[k];
			table->summary[k] = table->summary[k - 1];
			table->summary[k - 1] = moved;
		}
}

// Adds one part to the note when it still fits.
static void add_part(char *note, size_t size, int room, const char *part)
{
	const size_t used = strlen(note);
	char grown[512];
	snprintf(grown, sizeof grown, "%s%s%s", note, used ? " · " : "", part);
	if (*part && text_columns(grown, strlen(grown)) <= room)
		snprintf(note, size, "%s", grown);
}

static void count_part(const struct table *table, char *out, size_t size)
{
	const struct view_source *sources;
	const size_t count = view_sources(table->view, &sources);
	const size_t shown = view_count(table->view), all = view_unfiltered(table->view);
	int64_t total = 0;
	bool reading = false;
	for (size_t i = 0; i < count; i++) {
		const struct store_entry *entry = &sources[i].entry;
		const bool partial = entry->reading && (!entry->snapshot || !entry->snapshot->complete);
		reading |= partial;
		total += partial && entry->total > 0 ? entry->total
		         : entry->snapshot           ? (int64_t)entry->snapshot->count
		                                     : 0;
	}
	if (shown != all)
		snprintf(out, size, _("%zu of %zu"), shown, all);
	else if (reading && total > (int64_t)all && !*table->base &&
	         !*table->narrow_value) // the service does not count what we leave out
		snprintf(out, size, _("%zu of %lld"), all, (long long)total);
	else
		snprintf(out, size, "%zu", shown);
	if (reading)
		snprintf(out + strlen(out), size - strlen(out), draw_sign(SIGN_ELLIPSIS)[0] == '~' ? "..." : "…");
}

static void age_part(struct table *table, char *out, size_t size)
{
	const int64_t wall = clock_now(table->pane.ui->deck->clock), read_at = table_read_at(&table->pane);
	const struct view_source *sources;
	const size_t count = view_sources(table->view, &sources);
	bool stale = false;
	char age[TIME_TEXT_SIZE];
	*out = 0;
	if (!read_at)
		return;
	for (size_t i = 0; i < count; i++)
		stale |= table_source_is_stale(table, &sources[i], wall);
	if (chrome_is_live(table->pane.ui)) {
		time_format_age(wall - read_at, age);
		table_change_at(table, table->pane.ui->now + table_age_change(wall - read_at));
	} else {
		time_format_clock(read_at, age);
	}
	snprintf(out, size, stale ? _("stale %s") : "%s", age);
}

void table_title(struct pane *pane, char *title, size_t title_size, char *note, size_t note_size)
{
	struct table *table = table_of(pane);
	char part[TABLE_FILTER_SIZE + 32];
	const char *filter = view_filter_text(table->view), *order = view_order(table->view);
	snprintf(title, title_size, "%s", _(table->kind->title));
	*note = 0;
	table->next_change = -1; // begins a drawing: the rows come after the title
	const int room = pane->area.columns - text_columns(title, strlen(title)) - 12;

	count_part(table, part, sizeof part);
	add_part(note, note_size, room, part);
	if (*filter) {
		snprintf(part, sizeof part, "/%s", filter);
		add_part(note, note_size, room, part);
	}
	if (table->marks.count) {
		snprintf(part, sizeof part, _("%zu marked"), table->marks.count);
		add_part(note, note_size, room, part);
	}
	if (table->problems)
		add_part(note, note_size, room, _("problems"));
	if (pane->ui->frozen)
		add_part(note, note_size, room, _("FROZEN"));
	for (size_t i = 0; i < table->summary_count && !*filter; i++) {
		snprintf(part, sizeof part, "%s %zu", table->summary[i].word, table->summary[i].count);
		if (table->summary_count > 1)
			add_part(note, note_size, room - 10, part);
	}
	if (strcmp(order, table->kind->order) != 0) {
		snprintf(part, sizeof part, _("by %s%s"), order + (*order == '-'),
		        *order == '-' ? draw_sign(SIGN_DOWN) : "");
		add_part(note, note_size, room, part);
	}
	age_part(table, part, sizeof part);
	add_part(note, note_size, room, part);
}
