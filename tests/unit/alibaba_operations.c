// SPDX-License-Identifier: Apache-2.0
// The operation table: its own consistency, and against Alibaba Cloud's metadata where PEERDECK_API_META names its
// folder.
#include "config.h"

#include "tests/unit/alibaba.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <stdlib.h>

#include "alibaba/call.h"
#include "base/banned.h"

static void rows_have_what_their_sort_needs(void)
{
	for (size_t i = 0; i < operation_count; i++) {
		const struct operation *row = &operations[i];

		CU_ASSERT_PTR_NOT_NULL(strchr(row->name, '.'));
		CU_ASSERT_PTR_EQUAL(operation_find(row->name), row);
		CU_ASSERT_TRUE(row->paging == PAGING_NONE || row->page_size > 0);
		CU_ASSERT_TRUE(row->style == STYLE_ROA || !strcmp(row->path, "/"));
		CU_ASSERT_TRUE(!row->changes || row->repeat != REPEAT_FREELY);
		CU_ASSERT_TRUE(!(row->flags & OPERATION_DRY_RUN) || operation_takes(row, "DryRun"));
		CU_ASSERT_TRUE(row->per_second > 0);
	}
}

static void unknown_parameters_are_not_sent(void)
{
	struct call call;

	call_init(&call, "ecs.StopInstance", "cn-beijing");
	call_set(&call, "InstanceId", "i-1");
	CU_ASSERT_FALSE(call.broken);
	call_set(&call, "InstanceName", "x");
	CU_ASSERT_TRUE(call.broken);
	call_finish(&call);
}

static void commands_are_safe_for_a_shell(void)
{
	struct buffer out;
	struct call call;

	buffer_init(&out, 4096);
	call_init(&call, "ecs.TagResources", "cn-beijing");
	call_set_region(&call);
	call_set(&call, "ResourceType", "instance");
	call_set(&call, "ResourceId.1", "i-1");
	call_set(&call, "Tag.1.Key", "it's");
	call_set(&call, "Tag.1.Value", "$(x) 中");
	CU_ASSERT_TRUE(call_command(&call, "ops", &out));
	CU_ASSERT_STRING_EQUAL(buffer_text(&out), "aliyun ecs TagResources --profile ops --RegionId cn-beijing "
	                                          "--ResourceType instance --ResourceId.1 i-1 "
	                                          "--Tag.1.Key 'it'\\''s' --Tag.1.Value '$(x) 中' --region cn-beijing");
	call_finish(&call);
	buffer_clear(&out);
	call_init(&call, "cs.ModifyClusterNodePool", "cn-beijing");
	call_set(&call, "ClusterId", "c1");
	call_set(&call, "NodepoolId", "np1");
	call_set_body(&call, "{\"scaling_group\":{\"desired_size\":3}}");
	CU_ASSERT_TRUE(call_command(&call, "", &out));
	CU_ASSERT_STRING_EQUAL(buffer_text(&out),
	        "aliyun cs ModifyClusterNodePool --ClusterId c1 --NodepoolId np1 --region cn-beijing --header "
	        "Content-Type=application/json --body '{\"scaling_group\":{\"desired_size\":3}}'");
	call_finish(&call);
	buffer_finish(&out);
}

static cJSON *read_metadata(const char *folder, const char *service)
{
	static char text[1 << 20];
	char path[512];
	size_t size = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.json", folder, service);
	file = fopen(path, "r");
	if (file) {
		size = fread(text, 1, sizeof(text) - 1, file);
		fclose(file);
	}
	text[size] = '\0';
	return cJSON_Parse(text);
}

static bool has_parameter(const cJSON *list, const char *name)
{
	const cJSON *item;
	char first[96], numbered[96];

	snprintf(first, sizeof(first), "%.*s", (int)strcspn(name, "."), name);
	snprintf(numbered, sizeof(numbered), "%s", name);
	for (char *c = numbered; *c; c++)
		if (c > numbered && c[-1] == '.' && *c == 'N')
			*c = '1';
	cJSON_ArrayForEach(item, list)
	{
		const char *known = cJSON_GetObjectItem(item, "name")->valuestring;

		if (!strcmp(known, name) || !strcmp(known, first) || !strcmp(known, numbered))
			return true;
	}
	return false;
}

static void rows_match_the_published_metadata(void)
{
	const char *folder = getenv("PEERDECK_API_META");

	for (size_t i = 0; folder && i < operation_count; i++) {
		const struct operation *row = &operations[i];
		const char *rest = row->parameters;
		char service[32], name[96];
		const cJSON *found;
		cJSON *root;

		operation_service(row, service);
		root = read_metadata(folder, service);
		CU_ASSERT_PTR_NOT_NULL_FATAL(root);
		CU_ASSERT_STRING_EQUAL(cJSON_GetObjectItem(root, "version")->valuestring, row->version);
		found = cJSON_GetObjectItemCaseSensitive(
		        cJSON_GetObjectItem(root, "operations"), operation_action(row));
		// The published selection has no users and groups, and no snapshots.
		if (!found && (strstr(row->name, "ForUser") || strstr(row->name, "ForGroup") ||
		                      strstr(row->name, "Snapshot"))) {
			cJSON_Delete(root);
			continue;
		}
		CU_ASSERT_PTR_NOT_NULL_FATAL(found);
		for (; *rest; rest += strcspn(rest, " "), rest += strspn(rest, " ")) {
			snprintf(name, sizeof(name), "%.*s", (int)strcspn(rest, " "), rest);
			if (!has_parameter(cJSON_GetObjectItem(found, "parameters"), name))
				printf("%s: %s is not in the metadata\n", row->name, name);
			CU_ASSERT_TRUE(has_parameter(cJSON_GetObjectItem(found, "parameters"), name));
		}
		cJSON_Delete(root);
	}
}

static const struct unit_test tests[] = {
        UNIT_TEST(rows_have_what_their_sort_needs),
        UNIT_TEST(unknown_parameters_are_not_sent),
        UNIT_TEST(commands_are_safe_for_a_shell),
        UNIT_TEST(rows_match_the_published_metadata),
};
const struct unit_suite alibaba_operations_suite = UNIT_SUITE("operations", tests);
