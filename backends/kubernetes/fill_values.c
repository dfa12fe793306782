// SPDX-License-Identifier: Apache-2.0
// Values that several sorts of objects have.
#include "config.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "kubernetes/fill.h"

#include "base/banned.h"

enum { VALUES_MOST = 128 };

const cJSON *fill_condition(const cJSON *object, const char *type)
{
	const cJSON *condition;

	cJSON_ArrayForEach(condition, json_member(json_member(object, "status"), "conditions"))
	{
		if (strcmp(json_text(condition, "type"), type) == 0)
			return condition;
	}
	return NULL;
}

struct tag_list fill_map(struct snapshot_builder *builder, const cJSON *map)
{
	struct text_pair pairs[VALUES_MOST];
	unsigned count = 0;
	const cJSON *item;

	cJSON_ArrayForEach(item, map)
	{
		if (count < VALUES_MOST && cJSON_IsString(item) && item->string)
			pairs[count++] = (struct text_pair){item->string, item->valuestring};
	}
	return snapshot_tags(builder, pairs, count);
}

struct text_list fill_list(struct snapshot_builder *builder, const cJSON *array, const char *member)
{
	const char *texts[VALUES_MOST];
	unsigned count = 0;
	const cJSON *item;

	cJSON_ArrayForEach(item, array)
	{
		const char *text = json_text(item, member);

		if (*text && count < VALUES_MOST)
			texts[count++] = text;
	}
	return snapshot_list(builder, texts, count, true);
}

int64_t fill_written(const cJSON *metadata, bool status)
{
	int64_t newest = 0;
	const cJSON *entry;

	cJSON_ArrayForEach(entry, json_member(metadata, "managedFields"))
	{
		bool fits = !status || strcmp(json_text(entry, "subresource"), "status") == 0 ||
		            json_member(json_member(entry, "fieldsV1"), "f:status");
		int64_t time = json_time(entry, "time");

		if (fits && time > newest)
			newest = time;
	}
	return newest;
}

int64_t fill_quantity(const cJSON *map, const char *name)
{
	return json_int(map, name, INT64_MIN);
}
