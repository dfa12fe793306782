// SPDX-License-Identifier: Apache-2.0
// Calls of object storage by name: a row each, parameters as JSON, the XML answer as JSON.
#include "config.h"
#include "alibaba/oss_calls.h"

#include <stdio.h>
#include <string.h>

#include "alibaba/oss.h"
#include "alibaba/session.h"
#include "base/failpoint.h"
#include "base/text.h"
#include "net/json.h"
#include "net/xml.h"
#include "base/banned.h"

enum { ANSWER_MOST = 4 << 20, ADDRESS_MOST = 2048 };

static const struct row {
	const char *name;
	enum http_method method;
	const char *query; // a parameter without a value; NULL = none
	bool object;       // of an object; otherwise of a bucket
	enum call_repeat repeat;
	const char *command; // of the tool, before the address
} rows[] = {
        {"oss.GetBucketInfo", HTTP_GET, "bucketInfo", false, CALL_READS, "stat"},
        {"oss.DeleteObject", HTTP_DELETE, NULL, true, CALL_SAME, "rm"},
};

static const struct row *find(const char *operation)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (!strcmp(rows[i].name, operation))
			return &rows[i];
	return NULL;
}

bool oss_call_is(const char *operation)
{
	return find(operation) != NULL;
}

bool oss_call_about(const char *operation, struct call_about *out)
{
	const struct row *row = find(operation);

	if (row)
		*out = (struct call_about){.name = row->name, .repeat = row->repeat, .prints_text = true};
	return row != NULL;
}

const char *oss_call_name_at(size_t index)
{
	return index < COUNT_OF(rows) ? rows[index].name : NULL;
}

bool oss_call_takes(const char *operation, const char *parameter)
{
	const struct row *row = find(operation);

	return row && (!strcmp(parameter, "Bucket") || (row->object && !strcmp(parameter, "Object")));
}

// An element with elements in it is an object (the first of a name counts), any other its text.
static void add_node(struct buffer *out, const struct xml_node *node)
{
	bool first = true;

	if (!node->child) {
		text_add_json_string(out, node->text, strlen(node->text));
		return;
	}
	buffer_add_char(out, '{');
	for (const struct xml_node *child = node->child; child; child = child->next) {
		if (xml_child(node, child->name) != child)
			continue;
		buffer_add_text(out, first ? "" : ",");
		text_add_json_string(out, child->name, strlen(child->name));
		buffer_add_char(out, ':');
		add_node(out, child);
		first = false;
	}
	buffer_add_char(out, '}');
}

static bool add_answer(
        const struct http_response *response, const char *what, struct buffer *answer, struct error *error)
{
	const struct xml_node *root;
	struct arena arena;

	if (!response->body_size)
		return buffer_add_text(answer, "{}");
	arena_init(&arena, ANSWER_MOST);
	root = xml_parse(&arena, response->body, response->body_size, what, error);
	if (root)
		add_node(answer, root);
	arena_finish(&arena);
	return root && !answer->broken;
}

static bool check_names(const struct row *row, const char *bucket, const char *object, struct error *error)
{
	if (*bucket && (!row->object || *object))
		return true;
	return error_set(error, ERROR_USAGE, _("%s needs the name of a bucket%s"), row->name,
	        row->object ? _(" and of an object") : "");
}

bool oss_call_perform(struct session *session, const struct call_request *from, struct buffer *answer,
        struct call_outcome *outcome, struct cancel *cancel, struct error *error)
{
	const struct row *row = find(from->operation);
	const char *parameters = from->parameters ? from->parameters : "{}";
	struct http_response *response = NULL;
	struct oss_request request;
	struct error problem = {0};
	struct json_doc doc;
	bool good;

	memset(outcome, 0, sizeof(*outcome));
	if (!json_open(&doc, parameters, strlen(parameters), from->operation, error))
		return false;
	request = (struct oss_request){.operation = row->name,
	        .method = row->method,
	        .region = from->region && *from->region ? from->region : session_some_region(session),
	        .bucket = json_text(doc.root, "Bucket"),
	        .object = row->object ? json_text(doc.root, "Object") : "",
	        .query = {{row->query, ""}}};
	if (check_names(row, request.bucket, request.object, &problem))
		response = oss_perform(&session->caller, &request, cancel, &problem);
	if (row->repeat != CALL_READS)
		failpoint("calls.answered");
	good = response && add_answer(response, row->name, answer, &problem);
	if (!good)
		outcome->in_doubt = row->repeat != CALL_READS && oss_in_doubt(&problem);
	if (!good && error)
		*error = problem;
	http_response_destroy(response);
	json_close(&doc);
	return good;
}

bool oss_call_command(struct session *session, const struct call_request *from, struct buffer *out)
{
	const struct row *row = find(from->operation);
	const char *parameters = from->parameters ? from->parameters : "{}";
	const char *region = from->region && *from->region ? from->region : session_some_region(session);
	struct buffer address;
	struct json_doc doc;

	if (!json_open(&doc, parameters, strlen(parameters), from->operation, NULL))
		return false;
	buffer_init(&address, ADDRESS_MOST);
	buffer_printf(&address, "oss://%s", json_text(doc.root, "Bucket"));
	if (row->object)
		buffer_printf(&address, "/%s", json_text(doc.root, "Object"));
	buffer_printf(out, "aliyun oss %s ", row->command);
	text_add_shell_word(out, buffer_text(&address));
	buffer_finish(&address);
	if (*session->context.profile) {
		buffer_add_text(out, " --profile ");
		text_add_shell_word(out, session->context.profile);
	}
	buffer_printf(out, " --region %s", region);
	json_close(&doc);
	return !out->broken;
}
