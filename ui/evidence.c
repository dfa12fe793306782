// SPDX-License-Identifier: Apache-2.0
// "Why is this an orphan?" on one screen: headings at the left, facts at the right, beside each other where they fit.
// Verdict and owner stay above, what is not known below, when the rest has to scroll.
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "orphans/evidence_lines.h"
#include "ui/chrome.h"
#include "ui/cleanup.h"
#include "ui/describe.h"
#include "ui/sweeps.h"
#include "ui/text_pane.h"
#include "base/banned.h"

enum {
	HEADING_COLUMNS = 15,
	MARK_COLUMNS = 2,
	COLUMNS_LEAST = 40,
	ROW_SIZE = 2048,
	PIECES_MOST = 16,     // of a row: its heading, and three for each fact
	ROOM_LEAST = 12,      // of a row that takes another fact
	ID_DIGITS_LEAST = 40, // longer than a UUID, shorter than a sandbox's id
	ID_DIGITS_SHOWN = 8
};

struct shown {
	struct ui *ui;
	char id[256];
	const struct report *report; // as last rendered, a reference; NULL = none
	int columns;
	int64_t second; // of the last rendering: ages go on
};

static void shown_free(void *user)
{
	struct shown *shown = user;

	report_unref(shown->report);
	free(shown);
}

static enum style mark_style(enum evidence_mark mark)
{
	static const enum style styles[] = {
	        [EVIDENCE_PLAIN] = STYLE_TEXT,
	        [EVIDENCE_HOLDS] = STYLE_GOOD,
	        [EVIDENCE_STANDS_AGAINST] = STYLE_BAD,
	        [EVIDENCE_OPEN] = STYLE_WARNING,
	        [EVIDENCE_WAITS] = STYLE_TRANSIENT,
	};

	return styles[mark];
}

// Rows of one section as they are filled: a heading, then one or two facts.
struct rows {
	struct document *document;
	int columns; // of the facts
	char heading[128];
	struct document_piece pieces[PIECES_MOST];
	size_t count;
	char texts[PIECES_MOST][ROW_SIZE];
	int used; // columns of the row
};

static void push(struct rows *rows, enum style style, const char *text, int pad)
{
	char *kept = rows->texts[rows->count];
	int columns = text_columns(text, strlen(text));

	snprintf(kept, ROW_SIZE, "%s%*s", text, pad > columns ? pad - columns : 0, "");
	rows->pieces[rows->count++] = (struct document_piece){style, kept};
}

static void begin_row(struct rows *rows)
{
	rows->count = 0;
	rows->used = 0;
	push(rows, STYLE_NAME, rows->heading, HEADING_COLUMNS);
	rows->heading[0] = '\0'; // once per section
}

static void end_row(struct rows *rows)
{
	if (rows->count > 1)
		document_add(rows->document, rows->pieces, rows->count, 0, "", 0);
	rows->count = 0;
	rows->used = 0;
}

// How much of the text fits, up to a blank where there is one.
static size_t fit_words(const char *text, int columns)
{
	size_t length = strlen(text), fits = text_fit(text, length, columns, NULL), at = fits;

	if (fits >= length)
		return length;
	while (at > fits / 2 && text[at] != ' ')
		at--;
	return at > 0 && text[at] == ' ' ? at : fits ? fits : length;
}

// Ids of sandboxes are 64 digits, of which the first eight tell them apart; JSON has them whole.
static void shorten_ids(const char *text, char *out, size_t size)
{
	size_t used = 0;

	while (*text && used + ID_DIGITS_SHOWN + 4 < size) {
		const size_t digits = strspn(text, "0123456789abcdef");

		if (digits >= ID_DIGITS_LEAST) {
			used += (size_t)snprintf(
			        out + used, size - used, "%.*s%s", ID_DIGITS_SHOWN, text, draw_sign(SIGN_ELLIPSIS));
			text += digits;
			continue;
		}
		for (size_t i = 0; i < (digits ? digits : 1) && used + 1 < size; i++)
			out[used++] = *text++;
	}
	out[used] = '\0';
}

static void add_fact(struct rows *rows, const struct evidence_line *line)
{
	const bool marked = line->mark != EVIDENCE_PLAIN;
	const int own = marked ? MARK_COLUMNS : 0, half = rows->columns / 2;
	char whole[ROW_SIZE], part[ROW_SIZE];
	const char *text = whole;
	bool wrapped = false;

	shorten_ids(line->text, whole, sizeof(whole));
	const int wanted = text_columns(text, strlen(text)) + own;
	// Beside the one before, where there is room.
	int at = !rows->count ? 0 : rows->used + 2 > half ? rows->used + 2 : half;
	if (at == half && wanted > rows->columns - at)
		at = rows->used + 2;
	if (at && wanted > rows->columns - at) {
		end_row(rows);
		at = 0;
	}
	if (at)
		push(rows, STYLE_TEXT, "", at - rows->used);
	else
		begin_row(rows);
	rows->used = at;
	if (marked)
		push(rows, mark_style(line->mark), evidence_mark_text(line->mark, !draw_has_signs()), MARK_COLUMNS);
	do {
		size_t length = fit_words(text, rows->columns - rows->used - own);

		snprintf(part, sizeof(part), "%.*s", (int)length, text);
		push(rows, line->mark == EVIDENCE_PLAIN ? STYLE_VALUE : STYLE_TEXT, part, 0);
		text += length;
		text += strspn(text, " ");
		if (*text) {
			end_row(rows);
			begin_row(rows);
			push(rows, STYLE_TEXT, "", own);
			wrapped = true;
		}
	} while (*text);
	rows->used += wanted;
	if (wrapped || rows->used > rows->columns - ROOM_LEAST || rows->count + 3 > PIECES_MOST)
		end_row(rows);
}

static void add_section(struct document *document, const struct evidence_lines *lines, enum evidence_section section,
        const struct report_item *item, int columns)
{
	struct rows *rows = calloc(1, sizeof(*rows));

	if (!rows)
		return;
	rows->document = document;
	rows->columns = columns - HEADING_COLUMNS;
	snprintf(rows->heading, sizeof(rows->heading), "%s", evidence_heading(section, item));
	// A heading that is too long for its column stands alone.
	if (text_columns(rows->heading, strlen(rows->heading)) >= HEADING_COLUMNS) {
		bool any = false;

		for (size_t i = 0; i < lines->count; i++)
			any |= lines->lines[i].section == section;
		if (any)
			document_add(document, &(struct document_piece){STYLE_NAME, rows->heading}, 1, 0, "", 0);
		rows->heading[0] = '\0';
	}
	for (size_t i = 0; i < lines->count; i++)
		if (lines->lines[i].section == section)
			add_fact(rows, &lines->lines[i]);
	end_row(rows);
	free(rows);
}

// "podvm-nginx-77aa01bc   i-2ze9…   cn-beijing-i            verdict  ! ORPHAN"
static void add_title(struct document *document, const struct report_item *item, const char *keeping, int columns)
{
	char left[800], name[256], id[256], verdict[64], gap[256];
	const enum state_class state = state_of(KIND_ORPHAN, verdict_name(item->verdict));
	const struct document_piece pieces[] = {{STYLE_TITLE, left}, {STYLE_TEXT, gap}, {STYLE_NAME, _("verdict  ")},
	        {keeping ? STYLE_TRANSIENT : theme_state_style(state), verdict}};
	int room = -1;

	text_visible(item->record->name, strlen(item->record->name), name, sizeof(name));
	text_visible(item->record->id, strlen(item->record->id), id, sizeof(id));
	const bool both = *name && strcmp(name, id) != 0;
	snprintf(verdict, sizeof(verdict), "%s%s",
	        state == STATE_BAD                 ? "! "
	        : item->verdict == VERDICT_UNKNOWN ? "? "
	                                           : "",
	        verdict_name(item->verdict));
	if (item->verdict == VERDICT_ORPHAN)
		for (char *at = verdict; *at; at++)
			*at = (char)toupper((unsigned char)*at);
	if (keeping)
		snprintf(verdict, sizeof(verdict), "%s", keeping);
	// Where there is no room for all, the verdict stays: the rest stands below too.
	for (int parts = 3; parts > 0 && room < 2; parts--) {
		snprintf(left, sizeof(left), "%s%s%s%s%s", both ? name : id, both && parts > 1 ? "   " : "",
		        both && parts > 1 ? id : "", parts > 2 ? "   " : "", parts > 2 ? item->scope->region : "");
		room = columns - text_columns(left, strlen(left)) - text_columns(verdict, strlen(verdict)) -
		       text_columns(pieces[2].text, strlen(pieces[2].text));
	}
	snprintf(gap, sizeof(gap), "%*s", room < 2 ? 2 : room > 200 ? 200 : room, "");
	document_add(document, pieces, COUNT_OF(pieces), 0, "", 0);
}

static void render_item(struct pane *pane, const struct shown *shown, const struct report_item *item)
{
	static const enum evidence_section body[] = {EVIDENCE_SERVED, EVIDENCE_UNUSED, EVIDENCE_SETTLED,
	        EVIDENCE_AGAINST, EVIDENCE_LOG, EVIDENCE_WITH, EVIDENCE_COST, EVIDENCE_READ, EVIDENCE_WHAT};
	struct document *document = text_pane_document(pane), *above = text_pane_above(pane),
	                *below = text_pane_below(pane);
	struct evidence_lines lines;
	struct error error;

	if (!above || !below)
		return;
	if (!evidence_lines_make(shown->report, item, clock_now(shown->ui->deck->clock), &lines, &error)) {
		document_add_text(document, STYLE_ERROR, error.message);
		return;
	}
	add_title(above, item, cleanup_keeping(shown->ui, shown->id), shown->columns);
	document_add_text(above, STYLE_TEXT, "");
	add_section(above, &lines, EVIDENCE_VERDICT, item, shown->columns);
	add_section(above, &lines, EVIDENCE_OWNER, item, shown->columns);
	for (size_t i = 0; i < COUNT_OF(body); i++)
		add_section(document, &lines, body[i], item, shown->columns);
	add_section(below, &lines, EVIDENCE_UNKNOWN, item, shown->columns);
	evidence_lines_finish(&lines);
}

static void evidence_render(struct pane *pane, void *user, bool revealed)
{
	struct shown *shown = user;
	const struct report *report = cleanup_report(shown->ui);
	const struct report_item *item;

	(void)revealed;
	report_unref(shown->report);
	shown->report = report;
	shown->columns = pane->area.columns - 2 - 2; // frame, gutter
	if (shown->columns < COLUMNS_LEAST)
		shown->columns = pane->area.columns ? COLUMNS_LEAST : 116;
	shown->second = shown->ui->now / 1000;
	item = report ? report_find(report, shown->id) : NULL;
	if (item)
		render_item(pane, shown, item);
	else
		document_add_text(text_pane_document(pane), STYLE_WARNING,
		        report ? _("It is gone: the last scan did not find it.") : _("Nothing was scanned yet."));
}

static bool evidence_update(struct pane *pane, void *user)
{
	struct shown *shown = user;
	const struct report *report = cleanup_report(shown->ui);
	const bool older = chrome_is_live(shown->ui) && shown->second != shown->ui->now / 1000;
	const bool same = report == shown->report && shown->columns == pane->area.columns - 4 && !older;

	report_unref(report);
	if (!same)
		text_pane_render(pane);
	return !same;
}

static int64_t evidence_wake_at(struct pane *pane, int64_t now, void *user)
{
	const struct shown *shown = user;

	(void)pane;
	return chrome_is_live(shown->ui) ? (now / 1000 + 1) * 1000 : -1;
}

static bool evidence_selection(struct pane *pane, struct selection *out, void *user)
{
	const struct shown *shown = user;
	const struct report_item *item = shown->report ? report_find(shown->report, shown->id) : NULL;

	(void)pane;
	if (!item)
		return false;
	*out = (struct selection){.kind = KIND_ORPHAN};
	snprintf(out->scope.context, sizeof(out->scope.context), "%s", item->scope->context);
	snprintf(out->id, sizeof(out->id), "%s", shown->id);
	snprintf(out->name, sizeof(out->name), "%s", *item->record->name ? item->record->name : shown->id);
	return true;
}

static bool item_json(const struct shown *shown, struct buffer *out)
{
	const struct report_item *item = shown->report ? report_find(shown->report, shown->id) : NULL;

	return item && report_item_json(shown->report, item, out);
}

static const struct text_source json_source = {.name = "evidence-json"};

static unsigned show_json(struct shown *shown)
{
	struct pane *pane;
	struct buffer json;
	struct error error = {.kind = ERROR_NONE};
	char title[320];

	buffer_init(&json, 4 << 20);
	snprintf(title, sizeof(title), _("Evidence of %s"), shown->id);
	pane = item_json(shown, &json) ? text_pane_create(shown->ui, &json_source, title, NULL, &error) : NULL;
	if (pane && raw_render(text_pane_document(pane), buffer_text(&json), json.size, true, false, &error)) {
		pages_open(shown->ui->pages, pane, &error);
	} else {
		pane_destroy(pane);
		ui_say(shown->ui, "%s",
		        *error.message ? error.message : _("It is gone: the last scan did not find it."));
	}
	buffer_finish(&json);
	return REACT_DRAW | REACT_INTERESTS;
}

static const struct text_source commands_source = {.name = "evidence-commands"};

static unsigned show_commands(struct shown *shown)
{
	struct buffer text;
	struct error error = {.kind = ERROR_NONE};
	char title[320];
	struct pane *pane = NULL;

	buffer_init(&text, 1 << 20);
	snprintf(title, sizeof(title), _("The deletion of %s as commands"), shown->id);
	if (sweep_commands(shown->ui, shown->id, &text))
		pane = text_pane_create(shown->ui, &commands_source, title, NULL, &error);
	if (pane) {
		document_append(text_pane_document(pane), buffer_text(&text), text.size, 0);
		document_append_end(text_pane_document(pane), 0);
		pages_open(shown->ui->pages, pane, &error);
	} else {
		ui_say(shown->ui, "%s",
		        *error.message ? error.message : _("It is gone: the last scan did not find it."));
	}
	buffer_finish(&text);
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned evidence_command(struct pane *pane, const struct command_call *call, void *user)
{
	struct shown *shown = user;
	struct scanner *scanner = cleanup_scanner(shown->ui);
	struct target target;
	struct error error;

	switch (call->id) {
	case COMMAND_COPY_ALL:
	case COMMAND_JSON:
		return show_json(shown);
	case COMMAND_REVEAL:
		return show_commands(shown);
	case COMMAND_REFRESH:
		if (!scanner)
			return REACT_PASS;
		scanner_now(scanner);
		ui_say(shown->ui, "%s", _("reading again"));
		return REACT_DRAW | REACT_INTERESTS;
	case COMMAND_OPEN: // all that is known of the thing itself
		if (!target_find(shown->ui, KIND_VM, shown->id, &target) &&
		        !target_find(shown->ui, KIND_ENI, shown->id, &target) &&
		        !target_find(shown->ui, KIND_EIP, shown->id, &target) &&
		        !target_find(shown->ui, KIND_PEERPOD, shown->id, &target))
			return REACT_PASS;
		if (!describe_open(shown->ui, &target, &error))
			ui_fail(shown->ui, &error);
		return REACT_DRAW | REACT_INTERESTS;
	default:
		(void)pane;
		return REACT_PASS;
	}
}

static size_t evidence_hints(struct pane *pane, struct hint *out, size_t most, void *user)
{
	static const struct {
		enum command_id command;
		const char *text;
	} hints[] = {{COMMAND_DELETE, N_("plan deletion")}, {COMMAND_KEEP, N_("keep")}, {COMMAND_LOGS, N_("CAA log")},
	        {COMMAND_OWNER, N_("its cluster")}, {COMMAND_COPY_ALL, N_("JSON")}, {COMMAND_REVEAL, N_("as commands")},
	        {COMMAND_SAVE, N_("save")}};
	struct ui *ui = pane->ui;
	size_t count = 0;

	(void)user;
	for (size_t i = 0; i < COUNT_OF(hints) && count < most; i++) {
		keymap_text(ui->keymap, hints[i].command, PLACE_TEXT, out[count].key);
		out[count].text = _(hints[i].text);
		out[count].rank = 0;
		out[count].greyed = hints[i].command == COMMAND_DELETE && !deck_may_write(ui->deck, NULL, 0);
		count += *out[count].key != '\0';
	}
	return count;
}

static bool evidence_save(struct pane *pane, const char *format, struct buffer *out, void *user, struct error *error)
{
	const struct shown *shown = user;
	struct document *const parts[] = {text_pane_above(pane), text_pane_document(pane), text_pane_below(pane)};

	if (strcmp(format, "json") == 0)
		return item_json(shown, out) || error_set(error, ERROR_NOT_FOUND, "%s", _("it is gone"));
	if (strcmp(format, "text") != 0 && strcmp(format, "markdown") != 0)
		return error_set(error, ERROR_USAGE, _("this view can be saved as text or JSON"));
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		if (parts[i] && !document_text(parts[i], out))
			return error_set(error, ERROR_LIMIT, _("the text is too long"));
	return true;
}

static const struct text_source evidence_source = {.name = "evidence",
        .update = evidence_update,
        .render = evidence_render,
        .command = evidence_command,
        .selection = evidence_selection,
        .wake_at = evidence_wake_at,
        .user_free = shown_free,
        .hints = evidence_hints,
        .save = evidence_save};

bool pane_is_evidence(const struct pane *pane)
{
	return pane_is_text(pane, &evidence_source);
}

bool evidence_open(struct ui *ui, const char *id, struct error *error)
{
	const struct report *report = cleanup_report(ui);
	const struct report_item *item = report ? report_find(report, id) : NULL;
	char title[320], name[256];
	struct shown *shown;
	struct pane *pane;

	if (!item) {
		error_set(error, ERROR_NOT_FOUND,
		        report ? _("the last scan did not find %s")
		               : _("nothing was scanned yet, so that nothing is known of %s"),
		        id);
		report_unref(report);
		return false;
	}
	shown = calloc(1, sizeof(*shown));
	if (!shown) {
		report_unref(report);
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	}
	shown->ui = ui;
	snprintf(shown->id, sizeof(shown->id), "%s", id);
	const char *word = *item->record->name ? item->record->name : id;
	text_visible(word, strlen(word), name, sizeof(name));
	snprintf(title, sizeof(title), _("Why: %s"), name);
	report_unref(report);
	pane = text_pane_create(ui, &evidence_source, title, shown, error);
	return pane && pages_open(ui->pages, pane, error);
}
