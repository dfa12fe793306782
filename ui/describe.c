// SPDX-License-Identifier: Apache-2.0
// What is known of one record: fields, relations, changes, and below all that the cloud says of it.
#include "config.h"

#include "ui/describe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/events.h"
#include "ui/related.h"
#include "ui/text_pane.h"
#include "base/banned.h"

enum { CHANGES_SHOWN = 30, RELATED_SHOWN = 40, VALUE_SIZE = 2048 };

struct about {
	struct ui *ui;
	struct target target;
	struct fetch *fetch;
	struct buffer text; // what the cloud said, JSON
	struct error error; // why it did not
	bool told, json;
	uint64_t version; // of the store, as last rendered
};

static void about_free(void *user)
{
	struct about *about = user;

	fetch_cancel(about->fetch);
	buffer_finish(&about->text);
	free(about);
}

static struct about *about_create(struct ui *ui, const struct target *target, struct error *error)
{
	struct about *about = calloc(1, sizeof(*about));

	if (!about) {
		error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
		return NULL;
	}
	about->ui = ui;
	about->target = *target;
	buffer_init(&about->text, 8 << 20);
	return about;
}

static void add_heading(struct document *document, const char *heading)
{
	const struct document_piece piece = {STYLE_HEADING, heading};

	document_add_text(document, STYLE_TEXT, "");
	document_add(document, &piece, 1, 0, "", 0);
}

// Returns false for a field whose value is not known; those are shown only when more is asked for.
static bool add_field(struct document *document, enum kind_id kind, const struct field *field,
        const struct record *record, const struct field_context *context, bool revealed)
{
	char name[64], value[VALUE_SIZE], exact[VALUE_SIZE];
	struct document_piece pieces[] = {{STYLE_NAME, name}, {STYLE_VALUE, value}, {STYLE_DIM, ""}, {STYLE_DIM, ""}};
	int pad = 20 - text_columns(field->name, strlen(field->name));

	if (field->flags & FIELD_INTERNAL)
		return true;
	if (!field_text(field, record, context, false, value, sizeof(value)) || strcmp(value, "–") == 0) {
		if (!revealed)
			return false;
		snprintf(value, sizeof(value), "–");
	}
	snprintf(name, sizeof(name), "%s%*s", field->name, pad > 1 ? pad : 1, "");
	if (!revealed && name_is_sensitive(field->name))
		snprintf(value, sizeof(value), "********");
	else if (field_text(field, record, context, true, exact, sizeof(exact)) && strcmp(exact, value) != 0) {
		// Rounded for people, exact beside it.
		pieces[2].text = "  ";
		pieces[3].text = exact;
	}
	if (field->flags & FIELD_STATE)
		pieces[1].style = theme_state_style(state_of(kind, value));
	document_add(document, pieces, COUNT_OF(pieces), 1, "", 0);
	return true;
}

static void add_fields(struct document *document, const struct about *about, const struct record *record, bool revealed)
{
	const struct kind *kind = kind_get(about->target.kind);
	const struct field_context context = {.now = clock_now(about->ui->deck->clock)};

	size_t unknown = 0;

	for (size_t i = 0; i < kind->field_count; i++)
		unknown += !add_field(document, kind->id, &kind->fields[i], record, &context, revealed);
	if (unknown)
		document_printf(document, STYLE_DIM, _("%zu more are not known (x shows them)"), unknown);
}

static void add_relation(
        struct document *document, const char *title, const struct kind *kind, const struct record *record)
{
	char link[320], name[300];
	const struct document_piece pieces[] = {{STYLE_NAME, title}, {STYLE_TEXT, "  "}, {STYLE_VALUE, name},
	        {STYLE_TEXT, "  "},
	        {STYLE_DIM, strcmp(record->name, record->id) != 0 && record->name[0] ? record->id : ""},
	        {STYLE_TEXT, "  "}, {theme_state_style(state_of(kind->id, record->status)), record->status}};

	snprintf(name, sizeof(name), "%s", record->name[0] ? record->name : record->id);
	snprintf(link, sizeof(link), "%s/%s", kind->name, record->id);
	document_add(document, pieces, COUNT_OF(pieces), 1, link, 0);
}

struct relations {
	struct document *document;
	size_t count;
};

static bool tell_relation(const struct kind *kind, const struct scope *scope, const struct record *record, void *user)
{
	struct relations *relations = user;

	(void)scope;
	if (relations->count++ < RELATED_SHOWN)
		add_relation(relations->document, _(kind->title), kind, record);
	return true;
}

static void add_relations(struct document *document, const struct about *about)
{
	struct relations relations = {.document = document};

	related_above(about->ui, &about->target, tell_relation, &relations);
	related_below(about->ui, &about->target, tell_relation, &relations);
	if (relations.count > RELATED_SHOWN)
		document_printf(document, STYLE_DIM, _("  … and %zu more"), relations.count - RELATED_SHOWN);
	if (!relations.count)
		document_printf(document, STYLE_DIM, "%s", _("none that was read"));
}

static void add_changes(struct document *document, const struct about *about)
{
	struct event *changes = calloc(CHANGES_SHOWN, sizeof(*changes));
	size_t count = changes ? events_of(about->target.kind, about->target.id, changes, CHANGES_SHOWN) : 0;

	if (!count)
		document_add(document, &(struct document_piece){STYLE_DIM, _("none since this console was opened")}, 1,
		        1, "", 0);
	for (size_t i = 0; i < count; i++) {
		char stamp[TIME_TEXT_SIZE];
		const struct document_piece pieces[] = {
		        {STYLE_DIM, stamp}, {STYLE_TEXT, "  "}, {STYLE_VALUE, changes[i].text}};

		time_format_clock(changes[i].time, stamp);
		document_add(document, pieces, COUNT_OF(pieces), 1, "", 0);
	}
	free(changes);
}

static void add_error(struct document *document, const struct error *failure)
{
	char text[1200];

	error_format(failure, text, sizeof(text));
	document_add_text(document, STYLE_ERROR, text);
}

static void add_cloud(struct document *document, const struct about *about, bool revealed)
{
	struct error error;

	if (about->error.kind != ERROR_NONE)
		add_error(document, &about->error);
	else if (!about->told)
		document_add_text(document, STYLE_DIM, _("reading ..."));
	else if (!raw_render(document, buffer_text(&about->text), about->text.size, about->json, revealed, &error))
		add_error(document, &error);
}

static void describe_render(struct pane *pane, void *user, bool revealed)
{
	struct about *about = user;
	struct document *document = text_pane_document(pane);
	struct snapshot *holder;
	const struct record *record = target_record(about->ui, &about->target, &holder);
	char words[600];
	const struct document_piece title = {STYLE_TITLE, words};

	about->version = store_version(about->ui->deck->store);
	target_words(&about->target, words, sizeof(words));
	document_add(document, &title, 1, 0, "", 0);
	if (record) {
		add_heading(document, _("Fields"));
		add_fields(document, about, record, revealed);
		add_heading(document, _("Relations (Enter opens)"));
		add_relations(document, about);
	} else {
		document_add_text(document, STYLE_WARNING, _("It is gone."));
	}
	target_release(holder);
	add_heading(document, _("Changes"));
	add_changes(document, about);
	add_heading(document, _("What the cloud says"));
	add_cloud(document, about, revealed);
}

static bool describe_update(struct pane *pane, void *user)
{
	struct about *about = user;

	if (store_version(about->ui->deck->store) == about->version)
		return false;
	text_pane_render(pane);
	return true;
}

static unsigned describe_follow(struct pane *pane, const char *link, void *user)
{
	const char *slash = strchr(link, '/');
	char name[64];
	const struct kind *kind;
	struct target target;
	struct error error;

	(void)user;
	if (!slash)
		return REACT_DONE;
	snprintf(name, sizeof(name), "%.*s", (int)(slash - link), link);
	kind = kind_find(name);
	if (!kind || !target_find(pane->ui, kind->id, slash + 1, &target))
		ui_say(pane->ui, _("%s is gone"), slash + 1);
	else if (!describe_open(pane->ui, &target, &error))
		ui_fail(pane->ui, &error);
	return REACT_DRAW | REACT_INTERESTS;
}

static bool about_selection(struct pane *pane, struct selection *out, void *user)
{
	const struct about *about = user;

	(void)pane;
	*out = (struct selection){.kind = about->target.kind, .scope = about->target.scope};
	snprintf(out->id, sizeof(out->id), "%s", about->target.id);
	snprintf(out->name, sizeof(out->name), "%s", about->target.name);
	return true;
}

static void about_interests(struct pane *pane, struct poller *poller, enum interest interest, void *user)
{
	const struct about *about = user;

	(void)pane;
	poller_want(poller, about->target.kind, &about->target.scope, interest);
}

static void raw_make(struct pane *pane, void *user, bool revealed)
{
	add_cloud(text_pane_document(pane), user, revealed);
}

static const struct text_source describe_source = {.name = "describe",
        .update = describe_update,
        .render = describe_render,
        .open = describe_follow,
        .selection = about_selection,
        .interests = about_interests,
        .user_free = about_free};
static const struct text_source raw_source = {
        .name = "raw", .render = raw_make, .selection = about_selection, .user_free = about_free};

// The pane outlives the reading: closing it cancels the reading.
static void told_cloud(void *user, const char *text, size_t size, const struct error *error)
{
	struct pane *pane = user;
	struct about *about = text_pane_user(pane);

	about->told = true;
	buffer_clear(&about->text);
	if (error)
		about->error = *error;
	else
		buffer_add(&about->text, text, size);
	text_pane_render(pane);
}

static bool open_about(struct ui *ui, const struct text_source *source, const char *title, const struct target *target,
        bool json, struct error *error)
{
	struct about *about = about_create(ui, target, error);
	struct pane *pane;

	if (!about)
		return false;
	about->json = json;
	pane = text_pane_create(ui, source, title, about, error);
	if (!pane)
		return false;
	about->fetch = fetch_begin(ui, target, NULL, told_cloud, pane, &about->error);
	text_pane_render(pane);
	return pages_open(ui->pages, pane, error);
}

bool describe_open(struct ui *ui, const struct target *target, struct error *error)
{
	char title[192], words[160];

	target_words(target, words, sizeof(words));
	snprintf(title, sizeof(title), _("Describe %s"), words);
	return open_about(ui, &describe_source, title, target, false, error);
}

bool raw_open(struct ui *ui, const struct target *target, bool json, struct error *error)
{
	char title[192], words[160];

	target_words(target, words, sizeof(words));
	snprintf(title, sizeof(title), "%s %s", json ? "JSON" : "YAML", words);
	return open_about(ui, &raw_source, title, target, json, error);
}

static const struct text_source output_source = {
        .name = "output", .grows = true, .selection = about_selection, .user_free = about_free};

static void told_output(void *user, const char *text, size_t size, const struct error *error)
{
	struct pane *pane = user;
	struct document *document = text_pane_document(pane);

	document_clear(document);
	text_pane_note(pane, "%s", "");
	if (error)
		add_error(document, error);
	else if (!size)
		document_add_text(document, STYLE_DIM, _("It has written nothing."));
	document_append(document, text, error ? 0 : size, 0);
	document_append_end(document, 0);
	text_pane_changed(pane);
}

bool output_open(struct ui *ui, const struct target *target, const struct action *action, struct error *error)
{
	struct about *about = about_create(ui, target, error);
	struct pane *pane;
	char title[192], words[128];

	if (!about)
		return false;
	target_words(target, words, sizeof(words));
	snprintf(title, sizeof(title), "%s %s", _(action->title), words);
	pane = text_pane_create(ui, &output_source, title, about, error);
	if (!pane)
		return false;
	about->fetch = fetch_begin(ui, target, action, told_output, pane, error);
	if (!about->fetch) {
		pane_destroy(pane);
		return false;
	}
	document_add_text(text_pane_document(pane), STYLE_DIM, _("reading ..."));
	return pages_open(ui->pages, pane, error);
}

static const struct text_source compare_source = {.name = "compare"};

bool compare_open(struct ui *ui, const struct target *left, const struct target *right, struct error *error)
{
	struct snapshot *left_holder, *right_holder;
	const struct record *a = target_record(ui, left, &left_holder), *b = target_record(ui, right, &right_holder);
	const struct kind *kind = kind_get(left->kind);
	const struct field_context context = {.now = clock_now(ui->deck->clock)};
	struct pane *pane = a && b ? text_pane_create(ui, &compare_source, _("Compare"), NULL, error) : NULL;
	size_t same = 0;

	if (!a || !b)
		error_set(error, ERROR_NOT_FOUND, "%s", _("one of the two is gone"));
	if (pane) {
		char words[300];
		const struct document_piece first[] = {{STYLE_BAD, "- "}, {STYLE_TITLE, words}};
		const struct document_piece second[] = {{STYLE_GOOD, "+ "}, {STYLE_TITLE, words}};

		target_words(left, words, sizeof(words));
		document_add(text_pane_document(pane), first, COUNT_OF(first), 0, "", 0);
		target_words(right, words, sizeof(words));
		document_add(text_pane_document(pane), second, COUNT_OF(second), 0, "", 0);
		document_add_text(text_pane_document(pane), STYLE_TEXT, "");
	}
	for (size_t i = 0; pane && i < kind->field_count; i++) {
		const struct field *field = &kind->fields[i];
		char name[64], one[VALUE_SIZE] = "", two[VALUE_SIZE] = "";
		const struct document_piece pieces[] = {{STYLE_NAME, name}, {STYLE_BAD, "- "}, {STYLE_VALUE, one}};
		const struct document_piece others[] = {
		        {STYLE_NAME, "                      "}, {STYLE_GOOD, "+ "}, {STYLE_VALUE, two}};

		if (field->flags & FIELD_INTERNAL)
			continue;
		field_text(field, a, &context, true, one, sizeof(one));
		field_text(field, b, &context, true, two, sizeof(two));
		if (strcmp(one, two) == 0) {
			same++;
			continue;
		}
		snprintf(name, sizeof(name), "%-22s", field->name);
		document_add(text_pane_document(pane), pieces, COUNT_OF(pieces), 0, "", 0);
		document_add(text_pane_document(pane), others, COUNT_OF(others), 0, "", 0);
	}
	target_release(left_holder);
	target_release(right_holder);
	if (!pane)
		return false;
	document_printf(text_pane_document(pane), STYLE_DIM, _("%zu fields are equal"), same);
	return pages_open(ui->pages, pane, error);
}
