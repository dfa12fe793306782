// SPDX-License-Identifier: Apache-2.0
// One thing of any kind by its id: a row tells which call reads it.
#include "alibaba/thing.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "alibaba/fault.h"
#include "base/banned.h"

enum { THING_MOST = 4 << 20 };

static const struct thing_row {
	enum kind_id kind;
	const char *operation;
	const char *parameter; // that takes the id; NULL = the list is searched
	bool as_list;          // ["id"] instead of id
	const char *items;     // path of the array; NULL = the whole answer is the thing
	const char *id;        // member with the id
} rows[] = {
        {KIND_REGION, "ecs.DescribeRegions", NULL, false, "Regions.Region", "RegionId"},
        {KIND_ZONE, "ecs.DescribeZones", NULL, false, "Zones.Zone", "ZoneId"},
        {KIND_CLUSTER, "cs.DescribeClusterDetail", "ClusterId", false, NULL, NULL},
        {KIND_NODE_POOL, "cs.DescribeClusterNodePoolDetail", "NodepoolId", false, NULL, NULL},
        {KIND_NODE, "cs.DescribeClusterNodes", "instanceIds", false, "nodes", "instance_id"},
        {KIND_VM, "ecs.DescribeInstances", "InstanceIds", true, "Instances.Instance", "InstanceId"},
        {KIND_DISK, "ecs.DescribeDisks", "DiskIds", true, "Disks.Disk", "DiskId"},
        {KIND_ENI, "ecs.DescribeNetworkInterfaces", "NetworkInterfaceId.1", false,
                "NetworkInterfaceSets.NetworkInterfaceSet", "NetworkInterfaceId"},
        {KIND_EIP, "vpc.DescribeEipAddresses", "AllocationId", false, "EipAddresses.EipAddress", "AllocationId"},
        {KIND_IMAGE, "ecs.DescribeImages", "ImageId", false, "Images.Image", "ImageId"},
        {KIND_VPC, "vpc.DescribeVpcs", "VpcId", false, "Vpcs.Vpc", "VpcId"},
        {KIND_VSWITCH, "vpc.DescribeVSwitches", "VSwitchId", false, "VSwitches.VSwitch", "VSwitchId"},
};

static const struct thing_row *find_row(enum kind_id kind)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (rows[i].kind == kind)
			return &rows[i];
	return NULL;
}

static void fill_call(struct call *call, const struct session *session, const struct thing_row *row,
        const struct scope *scope, const char *id)
{
	const char *region = *scope->region ? scope->region : session_some_region(session);
	char list[160];

	call_init(call, row->operation, region);
	if (call->broken)
		return;
	if (operation_takes(call->operation, "RegionId"))
		call_set_region(call);
	if (operation_takes(call->operation, "ClusterId") && *scope->cluster)
		call_set(call, "ClusterId", scope->cluster);
	if (operation_takes(call->operation, "Status"))
		call_set(call, "Status", "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated");
	snprintf(list, sizeof(list), "[\"%.120s\"]", id);
	if (row->parameter)
		call_set(call, row->parameter, row->as_list ? list : id);
}

static const cJSON *find_item(const struct thing_row *row, const cJSON *root, const char *id)
{
	const cJSON *item;

	if (!row->items)
		return root;
	cJSON_ArrayForEach(item, json_path(root, row->items)) if (!strcmp(json_text(item, row->id), id)) return item;
	return NULL;
}

static void copy(char *out, size_t size, const cJSON *item, const char *first, const char *second)
{
	const char *text = json_text(item, first);

	snprintf(out, size, "%s", *text ? text : json_text(item, second));
}

static void fill_instance(struct thing *out, const cJSON *item)
{
	copy(out->name, sizeof(out->name), item, "InstanceName", "InstanceName");
	copy(out->status, sizeof(out->status), item, "Status", "Status");
	out->created = json_time(item, "CreationTime");
	out->started = json_time(item, "StartTime");
	out->protected = json_flag(item, "DeletionProtection", false);
	out->prepaid = !strcmp(json_text(item, "InstanceChargeType"), "PrePaid");
	snprintf(out->lock, sizeof(out->lock), "%s",
	        json_text(cJSON_GetArrayItem(json_path(item, "OperationLocks.LockReason"), 0), "LockReason"));
}

static void fill_interface(struct thing *out, const cJSON *item)
{
	copy(out->name, sizeof(out->name), item, "NetworkInterfaceName", "NetworkInterfaceName");
	copy(out->status, sizeof(out->status), item, "Status", "Status");
	copy(out->holder, sizeof(out->holder), item, "InstanceId", "InstanceId");
	out->created = json_time(item, "CreationTime");
	out->primary = !strcmp(json_text(item, "Type"), "Primary");
	out->service_managed = json_flag(item, "ServiceManaged", false);
}

static void fill_address(struct thing *out, const cJSON *item)
{
	copy(out->name, sizeof(out->name), item, "Name", "Name");
	copy(out->status, sizeof(out->status), item, "Status", "Status");
	copy(out->holder, sizeof(out->holder), item, "InstanceId", "InstanceId");
	copy(out->holder_sort, sizeof(out->holder_sort), item, "InstanceType", "InstanceType");
	out->created = json_time(item, "AllocationTime");
	out->protected = json_flag(item, "DeletionProtection", false);
	out->prepaid = !strcmp(json_text(item, "ChargeType"), "PrePaid");
	// A number in this answer, a boolean in others.
	out->service_managed = json_flag(item, "ServiceManaged", false) || json_int(item, "ServiceManaged", 0) == 1;
	copy(out->lock, sizeof(out->lock), cJSON_GetArrayItem(json_path(item, "OperationLocks.LockReason"), 0),
	        "LockReason", "LockReason");
}

static void fill_pool(struct thing *out, const cJSON *item)
{
	const cJSON *info = json_member(item, "nodepool_info");

	copy(out->name, sizeof(out->name), info, "name", "name");
	copy(out->status, sizeof(out->status), json_member(item, "status"), "state", "state");
	out->created = json_time(info, "created");
	out->size = json_int(json_member(item, "scaling_group"), "desired_size", -1);
	out->scales_itself = json_flag(json_member(item, "auto_scaling"), "enable", false);
}

static bool take(struct thing *out, enum kind_id kind, const cJSON *item, struct error *error)
{
	if (!item)
		return true;
	out->found = true;
	if (kind == KIND_VM)
		fill_instance(out, item);
	else if (kind == KIND_ENI)
		fill_interface(out, item);
	else if (kind == KIND_EIP)
		fill_address(out, item);
	else if (kind == KIND_NODE_POOL)
		fill_pool(out, item);
	return json_write(&out->json, item, false) || error_set(error, ERROR_LIMIT, _("The answer is too large"));
}

// An empty answer could be a refusal in disguise: absence is believed when a dry run shows the permission.
static bool absence_is_proven(
        struct session *session, const struct call *asked, struct cancel *cancel, struct error *error)
{
	struct error refusal = {0};
	struct http_response *response;
	struct call call;

	if (!(asked->operation->flags & OPERATION_SILENT) || !(asked->operation->flags & OPERATION_DRY_RUN))
		return true;
	call_init(&call, asked->operation->name, asked->region);
	call_set_region(&call);
	call_set_flag(&call, "DryRun", true);
	response = call_perform(&session->caller, &call, cancel, &refusal);
	call_finish(&call);
	if (!response && !strncasecmp(refusal.code, "DryRun", 6))
		return true;
	if (response)
		error_set(&refusal, ERROR_DENIED, _("Nothing was found, and nothing proves that it may be seen"));
	http_response_destroy(response);
	if (error)
		*error = refusal;
	return false;
}

bool thing_read(struct session *session, enum kind_id kind, const struct scope *scope, const char *id,
        struct thing *out, struct cancel *cancel, struct error *error)
{
	const struct thing_row *row = find_row(kind);
	struct http_response *response;
	struct error problem = {0};
	struct json_doc doc;
	struct call call;
	bool good = false;

	memset(out, 0, sizeof(*out));
	out->size = -1;
	buffer_init(&out->json, THING_MOST);
	if (!row)
		return error_set(error, ERROR_USAGE, _("Such things cannot be described"));
	fill_call(&call, session, row, scope, id);
	response = call_perform(&session->caller, &call, cancel, &problem);
	if (response && json_open(&doc, response->body, response->body_size, row->operation, &problem)) {
		good = take(out, kind, find_item(row, doc.root, id), &problem);
		json_close(&doc);
	} else if (!response && problem.kind == ERROR_NOT_FOUND && fault_class_of(problem.code) == FAULT_GONE) {
		// Only the service's own word for "gone" is absence: a 404 alone may come from anywhere.
		good = true;
	}
	if (good && response && !out->found)
		good = absence_is_proven(session, &call, cancel, &problem);
	if (!good && error)
		*error = problem;
	http_response_destroy(response);
	call_finish(&call);
	return good;
}

void thing_finish(struct thing *thing)
{
	buffer_finish(&thing->json);
}

bool thing_describe(struct session *session, enum kind_id kind, const struct scope *scope, const char *id,
        struct buffer *json, struct cancel *cancel, struct error *error)
{
	struct thing thing;
	bool good = thing_read(session, kind, scope, id, &thing, cancel, error);

	if (good && !thing.found)
		good = error_set(error, ERROR_NOT_FOUND, _("%s does not exist (any more)"), id);
	if (good)
		good = journal_mask(json, buffer_text(&thing.json)) ||
		       error_set(error, ERROR_LIMIT, _("The answer is too large"));
	thing_finish(&thing);
	return good;
}

bool thing_tag(const struct thing *thing, const char *key, char *out, size_t size)
{
	const cJSON *item;
	struct json_doc doc;
	bool found = false;

	if (!thing->json.size || !json_open(&doc, buffer_text(&thing->json), thing->json.size, "instance", NULL))
		return false;
	cJSON_ArrayForEach(item, json_path(doc.root, "Tags.Tag"))
	{
		if (strcmp(json_text(item, "TagKey"), key))
			continue;
		snprintf(out, size, "%s", json_text(item, "TagValue"));
		found = true;
	}
	json_close(&doc);
	return found;
}
