// SPDX-License-Identifier: Apache-2.0
// Calls by name with JSON parameters, out of the table of operations.
#include "config.h"
#include "alibaba/calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alibaba/fault.h"
#include "alibaba/oss_calls.h"
#include "alibaba/permissions.h"
#include "alibaba/session.h"
#include "alibaba/upload.h"
#include "base/failpoint.h"
#include "base/text.h"
#include "base/banned.h"

enum { NAME_SIZE = 128, DEPTH_MOST = 8, VALUE_MOST = 1 << 20 };

static bool about(const char *operation, struct call_about *out)
{
	static const enum call_repeat repeats[] = {
	        [REPEAT_FREELY] = CALL_READS,
	        [REPEAT_SAME] = CALL_SAME,
	        [REPEAT_TOKEN] = CALL_TOKEN,
	        [REPEAT_NAME] = CALL_NAME,
	        [REPEAT_LOOK] = CALL_LOOK,
	};
	const struct operation *row = operation_find(operation);

	if (!row)
		return oss_call_about(operation, out);
	*out = (struct call_about){
	        .name = row->name, .repeat = repeats[row->repeat], .dry_run = row->flags & OPERATION_DRY_RUN};
	return true;
}

static const char *name_at(size_t index)
{
	return index < operation_count ? operations[index].name : oss_call_name_at(index - operation_count);
}

// "Tag/0/Key" as Tag.1.Key.
static void dotted(const char *parameter, char *out, size_t size)
{
	size_t used = 0;

	while (*parameter && used + 12 < size) {
		size_t length = strcspn(parameter, "/");
		bool number = used && length && strspn(parameter, "0123456789") >= length;

		used += (size_t)snprintf(out + used, size - used, "%s", used ? "." : "");
		if (number)
			used += (size_t)snprintf(out + used, size - used, "%ld", strtol(parameter, NULL, 10) + 1);
		else
			used += (size_t)snprintf(out + used, size - used, "%.*s", (int)length, parameter);
		parameter += length + (parameter[length] == '/');
	}
	out[used < size ? used : size - 1] = '\0';
}

static bool takes(const char *operation, const char *parameter)
{
	const struct operation *row = operation_find(operation);
	char name[NAME_SIZE];

	dotted(parameter, name, sizeof(name));
	// What is nested in a ROA parameter travels as its JSON text.
	if (row && row->style == STYLE_ROA)
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(parameter, "/"), parameter);
	return row ? operation_takes(row, name) : oss_call_takes(operation, parameter);
}

// A member and what is in it, as numbered and dotted parameters.
static void set_member(struct call *call, const char *name, const cJSON *value, unsigned depth)
{
	char inner[NAME_SIZE];
	size_t index = 1;

	if (cJSON_IsString(value))
		call_set(call, name, value->valuestring);
	else if (cJSON_IsBool(value))
		call_set_flag(call, name, cJSON_IsTrue(value));
	else if (cJSON_IsNumber(value)) {
		struct buffer text;

		buffer_init(&text, NAME_SIZE);
		if (json_write(&text, value, false))
			call_set(call, name, buffer_text(&text));
		buffer_finish(&text);
	} else if (depth < DEPTH_MOST) {
		const cJSON *child;

		cJSON_ArrayForEach(child, value)
		{
			int length = cJSON_IsArray(value)
			                     ? snprintf(inner, sizeof(inner), "%s.%zu", name, index++)
			                     : snprintf(inner, sizeof(inner), "%s.%s", name, child->string);

			if (length < (int)sizeof(inner))
				set_member(call, inner, child, depth + 1);
		}
	}
}

// ROA calls have no nested parameters: a list travels as its JSON text.
static void set_text(struct call *call, const cJSON *member)
{
	struct buffer text;

	buffer_init(&text, VALUE_MOST);
	if (json_write(&text, member, false) && !strcmp(member->string, "body"))
		call_set_body(call, buffer_text(&text));
	else
		call_set(call, member->string, buffer_text(&text));
	buffer_finish(&text);
}

static const char *page_parameter(const struct operation *row)
{
	static const char *const names[] = {
	        [PAGING_NONE] = NULL,
	        [PAGING_NUMBER] = "PageSize",
	        [PAGING_TOKEN] = "MaxResults",
	        [PAGING_MARKER] = "MaxItems",
	        [PAGING_CS] = "page_size",
	        [PAGING_CS_NODES] = "pageSize",
	};

	return names[row->paging];
}

static bool fill(
        struct call *call, const struct session *session, const struct call_request *request, struct error *error)
{
	const struct operation *row = operation_find(request->operation);
	const char *region = request->region && *request->region ? request->region : session_some_region(session);
	const cJSON *member;
	struct json_doc doc;

	call_init(call, request->operation, row && row->flags & OPERATION_NO_REGION ? "" : region);
	if (!row)
		return error_set(error, ERROR_USAGE, _("There is no operation %s"), request->operation);
	if (request->parameters) {
		if (!json_open(&doc, request->parameters, strlen(request->parameters), request->operation, error))
			return false;
		cJSON_ArrayForEach(member, doc.root)
		{
			if (row->style == STYLE_ROA && !cJSON_IsString(member))
				set_text(call, member);
			else
				set_member(call, member->string, member, 0);
		}
		json_close(&doc);
	}
	if (operation_takes(row, "RegionId") && !call_get(call, "RegionId"))
		call_set_region(call);
	if (request->token && *request->token && row->repeat == REPEAT_TOKEN)
		call_set(call, "ClientToken", request->token);
	if (call->broken)
		return error_set(error, *call->wrong ? ERROR_USAGE : ERROR_MEMORY, _("%s cannot be sent as it is%s%s"),
		        request->operation, *call->wrong ? ": " : "", call->wrong);
	return true;
}

static void judge_doubt(const struct error *problem, struct call_outcome *outcome)
{
	outcome->in_doubt = problem->kind == ERROR_NETWORK || problem->kind == ERROR_TIMEOUT ||
	                    problem->kind == ERROR_CANCELLED || problem->kind == ERROR_PROTOCOL ||
	                    (problem->http_status >= 500 && problem->kind != ERROR_THROTTLED);
}

static void take_request_id(const struct buffer *answer, struct call_outcome *outcome)
{
	struct json_doc doc;
	const char *id;

	if (!json_open(&doc, buffer_text(answer), answer->size, "answer", NULL))
		return;
	id = json_text(doc.root, "RequestId");
	snprintf(outcome->request_id, sizeof(outcome->request_id), "%.63s",
	        *id ? id : json_text(doc.root, "request_id"));
	json_close(&doc);
}

static bool send_call(struct session *session, const struct call *call, struct buffer *answer,
        struct call_outcome *outcome, struct cancel *cancel, struct error *error)
{
	struct http_response *response;
	struct error problem = {0};
	// A trial changes nothing.
	bool changes = call->operation->changes && !call_get(call, "DryRun");

	response = call_perform(&session->caller, call, cancel, &problem);
	if (changes)
		failpoint("calls.answered");
	if (response && buffer_add(answer, response->body, response->body_size)) {
		http_response_destroy(response);
		if (changes)
			take_request_id(answer, outcome);
		return true;
	}
	if (response)
		error_set(&problem, ERROR_LIMIT, _("The answer of %s is too long"), call->operation->name);
	http_response_destroy(response);
	if (changes)
		judge_doubt(&problem, outcome);
	snprintf(outcome->request_id, sizeof(outcome->request_id), "%s", problem.request_id);
	if (fault_class_of(problem.code) == FAULT_DRY_RUN)
		snprintf(problem.code, sizeof(problem.code), "DryRunOperation");
	if (error)
		*error = problem;
	return false;
}

static bool perform(struct session *session, const struct call_request *request, struct buffer *answer,
        struct call_outcome *outcome, struct cancel *cancel, struct error *error)
{
	struct call call;
	const char *page;
	bool done = false;

	if (oss_call_is(request->operation))
		return oss_call_perform(session, request, answer, outcome, cancel, error);
	memset(outcome, 0, sizeof(*outcome));
	if (fill(&call, session, request, error)) {
		page = page_parameter(call.operation);
		// What is looked for may stand on a late page of small ones.
		if (page && operation_takes(call.operation, page) && !call_get(&call, page))
			call_set_number(&call, page, call.operation->page_size);
		done = send_call(session, &call, answer, outcome, cancel, error);
	}
	call_finish(&call);
	return done;
}

static bool command(struct session *session, const struct call_request *request, struct buffer *out)
{
	struct call_request plain = *request;
	struct call call;
	bool made;

	if (oss_call_is(request->operation))
		return oss_call_command(session, request, out);
	plain.token = NULL;
	made = fill(&call, session, &plain, NULL) && call_command(&call, session->context.profile, out);
	call_finish(&call);
	return made;
}

static bool masked(const struct call_request *request, struct buffer *out)
{
	return journal_mask(out, request->parameters ? request->parameters : "{}");
}

static bool is_gone(const struct error *error)
{
	return fault_class_of(error->code) == FAULT_GONE ||
	       (error->kind == ERROR_NOT_FOUND && error->http_status == 404);
}

static bool exists(const struct error *error)
{
	return fault_class_of(error->code) == FAULT_EXISTS && !text_starts_with(error->code, "Idempot");
}

const struct call_source alibaba_calls = {
        .about = about,
        .name_at = name_at,
        .takes = takes,
        .perform = perform,
        .permitted = permissions_tell,
        .command = command,
        .masked = masked,
        .is_gone = is_gone,
        .exists = exists,
        .upload = upload_file,
        .uploaded = upload_look,
        .unload = upload_undo,
};
