// SPDX-License-Identifier: Apache-2.0
// Tags of ECS resources.
#include "config.h"
#include "sim/ecs.h"

#include <string.h>

#include "sim/params.h"
#include "sim/service.h"

#include "base/banned.h"

enum { MOST_RESOURCES = 50, MOST_TAGS = 20, TAG_PAGE = 50 };

static const struct {
	const char *type;
	enum resource_kind kind;
} types[] = {
        {"instance", KIND_INSTANCE},
        {"disk", KIND_DISK},
        {"image", KIND_IMAGE},
        {"snapshot", KIND_SNAPSHOT},
        {"eni", KIND_ENI},
        {"securitygroup", KIND_SECURITY_GROUP},
        {"keypair", KIND_KEY_PAIR},
};

static bool read_kind(struct call *call, enum resource_kind *kind)
{
	const char *type = call_text(call, "ResourceType");
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (!strcmp(types[i].type, type)) {
			*kind = types[i].kind;
			return true;
		}
	return call_fail(
	        call, 404, "InvalidResourceType.NotFound", "The ResourceType provided does not exist in our records.");
}

// All of them, or none and an error.
static size_t read_resources(struct call *call, struct resource **out)
{
	const char *ids[MOST_RESOURCES];
	enum resource_kind kind;
	if (!read_kind(call, &kind))
		return 0;
	size_t count = call_list(call, "ResourceId", ids, MOST_RESOURCES);
	for (size_t i = 0; i < count; i++) {
		out[i] = world_find_in(call->world, kind, call->region, ids[i]);
		if (!out[i]) {
			call_fail(call, 404, "InvalidResourceId.NotFound",
			        "The specified ResourceIds are not found in our records.");
			return 0;
		}
	}
	return count;
}

void ecs_tag_resources(struct call *call)
{
	struct resource *resources[MOST_RESOURCES];
	struct tag tags[MOST_TAGS];
	size_t count = read_resources(call, resources);
	size_t tag_count = call_tags(call, tags, MOST_TAGS);
	if (call->failed)
		return;
	if (!tag_count) {
		param_missing(call, "Tag");
		return;
	}
	for (size_t i = 0; i < tag_count; i++)
		if (!*tags[i].key || strlen(tags[i].key) > 128 || !strncmp(tags[i].key, "aliyun", 6) ||
		        !strncmp(tags[i].key, "acs:", 4)) {
			call_fail(call, 400, "InvalidTagKey.Malformed", "The specified Tag.n.Key is not valid.");
			return;
		}
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < tag_count; k++)
			resource_tag(call->world, resources[i], tags[k].key, tags[k].value ? tags[k].value : "");
}

void ecs_untag_resources(struct call *call)
{
	struct resource *resources[MOST_RESOURCES];
	const char *keys[MOST_TAGS];
	size_t count = read_resources(call, resources);
	size_t key_count = call_list(call, "TagKey", keys, MOST_TAGS);
	for (size_t i = 0; i < count; i++) {
		if (!key_count && call_bool(call, "All", false))
			resource_untag(call->world, resources[i], NULL);
		for (size_t k = 0; k < key_count; k++)
			resource_untag(call->world, resources[i], keys[k]);
	}
}

static void write_tags(struct call *call, const struct resource *resource)
{
	for (size_t i = 0; i < resource->tag_count; i++) {
		json_object(&call->out, NULL);
		json_text(&call->out, "ResourceType", call_text(call, "ResourceType"));
		json_text(&call->out, "ResourceId", resource->id);
		json_text(&call->out, "TagKey", resource->tags[i].key);
		json_text(&call->out, "TagValue", resource->tags[i].value);
		json_object_end(&call->out);
	}
}

void ecs_list_tag_resources(struct call *call)
{
	enum resource_kind kind;
	struct page page;
	struct tag tags[MOST_TAGS];
	const char *ids[MOST_RESOURCES];
	size_t tag_count = call_tags(call, tags, MOST_TAGS),
	       id_count = call_list(call, "ResourceId", ids, MOST_RESOURCES);
	if (!read_kind(call, &kind) || !page_begin(call, &page, PAGE_TOKENS, TAG_PAGE, TAG_PAGE))
		return;
	json_object(&call->out, "TagResources");
	json_list(&call->out, "TagResource");
	struct resource *resource;
	EACH(resource, call->region, kind)
	{
		bool wanted = !id_count;
		for (size_t i = 0; i < id_count; i++)
			wanted = wanted || !strcmp(ids[i], resource->id);
		if (wanted && resource->tag_count && call_sees(call, resource) &&
		        resource_has_tags(resource, tags, tag_count) && page_takes(&page, resource))
			write_tags(call, resource);
	}
	json_list_end(&call->out);
	json_object_end(&call->out);
	page_end(call, &page);
}
