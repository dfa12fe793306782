// SPDX-License-Identifier: Apache-2.0
// Arrays and tags of answers, as records hold them.
#include "alibaba/list_helpers.h"

#include <string.h>

#include "base/banned.h"

struct text_list take_list(struct snapshot_builder *builder, const cJSON *array, const char *member, bool shared)
{
	const char *texts[VALUES_MOST];
	unsigned count = 0;
	const cJSON *item;

	cJSON_ArrayForEach(item, array)
	{
		const char *text = member ? json_text(item, member) : cJSON_IsString(item) ? item->valuestring : "";

		if (*text && count < VALUES_MOST)
			texts[count++] = text;
	}
	return count ? snapshot_list(builder, texts, count, shared) : (struct text_list){0};
}

struct tag_list take_tags(struct snapshot_builder *builder, const cJSON *array)
{
	static const char *const names[][2] = {{"TagKey", "TagValue"}, {"Key", "Value"}, {"key", "value"}};
	struct text_pair tags[VALUES_MOST];
	unsigned count = 0;
	const cJSON *item;

	cJSON_ArrayForEach(item, array)
	{
		for (size_t i = 0; i < COUNT_OF(names) && count < VALUES_MOST; i++) {
			const char *key = json_text(item, names[i][0]);

			if (!*key)
				continue;
			tags[count++] = (struct text_pair){key, json_text(item, names[i][1])};
			break;
		}
	}
	return count ? snapshot_tags(builder, tags, count) : (struct tag_list){0};
}

const char *tag_value(struct tag_list tags, const char *key)
{
	for (unsigned i = 0; i < tags.count; i++)
		if (!strcmp(tags.items[i].key, key))
			return tags.items[i].value;
	return "";
}

const char *first_text(const cJSON *array)
{
	const cJSON *item = cJSON_IsArray(array) ? array->child : NULL;

	return cJSON_IsString(item) ? item->valuestring : "";
}

const char *take_text(struct snapshot_builder *builder, const cJSON *item, const char *member)
{
	return snapshot_text(builder, json_text(item, member));
}

const char *take_shared(struct snapshot_builder *builder, const cJSON *item, const char *member)
{
	return snapshot_shared(builder, json_text(item, member));
}
