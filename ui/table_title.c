// SPDX-License-Identifier: Apache-2.0
// What the frame of a table says: how many, filter, order, age of the data; and when that changes by itself.
#include "config.h"

#include "ui/table_own.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "inventory/records.h"
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
	if (poller && poller_is_watching(poller, table->kind->id, &source->scope))
		return false;
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

// In the order of the title; `worst` is the order where there is no room for all.
static const struct {
	const char *word;
	int worst;
	bool wrong;
} verdicts[] = {
        {"live", 5, false},
        {"creating", 4, false},
        {"orphan", 1, true},
        {"suspect", 3, true},
        {"unknown", 2, true},
        {"foreign", 6, false},
};

// The word of a record that the title counts. Shared texts: mostly the same as the one before.
static const char *word_of(const struct table *table, const struct record *record)
{
	const struct field_context *context = view_context(table->view);
	const struct record *judged;

	if (!table->judged)
		return record->status;
	judged = context->twin(context->user, KIND_ORPHAN, record);
	return judged ? ((const struct orphan_record *)(const void *)judged)->verdict : "";
}

static void summary_add(struct table *table, const char *word, size_t *at)
{
	*at = 0;
	while (*at < table->summary_count && strcmp(table->summary[*at].word, word) != 0)
		(*at)++;
	if (*at == TABLE_SUMMARY_MOST || strlen(word) >= sizeof table->summary[0].word)
		return;
	if (*at == table->summary_count) {
		struct summary_word *added = &table->summary[table->summary_count++];
		*added = (struct summary_word){.state = state_of(table->kind->id, word)};
		snprintf(added->word, sizeof added->word, "%s", word);
		for (size_t i = 0; i < COUNT_OF(verdicts); i++)
			if (strcmp(verdicts[i].word, word) == 0)
				added->severity = verdicts[i].worst;
	}
	table->summary[*at].count++;
}

static bool comes_before(const struct table *table, const struct summary_word *a, const struct summary_word *b)
{
	return table->judged ? a->severity < b->severity : a->count > b->count;
}

static bool has_verdicts(const struct table *table)
{
	struct deck *deck = table->pane.ui->deck;
	struct scope scope = {0};
	struct store_entry entry;

	if (table->kind->id != KIND_VM || !deck->context)
		return false;
	snprintf(scope.context, sizeof scope.context, "%s", deck->context->name);
	if (!store_get(deck->store, KIND_ORPHAN, &scope, &entry))
		return false;
	const bool any = entry.snapshot && entry.snapshot->count > 0;
	snapshot_unref(entry.snapshot);
	return any;
}

// The words of the states, those of most first; of verdicts, the worst first.
void table_summarize(struct table *table)
{
	const size_t rows = view_count(table->view);
	const char *last = NULL;
	size_t last_at = TABLE_SUMMARY_MOST;
	table->summary_count = 0;
	table->judged = has_verdicts(table) || table->kind->id == KIND_ORPHAN;
	if (!kind_field(table->kind, "status") || table->kind->id == KIND_REGION)
		return;
	for (size_t row = 0; row < rows; row++) {
		const char *word =
		        table->kind->id == KIND_ORPHAN
		                ? ((const struct orphan_record *)(const void *)view_row(table->view, row))->verdict
		                : word_of(table, view_row(table->view, row));
		if (!*word)
			continue;
		if (word == last && last_at < TABLE_SUMMARY_MOST) {
			table->summary[last_at].count++;
			continue;
		}
		summary_add(table, word, &last_at);
		last = word;
	}
	for (size_t i = 1; i < table->summary_count; i++)
		for (size_t k = i; k > 0 && comes_before(table, &table->summary[k], &table->summary[k - 1]); k--) {
			const struct summary_word moved = table->summary[k];
			table->summary[k] = table->summary[k - 1];
			table->summary[k - 1] = moved;
		}
}

bool table_choose_order(struct table *table)
{
	const char *order = table->kind->order;

	if (table->kind->id != KIND_VM || table->ordered)
		return false;
	for (size_t i = 0; table->judged && i < table->summary_count; i++)
		if (table->summary[i].severity >= 1 && table->summary[i].severity <= 3)
			order = "verdict";
	return strcmp(view_order(table->view), order) != 0 && view_set_order(table->view, order);
}

// "live 205 · creating 3 · orphan 2", or, where that is too long, only what is wrong: "2 orphan · 3 unknown".
static void verdict_parts(const struct table *table, char *out, size_t size, int room)
{
	for (int whole = 1; whole >= 0; whole--) {
		out[0] = 0;
		for (size_t i = 0; i < COUNT_OF(verdicts); i++)
			for (size_t k = 0; k < table->summary_count; k++) {
				const struct summary_word *word = &table->summary[k];
				const size_t used = strlen(out);

				if (strcmp(word->word, verdicts[i].word) != 0 || (!whole && !verdicts[i].wrong))
					continue;
				snprintf(out + used, size - used, "%s%s %zu", used ? " · " : "", word->word,
				        word->count);
			}
		if (text_columns(out, strlen(out)) <= room)
			return;
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
	if (view_has_tree(table->view))
		add_part(note, note_size, room, _("tree"));
	if (table->problems)
		add_part(note, note_size, room, _("problems"));
	if (pane->ui->frozen)
		add_part(note, note_size, room, _("FROZEN"));
	if (table->judged) {
		char verdicts_text[256];
		verdict_parts(table, verdicts_text, sizeof verdicts_text, room - text_columns(note, strlen(note)) - 3);
		add_part(note, note_size, room, verdicts_text);
	}
	for (size_t i = 0; i < table->summary_count && !*filter && !table->judged; i++) {
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
