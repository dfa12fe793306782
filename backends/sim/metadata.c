// SPDX-License-Identifier: Apache-2.0
// Walks the parameter trees of the metadata along the names of the request.
#include "config.h"
#include "sim/metadata.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "base/text.h"
#include "sim/memory.h"
#include "sim/params.h"
#include "sim/service.h"

#include "base/banned.h"

enum { MAX_SERVICES = 24, FILE_LIMIT = 16 * 1024 * 1024 };

struct metadata {
	struct {
		const struct service *service;
		cJSON *operations, *root;
	} files[MAX_SERVICES];
	size_t count;
};

static bool read_file(const char *path, struct buffer *out)
{
	FILE *file = fopen(path, "rbe");
	if (!file)
		return false;
	char piece[16384];
	for (size_t got; (got = fread(piece, 1, sizeof(piece), file)) > 0;)
		buffer_add(out, piece, got);
	bool good = !ferror(file) && !out->broken;
	fclose(file);
	return good;
}

static bool metadata_read(
        struct metadata *metadata, const struct service *service, const char *folder, struct error *error)
{
	char path[4096];
	struct buffer text;
	snprintf(path, sizeof(path), "%s/%s.json", folder, service->name);
	buffer_init(&text, FILE_LIMIT);
	if (!read_file(path, &text)) {
		buffer_finish(&text);
		return errno == ENOENT || error_set_errno(error, "--api-meta: %s", path);
	}
	cJSON *root = cJSON_Parse(buffer_text(&text));
	buffer_finish(&text);
	if (!root)
		return error_set(error, ERROR_CONFIG, "--api-meta: %s is not JSON", path);
	metadata->files[metadata->count].service = service;
	metadata->files[metadata->count].root = root;
	metadata->files[metadata->count++].operations = cJSON_GetObjectItemCaseSensitive(root, "operations");
	return true;
}

struct metadata *metadata_create(const char *folder, struct error *error)
{
	struct metadata *metadata = memory_zeroed(1, sizeof(*metadata));
	for (size_t i = 0; services[i] && metadata->count < MAX_SERVICES; i++)
		if (!metadata_read(metadata, services[i], folder, error)) {
			metadata_destroy(metadata);
			return NULL;
		}
	if (metadata->count)
		return metadata;
	metadata_destroy(metadata);
	error_set(error, ERROR_USAGE, "--api-meta %s: no file of any simulated service is there", folder);
	return NULL;
}

void metadata_destroy(struct metadata *metadata)
{
	for (size_t i = 0; metadata && i < metadata->count; i++)
		cJSON_Delete(metadata->files[i].root);
	free(metadata);
}

static const char *member(const cJSON *parameter, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(parameter, name));
	return text ? text : "";
}

static const cJSON *parameter_named(const cJSON *parameters, const char *name, size_t length)
{
	const cJSON *parameter;
	cJSON_ArrayForEach(parameter, parameters)
	{
		const char *known = member(parameter, "name");
		if (strlen(known) == length && !memcmp(known, name, length))
			return parameter;
	}
	return NULL;
}

// Goes down "Tag.1.Key"; NULL when the metadata does not know the way.
static const cJSON *parameter_find(const cJSON *parameters, const char *name)
{
	const cJSON *parameter = NULL;
	for (;;) {
		size_t length = strcspn(name, ".");
		bool number = length && strspn(name, "0123456789") == length;
		if (!number) {
			parameter = parameter_named(parameters, name, length);
			if (!parameter)
				return NULL;
			parameters = cJSON_GetObjectItemCaseSensitive(parameter, "sub_parameters");
		}
		if (!name[length])
			return parameter;
		name += length + 1;
	}
}

static bool type_fits(const cJSON *parameter, const char *value)
{
	int64_t number;
	char *end;
	const char *type = member(parameter, "type");
	if (!strcasecmp(type, "Integer") || !strcasecmp(type, "Long"))
		return text_to_int64(value, &number);
	if (!strcasecmp(type, "Boolean"))
		return !strcasecmp(value, "true") || !strcasecmp(value, "false");
	if (!strcasecmp(type, "Float") || !strcasecmp(type, "Double"))
		return (void)strtod(value, &end), end != value && !*end;
	return true;
}

static bool check_body(struct call *call, const cJSON *parameters)
{
	const cJSON *body = parameter_named(parameters, "body", 4);
	const cJSON *members = cJSON_GetObjectItemCaseSensitive(body, "sub_parameters");
	const cJSON *item;
	if (!members || !cJSON_IsObject(call->body))
		return true;
	cJSON_ArrayForEach(item, call->body)
	{
		if (!parameter_named(members, item->string, strlen(item->string)))
			return param_unknown(call, item->string);
	}
	return true;
}

bool metadata_check(const struct metadata *metadata, struct call *call)
{
	const cJSON *operation = NULL;
	for (size_t i = 0; i < metadata->count; i++)
		if (metadata->files[i].service == call->service)
			operation =
			        cJSON_GetObjectItemCaseSensitive(metadata->files[i].operations, call->operation->name);
	const cJSON *parameters = cJSON_GetObjectItemCaseSensitive(operation, "parameters");
	if (!parameters)
		return true;
	for (size_t i = 0; i < call->params.count; i++) {
		const struct pair *pair = &call->params.items[i];
		if (param_is_common(pair->name))
			continue;
		const cJSON *parameter = parameter_find(parameters, pair->name);
		if (!parameter)
			return param_unknown(call, pair->name);
		if (*pair->value && !type_fits(parameter, pair->value))
			return param_invalid(call, pair->name);
	}
	return check_body(call, parameters);
}
