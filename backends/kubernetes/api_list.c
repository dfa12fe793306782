// SPDX-License-Identifier: Apache-2.0
// Lists, page by page.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "kubernetes/api_fault.h"
#include "kubernetes/api_private.h"
#include "kubernetes/api_query.h"

#include "base/banned.h"

enum { READ_ATTEMPTS = 4, TRIES_WITH_LIMIT = 2, TOKEN_MOST = 8 << 10 };

const char api_metadata_list[] = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

bool api_query_add(struct buffer *url, const struct api_query *query)
{
	api_target_add_path(url, &query->target);
	api_add_parameter(url, "labelSelector", query->label_selector);
	return api_add_parameter(url, "fieldSelector", query->field_selector);
}

struct reading {
	struct api *api;
	const struct api_query *query;
	const struct api_list_sink *sink;
	struct cancel *cancel;
	struct buffer token; // of the next page, empty = none
	char version[API_VERSION_SIZE];
	bool limited;
};

static bool take_page(struct reading *reading, const cJSON *root, bool first, struct error *error)
{
	const cJSON *metadata = json_member(root, "metadata"), *items = json_member(root, "items");
	const char *kind = json_text(root, "kind"), *version = json_text(metadata, "resourceVersion");
	const char *token = json_text(metadata, "continue");
	size_t length = strlen(kind);

	if (length < 4 || strcmp(kind + length - 4, "List") != 0 || !cJSON_IsObject(metadata) ||
	        (items && !cJSON_IsArray(items)))
		return error_set(error, ERROR_PROTOCOL, _("the cluster's answer is no list"));
	if (strlen(version) >= sizeof(reading->version))
		return error_set(error, ERROR_PROTOCOL, _("a resourceVersion of %zu bytes"), strlen(version));
	if (*token && strcmp(token, buffer_text(&reading->token)) == 0)
		return error_set(error, ERROR_PROTOCOL, _("the cluster sends the same page again and again"));
	if (first)
		snprintf(reading->version, sizeof(reading->version), "%s", version);
	buffer_clear(&reading->token);
	if (!buffer_add_text(&reading->token, token))
		return error_set(error, ERROR_PROTOCOL, _("a continue token of more than %d bytes"), TOKEN_MOST);
	return reading->sink->page(root, reading->sink->user, error);
}

static bool read_page(struct reading *reading, const char *url, bool first, struct error *error)
{
	const struct api_call call = {.verb = "list",
	        .target = &reading->query->target,
	        .url = url,
	        .accept = reading->query->metadata_only ? api_metadata_list : NULL,
	        .attempts = READ_ATTEMPTS,
	        .body_limit = API_PAGE_MOST};
	struct http_response *response = api_perform(reading->api, &call, reading->cancel, error);
	struct json_doc doc;
	bool read;

	if (!response)
		return false;
	read = json_open(&doc, response->body, response->body_size, "list", error);
	if (read) {
		read = take_page(reading, doc.root, first, error);
		json_close(&doc);
	}
	http_response_destroy(response);
	if (!read && error && !*error->doing)
		api_fault_doing(error, "list", &reading->query->target);
	return read;
}

static bool read_pages(struct reading *reading, struct buffer *url, struct error *error)
{
	buffer_clear(&reading->token);
	if (reading->sink->begin)
		reading->sink->begin(reading->sink->user);
	for (unsigned page = 0; page < API_PAGES_MOST; page++) {
		char limit[16];

		if (cancel_asked(reading->cancel))
			return error_set(error, ERROR_CANCELLED, _("cancelled"));
		buffer_clear(url);
		api_query_add(url, reading->query);
		snprintf(limit, sizeof(limit), "%d", API_PAGE_LIMIT);
		api_add_parameter(url, "limit", reading->limited ? limit : NULL);
		if (!api_add_parameter(url, "continue", reading->token.size > 0 ? buffer_text(&reading->token) : NULL))
			return error_set(error, ERROR_LIMIT, _("an address of more than %d bytes"), API_URL_MOST);
		if (!read_page(reading, buffer_text(url), page == 0, error))
			return false;
		if (reading->token.size == 0)
			return true;
	}
	return error_set(error, ERROR_LIMIT, _("a list of more than %d pages"), API_PAGES_MOST);
}

bool api_list(struct api *api, const struct api_query *query, const struct api_list_sink *sink,
        char version[API_VERSION_SIZE], struct cancel *cancel, struct error *error)
{
	struct reading reading = {.api = api, .query = query, .sink = sink, .cancel = cancel};
	struct error failure = {0};
	struct buffer url;
	bool read = false;

	buffer_init(&reading.token, TOKEN_MOST);
	buffer_init(&url, API_URL_MOST);
	for (unsigned try = 0; try <= TRIES_WITH_LIMIT; try++) {
		reading.limited = try < TRIES_WITH_LIMIT;
		error_clear(&failure);
		read = read_pages(&reading, &url, &failure);
		if (read || failure.http_status != 410)
			break;
	}
	buffer_finish(&url);
	buffer_finish(&reading.token);
	if (read && version)
		snprintf(version, API_VERSION_SIZE, "%s", reading.version);
	if (!read && error)
		*error = failure;
	return read;
}
