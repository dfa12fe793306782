// SPDX-License-Identifier: Apache-2.0
// What operations use to read a call.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "sim/params.h"
#include "sim/service.h"

#include "base/banned.h"

const char *call_text(const struct call *call, const char *name)
{
	const char *value = pairs_get(&call->params, name);
	return value && *value ? value : NULL;
}

const char *call_text_or(const struct call *call, const char *name, const char *otherwise)
{
	const char *value = call_text(call, name);
	return value ? value : otherwise;
}

int64_t call_int(const struct call *call, const char *name, int64_t otherwise)
{
	int64_t number;
	const char *value = call_text(call, name);
	return value && text_to_int64(value, &number) ? number : otherwise;
}

bool call_bool(const struct call *call, const char *name, bool otherwise)
{
	const char *value = call_text(call, name);
	return value ? !strcasecmp(value, "true") : otherwise;
}

size_t call_list(const struct call *call, const char *name, const char **out, size_t most)
{
	size_t count = 0;
	for (size_t n = 1; count < most; n++) {
		char numbered[128];
		snprintf(numbered, sizeof(numbered), "%s.%zu", name, n);
		const char *value = pairs_get(&call->params, numbered);
		if (!value)
			break;
		if (*value)
			out[count++] = value;
	}
	return count;
}

const char *call_member(const struct call *call, const char *name, size_t n, const char *member)
{
	char full[160];
	snprintf(full, sizeof(full), "%s.%zu.%s", name, n, member);
	return pairs_get(&call->params, full);
}

int call_json_list(struct call *call, const char *name, const char **out, size_t most)
{
	const char *value = call_text(call, name);
	if (!value)
		return -2;
	cJSON *list = cJSON_Parse(value);
	int count = 0;
	bool good = cJSON_IsArray(list) && (size_t)cJSON_GetArraySize(list) <= most;
	const cJSON *item;
	cJSON_ArrayForEach(item, list)
	{
		good = good && cJSON_IsString(item);
		if (good && (size_t)count < most)
			out[count++] = arena_strdup(&call->request->arena, item->valuestring);
	}
	cJSON_Delete(list);
	if (good)
		return count;
	param_invalid(call, name);
	return -1;
}

size_t call_tags(struct call *call, struct tag *out, size_t most)
{
	size_t count = 0;
	for (size_t n = 1; count < most; n++) {
		const char *key = call_member(call, "Tag", n, "Key");
		const char *value = call_member(call, "Tag", n, "Value");
		if (!key)
			key = call_member(call, "Tag", n, "key");
		if (!value)
			value = call_member(call, "Tag", n, "value");
		if (!key)
			break;
		out[count++] = (struct tag){.key = key, .value = value};
	}
	return count;
}

bool resource_has_tags(const struct resource *resource, const struct tag *tags, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *value = resource_tag_value(resource, tags[i].key);
		if (!value || (tags[i].value && *tags[i].value && strcmp(value, tags[i].value) != 0))
			return false;
	}
	return true;
}

void resource_write_tags(struct json_out *out, const struct resource *resource, const char *key, const char *value)
{
	json_object(out, "Tags");
	json_list(out, "Tag");
	for (size_t i = 0; i < resource->tag_count; i++) {
		json_object(out, NULL);
		json_text(out, key, resource->tags[i].key);
		json_text(out, value, resource->tags[i].value);
		json_object_end(out);
	}
	json_list_end(out);
	json_object_end(out);
}

bool id_is_wanted(const char *const *ids, int count, const char *id)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(ids[i], id))
			return true;
	return count < 0;
}

bool call_wants_english(const struct call *call)
{
	return text_starts_with(call_text_or(call, "AcceptLanguage", "zh-CN"), "en");
}

bool call_sees(const struct call *call, const struct resource *resource)
{
	return !call->blind && resource_visible(call->world, resource);
}

const cJSON *call_body(const struct call *call, const char *path)
{
	const cJSON *at = call->body;
	while (at && *path) {
		char name[64];
		size_t length = strcspn(path, "/");
		snprintf(name, sizeof(name), "%.*s", (int)length, path);
		at = cJSON_IsArray(at) ? cJSON_GetArrayItem(at, (int)strtol(name, NULL, 10))
		                       : cJSON_GetObjectItemCaseSensitive(at, name);
		path += length;
		path += *path == '/';
	}
	return at;
}

const char *call_body_text(const struct call *call, const char *path, const char *otherwise)
{
	const char *text = cJSON_GetStringValue(call_body(call, path));
	return text && *text ? text : otherwise;
}

int64_t call_body_int(const struct call *call, const char *path, int64_t otherwise)
{
	const cJSON *item = call_body(call, path);
	return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : otherwise;
}

bool call_body_bool(const struct call *call, const char *path, bool otherwise)
{
	const cJSON *item = call_body(call, path);
	return cJSON_IsBool(item) ? cJSON_IsTrue(item) : otherwise;
}

bool call_dry_run(struct call *call)
{
	if (!call_bool(call, "DryRun", false))
		return false;
	call_fail(call, 400, "DryRunOperation", "Request validation has been passed with DryRun flag set.");
	return true;
}
