// SPDX-License-Identifier: Apache-2.0
// One state of an object as text.
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim/kube_fields.h"
#include "sim/memory.h"

#include "base/banned.h"

enum { OBJECT_LIMIT = 3 << 20 };

struct kube_state *kube_state_hold(struct kube_state *state)
{
	state->references++;
	return state;
}

void kube_state_drop(struct kube_state *state)
{
	if (!state || --state->references)
		return;
	managed_free(state->kube, state->managed, state->managed_count);
	free(state);
}

const char *kube_state_namespace(const struct kube_state *state)
{
	return state->text + state->size + 1;
}

const char *kube_state_name(const struct kube_state *state)
{
	return state->text + state->name_at;
}

const char *kube_state_label(const struct kube_state *state, const char *name)
{
	const char *at = state->text + state->labels_at, *end = state->text + state->fields_at;
	while (at < end) {
		const char *value = at + strlen(at) + 1;
		if (!strcmp(at, name))
			return value;
		at = value + strlen(value) + 1;
	}
	return NULL;
}

const char *kube_state_field(const struct kube_state *state, size_t index)
{
	const char *at = state->text + state->fields_at, *end = state->text + state->end;
	for (; at < end && index; index--)
		at += strlen(at) + 1;
	return at < end ? at : "";
}

static void add_field(struct buffer *out, const cJSON *object, const char *path)
{
	const cJSON *value = tree_path(object, path);
	if (cJSON_IsString(value))
		buffer_add_text(out, value->valuestring);
	else if (cJSON_IsBool(value))
		buffer_add_text(out, cJSON_IsTrue(value) ? "true" : "false");
	else if (cJSON_IsNumber(value))
		buffer_printf(out, "%.0f", value->valuedouble);
	else if (!strcmp(path, "spec.unschedulable") || !strcmp(path, "spec.hostNetwork"))
		buffer_add_text(out, "false");
	buffer_add_char(out, 0);
}

static void add_fields(struct buffer *out, const struct kube_resource *resource, const cJSON *object)
{
	char path[64];
	for (const char *at = resource->fields; *at;) {
		size_t length = strcspn(at, ",");
		snprintf(path, sizeof(path), "%.*s", (int)length, at);
		add_field(out, object, path);
		at += length;
		at += *at == ',';
	}
}

static void write_text(struct buffer *out, const struct kube_resource *resource, cJSON *object, size_t *metadata_end)
{
	char version[API_VERSION_SIZE];
	cJSON *metadata = tree_object(object, "metadata");
	tree_set(metadata, "resourceVersion", NULL);
	tree_set(metadata, "managedFields", NULL);
	buffer_printf(out, "{\"kind\":\"%s\",\"apiVersion\":\"%s\",\"metadata\":", resource->kind,
	        kube_api_version(resource, version));
	tree_write(out, metadata);
	*metadata_end = out->size - 1;
	for (const cJSON *member = object->child; member; member = member->next) {
		if (!strcmp(member->string, "kind") || !strcmp(member->string, "apiVersion") || member == metadata)
			continue;
		buffer_add_char(out, ',');
		text_add_json_string(out, member->string, strlen(member->string));
		buffer_add_char(out, ':');
		tree_write(out, member);
	}
	buffer_add_char(out, '}');
}

struct kube_state *kube_state_create(
        struct kube *kube, const struct kube_resource *resource, cJSON *object, uint64_t version)
{
	struct buffer out;
	struct kube_state head = {.references = 1, .version = version, .kube = kube};
	const cJSON *metadata = tree_object(object, "metadata"), *label;
	buffer_init(&out, OBJECT_LIMIT);
	write_text(&out, resource, object, &head.metadata_end);
	head.size = out.size;
	buffer_add_char(&out, 0);
	buffer_add_text(&out, tree_text(metadata, "namespace"));
	buffer_add_char(&out, 0);
	head.name_at = out.size;
	buffer_add_text(&out, tree_text(metadata, "name"));
	buffer_add_char(&out, 0);
	head.labels_at = out.size;
	cJSON_ArrayForEach(label, tree_member(metadata, "labels"))
	{
		buffer_add_text(&out, label->string);
		buffer_add_char(&out, 0);
		buffer_add_text(&out, cJSON_IsString(label) ? label->valuestring : "");
		buffer_add_char(&out, 0);
	}
	head.fields_at = out.size;
	add_fields(&out, resource, object);
	head.end = out.size;
	struct kube_state *state = out.broken ? NULL : memory_zeroed(1, sizeof(*state) + out.size + 1);
	if (state) {
		*state = head;
		memcpy(state->text, out.data, out.size);
	}
	buffer_finish(&out);
	return state;
}

struct kube_state *kube_state_copy(const struct kube_state *state, uint64_t version)
{
	struct kube_state *copy = memory_zeroed(1, sizeof(*copy) + state->end + 1);
	memcpy(copy, state, sizeof(*copy) + state->end);
	copy->references = 1;
	copy->version = version;
	copy->managed = memory_zeroed(state->managed_count, sizeof(*copy->managed));
	for (size_t i = 0; i < state->managed_count; i++) {
		copy->managed[i] = state->managed[i];
		copy->managed[i].manager = kube_texts_take(state->kube->texts, state->managed[i].manager);
		copy->managed[i].api_version = kube_texts_take(state->kube->texts, state->managed[i].api_version);
		copy->managed[i].subresource = kube_texts_take(state->kube->texts, state->managed[i].subresource);
		copy->managed[i].fields = kube_texts_take(state->kube->texts, state->managed[i].fields);
	}
	return copy;
}

static void write_servers_members(struct buffer *out, const struct kube_state *state)
{
	buffer_printf(out, ",\"resourceVersion\":\"%" PRIu64 "\"", state->version);
	managed_write(out, state->managed, state->managed_count);
}

void kube_state_write(struct buffer *out, const struct kube_state *state)
{
	buffer_add(out, state->text, state->metadata_end);
	write_servers_members(out, state);
	buffer_add(out, state->text + state->metadata_end, state->size - state->metadata_end);
}

void kube_state_write_metadata(struct buffer *out, const struct kube_state *state)
{
	const char *start = strstr(state->text, "\"metadata\":") + strlen("\"metadata\":");
	buffer_add(out, start, (size_t)(state->text + state->metadata_end - start));
	write_servers_members(out, state);
	buffer_add_char(out, '}');
}

cJSON *kube_state_tree(const struct kube_state *state)
{
	struct buffer text;
	buffer_init(&text, 2 * OBJECT_LIMIT);
	kube_state_write(&text, state);
	cJSON *tree = cJSON_ParseWithLength(buffer_text(&text), text.size);
	buffer_finish(&text);
	return tree ? tree : cJSON_CreateObject();
}
