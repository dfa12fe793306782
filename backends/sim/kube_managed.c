// SPDX-License-Identifier: Apache-2.0
// Who set which field last: the managedFields of an object.
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "sim/kube_fields.h"
#include "sim/memory.h"

#include "base/banned.h"

enum { MAX_MANAGERS = 24 };

struct entries {
	struct kube_managed items[MAX_MANAGERS];
	cJSON *sets[MAX_MANAGERS];
	bool changed[MAX_MANAGERS];
	size_t count;
};

static void entries_read(struct entries *entries, struct kube *kube, const struct kube_state *state)
{
	entries->count = 0;
	for (size_t i = 0; state && i < state->managed_count && i < MAX_MANAGERS - 2; i++) {
		const struct kube_managed *old = &state->managed[i];
		entries->items[i] = *old;
		entries->items[i].manager = kube_texts_take(kube->texts, old->manager);
		entries->items[i].api_version = kube_texts_take(kube->texts, old->api_version);
		entries->items[i].subresource = kube_texts_take(kube->texts, old->subresource);
		entries->items[i].fields = NULL;
		entries->sets[i] = cJSON_Parse(old->fields);
		entries->changed[i] = false;
		if (!entries->sets[i])
			entries->sets[i] = cJSON_CreateObject();
		entries->count++;
	}
}

// The entry of this manager; made when there is none. The oldest makes room.
static size_t entry_of(struct entries *entries, struct kube *kube, const struct kube_resource *resource,
        const char *manager, const char *subresource, bool apply)
{
	char version[API_VERSION_SIZE];
	for (size_t i = 0; i < entries->count; i++)
		if (entries->items[i].apply == apply && !strcmp(entries->items[i].manager, manager) &&
		        !strcmp(entries->items[i].subresource, subresource))
			return i;
	size_t at = entries->count++;
	entries->items[at] = (struct kube_managed){
	        .manager = kube_texts_take(kube->texts, manager),
	        .api_version = kube_texts_take(kube->texts, kube_api_version(resource, version)),
	        .subresource = kube_texts_take(kube->texts, subresource),
	        .apply = apply,
	        .time = kube_now(kube),
	};
	entries->sets[at] = cJSON_CreateObject();
	entries->changed[at] = true;
	return at;
}

static struct kube_managed *entries_take(struct entries *entries, struct kube *kube, size_t *count)
{
	struct kube_managed *out = memory_zeroed(entries->count, sizeof(*out));
	*count = 0;
	for (size_t i = 0; i < entries->count; i++) {
		struct kube_managed *entry = &entries->items[i];
		if (entries->sets[i]->child) {
			char *text = cJSON_PrintUnformatted(entries->sets[i]);
			entry->fields = kube_texts_take(kube->texts, text ? text : "{}");
			free(text);
			out[(*count)++] = *entry;
		} else {
			kube_texts_give(kube->texts, entry->manager);
			kube_texts_give(kube->texts, entry->api_version);
			kube_texts_give(kube->texts, entry->subresource);
		}
		cJSON_Delete(entries->sets[i]);
	}
	return out;
}

// Adds `set` to what `manager` owns; the time is that of the change.
static void own(struct entries *entries, struct kube *kube, const struct kube_resource *resource, const char *manager,
        const char *subresource, bool apply, const cJSON *set)
{
	if (!set->child)
		return;
	size_t at = entry_of(entries, kube, resource, manager, subresource, apply);
	fields_add(entries->sets[at], set);
	entries->items[at].time = kube_now(kube);
	entries->changed[at] = true;
}

struct kube_managed *managed_update(struct kube *kube, const struct kube_resource *resource,
        const struct kube_state *before_state, const cJSON *before, const cJSON *after,
        const struct kube_writer *writer, size_t *count)
{
	struct entries entries;
	entries_read(&entries, kube, writer->reset_managed ? NULL : before_state);
	if (!writer->manager)
		return entries_take(&entries, kube, count);
	cJSON *changed = fields_changed(before, after, resource->custom);
	const cJSON *applied = writer->apply ? writer->applied : NULL;
	for (size_t i = 0; i < entries.count; i++) {
		bool mine = applied && entries.items[i].apply && !strcmp(entries.items[i].manager, writer->manager) &&
		            !strcmp(entries.items[i].subresource, writer->subresource);
		if (mine)
			continue;
		fields_subtract(entries.sets[i], changed);
		if (before)
			fields_prune(entries.sets[i], after);
	}
	if (applied) {
		size_t at = entry_of(&entries, kube, resource, writer->manager, writer->subresource, true);
		if (!tree_equal(entries.sets[at], applied))
			entries.items[at].time = kube_now(kube);
		cJSON_Delete(entries.sets[at]);
		entries.sets[at] = tree_copy(applied);
	} else {
		cJSON *status = cJSON_CreateObject(), *inner = tree_member(changed, "f:status");
		bool own_status = (resource->subresources & SUBRESOURCE_STATUS) && !*writer->subresource;
		if (inner && own_status)
			cJSON_AddItemToObject(status, "f:status", cJSON_DetachItemViaPointer(changed, inner));
		own(&entries, kube, resource, writer->manager, writer->subresource, false, changed);
		own(&entries, kube, resource, writer->manager, "status", false, status);
		cJSON_Delete(status);
	}
	cJSON_Delete(changed);
	return entries_take(&entries, kube, count);
}

void managed_free(struct kube *kube, struct kube_managed *managed, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		kube_texts_give(kube->texts, managed[i].manager);
		kube_texts_give(kube->texts, managed[i].api_version);
		kube_texts_give(kube->texts, managed[i].subresource);
		kube_texts_give(kube->texts, managed[i].fields);
	}
	free(managed);
}

void managed_write(struct buffer *out, const struct kube_managed *managed, size_t count)
{
	char time[TIME_TEXT_SIZE];
	if (!count)
		return;
	buffer_add_text(out, ",\"managedFields\":[");
	for (size_t i = 0; i < count; i++) {
		time_format_iso(managed[i].time, time);
		buffer_add_text(out, i ? ",{\"manager\":" : "{\"manager\":");
		text_add_json_string(out, managed[i].manager, strlen(managed[i].manager));
		buffer_printf(out,
		        ",\"operation\":\"%s\",\"apiVersion\":\"%s\",\"time\":\"%s\",\"fieldsType\":\"FieldsV1\",",
		        managed[i].apply ? "Apply" : "Update", managed[i].api_version, time);
		buffer_add_text(out, "\"fieldsV1\":");
		buffer_add_text(out, managed[i].fields);
		if (*managed[i].subresource)
			buffer_printf(out, ",\"subresource\":\"%s\"", managed[i].subresource);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
}
