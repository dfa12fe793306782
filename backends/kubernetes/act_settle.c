// SPDX-License-Identifier: Apache-2.0
// Settling intents in doubt by looking, and the kubectl line that does the same.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "kubernetes/act.h"
#include "kubernetes/fill.h"
#include "kubernetes/source.h"

#include "base/text.h"

#include "base/banned.h"

enum { SURE_AFTER_MS = 60000 };

// ---- settling ----

// Where the thing is, as the journal kept it.
static bool restore(struct session *session, const struct intent *intent, struct scope *scope,
        struct object_place *place, struct error *error)
{
	struct buffer text;
	struct json_doc doc;
	bool good = false;

	memset(scope, 0, sizeof(*scope));
	snprintf(scope->context, sizeof(scope->context), "%s", intent->context);
	snprintf(scope->region, sizeof(scope->region), "%s", intent->region);
	buffer_init(&text, INTENT_PARAMETERS_MOST);
	if (journal_parameters(session->services.journal, intent->id, &text) &&
	        json_open(&doc, buffer_text(&text), text.size, "journal", error)) {
		snprintf(scope->cluster, sizeof(scope->cluster), "%s", json_text(doc.root, "cluster"));
		snprintf(place->space, sizeof(place->space), "%s", json_text(doc.root, "namespace"));
		snprintf(place->name, sizeof(place->name), "%s", json_text(doc.root, "name"));
		good = *scope->cluster && *place->name;
		json_close(&doc);
	}
	buffer_finish(&text);
	return good ||
	       error_set(error, ERROR_INTERNAL, _("The journal does not say what %s was to do"), intent->operation);
}

static bool look(struct reach *reach, const struct intent *intent, const struct object_place *place, bool *done,
        struct cancel *cancel, struct error *error)
{
	struct api_target target = object_target(place);
	struct error problem = {0};
	enum deed_sort sort = 0;
	struct object object;

	if (strcmp(intent->operation, OPERATION_RELEASE) == 0) {
		bool held;

		if (!source_peerpod_is_held(reach, place->space, place->name, intent->subject, &held, cancel, error))
			return false;
		*done = !held;
		return true;
	}
	while (strcmp(cluster_actions[sort].operation, intent->operation) != 0)
		sort++;
	if (object_read(&object, reach, &target, cancel, &problem)) {
		*done = deed_judge(sort, intent->subject, object.doc.root) != DEED_NOT_DONE;
		object_finish(&object);
		return true;
	}
	*done = deed_judge(sort, intent->subject, NULL) != DEED_NOT_DONE;
	if (problem.kind != ERROR_NOT_FOUND && error)
		*error = problem;
	return problem.kind == ERROR_NOT_FOUND;
}

static bool knows(const struct intent *intent, enum kind_id *kind)
{
	*kind = KIND_PEERPOD;
	if (strcmp(intent->operation, OPERATION_RELEASE) == 0)
		return true;
	for (size_t i = 0; i < DEED_COUNT; i++) {
		*kind = cluster_actions[i].kind;
		if (strcmp(cluster_actions[i].operation, intent->operation) == 0)
			return true;
	}
	return false;
}

bool cluster_settle(struct session *session, const struct intent *intent, struct cancel *cancel, struct error *error)
{
	int64_t age = clock_now(session->services.clock) - intent->created;
	struct object_place place = {.space = ""};
	struct reach *reach;
	struct scope scope;
	struct site *site;
	bool seen, done = false;

	if (!knows(intent, &place.kind))
		return error_set(error, ERROR_USAGE, _("%s is not settled by looking"), intent->operation);
	if (!restore(session, intent, &scope, &place, error))
		return false;
	site = fleet_site(session, &scope, error);
	reach = site ? site_reach(site, cancel, error) : NULL;
	if (!reach)
		return false;
	seen = look(reach, intent, &place, &done, cancel, error);
	reach_unref(reach);
	if (!seen)
		return false;
	// A call that was cut off may still arrive: "not done" is believed after a while only.
	if (done || age > SURE_AFTER_MS)
		return journal_outcome(session->services.journal, intent->id,
		        done ? INTENT_SETTLED_DONE : INTENT_SETTLED_NOT_DONE, NULL, NULL, NULL, error);
	error_set(error, ERROR_CONFLICT, _("It cannot be told yet whether %s had its effect on %s"), intent->operation,
	        intent->subject_name);
	if (error)
		error->retryable = true;
	return false;
}

// ---- the command line ----

static void add_word(struct buffer *out, const char *word)
{
	buffer_add_char(out, ' ');
	text_add_shell_word(out, word);
}

// A cluster whose kubeconfig was fetched has no context in the person's files: a file of its own is named, which is
// made first, so that the line cannot hit the current context instead.
static void add_cluster(struct session *session, const struct scope *scope, struct buffer *out)
{
	struct site *site = fleet_site(session, scope, NULL);
	char name[300];
	bool is_fetched;

	if (!site)
		return;
	pthread_mutex_lock(&session->lock);
	is_fetched = !site->way;
	snprintf(
	        name, sizeof(name), "%s%s", is_fetched ? site->name : site->way->name, is_fetched ? ".kubeconfig" : "");
	pthread_mutex_unlock(&session->lock);
	buffer_add_text(out, is_fetched ? " --kubeconfig" : " --context");
	add_word(out, name);
}

struct memory {
	struct object_place *place;
	bool found;
};

static void take(const struct record *record, void *user)
{
	struct memory *memory = user;
	const struct field *field = kind_field(kind_get(memory->place->kind), "namespace");

	snprintf(memory->place->space, sizeof(memory->place->space), "%s", field ? field_string(field, record) : "");
	snprintf(memory->place->name, sizeof(memory->place->name), "%s", record->name);
	memory->found = true;
}

bool cluster_command(struct session *session, const struct action_request *request, struct buffer *out)
{
	const struct cluster_supply *supply = session->services.supply;
	struct object_place place = {.kind = request->action->kind};
	struct memory memory = {.place = &place};
	enum deed_sort sort = (enum deed_sort)(request->action - cluster_actions);

	if (supply && supply->record)
		supply->record(supply->user, place.kind, &request->scope, request->id, take, &memory);
	if (!memory.found && sort == DEED_DELETE_POD)
		return false;
	if (!memory.found)
		snprintf(place.name, sizeof(place.name), "%s", request->name ? request->name : request->id);
	buffer_add_text(out, "kubectl");
	add_cluster(session, &request->scope, out);
	if (*place.space) {
		buffer_add_text(out, " -n");
		add_word(out, place.space);
	}
	buffer_add_text(out, sort == DEED_DELETE_POD ? " delete pod" : sort == DEED_CORDON ? " cordon" : " uncordon");
	add_word(out, place.name);
	return !out->broken;
}
