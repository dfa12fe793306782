// SPDX-License-Identifier: Apache-2.0
// A pane that shows a document: its life and its commands.
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/copy.h"
#include "ui/text_own.h"
#include "base/banned.h"

enum { TEXT_COPY_MOST = 16 << 20, TEXT_FOLDS_KEPT = 256 };

static void text_destroy(struct pane *pane)
{
	struct text_pane *text = text_of(pane);

	if (text->source->user_free)
		text->source->user_free(text->user);
	search_destroy(text->search);
	document_destroy(text->document);
	document_destroy(text->above);
	document_destroy(text->below);
	free(text);
}

static void text_title(struct pane *pane, char *title, size_t title_size, char *note, size_t note_size)
{
	const struct text_pane *text = text_of(pane);
	const uint64_t lines = document_end(text->document), dropped = document_dropped(text->document);
	int size;

	snprintf(title, title_size, "%s", text->title);
	size = snprintf(note, note_size, "%s%s", text->note, text->note[0] ? " · " : "");
	if (text->search && size >= 0 && (size_t)size < note_size)
		size += snprintf(note + size, note_size - (size_t)size, "/%s · ", search_text(text->search));
	if (dropped && size >= 0 && (size_t)size < note_size)
		size += snprintf(
		        note + size, note_size - (size_t)size, _("%llu dropped · "), (unsigned long long)dropped);
	if (text->source->grows && size >= 0 && (size_t)size < note_size)
		size += snprintf(
		        note + size, note_size - (size_t)size, "%s · ", text->follow ? _("follow") : _("stopped"));
	if (size >= 0 && (size_t)size < note_size)
		snprintf(note + size, note_size - (size_t)size, "%llu/%llu",
		        lines ? (unsigned long long)(text->cursor - document_first(text->document) + 1) : 0,
		        (unsigned long long)(lines - document_first(text->document)));
}

static bool text_update(struct pane *pane)
{
	struct text_pane *text = text_of(pane);

	bool updated = text->source->update && text->source->update(pane, text->user);
	bool changed = text->changed;

	text->changed = false;
	return updated || changed;
}

static int64_t text_wake_at(struct pane *pane, int64_t now)
{
	struct text_pane *text = text_of(pane);

	return text->source->wake_at ? text->source->wake_at(pane, now, text->user) : -1;
}

static void text_interests(struct pane *pane, struct poller *poller, enum interest interest)
{
	struct text_pane *text = text_of(pane);

	if (text->source->interests)
		text->source->interests(pane, poller, interest, text->user);
}

static bool text_selection(struct pane *pane, struct selection *out)
{
	struct text_pane *text = text_of(pane);

	return text->source->selection && text->source->selection(pane, out, text->user);
}

static void text_crumb(struct pane *pane, char *out, size_t size)
{
	snprintf(out, size, "%s", text_of(pane)->title);
}

static const char *text_filter(struct pane *pane)
{
	const struct text_pane *text = text_of(pane);

	return text->search ? search_text(text->search) : NULL;
}

static bool text_save(struct pane *pane, const char *format, struct buffer *out, struct error *error)
{
	struct text_pane *text = text_of(pane);

	if (text->source->save)
		return text->source->save(pane, format, out, text->user, error);
	if (strcmp(format, "text") != 0 && strcmp(format, "markdown") != 0)
		return error_set(error, ERROR_USAGE, _("this view can be saved as text only"));
	if ((text->above && !document_text(text->above, out)) || !document_text(text->document, out) ||
	        (text->below && !document_text(text->below, out)))
		return error_set(error, ERROR_LIMIT, _("the text is too long"));
	return true;
}

static unsigned text_mouse(struct pane *pane, enum mouse_sort sort, int y, int x)
{
	struct text_pane *text = text_of(pane);
	uint64_t number = text->top;
	int at = -(int)text->top_row;

	(void)x;
	if (sort == MOUSE_WHEEL_UP || sort == MOUSE_WHEEL_DOWN) {
		const struct command_call call = {
		        .id = sort == MOUSE_WHEEL_UP ? COMMAND_UP : COMMAND_DOWN, .argument = ""};

		for (int i = 0; i < 3; i++)
			text_command(pane, &call);
		return REACT_DRAW;
	}
	while (number < document_end(text->document)) {
		int rows = (int)text_line_rows(text, document_line(text->document, number));

		if (y < at + rows) {
			text->cursor = number;
			text->follow = false;
			return REACT_DRAW;
		}
		at += rows;
		number = document_next(text->document, number);
	}
	return REACT_DONE;
}

static size_t text_hints(struct pane *pane, struct hint *out, size_t most)
{
	struct text_pane *text = text_of(pane);

	return text->source->hints ? text->source->hints(pane, out, most, text->user) : 0;
}

#define TEXT_TYPE(type_name, type_place)                                                                               \
	{                                                                                                              \
		.name = type_name, .place = type_place, .destroy = text_destroy, .title = text_title,                  \
		.draw = text_draw, .command = text_command, .update = text_update, .wake_at = text_wake_at,            \
		.interests = text_interests, .selection = text_selection, .mouse = text_mouse, .crumb = text_crumb,    \
		.filter = text_filter, .save = text_save, .hints = text_hints                                          \
	}
static const struct pane_type text_type = TEXT_TYPE("text", PLACE_TEXT);
static const struct pane_type log_type = TEXT_TYPE("log", PLACE_LOG);

struct pane *text_pane_create(
        struct ui *ui, const struct text_source *source, const char *title, void *user, struct error *error)
{
	struct text_pane *text = calloc(1, sizeof(*text));

	if (text)
		text->document = document_create(DOCUMENT_BYTES_MOST);
	if (!text || !text->document) {
		if (source->user_free)
			source->user_free(user);
		free(text);
		error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
		return NULL;
	}
	text->pane = (struct pane){.type = source->grows ? &log_type : &text_type, .ui = ui};
	text->source = source;
	text->user = user;
	text->wrap = true;
	text->follow = source->grows;
	text->columns = 80;
	snprintf(text->title, sizeof(text->title), "%s", title);
	if (source->render)
		source->render(&text->pane, user, false);
	return &text->pane;
}

struct document *text_pane_document(struct pane *pane)
{
	return text_of(pane)->document;
}

void *text_pane_user(struct pane *pane)
{
	return text_of(pane)->user;
}

static struct document *pinned(struct document **document)
{
	if (!*document)
		*document = document_create(DOCUMENT_BYTES_MOST);
	return *document;
}

struct document *text_pane_above(struct pane *pane)
{
	return pinned(&text_of(pane)->above);
}

struct document *text_pane_below(struct pane *pane)
{
	return pinned(&text_of(pane)->below);
}

bool pane_is_text(const struct pane *pane, const struct text_source *source)
{
	return pane && (pane->type == &text_type || pane->type == &log_type) &&
	       ((const struct text_pane *)pane)->source == source;
}

void text_pane_note(struct pane *pane, const char *format, ...)
{
	struct text_pane *text = text_of(pane);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text->note, sizeof(text->note), format, arguments);
	va_end(arguments);
}

void text_pane_changed(struct pane *pane)
{
	text_of(pane)->changed = true;
}

void text_pane_start_at(struct pane *pane, uint64_t line)
{
	text_of(pane)->cursor = line;
	text_of(pane)->follow = false;
}

void text_pane_render(struct pane *pane)
{
	struct text_pane *text = text_of(pane);

	text->changed = true;
	if (!text->source->render)
		return;
	// Lines are numbered from 0 again, so place and folds are kept as far as the text is the same.
	uint64_t folded[TEXT_FOLDS_KEPT];
	size_t count = 0;
	for (uint64_t i = document_first(text->document); i < document_end(text->document) && count < TEXT_FOLDS_KEPT;
	        i++)
		if (document_line(text->document, i)->folded)
			folded[count++] = i;
	document_clear(text->document);
	if (text->above)
		document_clear(text->above);
	if (text->below)
		document_clear(text->below);
	text->source->render(pane, text->user, text->revealed);
	for (size_t i = 0; i < count; i++)
		document_fold(text->document, folded[i], true);
}

static unsigned move(struct text_pane *text, bool down, int lines)
{
	const uint64_t end = document_end(text->document);

	for (int i = 0; i < lines; i++) {
		const struct document_line *line = document_line(text->document, text->cursor);
		unsigned rows = text_line_rows(text, line);
		uint64_t next;

		// A line taller than the screen is scrolled through.
		if (text->top == text->cursor && rows > (unsigned)text->pane.page_rows) {
			if (down && text->top_row + (unsigned)text->pane.page_rows < rows) {
				text->top_row++;
				continue;
			}
			if (!down && text->top_row) {
				text->top_row--;
				continue;
			}
		}
		next = down ? document_next(text->document, text->cursor)
		            : document_previous(text->document, text->cursor);
		if (next == end || next == text->cursor)
			break;
		text->cursor = next;
	}
	if (!down)
		text->follow = false;
	text_keep_cursor(text);
	return REACT_DRAW;
}

// The columns of the longest line on the screen bound the scrolling.
static unsigned scroll_sideways(struct text_pane *text, bool right)
{
	uint64_t number = text->top;
	int widest = 0;

	for (int i = 0; i < text->pane.page_rows && number < document_end(text->document); i++) {
		const struct document_line *line = document_line(text->document, number);
		int columns = text_columns(line->text, line->length);

		if (columns > widest)
			widest = columns;
		number = document_next(text->document, number);
	}
	if (text->wrap)
		return REACT_DONE;
	text->skip += right ? TEXT_STEP : -TEXT_STEP;
	if (text->skip > widest - TEXT_STEP)
		text->skip = widest - TEXT_STEP;
	if (text->skip < 0)
		text->skip = 0;
	return REACT_DRAW;
}

static unsigned go_to_match(struct text_pane *text, uint64_t from, bool forward)
{
	uint64_t found = document_search(text->document, text->search, from, forward);

	if (found == document_end(text->document)) {
		ui_say(text->pane.ui, _("%s is not in this text"), search_text(text->search));
		return REACT_DRAW;
	}
	if (forward ? found <= from : found >= from)
		ui_say(text->pane.ui, forward ? _("search went on at the beginning") : _("search went on at the end"));
	text->follow = false;
	// A match in a folded part opens it.
	for (uint64_t hider; (hider = document_shown(text->document, found, false)) != found;)
		if (!document_fold(text->document, hider, false))
			break;
	text->cursor = found;
	text_keep_cursor(text);
	return REACT_DRAW;
}

static bool set_search(struct text_pane *text, const char *wanted, struct error *error)
{
	struct search *search = *wanted ? search_create(wanted, error) : NULL;

	if (*wanted && !search)
		return false;
	search_destroy(text->search);
	text->search = search;
	return true;
}

static unsigned search_typed(struct ui *ui, const char *wanted, void *user, struct error *error)
{
	struct text_pane *text = user;
	uint64_t found;

	(void)ui;
	if (!set_search(text, wanted, error))
		return REACT_DRAW;
	text->cursor = text->origin;
	if (text->search) {
		// The line itself counts while typing.
		found = document_search(text->document, text->search,
		        text->origin ? text->origin - 1 : document_end(text->document), true);
		if (found != document_end(text->document))
			text->cursor = found;
		else
			error_set(error, ERROR_NOT_FOUND, _("not in this text"));
		text->follow = false;
	}
	text_keep_cursor(text);
	return REACT_DRAW;
}

static bool search_accepted(struct ui *ui, const char *wanted, void *user, unsigned *reactions, struct error *error)
{
	struct error nothing = {.kind = ERROR_NONE};

	*reactions |= search_typed(ui, wanted, user, &nothing);
	if (nothing.kind == ERROR_USAGE) {
		*error = nothing;
		return false;
	}
	return true;
}

static unsigned search_cancelled(struct ui *ui, void *user)
{
	struct text_pane *text = user;

	(void)ui;
	set_search(text, "", NULL);
	text->cursor = text->origin;
	return REACT_DRAW;
}

static unsigned search_begin(struct text_pane *text, const struct command_call *call)
{
	const struct prompt_spec spec = {.label = "/",
	        .text = "",
	        .history = "search",
	        .changed = search_typed,
	        .accept = search_accepted,
	        .cancel = search_cancelled,
	        .user = text};
	struct error error;

	text->origin = text->cursor;
	if (*call->argument) {
		if (set_search(text, call->argument, &error))
			return go_to_match(text, text->cursor, true);
		ui_fail(text->pane.ui, &error);
		return REACT_DRAW;
	}
	if (!prompt_open(text->pane.ui, &spec, &error))
		ui_fail(text->pane.ui, &error);
	return REACT_DRAW;
}

// 0 tail, 1 head, 2 1m, 3 5m, 4 15m, 5 30m, 6 1h.
static unsigned go_since(struct text_pane *text, keystroke pressed)
{
	static const int minutes[] = {0, 0, 1, 5, 15, 30, 60};
	const unsigned which = pressed - '0';
	int64_t since;

	if (which >= COUNT_OF(minutes))
		return REACT_DONE;
	text->follow = which == 0;
	if (which == 0)
		return REACT_DRAW;
	text->cursor = document_first(text->document);
	since = clock_now(text->pane.ui->deck->clock) - (int64_t)minutes[which] * 60000;
	for (; which > 1 && text->cursor + 1 < document_end(text->document); text->cursor++)
		if (document_line(text->document, text->cursor)->time >= since)
			break;
	text->top = text->cursor;
	text->top_row = 0;
	return REACT_DRAW;
}

static unsigned copy_part(struct text_pane *text, bool all)
{
	struct buffer out;

	buffer_init(&out, TEXT_COPY_MOST);
	if (all ? document_text(text->document, &out) : text_visible_rows(text, &out))
		copy_text(text->pane.ui, buffer_text(&out), out.size, all ? _("the whole text") : _("what is visible"));
	buffer_finish(&out);
	return REACT_DRAW;
}

static unsigned open_line(struct text_pane *text)
{
	const struct document_line *line = document_line(text->document, text->cursor);

	if (!line)
		return REACT_DONE;
	if (line->link[0] && text->source->open)
		return text->source->open(&text->pane, line->link, text->user);
	if (document_is_parent(text->document, text->cursor))
		document_fold(text->document, text->cursor, !line->folded);
	return REACT_DRAW;
}

static unsigned mark_line(struct text_pane *text)
{
	const int64_t now = clock_now(text->pane.ui->deck->clock);
	char stamp[TIME_TEXT_SIZE];
	char mark[96];
	const struct document_piece piece = {STYLE_MARK, mark};

	time_format_clock(now, stamp);
	snprintf(mark, sizeof(mark), "---- %s ----", stamp);
	document_add(text->document, &piece, 1, 0, "", now);
	return REACT_DRAW;
}

unsigned text_command(struct pane *pane, const struct command_call *call)
{
	struct text_pane *text = text_of(pane);
	unsigned handled = text->source->command ? text->source->command(pane, call, text->user) : REACT_PASS;
	const int page = pane->page_rows > 1 ? pane->page_rows - 1 : 1;

	if (handled != REACT_PASS)
		return handled;
	switch (call->id) {
	case COMMAND_DOWN:
	case COMMAND_UP:
		return move(text, call->id == COMMAND_DOWN, 1);
	case COMMAND_PAGE_DOWN:
	case COMMAND_PAGE_UP:
		return move(text, call->id == COMMAND_PAGE_DOWN, page);
	case COMMAND_HALF_DOWN:
	case COMMAND_HALF_UP:
		return move(text, call->id == COMMAND_HALF_DOWN, page / 2 + 1);
	case COMMAND_FIRST:
		text->cursor = document_first(text->document);
		text->follow = false;
		return REACT_DRAW;
	case COMMAND_LAST:
		text->cursor = document_end(text->document);
		text->follow = text->source->grows;
		return REACT_DRAW;
	case COMMAND_LEFT:
	case COMMAND_RIGHT:
		return scroll_sideways(text, call->id == COMMAND_RIGHT);
	case COMMAND_OPEN:
		return open_line(text);
	case COMMAND_SEARCH_TEXT:
		return search_begin(text, call);
	case COMMAND_NEXT_MATCH:
	case COMMAND_PREVIOUS_MATCH:
		return text->search ? go_to_match(text, text->cursor, call->id == COMMAND_NEXT_MATCH) : REACT_DONE;
	case COMMAND_BACK:
		if (!text->search)
			return REACT_PASS;
		set_search(text, "", NULL);
		return REACT_DRAW;
	case COMMAND_WRAP:
		text->wrap = !text->wrap;
		text->skip = 0;
		text->top_row = 0;
		return REACT_DRAW;
	case COMMAND_STAMPS:
		text->stamps = !text->stamps;
		return REACT_DRAW;
	case COMMAND_TAIL:
		text->follow = !text->follow;
		return REACT_DRAW;
	case COMMAND_SINCE:
		return go_since(text, call->key);
	case COMMAND_MARK_LINE:
		return mark_line(text);
	case COMMAND_COPY_TEXT:
		return copy_part(text, false);
	case COMMAND_COPY_ALL:
		return copy_part(text, true);
	case COMMAND_REVEAL:
		text->revealed = !text->revealed;
		text_pane_render(pane);
		return REACT_DRAW;
	default:
		return REACT_PASS;
	}
}
