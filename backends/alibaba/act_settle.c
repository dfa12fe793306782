// SPDX-License-Identifier: Apache-2.0
// Settling an intent in doubt: by looking at the thing that was to be changed.
#include "alibaba/act.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/banned.h"

enum { SURE_AFTER_MS = 60000 };

static const struct action *find_by_operation(const char *operation)
{
	for (size_t i = 0; i < ALIBABA_ACTIONS; i++)
		if (!strcmp(actions[i].operation, operation))
			return &actions[i];
	return NULL;
}

// The call as the journal kept it.
static bool restore_call(struct session *session, const struct intent *intent, struct call *call, struct scope *scope,
        struct error *error)
{
	struct buffer text;
	struct json_doc doc;
	const cJSON *item;
	bool good = false;

	call_init(call, intent->operation, intent->region);
	memset(scope, 0, sizeof(*scope));
	snprintf(scope->context, sizeof(scope->context), "%s", intent->context);
	snprintf(scope->region, sizeof(scope->region), "%s", intent->region);
	buffer_init(&text, INTENT_PARAMETERS_MOST);
	if (journal_parameters(session->services.journal, intent->id, &text) &&
	        json_open(&doc, buffer_text(&text), text.size, "journal", error)) {
		cJSON_ArrayForEach(item, doc.root)
		{
			if (cJSON_IsString(item) && !strcmp(item->string, "body"))
				call_set_body(call, item->valuestring);
			else if (cJSON_IsString(item))
				call_set(call, item->string, item->valuestring);
		}
		snprintf(scope->cluster, sizeof(scope->cluster), "%.127s", json_text(doc.root, "ClusterId"));
		json_close(&doc);
		good = !call->broken;
	}
	buffer_finish(&text);
	return good ||
	       error_set(error, ERROR_INTERNAL, _("The journal does not say what %s was to do"), intent->operation);
}

static bool settle_seen(
        struct session *session, const struct intent *intent, enum deed_state state, struct error *error)
{
	int64_t age = clock_now(session->services.clock) - intent->created;

	if (state == DEED_DONE)
		return journal_outcome(
		        session->services.journal, intent->id, INTENT_SETTLED_DONE, NULL, NULL, NULL, error);
	// A call that was cut off may still arrive: "not done" is believed after a while only.
	if ((state == DEED_NOT_DONE || state == DEED_GONE) && age > SURE_AFTER_MS)
		return journal_outcome(
		        session->services.journal, intent->id, INTENT_SETTLED_NOT_DONE, NULL, NULL, NULL, error);
	error_set(error, ERROR_CONFLICT, _("It cannot be told yet whether %s had its effect on %s"), intent->operation,
	        intent->subject);
	if (error)
		error->retryable = true;
	return false;
}

bool act_settle(struct session *session, const struct intent *intent, struct cancel *cancel, struct error *error)
{
	const struct action *action = find_by_operation(intent->operation);
	const struct deed *deed = action ? deed_find(action) : NULL;
	struct deed_sight sight = {.before = intent->before, .since = intent->created};
	struct thing thing;
	struct scope scope;
	struct call call;
	bool settled;

	if (!deed || !deed->judge)
		return error_set(error, ERROR_USAGE, _("%s is not settled by looking"), intent->operation);
	if (!restore_call(session, intent, &call, &scope, error)) {
		call_finish(&call);
		return false;
	}
	sight.call = &call;
	settled = thing_read(session, action->kind, &scope, intent->subject, &thing, cancel, error) &&
	          settle_seen(session, intent, deed->judge(&thing, &sight), error);
	thing_finish(&thing);
	call_finish(&call);
	return settled;
}
