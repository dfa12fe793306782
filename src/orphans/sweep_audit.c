// SPDX-License-Identifier: Apache-2.0
// The lines that a sweep writes into the audit record.
#include "config.h"
#include "orphans/sweep_own.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/failpoint.h"
#include "base/text.h"
#include "net/json.h"

#include "base/banned.h"

enum { MEMBERS_MOST = AUDIT_LINE_MOST - 1024 };

static void add_text(struct buffer *out, const char *name, const char *text)
{
	buffer_printf(out, "%s\"%s\":", out->size && out->data[out->size - 1] != '{' ? "," : "", name);
	text_add_json_string(out, text, strlen(text));
}

static void add_time(struct buffer *out, const char *name, int64_t time)
{
	char text[TIME_TEXT_SIZE] = "";

	if (time)
		time_format_iso(time, text);
	add_text(out, name, text);
}

static void members_begin(const struct sweeping *sweeping, struct buffer *out)
{
	buffer_init(out, MEMBERS_MOST);
	add_text(out, "sweep", sweeping->row.id);
}

static bool members_end(struct sweeping *sweeping, const char *event, struct buffer *members, struct error *error)
{
	bool written;

	failpoint("sweep.before-audit");
	if (members->broken)
		written = error_set(error, ERROR_LIMIT, _("a line of the audit record is too long"));
	else
		written = audit_append(sweeping->options->audit, event, buffer_text(members), error) &&
		          sweep_store_note_audit(sweeping->options->store, audit_last(sweeping->options->audit), error);
	buffer_finish(members);
	if (written)
		failpoint("sweep.after-audit");
	return written;
}

static void add_record(struct buffer *out, const struct sweep_record *record)
{
	char facts[256], against[512];

	sweep_facts_text(record->basis.facts, facts, sizeof(facts));
	sweep_against_text(record->basis.against, against, sizeof(against));
	buffer_printf(out, "{\"item\":%d,", record->order);
	if (record->parent)
		buffer_printf(out, "\"with\":%d,", record->parent);
	buffer_printf(out, "\"kind\":\"%s\"", kind_get(record->kind)->name);
	add_text(out, "id", record->id);
	add_text(out, "name", record->name);
	add_text(out, "region", record->scope.region);
	add_text(out, "cluster", record->cluster);
	add_text(out, "cluster_id", record->scope.cluster);
	add_time(out, "created", record->created);
	if (!record->parent) {
		add_text(out, "verdict", verdict_name(record->basis.verdict));
		add_text(out, "owner", record->basis.owner);
		add_text(out, "facts", facts);
		add_text(out, "against", against);
	}
	buffer_add_char(out, '}');
}

// ---- what earlier processes wrote ----

static bool learn(const struct audit_entry *entry, void *user)
{
	struct sweeping *sweeping = user;
	struct json_doc doc;
	int64_t order;

	if (entry->state == AUDIT_TORN || strcmp(entry->sweep, sweeping->row.id) != 0)
		return true;
	sweeping->plan_is_told = sweeping->plan_is_told || strcmp(entry->event, "plan") == 0;
	sweeping->confirmation_is_told = sweeping->confirmation_is_told || strcmp(entry->event, "confirmation") == 0;
	sweeping->end_is_told = sweeping->end_is_told || strcmp(entry->event, "end") == 0;
	if (strcmp(entry->event, "outcome") != 0 || !json_open(&doc, entry->text, entry->size, "audit", NULL))
		return true;
	order = json_int(doc.root, "item", 0);
	if (order > 0 && (size_t)order <= sweeping->count)
		sweeping->outcome_is_told[order - 1] = true;
	json_close(&doc);
	return true;
}

bool sweep_audit_learn(struct sweeping *sweeping, struct error *error)
{
	return audit_read(sweeping->options->audit, 0, learn, sweeping, NULL, error);
}

// ---- lines ----

bool sweep_audit_plan(struct sweeping *sweeping, struct error *error)
{
	const struct sweep_row *row = &sweeping->row;
	struct buffer members;

	if (sweeping->plan_is_told)
		return true;
	members_begin(sweeping, &members);
	add_text(&members, "mode", sweep_mode_name(row->mode));
	add_text(&members, "context", row->context);
	add_text(&members, "account", row->account);
	add_text(&members, "by", row->by);
	add_text(&members, "digest", row->digest);
	add_time(&members, "planned", row->created);
	buffer_add_text(&members, ",\"items\":[");
	for (size_t i = 0; i < sweeping->count; i++) {
		buffer_add_text(&members, i ? "," : "");
		add_record(&members, &sweeping->records[i]);
	}
	buffer_add_text(&members, "]");
	return members_end(sweeping, "plan", &members, error);
}

bool sweep_audit_refused(struct sweeping *sweeping, const struct sweep_plan *plan, struct error *error)
{
	struct buffer members;

	if (plan->refused_count == 0)
		return true;
	members_begin(sweeping, &members);
	buffer_add_text(&members, ",\"left_out\":[");
	for (size_t i = 0; i < plan->refused_count; i++) {
		const struct sweep_refused *refused = &plan->refused[i];

		// What is left out hurts nobody: a long list ends early.
		if (members.size > MEMBERS_MOST / 2)
			break;
		buffer_add_text(&members, i ? ",{" : "{");
		add_text(&members, "id", refused->id);
		add_text(&members, "rule", sweep_refusal_name(refused->rule));
		add_text(&members, "why", refused->why);
		buffer_add_text(&members, "}");
	}
	buffer_printf(&members, "],\"count\":%zu", plan->refused_count);
	return members_end(sweeping, "left_out", &members, error);
}

bool sweep_audit_confirmation(struct sweeping *sweeping, struct error *error)
{
	struct buffer members;

	if (sweeping->confirmation_is_told)
		return true;
	members_begin(sweeping, &members);
	add_text(&members, "by", sweeping->row.by);
	add_text(&members, "typed", sweeping->row.phrase);
	add_text(&members, "digest", sweeping->row.digest);
	return members_end(sweeping, "confirmation", &members, error);
}

bool sweep_audit_evidence(struct sweeping *sweeping, const struct sweep_record *record, const struct report *report,
        const struct report_item *item, struct error *error)
{
	char digest[SHA256_HEX_SIZE];
	struct buffer members, evidence;

	buffer_init(&evidence, MEMBERS_MOST / 2);
	members_begin(sweeping, &members);
	buffer_printf(&members, ",\"item\":%d", record->order);
	add_text(&members, "id", record->id);
	if (report_item_json(report, item, &evidence)) {
		crypto_sha256_hex(buffer_text(&evidence), evidence.size, digest);
		add_text(&members, "evidence_digest", digest);
		buffer_printf(&members, ",\"evidence\":%s", buffer_text(&evidence));
	} else {
		add_text(&members, "evidence_error", _("too long"));
	}
	buffer_finish(&evidence);
	return members_end(sweeping, "evidence", &members, error);
}

static void add_calls(struct sweeping *sweeping, const struct sweep_record *record, struct buffer *out)
{
	static const char *const states[] = {
	        [INTENT_IN_DOUBT] = "in_doubt",
	        [INTENT_DONE] = "done",
	        [INTENT_FAILED] = "failed",
	        [INTENT_SETTLED_DONE] = "settled_done",
	        [INTENT_SETTLED_NOT_DONE] = "settled_not_done",
	};
	size_t count = journal_list_run(sweeping->options->journal, sweeping->row.id, NULL, 0);
	struct intent *intents = calloc(count + 1, sizeof(*intents));
	bool first = true;

	if (!intents)
		return;
	count = journal_list_run(sweeping->options->journal, sweeping->row.id, intents, count);
	buffer_add_text(out, ",\"calls\":[");
	for (size_t i = 0; i < count; i++) {
		if (strcmp(intents[i].subject, record->id) != 0)
			continue;
		buffer_add_text(out, first ? "{" : ",{");
		first = false;
		add_text(out, "operation", intents[i].operation);
		add_text(out, "state", states[intents[i].state]);
		add_text(out, "request_id", intents[i].request_id);
		if (intents[i].code[0])
			add_text(out, "code", intents[i].code);
		add_time(out, "intended", intents[i].created);
		add_time(out, "settled", intents[i].settled);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	free(intents);
}

bool sweep_audit_outcome(struct sweeping *sweeping, const struct sweep_record *record, struct error *error)
{
	bool *told = &sweeping->outcome_is_told[record->order - 1];
	struct buffer members;

	if (*told)
		return true;
	members_begin(sweeping, &members);
	buffer_printf(&members, ",\"item\":%d", record->order);
	if (record->parent)
		buffer_printf(&members, ",\"with\":%d", record->parent);
	add_text(&members, "kind", kind_get(record->kind)->name);
	add_text(&members, "id", record->id);
	add_text(&members, "name", record->name);
	add_text(&members, "outcome", sweep_outcome_name(record->outcome));
	if (record->message[0])
		add_text(&members, "message", record->message);
	add_calls(sweeping, record, &members);
	*told = members_end(sweeping, "outcome", &members, error);
	return *told;
}

bool sweep_audit_note(struct sweeping *sweeping, const char *event, const char *reason, struct error *error)
{
	struct buffer members;
	size_t left = 0;

	members_begin(sweeping, &members);
	add_text(&members, "by", sweeping->options->by);
	if (reason)
		add_text(&members, "reason", reason);
	buffer_add_text(&members, ",\"not_reached\":[");
	for (size_t i = 0; i < sweeping->count; i++) {
		if (sweeping->records[i].parent || sweeping->records[i].step >= STEP_DONE)
			continue;
		buffer_add_text(&members, left++ ? "," : "");
		text_add_json_string(&members, sweeping->records[i].id, strlen(sweeping->records[i].id));
	}
	buffer_printf(&members, "],\"done\":%zu", sweeping->result->done);
	return members_end(sweeping, event, &members, error);
}
