// SPDX-License-Identifier: Apache-2.0
// The services beside the clusters: the index over all regions, prices, quotas, activities, load balancers.
#include "config.h"

#include "tests/wire/sim.h"

#include <stdlib.h>

#include "sim/service.h"

#include "base/banned.h"

enum { QUERY_SIZE = 512 };

static struct sim_reply ask(
        struct simulator *simulator, const char *service, const char *action, const char *query, const char *wanted)
{
	struct sim_reply reply = sim_rpc(simulator, service, action, query);
	UNIT_SAME_TEXT(reply.code, wanted);
	return reply;
}

static size_t instances_of(const struct world *world)
{
	size_t count = 0;
	for (size_t r = 0; r < world->region_count; r++)
		count += world->regions[r].tables[KIND_INSTANCE].count;
	return count;
}

// Walks all pages and counts; every id must be new.
static size_t search_all(struct simulator *simulator, const char *filter, int size)
{
	char query[QUERY_SIZE], token[128] = "", last[64] = "";
	size_t count = 0;
	do {
		snprintf(
		        query, sizeof(query), "%s&MaxResults=%d%s%s", filter, size, *token ? "&NextToken=" : "", token);
		struct sim_reply reply = ask(simulator, "resourcecenter", "SearchResources", query, "");
		const cJSON *one;
		cJSON_ArrayForEach(one, sim_at(&reply, "/Resources"))
		{
			const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(one, "ResourceId"));
			CU_ASSERT_STRING_NOT_EQUAL(id, last);
			snprintf(last, sizeof(last), "%s", id);
			count++;
		}
		snprintf(token, sizeof(token), "%s", sim_text(&reply, "/NextToken"));
		sim_done(&reply);
	} while (*token);
	return count;
}

static void the_index_finds_every_instance_in_every_region(void)
{
	struct simulator simulator;
	sim_begin(&simulator, "demo", -1, -1);
	size_t all = instances_of(&simulator.world);
	const char *instances =
	        "Filter.1.Key=ResourceType&Filter.1.MatchType=Equals&Filter.1.Value.1=ACS%3A%3AECS%3A%3AInstance";
	char query[QUERY_SIZE];
	CU_ASSERT_EQUAL(search_all(&simulator, instances, 500), all);
	CU_ASSERT_EQUAL(search_all(&simulator, instances, 7), all);
	snprintf(query, sizeof(query), "%s&Filter.2.Key=ResourceName&Filter.2.MatchType=Prefix&Filter.2.Value.1=podvm-",
	        instances);
	size_t podvms = search_all(&simulator, query, 500);
	CU_ASSERT_TRUE(podvms > 0 && podvms < all);
	snprintf(query, sizeof(query), "%s&Filter.2.Key=RegionId&Filter.2.Value.1=eu-central-1", instances);
	CU_ASSERT_EQUAL(search_all(&simulator, query, 500), 0);
	sim_end(&simulator);
}

static void the_index_must_be_switched_on(void)
{
	struct simulator simulator;
	sim_begin(&simulator, "demo", -1, -1);
	simulator.world.rules.no_resource_center = true;
	struct sim_reply reply = ask(&simulator, "resourcecenter", "SearchResources", "", "ServiceNotEnabled");
	sim_done(&reply);
	reply = ask(&simulator, "resourcecenter", "GetResourceCenterServiceStatus", "", "");
	UNIT_SAME_TEXT(sim_text(&reply, "/ServiceStatus"), "Disabled");
	sim_done(&reply);
	reply = ask(&simulator, "resourcecenter", "EnableResourceCenter", "", "");
	UNIT_SAME_TEXT(sim_text(&reply, "/ServiceStatus"), "Enabled");
	sim_done(&reply);
	CU_ASSERT_TRUE(search_all(&simulator, "ResourceGroupId=", 100) > 0);
	sim_end(&simulator);
}

static void prices_balance_and_quotas_are_told(void)
{
	struct simulator simulator;
	sim_begin(&simulator, "demo", -1, -1);
	struct sim_reply reply = ask(&simulator, "bssopenapi", "GetPayAsYouGoPrice",
	        "ProductCode=eip&SubscriptionType=PayAsYouGo&Region=cn-beijing&ModuleList.1.ModuleCode="
	        "InternetTrafficOut&"
	        "ModuleList.1.Config=a&ModuleList.1.PriceType=Usage",
	        "");
	UNIT_SAME_TEXT(sim_text(&reply, "/Data/Currency"), "CNY");
	CU_ASSERT_TRUE(
	        cJSON_GetNumberValue(sim_at(&reply, "/Data/ModuleDetails/ModuleDetail/0/CostAfterDiscount")) > 0);
	sim_done(&reply);
	reply = ask(&simulator, "bssopenapi", "GetPayAsYouGoPrice",
	        "ProductCode=eip&SubscriptionType=PayAsYouGo&ModuleList.1.ModuleCode=None", "");
	UNIT_SAME_TEXT(sim_text(&reply, "/Code"), "InvalidModuleCode");
	sim_done(&reply);
	reply = ask(&simulator, "bssopenapi", "QueryAccountBalance", "", "");
	CU_ASSERT_PTR_NOT_NULL(sim_text(&reply, "/Data/AvailableAmount"));
	sim_done(&reply);
	reply = ask(&simulator, "quotas", "ListProductQuotas", "ProductCode=ecs&QuotaCategory=FlowControl", "");
	CU_ASSERT_EQUAL(cJSON_GetArraySize(sim_at(&reply, "/Quotas")), 3);
	sim_done(&reply);
	reply = ask(&simulator, "quotas", "ListProductQuotas", "QuotaCategory=FlowControl", "MissingParameter");
	sim_done(&reply);
	sim_end(&simulator);
}

static void a_cluster_has_activities_and_a_load_balancer(void)
{
	struct simulator simulator;
	char query[QUERY_SIZE];
	struct node_pool *pool;
	struct cluster *cluster = NULL;
	sim_begin(&simulator, "demo", -1, -1);
	const struct region *hongkong = world_region(&simulator.world, "cn-hongkong");
	const char *failed = NULL;
	EACH(pool, hongkong, KIND_NODE_POOL)
	if (pool->failed_nodes)
		failed = pool->scaling_group_id;
	EACH(cluster, hongkong, KIND_CLUSTER)
	break;
	CU_ASSERT_PTR_NOT_NULL_FATAL(failed);
	CU_ASSERT_PTR_NOT_NULL_FATAL(cluster);
	snprintf(query, sizeof(query), "RegionId=cn-hongkong&ScalingGroupId=%s", failed);
	struct sim_reply reply = ask(&simulator, "ess", "DescribeScalingActivities", query, "");
	UNIT_SAME_TEXT(sim_text(&reply, "/ScalingActivities/ScalingActivity/0/StatusCode"), "Failed");
	sim_done(&reply);
	snprintf(
	        query, sizeof(query), "RegionId=cn-hongkong&Tag.1.Key=ack.aliyun.com&Tag.1.Value=%s", cluster->base.id);
	reply = ask(&simulator, "slb", "DescribeLoadBalancers", query, "");
	CU_ASSERT_EQUAL(cJSON_GetArraySize(sim_at(&reply, "/LoadBalancers/LoadBalancer")), 1);
	sim_done(&reply);
	snprintf(query, sizeof(query), "OIDCProviderName=ack-rrsa-%s", cluster->base.id);
	reply = ask(&simulator, "ims", "GetOIDCProvider", query, "");
	UNIT_SAME_TEXT(sim_text(&reply, "/OIDCProvider/ClientIds"), "sts.aliyuncs.com");
	sim_done(&reply);
	reply = ask(&simulator, "ims", "ListOIDCProviders", "MaxItems=2", "");
	CU_ASSERT_TRUE(cJSON_IsTrue(sim_at(&reply, "/IsTruncated")));
	sim_done(&reply);
	sim_end(&simulator);
}

static const struct unit_test tests[] = {
        UNIT_TEST(the_index_finds_every_instance_in_every_region),
        UNIT_TEST(the_index_must_be_switched_on),
        UNIT_TEST(prices_balance_and_quotas_are_told),
        UNIT_TEST(a_cluster_has_activities_and_a_load_balancer),
};
const struct unit_suite sim_index_suite = UNIT_SUITE("index", tests);
