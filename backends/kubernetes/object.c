// SPDX-License-Identifier: Apache-2.0
// Finding and reading single objects.
#include "config.h"
#include "kubernetes/object.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "kubernetes/fill.h"

#include "base/banned.h"

// ---- where it is ----

// The namespace that a record tells, "" for kinds without.
static const char *record_space(enum kind_id kind, const struct record *record)
{
	const struct field *field = kind_field(kind_get(kind), "namespace");

	return field ? field_string(field, record) : "";
}

struct memory_search {
	struct object_place *out;
	bool found;
};

static void take_record(const struct record *record, void *user)
{
	struct memory_search *search = user;

	snprintf(search->out->space, sizeof(search->out->space), "%s", record_space(search->out->kind, record));
	snprintf(search->out->name, sizeof(search->out->name), "%s", record->name);
	search->found = *search->out->name;
}

struct list_search {
	struct object_place *out;
	const char *id;
	struct error stop; // how the page that found it ends the list
	bool found;
};

// A node's id is its machine's, everything else's its uid.
static bool is_it(const struct list_search *search, const cJSON *item)
{
	const char *uid = json_text(json_member(item, "metadata"), "uid");
	const char *provider = json_text(json_member(item, "spec"), "providerID");
	size_t length = strlen(provider), wanted = strlen(search->id);

	if (strcmp(uid, search->id) == 0)
		return true;
	return search->out->kind == KIND_NODE && length > wanted && strcmp(provider + length - wanted, search->id) == 0;
}

static bool search_page(const cJSON *page, void *user, struct error *error)
{
	struct list_search *search = user;
	const cJSON *item;

	cJSON_ArrayForEach(item, json_member(page, "items"))
	{
		if (!is_it(search, item))
			continue;
		snprintf(search->out->space, sizeof(search->out->space), "%s",
		        json_text(json_member(item, "metadata"), "namespace"));
		snprintf(search->out->name, sizeof(search->out->name), "%s",
		        json_text(json_member(item, "metadata"), "name"));
		search->found = true;
		return error_set(error, ERROR_CANCELLED, "%s", "found");
	}
	return true;
}

static bool search_list(struct reach *reach, const char *id, const char *name, struct object_place *out,
        struct cancel *cancel, struct error *error)
{
	struct list_search search = {.out = out, .id = id};
	const struct api_list_sink sink = {NULL, search_page, &search};
	char selector[300];
	struct api_query query = {
	        .target = {.resource = fill_resource(out->kind)}, .metadata_only = out->kind != KIND_NODE};
	struct error problem = {0};

	if (name && *name) {
		snprintf(selector, sizeof(selector), "metadata.name=%.255s", name);
		query.field_selector = selector;
	}
	if (api_list(reach->api, &query, &sink, NULL, cancel, &problem) || search.found)
		return search.found;
	if (error)
		*error = problem;
	return false;
}

bool object_locate(struct site *site, struct reach *reach, enum kind_id kind, const struct scope *scope, const char *id,
        const char *name, struct object_place *out, struct cancel *cancel, struct error *error)
{
	const struct cluster_supply *supply = site->session->services.supply;
	struct memory_search memory = {.out = out};
	struct error problem = {0};

	memset(out, 0, sizeof(*out));
	out->kind = kind;
	if (supply && supply->record)
		supply->record(supply->user, kind, scope, id, take_record, &memory);
	if (memory.found || search_list(reach, id, name, out, cancel, &problem))
		return true;
	if (problem.kind == ERROR_NONE && name && *name && search_list(reach, id, NULL, out, cancel, &problem))
		return true;
	if (problem.kind == ERROR_NONE)
		return error_set(error, ERROR_NOT_FOUND, _("%s does not exist any more"), name && *name ? name : id);
	if (error)
		*error = problem;
	return false;
}

struct api_target object_target(const struct object_place *place)
{
	return (struct api_target){.resource = fill_resource(place->kind),
	        .space = *place->space ? place->space : NULL,
	        .name = place->name};
}

// ---- the object ----

bool object_read(struct object *object, struct reach *reach, const struct api_target *target, struct cancel *cancel,
        struct error *error)
{
	memset(object, 0, sizeof(*object));
	object->response = api_get(reach->api, target, cancel, error);
	if (object->response &&
	        json_open(&object->doc, object->response->body, object->response->body_size, "object", error))
		return true;
	http_response_destroy(object->response);
	memset(object, 0, sizeof(*object));
	return false;
}

void object_finish(struct object *object)
{
	if (!object->response)
		return;
	json_close(&object->doc);
	http_response_destroy(object->response);
	memset(object, 0, sizeof(*object));
}

const char *object_uid(const struct object *object)
{
	return json_text(json_member(object->doc.root, "metadata"), "uid");
}

// ---- for people ----

// Who set which field is of no use to a reader and half of the text.
static bool write_without_fields(struct buffer *out, const cJSON *root)
{
	const cJSON *member, *inner;
	bool first = true, inner_first = true;

	if (!cJSON_IsObject(root))
		return json_write(out, root, false);
	buffer_add_char(out, '{');
	cJSON_ArrayForEach(member, root)
	{
		buffer_printf(out, "%s\"%s\":", first ? "" : ",", member->string);
		first = false;
		if (strcmp(member->string, "metadata") != 0 || !cJSON_IsObject(member)) {
			json_write(out, member, false);
			continue;
		}
		buffer_add_char(out, '{');
		cJSON_ArrayForEach(inner, member)
		{
			if (strcmp(inner->string, "managedFields") == 0)
				continue;
			buffer_printf(out, "%s\"%s\":", inner_first ? "" : ",", inner->string);
			inner_first = false;
			json_write(out, inner, false);
		}
		buffer_add_char(out, '}');
	}
	return buffer_add_char(out, '}');
}

static void add_member(struct buffer *json, const char *name, const char *value)
{
	buffer_printf(json, "%s\"%s\":", json->size > 1 ? "," : "", name);
	text_add_json_string(json, value, strlen(value));
}

static bool describe_cluster(struct site *site, struct buffer *json)
{
	struct session *session = site->session;
	const struct reach *reach;

	buffer_add_char(json, '{');
	pthread_mutex_lock(&session->lock);
	reach = site->reach;
	add_member(json, "name", site->name);
	add_member(json, "uid", site->uid);
	add_member(json, "version", site->version);
	add_member(json, "server", reach ? access_server(reach->access) : "");
	add_member(json, "context", reach ? access_context(reach->access) : "");
	pthread_mutex_unlock(&session->lock);
	return buffer_add_char(json, '}');
}

bool object_describe(struct session *session, enum kind_id kind, const struct scope *scope, const char *id,
        struct buffer *json, struct cancel *cancel, struct error *error)
{
	struct scope own = *scope;
	struct site *site;
	struct reach *reach;
	struct object_place place;
	struct object object;
	struct api_target target;
	bool good = false;

	if (kind == KIND_CLUSTER)
		snprintf(own.cluster, sizeof(own.cluster), "%s", id);
	site = fleet_site(session, &own, error);
	reach = site ? site_reach(site, cancel, error) : NULL;
	if (!reach)
		return false;
	if (kind == KIND_CLUSTER) {
		good = describe_cluster(site, json);
	} else if (object_locate(site, reach, kind, scope, id, NULL, &place, cancel, error)) {
		target = object_target(&place);
		good = object_read(&object, reach, &target, cancel, error);
		if (good && !write_without_fields(json, object.doc.root))
			good = error_set(error, ERROR_LIMIT, _("the object is too long to show"));
		if (object.response)
			object_finish(&object);
	}
	reach_unref(reach);
	return good;
}

bool source_object(struct session *session, const struct scope *cluster, const char *group_version,
        const char *resource, const char *space, const char *name, struct buffer *json, struct cancel *cancel,
        struct error *error)
{
	struct site *site = fleet_site(session, cluster, error);
	struct reach *reach = site ? site_reach(site, cancel, error) : NULL;
	const char *slash = strchr(group_version, '/');
	char group[128] = "";
	const struct api_resource row = {
	        .group = group, .version = slash ? slash + 1 : group_version, .plural = resource, .has_space = *space};
	const struct api_target target = {.resource = &row, .space = *space ? space : NULL, .name = name};
	struct http_response *response;
	bool good;

	if (!reach)
		return false;
	if (slash)
		snprintf(group, sizeof(group), "%.*s", (int)(slash - group_version), group_version);
	response = api_get(reach->api, &target, cancel, error);
	good = response && (buffer_add(json, response->body, response->body_size) ||
	                           error_set(error, ERROR_LIMIT, _("the object is too long to show")));
	http_response_destroy(response);
	reach_unref(reach);
	return good;
}

bool source_names(struct session *session, const struct scope *cluster, const char *path, struct buffer *json,
        struct cancel *cancel, struct error *error)
{
	struct site *site = fleet_site(session, cluster, error);
	struct reach *reach = site ? site_reach(site, cancel, error) : NULL;
	struct error problem = {0};
	struct http_response *response;
	bool good;

	if (!reach)
		return false;
	response = api_get_names(reach->api, path, cancel, &problem);
	if (response)
		good = buffer_add(json, response->body, response->body_size) ||
		       error_set(error, ERROR_LIMIT, _("the list is too long"));
	else if ((good = problem.kind == ERROR_NOT_FOUND))
		good = buffer_add_text(json, "{\"items\":[]}");
	else if (error)
		*error = problem;
	http_response_destroy(response);
	reach_unref(reach);
	return good;
}
