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

enum oss_scope { SCOPE_SERVICE, SCOPE_BUCKET, SCOPE_OBJECT };

static const struct row {
	const char *name;
	enum http_method method;
	const char *query; // a parameter without a value; NULL = none
	enum oss_scope scope;
	enum call_repeat repeat;
	const char *command; // of the tool, before the address
	const char *list;    // name of the elements of which there are several; NULL = none
} rows[] = {
        {"oss.ListBuckets", HTTP_GET, NULL, SCOPE_SERVICE, CALL_READS, "ls", "Bucket"},
        {"oss.GetBucketInfo", HTTP_GET, "bucketInfo", SCOPE_BUCKET, CALL_READS, "stat", NULL},
        {"oss.PutBucket", HTTP_PUT, NULL, SCOPE_BUCKET, CALL_SAME, "mb", NULL},
        {"oss.DeleteBucket", HTTP_DELETE, NULL, SCOPE_BUCKET, CALL_SAME, "rm -b -f", NULL},
        {"oss.DeleteObject", HTTP_DELETE, NULL, SCOPE_OBJECT, CALL_SAME, "rm", NULL},
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

	return row && ((row->scope != SCOPE_SERVICE && !strcmp(parameter, "Bucket")) ||
	                      (row->scope == SCOPE_OBJECT && !strcmp(parameter, "Object")));
}

static void add_node(struct buffer *out, const struct xml_node *node, const char *list);

static void add_list(struct buffer *out, const struct xml_node *parent, const char *list)
{
	const char *between = "[";

	for (const struct xml_node *child = parent->child; child; child = child->next) {
		if (strcmp(child->name, list) != 0)
			continue;
		buffer_add_text(out, between);
		add_node(out, child, NULL);
		between = ",";
	}
	buffer_add_char(out, ']');
}

// An element with elements in it is an object (the first of a name counts), any other its text; those called `list`
// become one.
static void add_node(struct buffer *out, const struct xml_node *node, const char *list)
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
		if (list && !strcmp(child->name, list))
			add_list(out, node, list);
		else
			add_node(out, child, list);
		first = false;
	}
	buffer_add_char(out, '}');
}

static bool add_answer(
        const struct http_response *response, const struct row *row, struct buffer *answer, struct error *error)
{
	const struct xml_node *root;
	struct arena arena;

	if (!response->body_size)
		return buffer_add_text(answer, "{}");
	arena_init(&arena, ANSWER_MOST);
	root = xml_parse(&arena, response->body, response->body_size, row->name, error);
	if (root)
		add_node(answer, root, row->list);
	arena_finish(&arena);
	return root && !answer->broken;
}

static bool check_names(const struct row *row, const char *bucket, const char *object, struct error *error)
{
	if (row->scope == SCOPE_SERVICE || (*bucket && (row->scope == SCOPE_BUCKET || *object)))
		return true;
	return error_set(error, ERROR_USAGE, _("%s needs the name of a bucket%s"), row->name,
	        row->scope == SCOPE_OBJECT ? _(" and of an object") : "");
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
	        .bucket = row->scope == SCOPE_SERVICE ? "" : json_text(doc.root, "Bucket"),
	        .object = row->scope == SCOPE_OBJECT ? json_text(doc.root, "Object") : "",
	        .query = {{row->query, ""}}};
	if (check_names(row, request.bucket, request.object, &problem))
		response = oss_perform(&session->caller, &request, cancel, &problem);
	if (row->repeat != CALL_READS)
		failpoint("calls.answered");
	good = response && add_answer(response, row, answer, &problem);
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
	buffer_printf(&address, " oss://%s", json_text(doc.root, "Bucket"));
	if (row->scope == SCOPE_OBJECT)
		buffer_printf(&address, "/%s", json_text(doc.root, "Object"));
	buffer_printf(out, "aliyun oss %s", row->command);
	if (row->scope != SCOPE_SERVICE) {
		buffer_add_char(out, ' ');
		text_add_shell_word(out, buffer_text(&address) + 1);
	}
	buffer_finish(&address);
	if (*session->context.profile) {
		buffer_add_text(out, " --profile ");
		text_add_shell_word(out, session->context.profile);
	}
	buffer_printf(out, " --region %s", region);
	json_close(&doc);
	return !out->broken;
}
