// SPDX-License-Identifier: Apache-2.0
// The orphans: what they are together, how complete the picture is, who would clean them up; narrowing them by verdict,
// cluster and age; keeping one.
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "inventory/records.h"
#include "ui/chrome.h"
#include "ui/cleanup.h"
#include "ui/describe.h"
#include "base/banned.h"

enum { WORDS_MOST = 64, LINE_SIZE = 640 };

struct heads {
	struct table_head *lines;
	size_t count, most;
};

static struct table_head *add(struct heads *heads, enum style style)
{
	static struct table_head nowhere;
	struct table_head *line = heads->count < heads->most ? &heads->lines[heads->count++] : &nowhere;

	*line = (struct table_head){.style = style};
	return line;
}

static void add_progress(struct heads *heads, const struct scanner_state *state)
{
	struct table_head *line = add(heads, STYLE_PROGRESS);

	snprintf(line->text, sizeof(line->text), "%s%s%s", _("The first scan is under way"),
	        *state->doing ? _(": ") : "", state->doing);
	line->done = state->done;
	line->total = state->total;
}

static enum style head_style(const struct report *report, enum report_head head)
{
	if (head == REPORT_HEAD_TOTALS)
		return report->totals[VERDICT_ORPHAN].count ? STYLE_BAD : STYLE_GOOD;
	return head == REPORT_HEAD_COMPLETENESS && report->is_complete ? STYLE_DIM : STYLE_WARNING;
}

static void add_report(struct heads *heads, const struct report *report, int64_t now)
{
	struct buffer text;

	buffer_init(&text, LINE_SIZE);
	for (int head = 0; head < REPORT_HEADS; head++) {
		buffer_clear(&text);
		if (report_head_text(report, (enum report_head)head, now, &text))
			snprintf(add(heads, head_style(report, (enum report_head)head))->text, LINE_SIZE, "%s",
			        buffer_text(&text));
	}
	buffer_finish(&text);
}

size_t orphans_head(struct ui *ui, struct table_head *out, size_t most, int64_t *next_change)
{
	struct heads heads = {.lines = out, .most = most};
	const struct scanner *scanner = cleanup_scanner(ui);
	const struct report *report = cleanup_report(ui);
	const int64_t now = clock_now(ui->deck->clock);
	struct scanner_state state = {0};

	if (!scanner) {
		snprintf(add(&heads, STYLE_WARNING)->text, LINE_SIZE, "%s",
		        _("What is nobody's cannot be found here: no context is open, or its cloud cannot be asked"));
		return heads.count;
	}
	scanner_state(scanner, &state);
	if (!report && state.is_running)
		add_progress(&heads, &state);
	if (state.error.kind != ERROR_NONE && !state.is_running)
		snprintf(add(&heads, STYLE_ERROR)->text, LINE_SIZE, _("The last scan failed: %s"), state.error.message);
	if (cleanup_pending(ui))
		snprintf(add(&heads, STYLE_WARNING)->text, LINE_SIZE, "! %s",
		        _("A sweep was cut off: :sweeps shows it and goes on with it"));
	if (!report)
		return heads.count;
	add_report(&heads, report, now);
	if (chrome_is_live(ui))
		*next_change = ui->now + 1000 - (now - report->began) % 1000;
	report_unref(report);
	return heads.count;
}

// ---- narrowing ----

// The filter without the terms that begin with `name` and an operator, and with `term` at its end.
static void replace_term(const char *filter, const char *name, const char *term, char *out, size_t size)
{
	const size_t length = strlen(name);

	*out = '\0';
	while (*filter) {
		size_t word = 0;
		bool quoted = false;

		filter += strspn(filter, " ");
		for (; filter[word] && (quoted || filter[word] != ' '); word++)
			quoted ^= filter[word] == '"';
		if (word && !(strncmp(filter, name, length) == 0 && strchr(":=!<>", filter[length]))) {
			const size_t used = strlen(out);

			snprintf(out + used, size - used, "%s%.*s", used ? " " : "", (int)word, filter);
		}
		filter += word;
	}
	if (*term) {
		const size_t used = strlen(out);

		snprintf(out + used, size - used, "%s%s", used ? " " : "", term);
	}
}

// The value that the filter asks for now; "" = none.
static void value_of(const char *filter, const char *name, char *out, size_t size)
{
	const char *at = strstr(filter, name);

	*out = '\0';
	if (!at || (at != filter && at[-1] != ' '))
		return;
	at += strlen(name);
	at += strspn(at, ":=<>\"");
	snprintf(out, size, "%.*s", (int)strcspn(at, " \""), at);
}

// The word after the one in use; "" after the last.
static const char *next_word(const char *const *words, size_t count, const char *now)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i], now) == 0)
			return i + 1 < count ? words[i + 1] : "";
	return count ? words[0] : "";
}

static unsigned narrow(struct ui *ui, struct pane *pane, const char *name, const char *comparison, const char *value)
{
	const struct kind *kind = table_kind(pane);
	const char *now = pane->type->filter(pane);
	char term[160] = "", filter[1024];
	struct error error;

	if (!kind_field(kind, name)) {
		ui_say(ui, _("%s have no %s"), kind->plural, name);
		return REACT_DRAW;
	}
	if (*value && strcmp(value, "all") != 0)
		snprintf(term, sizeof(term), strpbrk(value, " ") ? "%s%s\"%s\"" : "%s%s%s", name, comparison, value);
	replace_term(now ? now : "", name, term, filter, sizeof(filter));
	if (!table_set_filter(pane, filter, &error))
		ui_fail(ui, &error);
	pane->type->update(pane);
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned by_verdict(struct ui *ui, const struct command_call *call)
{
	static const char *const words[] = {"orphan", "unknown", "suspect", "creating", "live", "foreign"};
	struct pane *pane = ui_focused_pane(ui);
	char now[64];

	if (!pane_is_table(pane))
		return REACT_PASS;
	value_of(pane->type->filter(pane), "verdict", now, sizeof(now));
	return narrow(
	        ui, pane, "verdict", "=", *call->argument ? call->argument : next_word(words, COUNT_OF(words), now));
}

static unsigned by_age(struct ui *ui, const struct command_call *call)
{
	static const char *const words[] = {"1h", "1d", "7d"};
	struct pane *pane = ui_focused_pane(ui);
	char now[64];

	if (!pane_is_table(pane))
		return REACT_PASS;
	const char *field = kind_field(table_kind(pane), "for") ? "for" : "age";
	value_of(pane->type->filter(pane), field, now, sizeof(now));
	return narrow(ui, pane, field, ">", *call->argument ? call->argument : next_word(words, COUNT_OF(words), now));
}

// The clusters of what is shown without the user's filter.
static size_t clusters_of(struct pane *pane, const struct field *field, char (*out)[64], size_t most)
{
	struct view *view = table_view(pane);
	const struct view_source *sources;
	const size_t count = view_sources(view, &sources);
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; sources[i].entry.snapshot && k < sources[i].entry.snapshot->count; k++) {
			const struct record *record = sources[i].entry.snapshot->records[k];
			char name[64] = "";
			size_t at = 0;

			if (field_text(field, record, view_context(view), false, name, sizeof(name)) == 0 ||
			        strcmp(name, "–") == 0)
				continue;
			while (at < found && strcmp(out[at], name) != 0)
				at++;
			if (at == found && found < most)
				snprintf(out[found++], 64, "%s", name);
		}
	return found;
}

static unsigned by_cluster(struct ui *ui, const struct command_call *call)
{
	struct pane *pane = ui_focused_pane(ui);
	char names[WORDS_MOST][64], now[64];
	const char *words[WORDS_MOST];

	if (!pane_is_table(pane))
		return REACT_PASS;
	const struct kind *kind = table_kind(pane);
	const char *name = kind->id == KIND_VM ? "owner" : kind_field(kind, "cluster") ? "cluster" : "cluster_id";
	const struct field *field = kind_field(kind, name);
	if (!field || *call->argument)
		return narrow(ui, pane, name, "=", call->argument);
	const size_t count = clusters_of(pane, field, names, WORDS_MOST);
	for (size_t i = 0; i < count; i++)
		words[i] = names[i];
	value_of(pane->type->filter(pane), name, now, sizeof(now));
	return narrow(ui, pane, name, "=", next_word(words, count, now));
}

// ---- one of them ----

static bool selected_id(struct ui *ui, char *out, size_t size)
{
	struct selection selection;

	if (!ui_selection(ui, &selection))
		return false;
	snprintf(out, size, "%s", selection.id);
	return *out != '\0';
}

static unsigned why(struct ui *ui, const struct command_call *call)
{
	struct error error;
	char id[256];

	(void)call;
	if (!selected_id(ui, id, sizeof(id))) {
		ui_say(ui, "%s", _("nothing is selected"));
		return REACT_DRAW;
	}
	if (evidence_open(ui, id, &error))
		return REACT_DRAW | REACT_INTERESTS;
	ui_fail(ui, &error);
	return REACT_DRAW;
}

static unsigned keep(struct ui *ui, const struct command_call *call)
{
	struct error error;
	char id[256];

	if (!selected_id(ui, id, sizeof(id)))
		ui_say(ui, "%s", _("nothing is selected"));
	else if (!cleanup_keep(ui, id, *call->argument ? call->argument : _("kept in the console"), &error))
		ui_fail(ui, &error);
	return REACT_DRAW | REACT_INTERESTS;
}

const struct command_handler orphans_handlers[] = {
        {COMMAND_BY_VERDICT, by_verdict},
        {COMMAND_BY_CLUSTER, by_cluster},
        {COMMAND_BY_AGE, by_age},
        {COMMAND_WHY, why},
        {COMMAND_KEEP, keep},
        {COMMAND_NONE, NULL},
};
