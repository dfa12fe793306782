// SPDX-License-Identifier: Apache-2.0
// OpenAPI: no more than clients need to decide what they may send. Version 2 as protobuf for kubectl up to 1.26,
// version 3 for later ones.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kube_http.h"

#include "base/banned.h"

enum { OPENAPI_LIMIT = 4 << 20 };

// Protobuf: a field of length-delimited bytes.
static void add_number(struct buffer *out, uint64_t number)
{
	for (; number > 127; number >>= 7)
		buffer_add_char(out, (char)(number | 128));
	buffer_add_char(out, (char)number);
}

static void add_bytes(struct buffer *out, unsigned field, const void *data, size_t size)
{
	add_number(out, field << 3 | 2);
	add_number(out, size);
	buffer_add(out, data, size);
}

static void add_text(struct buffer *out, unsigned field, const char *text)
{
	add_bytes(out, field, text, strlen(text));
}

static void wrap(struct buffer *inner, unsigned field)
{
	struct buffer outer;
	buffer_init(&outer, OPENAPI_LIMIT);
	add_bytes(&outer, field, inner->data, inner->size);
	buffer_finish(inner);
	*inner = outer;
}

// ParametersItem { Parameter { NonBodyParameter { QueryParameterSubSchema { in, name, type } } } }
static void add_parameter(struct buffer *out, const char *name)
{
	struct buffer schema;
	buffer_init(&schema, OPENAPI_LIMIT);
	add_text(&schema, 2, "query");
	add_text(&schema, 4, name);
	add_text(&schema, 6, "string");
	wrap(&schema, 3);
	wrap(&schema, 2);
	wrap(&schema, 1);
	add_bytes(out, 8, schema.data, schema.size);
	buffer_finish(&schema);
}

// The PATCH of one kind, with the parameters that clients look for.
static void add_path(struct buffer *out, const struct kube_resource *row)
{
	struct buffer operation, item, named;
	char yaml[600], path[64];
	buffer_init(&operation, OPENAPI_LIMIT);
	add_parameter(&operation, "dryRun");
	add_parameter(&operation, "fieldValidation");
	buffer_init(&item, OPENAPI_LIMIT);
	add_text(&item, 1, "x-kubernetes-group-version-kind");
	snprintf(yaml, sizeof(yaml), "group: \"%s\"\nkind: %s\nversion: %s\n", row->group, row->kind, row->version);
	buffer_init(&named, OPENAPI_LIMIT);
	add_text(&named, 2, yaml);
	add_bytes(&item, 2, named.data, named.size);
	add_bytes(&operation, 13, item.data, item.size);
	buffer_finish(&named);
	buffer_finish(&item);
	wrap(&operation, 8);
	snprintf(path, sizeof(path), "/p%zu", row->index);
	buffer_init(&named, OPENAPI_LIMIT);
	add_text(&named, 1, path);
	add_bytes(&named, 2, operation.data, operation.size);
	add_bytes(out, 2, named.data, named.size);
	buffer_finish(&named);
	buffer_finish(&operation);
}

static void send_v2(struct kube_call *call)
{
	struct buffer out, info, paths;
	buffer_init(&out, OPENAPI_LIMIT);
	buffer_init(&info, OPENAPI_LIMIT);
	buffer_init(&paths, OPENAPI_LIMIT);
	add_text(&out, 1, "2.0");
	add_text(&info, 1, "Kubernetes");
	add_text(&info, 2, arena_printf(call->arena, "v%s", call->kube->cluster->version));
	add_bytes(&out, 2, info.data, info.size);
	for (size_t i = 0; i < call->kube->resource_count; i++)
		if (!call->kube->resources[i]->withdrawn && !call->kube->resources[i]->create_only)
			add_path(&paths, call->kube->resources[i]);
	add_bytes(&out, 8, paths.data, paths.size);
	buffer_finish(&paths);
	buffer_finish(&info);
	// Written with a dot: with the @ of the request's Accept, old clients refuse it.
	kube_send(call, 200, "application/com.github.proto-openapi.spec.v2.v1.0+protobuf", &out);
}

static void send_v3_index(struct kube_call *call)
{
	struct buffer out;
	buffer_init(&out, OPENAPI_LIMIT);
	buffer_add_text(&out, "{\"paths\":{");
	bool any = false;
	for (size_t i = 0; i < call->kube->resource_count; i++) {
		const struct kube_resource *row = call->kube->resources[i];
		bool known = row->withdrawn;
		for (size_t k = 0; k < i; k++)
			known = known || (!strcmp(call->kube->resources[k]->group, row->group) &&
			                         !strcmp(call->kube->resources[k]->version, row->version) &&
			                         !call->kube->resources[k]->withdrawn);
		if (known)
			continue;
		char version[API_VERSION_SIZE];
		kube_api_version(row, version);
		const char *root = *row->group ? "apis" : "api";
		buffer_printf(&out, "%s\"%s/%s\":{\"serverRelativeURL\":\"/openapi/v3/%s/%s?hash=%zX\"}",
		        any ? "," : "", root, version, root, version, call->kube->resource_count + 0xAB12);
		any = true;
	}
	buffer_add_text(&out, "}}\n");
	kube_send(call, 200, "application/json", &out);
}

static const char *model_name(const struct kube_resource *row, char out[600])
{
	snprintf(out, 600, "io.k8s.api.%s.%s.%s", *row->group ? row->group : "core", row->version, row->kind);
	return out;
}

// The members that every object has; what is below them is not described.
static void add_schema(struct buffer *out, const struct kube_resource *row)
{
	char name[600];
	buffer_printf(out,
	        "\"%s\":{\"description\":\"%s is one of the objects of this simulated cluster.\",\"type\":\"object\","
	        "\"properties\":{\"apiVersion\":{\"description\":\"The version of this representation of the object.\","
	        "\"type\":\"string\"},\"kind\":{\"description\":\"The kind of the object.\",\"type\":\"string\"},"
	        "\"metadata\":{\"description\":\"Standard object's metadata.\",\"type\":\"object\"}",
	        model_name(row, name), row->kind);
	if (!strcmp(row->plural, "runtimeclasses"))
		buffer_add_text(out,
		        ",\"handler\":{\"description\":\"The name of the handler in the container runtime.\","
		        "\"type\":\"string\"}");
	else
		buffer_add_text(out,
		        ",\"spec\":{\"description\":\"The wanted state.\",\"type\":\"object\"},"
		        "\"status\":{\"description\":\"The state that was last seen.\",\"type\":\"object\"}");
	buffer_printf(out,
	        "},\"x-kubernetes-group-version-kind\":[{\"group\":\"%s\",\"version\":\"%s\",\"kind\":\"%s\"}]}",
	        row->group, row->version, row->kind);
}

static void add_v3_path(struct buffer *out, const struct kube_resource *row)
{
	char version[API_VERSION_SIZE];
	buffer_printf(out,
	        "\"/%s/%s/%s%s/"
	        "{name}\":{\"patch\":{\"x-kubernetes-action\":\"patch\",\"x-kubernetes-group-version-kind\":"
	        "{\"group\":\"%s\",\"version\":\"%s\",\"kind\":\"%s\"},\"parameters\":[{\"name\":\"dryRun\",\"in\":"
	        "\"query\","
	        "\"schema\":{\"type\":\"string\"}},{\"name\":\"fieldValidation\",\"in\":\"query\",\"schema\":{\"type\":"
	        "\"string\"}}],\"responses\":{\"200\":{\"description\":\"OK\"}}}}",
	        *row->group ? "apis" : "api", kube_api_version(row, version),
	        row->namespaced ? "namespaces/{namespace}/" : "", row->plural, row->group, row->version, row->kind);
}

static bool send_v3(struct kube_call *call, const char *rest)
{
	struct buffer schemas, paths, out;
	char version[API_VERSION_SIZE];
	const char *wanted = !strncmp(rest, "apis/", 5) ? rest + 5 : !strncmp(rest, "api/", 4) ? rest + 4 : "";
	buffer_init(&schemas, OPENAPI_LIMIT);
	buffer_init(&paths, OPENAPI_LIMIT);
	for (size_t i = 0; i < call->kube->resource_count; i++) {
		const struct kube_resource *row = call->kube->resources[i];
		if (row->withdrawn || strcmp(kube_api_version(row, version), wanted) != 0)
			continue;
		if (schemas.size) {
			buffer_add_char(&schemas, ',');
			buffer_add_char(&paths, ',');
		}
		add_schema(&schemas, row);
		add_v3_path(&paths, row);
	}
	bool any = schemas.size > 0;
	if (any) {
		buffer_init(&out, OPENAPI_LIMIT);
		buffer_printf(&out,
		        "{\"openapi\":\"3.0.0\",\"info\":{\"title\":\"Kubernetes\",\"version\":\"v%s\"},\"components\":"
		        "{\"schemas\":"
		        "{%s}},\"paths\":{%s}}\n",
		        call->kube->cluster->version, buffer_text(&schemas), buffer_text(&paths));
		kube_send(call, 200, "application/json", &out);
	}
	buffer_finish(&schemas);
	buffer_finish(&paths);
	return any;
}

bool kube_serve_openapi(struct kube_call *call)
{
	const char *path = call->request->path;
	if (strcmp(call->request->method, "GET") != 0)
		return false;
	if (!strcmp(path, "/openapi/v2"))
		return send_v2(call), true;
	if (!strcmp(path, "/openapi/v3"))
		return send_v3_index(call), true;
	return !strncmp(path, "/openapi/v3/", 12) && send_v3(call, path + 12);
}
