// SPDX-License-Identifier: Apache-2.0
// ACK clusters, node pools and nodes as records.
#include "alibaba/list_helpers.h"

#include <string.h>

#include "base/banned.h"

// master_url is JSON inside a string: {"api_server_endpoint": "https://…", "intranet_api_server_endpoint":
// "https://…"}.
static void take_servers(struct snapshot_builder *builder, const cJSON *item, struct cluster_record *record)
{
	const char *text = json_text(item, "master_url"), *public, *inside;
	struct json_doc doc;

	if (!*text || !json_open(&doc, text, strlen(text), "master_url", NULL))
		return;
	public = json_text(doc.root, "api_server_endpoint");
	inside = json_text(doc.root, "intranet_api_server_endpoint");
	record->api_server = snapshot_text(builder, *public ? public : inside);
	record->intranet_server = snapshot_text(builder, inside);
	json_close(&doc);
}

void list_add_cluster(struct list_part *part, const cJSON *item)
{
	struct snapshot_builder *builder = part->builder;
	const char *id = json_text(item, "cluster_id"), *region = json_text(item, "region_id");
	struct cluster_record *record;

	// The call for all regions at once is filtered by us too.
	if (!*id || (*region && *part->scope->region && strcmp(region, part->scope->region)))
		return;
	record = snapshot_add(builder, id);
	if (!record)
		return;
	record->record.name = take_text(builder, item, "name");
	record->record.region = snapshot_shared(builder, *region ? region : part->scope->region);
	record->record.status = take_shared(builder, item, "state");
	record->record.created = json_time(item, "created");
	record->version = take_shared(builder, item, "current_version");
	record->type = take_shared(builder, item, "cluster_type");
	record->spec = take_shared(builder, item, "cluster_spec");
	record->profile = take_shared(builder, item, "profile");
	record->vpc_id = take_shared(builder, item, "vpc_id");
	record->security_group_id = take_text(builder, item, "security_group_id");
	record->container_cidr = take_shared(builder, item, "container_cidr");
	record->service_cidr = take_shared(builder, item, "service_cidr");
	take_servers(builder, item, record);
	record->vswitch_ids = take_list(builder, json_member(item, "vswitch_ids"), NULL, false);
	record->tags = take_tags(builder, json_member(item, "tags"));
	record->size = json_int(item, "size", INT64_MIN);
	record->updated = json_time(item, "updated");
	record->deletion_protection = json_flag(item, "deletion_protection", false);
}

void list_add_node_pool(struct list_part *part, const cJSON *item)
{
	struct snapshot_builder *builder = part->builder;
	const cJSON *info = json_member(item, "nodepool_info"), *group = json_member(item, "scaling_group");
	const cJSON *status = json_member(item, "status"), *scaling = json_member(item, "auto_scaling");
	const char *id = json_text(info, "nodepool_id");
	struct node_pool_record *record = *id ? snapshot_add(builder, id) : NULL;

	if (!record)
		return;
	record->record.name = take_text(builder, info, "name");
	record->record.region = snapshot_shared(builder, part->scope->region);
	record->record.status = take_shared(builder, status, "state");
	record->record.created = json_time(info, "created");
	record->cluster_id = snapshot_shared(builder, part->scope->cluster);
	record->type = take_shared(builder, info, "type");
	record->image_type = take_shared(builder, group, "image_type");
	record->system_disk_category = take_shared(builder, group, "system_disk_category");
	record->spot_strategy = take_shared(builder, group, "spot_strategy");
	record->instance_types = take_list(builder, json_member(group, "instance_types"), NULL, true);
	record->vswitch_ids = take_list(builder, json_member(group, "vswitch_ids"), NULL, true);
	record->desired = json_int(group, "desired_size", INT64_MIN);
	record->total = json_int(status, "total_nodes", INT64_MIN);
	record->healthy = json_int(status, "healthy_nodes", INT64_MIN);
	record->failed = json_int(status, "failed_nodes", INT64_MIN);
	record->auto_scaling = json_flag(scaling, "enable", false);
	record->minimum = record->auto_scaling ? json_int(scaling, "min_instances", INT64_MIN) : INT64_MIN;
	record->maximum = record->auto_scaling ? json_int(scaling, "max_instances", INT64_MIN) : INT64_MIN;
	record->is_default = json_flag(info, "is_default", false);
}

void list_add_node(struct list_part *part, const cJSON *item)
{
	struct snapshot_builder *builder = part->builder;
	const char *id = json_text(item, "instance_id"), *name = json_text(item, "node_name");
	struct node_record *record;

	// A node that has no instance yet is told by its name.
	if (!*id)
		id = name;
	record = *id ? snapshot_add(builder, id) : NULL;
	if (!record)
		return;
	record->record.name = snapshot_text(builder, name);
	record->record.region = snapshot_shared(builder, part->scope->region);
	record->record.status = take_shared(builder, item, "node_status");
	record->record.created = json_time(item, "creation_time");
	record->cluster_id = snapshot_shared(builder, part->scope->cluster);
	record->node_pool_id = take_shared(builder, item, "nodepool_id");
	record->state = take_shared(builder, item, "state");
	record->instance_status = take_shared(builder, item, "instance_status");
	record->type = take_shared(builder, item, "instance_type");
	record->private_ip = snapshot_text(builder, first_text(json_member(item, "ip_address")));
	record->message = take_text(builder, item, "error_message");
}
