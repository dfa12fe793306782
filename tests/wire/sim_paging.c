// SPDX-License-Identifier: Apache-2.0
// Pages while things come and go.
#include "config.h"

#include "tests/wire/sim.h"

#include <stdlib.h>

#include "base/text.h"
#include "sim/instances.h"

#include "base/banned.h"

enum { MOST = 4000, ID_SIZE = 32 };

struct seen {
	char ids[MOST][ID_SIZE];
	size_t count, doubles;
};

static void note(struct seen *seen, const struct sim_reply *reply)
{
	const cJSON *item;
	cJSON_ArrayForEach(item, sim_at(reply, "/Instances/Instance"))
	{
		const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "InstanceId"));
		for (size_t i = 0; i < seen->count; i++)
			seen->doubles += !strcmp(seen->ids[i], id);
		if (seen->count < MOST)
			snprintf(seen->ids[seen->count++], ID_SIZE, "%s", id);
	}
}

static void remove_one(struct simulator *simulator, size_t index)
{
	struct table *table = &simulator->world.home->tables[KIND_INSTANCE];
	instance_delete(&simulator->world, (void *)table->items[index]);
	sim_advance(simulator, 30);
}

static bool walk_by_token(struct simulator *simulator, struct seen *seen, bool disturb)
{
	char token[256] = "", query[512];
	for (int page = 0; page < 1000; page++) {
		snprintf(query, sizeof(query), "RegionId=cn-beijing&MaxResults=20%s%s", *token ? "&NextToken=" : "",
		        token);
		struct sim_reply reply = sim_rpc(simulator, "ecs", "DescribeInstances", query);
		const char *next = sim_text(&reply, "/NextToken");
		if (reply.status != 200 || !next)
			return sim_done(&reply), false;
		note(seen, &reply);
		struct buffer encoded;
		buffer_init(&encoded, sizeof(token));
		text_add_percent(&encoded, next, strlen(next), NULL);
		snprintf(token, sizeof(token), "%s", buffer_text(&encoded));
		buffer_finish(&encoded);
		sim_done(&reply);
		if (!*token)
			return true;
		if (disturb)
			remove_one(simulator, simulator->world.home->tables[KIND_INSTANCE].count - 1);
	}
	return false;
}

static void tokens_show_each_once(void)
{
	struct simulator simulator;
	struct seen *seen = calloc(1, sizeof(*seen));
	sim_begin(&simulator, "large", 300, 1);
	CU_ASSERT_TRUE(walk_by_token(&simulator, seen, false));
	CU_ASSERT_EQUAL(seen->count, 300);
	CU_ASSERT_EQUAL(seen->doubles, 0);
	free(seen);
	sim_end(&simulator);
}

// The newest go while we read: what was there all the time is shown, and nothing twice.
static void tokens_hold_while_instances_go(void)
{
	struct simulator simulator;
	struct seen *seen = calloc(1, sizeof(*seen));
	sim_begin(&simulator, "large", 300, 1);
	CU_ASSERT_TRUE(walk_by_token(&simulator, seen, true));
	CU_ASSERT_EQUAL(seen->count, 300);
	CU_ASSERT_EQUAL(seen->doubles, 0);
	free(seen);
	sim_end(&simulator);
}

static void numbered_pages_shift_while_instances_go(void)
{
	struct simulator simulator;
	struct seen *seen = calloc(1, sizeof(*seen));
	char query[128];
	sim_begin(&simulator, "large", 100, 1);
	for (int page = 1; page <= 5; page++) {
		snprintf(query, sizeof(query), "RegionId=cn-beijing&PageNumber=%d&PageSize=20", page);
		struct sim_reply reply = sim_rpc(&simulator, "ecs", "DescribeInstances", query);
		note(seen, &reply);
		sim_done(&reply);
		remove_one(&simulator, simulator.world.home->tables[KIND_INSTANCE].count - 1);
	}
	// Each removal ahead of the page hides one instance that was there.
	CU_ASSERT_EQUAL(seen->count, 96);
	CU_ASSERT_EQUAL(seen->doubles, 0);
	free(seen);
	sim_end(&simulator);
}

static void totals_are_told_by_number_only(void)
{
	struct simulator simulator;
	sim_begin(&simulator, "large", 45, 1);
	struct sim_reply reply = sim_rpc(&simulator, "ecs", "DescribeInstances", "RegionId=cn-beijing&PageSize=10");
	CU_ASSERT_EQUAL(cJSON_GetNumberValue(sim_at(&reply, "/TotalCount")), 45);
	CU_ASSERT_EQUAL(cJSON_GetArraySize(sim_at(&reply, "/Instances/Instance")), 10);
	sim_done(&reply);
	reply = sim_rpc(&simulator, "ecs", "DescribeInstances", "RegionId=cn-beijing&PageSize=10&PageNumber=6");
	CU_ASSERT_EQUAL(cJSON_GetArraySize(sim_at(&reply, "/Instances/Instance")), 0);
	sim_done(&reply);
	// Fewer than ten are lifted to ten.
	reply = sim_rpc(&simulator, "ecs", "DescribeInstances", "RegionId=cn-beijing&MaxResults=3");
	CU_ASSERT_EQUAL(cJSON_GetArraySize(sim_at(&reply, "/Instances/Instance")), 10);
	CU_ASSERT_EQUAL(cJSON_GetNumberValue(sim_at(&reply, "/TotalCount")), 0);
	sim_done(&reply);
	sim_end(&simulator);
}

static void a_token_belongs_to_its_question(void)
{
	struct simulator simulator;
	char query[512];
	sim_begin(&simulator, "large", 100, 2);
	struct sim_reply reply = sim_rpc(&simulator, "ecs", "DescribeInstances", "RegionId=cn-beijing&MaxResults=10");
	snprintf(query, sizeof(query), "RegionId=cn-hongkong&MaxResults=10&NextToken=%s",
	        sim_text(&reply, "/NextToken"));
	sim_done(&reply);
	reply = sim_rpc(&simulator, "ecs", "DescribeInstances", query);
	UNIT_SAME_TEXT(reply.code, "InvalidParameter.NextToken");
	sim_done(&reply);
	sim_end(&simulator);
}

static void an_empty_id_list_matches_nothing(void)
{
	struct simulator simulator;
	sim_begin(&simulator, "large", 20, 1);
	struct sim_reply reply = sim_rpc(&simulator, "ecs", "DescribeInstances", "RegionId=cn-beijing&InstanceIds=[]");
	CU_ASSERT_EQUAL(reply.status, 200);
	CU_ASSERT_EQUAL(cJSON_GetArraySize(sim_at(&reply, "/Instances/Instance")), 0);
	sim_done(&reply);
	sim_end(&simulator);
}

static void names_match_by_wildcard(void)
{
	struct simulator simulator;
	sim_begin(&simulator, "demo", -1, -1);
	const char *query = "RegionId=cn-beijing&InstanceName=podvm-%2A&MaxResults=100";
	struct sim_reply reply = sim_rpc(&simulator, "ecs", "DescribeInstances", query);
	const cJSON *item;
	CU_ASSERT(cJSON_GetArraySize(sim_at(&reply, "/Instances/Instance")) > 30);
	cJSON_ArrayForEach(item, sim_at(&reply, "/Instances/Instance"))
	        CU_ASSERT_EQUAL(strncmp(cJSON_GetObjectItem(item, "InstanceName")->valuestring, "podvm-", 6), 0);
	sim_done(&reply);
	sim_end(&simulator);
}

static const struct unit_test tests[] = {
        UNIT_TEST(tokens_show_each_once),
        UNIT_TEST(tokens_hold_while_instances_go),
        UNIT_TEST(numbered_pages_shift_while_instances_go),
        UNIT_TEST(totals_are_told_by_number_only),
        UNIT_TEST(a_token_belongs_to_its_question),
        UNIT_TEST(an_empty_id_list_matches_nothing),
        UNIT_TEST(names_match_by_wildcard),
};
const struct unit_suite sim_paging_suite = UNIT_SUITE("paging", tests);
