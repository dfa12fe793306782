// SPDX-License-Identifier: Apache-2.0
// Nodes, PeerPods and events as records, and which resource a kind is.
#include "config.h"
#include "kubernetes/fill.h"

#include <stdio.h>
#include <string.h>

#include "kubernetes/api_resource.h"

#include "base/banned.h"

static const struct row {
	enum kind_id kind;
	enum api_kind resource;
	void (*fill)(const struct fill *fill, const cJSON *object);
} rows[] = {
        {KIND_POD, API_PODS, fill_pod},
        {KIND_NODE, API_NODES, fill_node},
        {KIND_PEERPOD, API_PEER_PODS, fill_peerpod},
        {KIND_EVENT, API_EVENTS, fill_event},
};

const struct api_resource *fill_resource(enum kind_id kind)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (rows[i].kind == kind)
			return &api_resources[rows[i].resource];
	return NULL;
}

void fill_add(const struct fill *fill, enum kind_id kind, const cJSON *object)
{
	if (!*json_text(json_member(object, "metadata"), "uid"))
		return;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (rows[i].kind == kind)
			rows[i].fill(fill, object);
}

// ---- nodes ----

// "cn-beijing.i-2ze…" on Alibaba Cloud, "azure:///subscriptions/…" and the like elsewhere.
static const char *instance_of(const char *provider_id)
{
	const char *scheme = strstr(provider_id, "://"), *dot = strrchr(provider_id, '.');

	if (scheme) {
		const char *last = strrchr(provider_id, '/');

		return strncmp(provider_id, "azure", 5) == 0 ? scheme + 3 : last + 1;
	}
	return dot ? dot + 1 : provider_id;
}

static const char *label_of(const cJSON *labels, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *value = json_text(labels, names[i]);

		if (*value)
			return value;
	}
	return "";
}

// What is wrong with it: that it is not ready, or short of something.
static const char *complaint(const cJSON *object)
{
	const cJSON *condition;

	cJSON_ArrayForEach(condition, json_path(object, "status.conditions"))
	{
		bool is_true = strcmp(json_text(condition, "status"), "True") == 0;

		if (is_true != (strcmp(json_text(condition, "type"), "Ready") == 0))
			return json_text(condition, "message");
	}
	return "";
}

static void take_node_state(const struct fill *fill, const cJSON *object, struct node_record *record)
{
	const cJSON *ready = fill_condition(object, "Ready");
	char status[64];

	record->is_ready = strcmp(json_text(ready, "status"), "True") == 0;
	record->is_unschedulable = json_flag(json_member(object, "spec"), "unschedulable", false);
	record->ready_since = json_time(ready, "lastTransitionTime");
	record->heartbeat = json_time(ready, "lastHeartbeatTime");
	snprintf(status, sizeof(status), "%s%s",
	        !ready             ? "Unknown"
	        : record->is_ready ? "Ready"
	                           : "NotReady",
	        record->is_unschedulable ? ",SchedulingDisabled" : "");
	record->record.status = snapshot_shared(fill->builder, status);
	record->message =
	        record->is_ready && !*complaint(object) ? "" : snapshot_text(fill->builder, complaint(object));
}

static void take_addresses(const struct fill *fill, const cJSON *object, struct node_record *record)
{
	enum { ADDRESSES_MOST = 16 };
	const char *addresses[ADDRESSES_MOST];
	unsigned count = 0;
	const cJSON *item;

	cJSON_ArrayForEach(item, json_path(object, "status.addresses"))
	{
		if (strcmp(json_text(item, "type"), "InternalIP") == 0 && count < ADDRESSES_MOST)
			addresses[count++] = json_text(item, "address");
	}
	record->addresses = snapshot_list(fill->builder, addresses, count, false);
	record->private_ip = count > 0 ? snapshot_text(fill->builder, addresses[0]) : "";
}

void fill_node(const struct fill *fill, const cJSON *object)
{
	static const char *const pools[] = {"alibabacloud.com/nodepool-id", "kubernetes.azure.com/agentpool",
	        "worker.gardener.cloud/pool", "agentpool"};
	static const char *const types[] = {"node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type"};
	static const char *const zones[] = {"topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"};
	static const char *const regions[] = {
	        "topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"};
	static const char peerpods[] = "kata.peerpods.io/vm";
	const cJSON *metadata = json_member(object, "metadata"), *labels = json_member(metadata, "labels");
	const cJSON *info = json_path(object, "status.nodeInfo");
	struct snapshot_builder *builder = fill->builder;
	const char *uid = json_text(metadata, "uid"), *provider = json_text(json_member(object, "spec"), "providerID");
	struct node_record *record = snapshot_add(builder, *provider ? instance_of(provider) : uid);
	const char *region = *fill->scope->region ? fill->scope->region : label_of(labels, regions, COUNT_OF(regions));

	if (!record)
		return;
	record->record.name = snapshot_text(builder, json_text(metadata, "name"));
	record->record.region = snapshot_shared(builder, region);
	record->record.created = json_time(metadata, "creationTimestamp");
	record->cluster_id = snapshot_shared(builder, fill->scope->cluster);
	record->node_pool_id = snapshot_shared(builder, label_of(labels, pools, COUNT_OF(pools)));
	record->type = snapshot_shared(builder, label_of(labels, types, COUNT_OF(types)));
	record->zone = snapshot_shared(builder, label_of(labels, zones, COUNT_OF(zones)));
	record->uid = snapshot_text(builder, uid);
	record->provider_id = snapshot_text(builder, provider);
	record->boot_id = snapshot_text(builder, json_text(info, "bootID"));
	record->kubelet_version = snapshot_shared(builder, json_text(info, "kubeletVersion"));
	record->runtime_version = snapshot_shared(builder, json_text(info, "containerRuntimeVersion"));
	record->labels = fill_map(builder, labels);
	record->peerpod_capacity = fill_quantity(json_path(object, "status.capacity"), peerpods);
	record->peerpod_allocatable = fill_quantity(json_path(object, "status.allocatable"), peerpods);
	record->lease_renewed = lease_times_find(fill->leases, record->record.name);
	take_addresses(fill, object, record);
	take_node_state(fill, object, record);
}

// ---- PeerPods ----

void fill_peerpod(const struct fill *fill, const cJSON *object)
{
	const cJSON *metadata = json_member(object, "metadata"), *spec = json_member(object, "spec"), *item;
	struct snapshot_builder *builder = fill->builder;
	struct peerpod_record *record = snapshot_add(builder, json_text(metadata, "uid"));

	if (!record)
		return;
	record->record.name = snapshot_text(builder, json_text(metadata, "name"));
	record->record.region = snapshot_shared(builder, fill->scope->region);
	record->record.created = json_time(metadata, "creationTimestamp");
	record->cluster_id = snapshot_shared(builder, fill->scope->cluster);
	record->namespace_name = snapshot_shared(builder, json_text(metadata, "namespace"));
	record->vm_id = snapshot_text(builder, json_text(spec, "instanceID"));
	record->cloud = snapshot_shared(builder, json_text(spec, "cloudProvider"));
	record->deleting_since = json_time(metadata, "deletionTimestamp");
	record->record.status = snapshot_shared(builder, record->deleting_since ? "Terminating" : "Active");
	cJSON_ArrayForEach(item, json_member(metadata, "ownerReferences"))
	{
		if (strcmp(json_text(item, "kind"), "Pod") != 0)
			continue;
		record->pod = snapshot_text(builder, json_text(item, "name"));
		record->pod_uid = snapshot_text(builder, json_text(item, "uid"));
	}
	cJSON_ArrayForEach(item, json_member(metadata, "finalizers"))
	{
		if (cJSON_IsString(item) && strcmp(item->valuestring, "peer.pod/finalizer") == 0)
			record->has_finalizer = true;
	}
}

// ---- events ----

void fill_event(const struct fill *fill, const cJSON *object)
{
	const cJSON *metadata = json_member(object, "metadata"), *about = json_member(object, "involvedObject");
	const cJSON *series = json_member(object, "series");
	struct snapshot_builder *builder = fill->builder;
	struct event_record *record = snapshot_add(builder, json_text(metadata, "uid"));
	const char *source = json_text(json_member(object, "source"), "component");
	int64_t first = json_time(object, "firstTimestamp"), last = json_time(object, "lastTimestamp");
	int64_t moment = json_time(object, "eventTime"), again = json_time(series, "lastObservedTime");

	if (!record)
		return;
	if (!moment)
		moment = json_time(metadata, "creationTimestamp");
	record->record.name = snapshot_shared(builder, json_text(object, "reason"));
	record->record.region = snapshot_shared(builder, fill->scope->region);
	record->record.status = snapshot_shared(builder, json_text(object, "type"));
	record->record.created = first ? first : moment;
	record->last_seen = again ? again : last ? last : moment;
	record->count = json_int(series, "count", json_int(object, "count", 1));
	record->cluster_id = snapshot_shared(builder, fill->scope->cluster);
	record->namespace_name = snapshot_shared(builder, json_text(metadata, "namespace"));
	record->object_kind = snapshot_shared(builder, json_text(about, "kind"));
	record->object = snapshot_shared(builder, json_text(about, "name"));
	record->object_uid = snapshot_shared(builder, json_text(about, "uid"));
	record->source = snapshot_shared(builder, *source ? source : json_text(object, "reportingComponent"));
	record->message = snapshot_text(builder, json_text(object, "message"));
}
