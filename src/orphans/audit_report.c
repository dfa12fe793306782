// SPDX-License-Identifier: Apache-2.0
// The audit record for people.
#include "config.h"
#include "orphans/audit_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "net/json.h"

#include "base/banned.h"

enum { CELL_SIZE = 600, JOINED_SIZE = 400 };

static void add_visible(struct buffer *out, const char *text)
{
	text_add_visible(out, text, strlen(text));
}

static void add_member(struct buffer *out, const cJSON *entry, const char *before, const char *name)
{
	const char *text = json_text(entry, name);

	if (!*text)
		return;
	buffer_add_text(out, before);
	add_visible(out, text);
}

// The request ids of an outcome's calls.
static void calls_text(const cJSON *entry, char *out, size_t size)
{
	const cJSON *call;
	size_t used = 0;

	out[0] = '\0';
	cJSON_ArrayForEach(call, json_member(entry, "calls"))
	{
		const char *id = json_text(call, "request_id");

		if (used >= size)
			return;
		used += (size_t)snprintf(out + used, size - used, "%s%s %s%s%s", used ? ", " : "",
		        json_text(call, "operation"), *id ? id : json_text(call, "state"),
		        *json_text(call, "code") ? " " : "", json_text(call, "code"));
	}
}

static void summary_plan(const cJSON *entry, struct buffer *out)
{
	const cJSON *item;
	size_t items = 0, with = 0;

	cJSON_ArrayForEach(item, json_member(entry, "items"))
	{
		if (json_int(item, "with", 0))
			with++;
		else
			items++;
	}
	add_visible(out, json_text(entry, "mode"));
	buffer_printf(out, _(": %zu planned"), items);
	if (with)
		buffer_printf(out, _(", with %zu that hang on them"), with);
	add_member(out, entry, _(", by "), "by");
}

static void summary_outcome(const cJSON *entry, struct buffer *out)
{
	char calls[JOINED_SIZE];

	add_visible(out, json_text(entry, "outcome"));
	add_member(out, entry, " ", "name");
	add_member(out, entry, " ", "id");
	add_member(out, entry, ": ", "message");
	calls_text(entry, calls, sizeof(calls));
	if (*calls) {
		buffer_add_text(out, "; ");
		add_visible(out, calls);
	}
}

static void summary_whole(const char *event, const cJSON *entry, struct buffer *out)
{
	if (strcmp(event, "plan") == 0) {
		summary_plan(entry, out);
	} else if (strcmp(event, "outcome") == 0) {
		summary_outcome(entry, out);
	} else if (strcmp(event, "confirmation") == 0) {
		add_member(out, entry, "", "typed");
		add_member(out, entry, _(", by "), "by");
	} else if (strcmp(event, "evidence") == 0) {
		add_member(out, entry, "", "id");
		add_member(out, entry, " ", "evidence_digest");
	} else if (strcmp(event, "left_out") == 0) {
		buffer_printf(out, _("%lld left out"), (long long)json_int(entry, "count", 0));
	} else if (strcmp(event, "torn_line") == 0) {
		buffer_printf(
		        out, _("the line before was cut off after %lld bytes"), (long long)json_int(entry, "bytes", 0));
	} else {
		buffer_printf(out, _("%lld done"), (long long)json_int(entry, "done", 0));
		add_member(out, entry, ": ", "reason");
		add_member(out, entry, _(", by "), "by");
	}
}

static const char *state_note(enum audit_state state)
{
	switch (state) {
	case AUDIT_TORN:
		return _("this line was cut off");
	case AUDIT_MISSING:
		return _("lines before this one are missing");
	case AUDIT_CHANGED:
		return _("the line before this one was changed");
	default:
		return "";
	}
}

void audit_summary(const struct audit_entry *entry, struct buffer *out)
{
	const char *note = state_note(entry->state);
	struct json_doc doc;

	if (entry->state != AUDIT_TORN && json_open(&doc, entry->text, entry->size, "audit", NULL)) {
		summary_whole(entry->event, doc.root, out);
		json_close(&doc);
		buffer_add_text(out, *note ? "; " : "");
	}
	buffer_add_text(out, note);
}

// ---- Markdown ----

// Inside a table or a paragraph nothing but words may come of it.
static void add_words(struct buffer *out, const char *text)
{
	char cell[CELL_SIZE];

	text_visible(text, strlen(text), cell, sizeof(cell));
	for (const char *at = cell; *at; at++) {
		if (strchr("\\`*_{}[]<>#|~!", *at))
			buffer_add_char(out, '\\');
		buffer_add_char(out, *at);
	}
}

static void add_fact(struct buffer *out, const cJSON *entry, const char *heading, const char *name)
{
	const char *text = json_text(entry, name);

	if (!*text)
		return;
	buffer_printf(out, "- %s: ", heading);
	add_words(out, text);
	buffer_add_char(out, '\n');
}

static void add_cells(struct buffer *out, const cJSON *entry, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		buffer_add_text(out, " | ");
		add_words(out, json_text(entry, names[i]));
	}
}

static void report_plan(const cJSON *entry, struct buffer *out)
{
	static const char *const columns[] = {"kind", "name", "id", "region", "cluster", "created", "verdict", "facts"};
	const cJSON *item;

	buffer_printf(out, "\n## %s\n\n", json_text(entry, "sweep"));
	add_fact(out, entry, _("Planned"), "planned");
	add_fact(out, entry, _("Mode"), "mode");
	add_fact(out, entry, _("Context"), "context");
	add_fact(out, entry, _("Account"), "account");
	add_fact(out, entry, _("By"), "by");
	add_fact(out, entry, _("Digest of the plan"), "digest");
	buffer_printf(out, "\n| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n|---|---|---|---|---|---|---|---|---|\n",
	        _("No."), _("Kind"), _("Name"), _("Id"), _("Region"), _("Cluster"), _("Created"), _("Verdict"),
	        _("Facts"));
	cJSON_ArrayForEach(item, json_member(entry, "items"))
	{
		buffer_printf(out, "| %lld", (long long)json_int(item, "item", 0));
		if (json_int(item, "with", 0))
			buffer_printf(out, _(" (with %lld)"), (long long)json_int(item, "with", 0));
		add_cells(out, item, columns, COUNT_OF(columns));
		buffer_add_text(out, " |\n");
	}
	buffer_add_char(out, '\n');
}

static void report_evidence(const cJSON *entry, struct buffer *out)
{
	const cJSON *evidence = json_member(entry, "evidence");

	buffer_printf(out, "- %s %lld: ", _("Evidence of"), (long long)json_int(entry, "item", 0));
	add_words(out, json_text(entry, "id"));
	buffer_printf(out, ", %s\n\n", json_text(entry, "time"));
	if (!evidence)
		return;
	// No line of it can end the block: a JSON text holds no bare line of backquotes.
	buffer_add_text(out, "  ```json\n  ");
	json_write(out, evidence, false);
	buffer_add_text(out, "\n  ```\n\n");
}

static void report_entry(const struct audit_entry *entry, const cJSON *root, struct buffer *out)
{
	struct buffer summary;

	if (strcmp(entry->event, "plan") == 0) {
		report_plan(root, out);
		return;
	}
	if (strcmp(entry->event, "evidence") == 0) {
		report_evidence(root, out);
		return;
	}
	buffer_init(&summary, AUDIT_LINE_MOST);
	summary_whole(entry->event, root, &summary);
	buffer_printf(out, "- %s **%s** ", json_text(root, "time"), entry->event);
	if (json_int(root, "item", 0))
		buffer_printf(out, "%lld ", (long long)json_int(root, "item", 0));
	add_words(out, buffer_text(&summary));
	buffer_add_char(out, '\n');
	buffer_finish(&summary);
}

static bool report_line(const struct audit_entry *entry, void *user)
{
	struct buffer *out = user;
	const char *note = state_note(entry->state);
	struct json_doc doc;

	if (*note)
		buffer_printf(out, "\n> **%s**\n\n", note);
	if (entry->state != AUDIT_TORN && json_open(&doc, entry->text, entry->size, "audit", NULL)) {
		report_entry(entry, doc.root, out);
		json_close(&doc);
	}
	return !out->broken;
}

bool audit_report_markdown(const struct audit *audit, int64_t since, struct buffer *out, struct error *error)
{
	struct audit_health health;
	size_t damaged;

	buffer_printf(out, "# %s\n", _("Sweeps of orphaned pod VMs"));
	if (!audit_read(audit, since, report_line, out, &health, error))
		return false;
	damaged = health.damaged[AUDIT_TORN] + health.damaged[AUDIT_MISSING] + health.damaged[AUDIT_CHANGED];
	buffer_add_char(out, '\n');
	if (damaged)
		buffer_printf(out, _("The record is damaged in %zu places.\n"), damaged);
	else
		buffer_printf(out, _("%zu entries; the record is whole.\n"), health.entries);
	return !out->broken ||
	       error_set(error, ERROR_LIMIT, _("the report is longer than %d bytes"), AUDIT_REPORT_MOST);
}
