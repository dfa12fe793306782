// SPDX-License-Identifier: Apache-2.0
// What clusters have elsewhere: their scaling groups' activities and their load balancers.
// Sources: Alibaba Cloud API: ESS 2014-08-28, SLB 2014-05-15.
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "sim/service.h"
#include "sim/vpc_ops.h"

#include "base/banned.h"

enum { PAGE_USUAL = 10, ACTIVITIES_MOST = 50, BALANCERS_MOST = 100 };

static void write_activity(struct call *call, const struct node_pool *pool, const char *id, const char *status)
{
	struct json_out *out = &call->out;
	bool failed = !strcmp(status, "Failed"), running = !strcmp(status, "InProgress");
	json_object(out, NULL);
	json_text(out, "ScalingActivityId", id);
	json_text(out, "ScalingGroupId", pool->scaling_group_id);
	json_text(out, "StatusCode", status);
	json_text(out, "StatusMessage",
	        failed ? "Fail to create instance: OperationDenied.NoStock, the requested resource is sold out in the "
	                 "specified zone; try other types of resources or other regions and zones."
	               : "");
	json_printf(out, "Description", "Add %" PRId64 " ECS instance(s)",
	        failed ? pool->failed_nodes : pool->desired_size);
	json_printf(
	        out, "Cause", "A user changes the desired size of the node pool to %" PRId64 ".", pool->desired_size);
	json_int(out, "Progress", running ? 50 : 100);
	json_int(out, "TotalCapacity", pool->desired_size);
	json_int(out, "AttachedCapacity", 0);
	json_int(out, "AutoCreatedCapacity", pool->desired_size - pool->failed_nodes);
	json_time(out, "StartTime", pool->updated ? pool->updated : pool->base.created);
	json_time(out, "EndTime", running ? 0 : pool->updated ? pool->updated : pool->base.created);
	json_object_end(out);
}

static bool activity_asked(const struct call *call, const char *id)
{
	const char *ids[20];
	size_t count = call_list(call, "ScalingActivityId", ids, COUNT_OF(ids));
	for (size_t i = 0; i < count; i++)
		if (!strcmp(ids[i], id))
			return true;
	return !count;
}

static void scaling_activities(struct call *call)
{
	struct page page;
	struct node_pool *pool;
	if (!page_begin(call, &page, PAGE_NUMBERS, PAGE_USUAL, ACTIVITIES_MOST))
		return;
	if (!call_text(call, "ScalingGroupId") && !call_text(call, "ScalingActivityId.1")) {
		call_fail(call, 400, "MissingScalingGroupId",
		        "One of ScalingGroupId and ScalingActivityId must be given.");
		return;
	}
	json_object(&call->out, "ScalingActivities");
	json_list(&call->out, "ScalingActivity");
	EACH(pool, call->region, KIND_NODE_POOL)
	{
		const char *status = pool->failed_nodes                     ? "Failed"
		                     : !strcmp(pool->base.state, "scaling") ? "InProgress"
		                                                            : "Successful";
		const char *id = arena_printf(&call->request->arena, "asa-%s", pool->scaling_group_id + 4);
		if (wanted_is(call_text(call, "ScalingGroupId"), pool->scaling_group_id) && activity_asked(call, id) &&
		        wanted_is(call_text(call, "StatusCode"), status) && page_takes(&page, &pool->base))
			write_activity(call, pool, id, status);
	}
	json_list_end(&call->out);
	json_object_end(&call->out);
	page_end(call, &page);
}

static const struct operation ess_operations[] = {
        {"DescribeScalingActivities", scaling_activities,
                "RegionId! ScalingGroupId ScalingActivityId.N(1..20) InstanceRefreshTaskId "
                "StatusCode(Successful|Warning|Failed|InProgress|Rejected) PageNumber:int(1..) PageSize:int(1..50)",
                OPERATION_SILENT},
};

extern const struct service ess_service;
const struct service ess_service = {
        .name = "ess",
        .version = "2014-08-28",
        .style = STYLE_RPC,
        .operations = ess_operations,
        .operation_count = COUNT_OF(ess_operations),
};

// The id of a cluster's load balancer for the API server; NULL = it has none.
static const char *balancer_id(const struct cluster *cluster)
{
	for (size_t i = 0; i < cluster->resource_count; i++)
		if (!strcmp(cluster->resources[i].type, "ALIYUN::SLB::LoadBalancer"))
			return cluster->resources[i].instance_id;
	return NULL;
}

static void write_balancer(struct call *call, const struct cluster *cluster, const char *id)
{
	struct json_out *out = &call->out;
	json_object(out, NULL);
	json_text(out, "LoadBalancerId", id);
	json_text(out, "LoadBalancerName", "ManagedK8SSlbIntranet");
	json_text(out, "LoadBalancerStatus", "active");
	json_ip(out, "Address", cluster->intranet_ip);
	json_text(out, "AddressType", "intranet");
	json_text(out, "AddressIPVersion", "ipv4");
	json_text(out, "RegionId", cluster->base.region->id);
	json_text(out, "NetworkType", "vpc");
	json_text(out, "VpcId", cluster->vpc->base.id);
	json_text(out, "VSwitchId", cluster->vswitch_count ? cluster->vswitches[0]->base.id : "");
	json_text(out, "PayType", "PayOnDemand");
	json_text(out, "InternetChargeType", "paybytraffic");
	json_text(out, "ResourceGroupId", "");
	json_time(out, "CreateTime", cluster->base.created);
	json_object(out, "Tags");
	json_list(out, "Tag");
	json_object(out, NULL);
	json_text(out, "TagKey", "ack.aliyun.com");
	json_text(out, "TagValue", cluster->base.id);
	json_object_end(out);
	json_list_end(out);
	json_object_end(out);
	json_object_end(out);
}

// The only tag is the cluster's own.
static bool tags_match(struct call *call, const struct cluster *cluster)
{
	struct tag tags[TAGS_MOST];
	size_t count = call_tags(call, tags, COUNT_OF(tags));
	for (size_t i = 0; i < count; i++)
		if (strcmp(tags[i].key, "ack.aliyun.com") != 0 || !wanted_is(tags[i].value, cluster->base.id))
			return false;
	return true;
}

static void load_balancers(struct call *call)
{
	struct page page;
	struct cluster *cluster;
	if (!page_begin(call, &page, PAGE_NUMBERS, PAGE_USUAL, BALANCERS_MOST))
		return;
	json_object(&call->out, "LoadBalancers");
	json_list(&call->out, "LoadBalancer");
	EACH(cluster, call->region, KIND_CLUSTER)
	{
		const char *id = balancer_id(cluster);
		if (id && call_sees(call, &cluster->base) && wanted_is(call_text(call, "LoadBalancerId"), id) &&
		        wanted_is(call_text(call, "VpcId"), cluster->vpc->base.id) &&
		        wanted_is(call_text(call, "AddressType"), "intranet") &&
		        wanted_is(call_text(call, "LoadBalancerStatus"), "active") && tags_match(call, cluster) &&
		        page_takes(&page, &cluster->base))
			write_balancer(call, cluster, id);
	}
	json_list_end(&call->out);
	json_object_end(&call->out);
	page_end(call, &page);
}

static const struct operation slb_operations[] = {
        {"DescribeLoadBalancers", load_balancers,
                "RegionId! LoadBalancerId LoadBalancerName LoadBalancerStatus(inactive|active|locked) Address "
                "AddressIPVersion AddressType(internet|intranet) InternetChargeType(paybybandwidth|paybytraffic) "
                "MasterZoneId SlaveZoneId NetworkType(vpc|Classic) PayType ResourceGroupId ServerId "
                "ServerIntranetAddress Tags VSwitchId VpcId Tag.N.Key(1..20) Tag.N.Value(1..20) PageNumber:int(1..) "
                "PageSize:int(1..100)",
                OPERATION_SILENT},
};

extern const struct service slb_service;
const struct service slb_service = {
        .name = "slb",
        .version = "2014-05-15",
        .style = STYLE_RPC,
        .operations = slb_operations,
        .operation_count = COUNT_OF(slb_operations),
};
