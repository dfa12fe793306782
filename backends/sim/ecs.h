// SPDX-License-Identifier: Apache-2.0
// The operations of ECS, one function each, in the files ecs_*.c.
#ifndef PEERDECK_SIM_ECS_H
#define PEERDECK_SIM_ECS_H

struct call;
struct image;
struct instance;
struct world;

// The instance that `parameter` names; NULL after call_fail.
struct instance *ecs_instance(struct call *call, const char *parameter);
// What an image stands on, once it is there.
void ecs_make_snapshot(struct world *world, struct image *image);

void ecs_attach_network_interface(struct call *call);
void ecs_authorize_security_group(struct call *call);
void ecs_cancel_copy_image(struct call *call);
void ecs_cancel_task(struct call *call);
void ecs_copy_image(struct call *call);
void ecs_create_network_interface(struct call *call);
void ecs_create_security_group(struct call *call);
void ecs_delete_disk(struct call *call);
void ecs_delete_image(struct call *call);
void ecs_delete_instance(struct call *call);
void ecs_delete_instances(struct call *call);
void ecs_delete_network_interface(struct call *call);
void ecs_delete_security_group(struct call *call);
void ecs_delete_snapshot(struct call *call);
void ecs_describe_available_resource(struct call *call);
void ecs_describe_disks(struct call *call);
void ecs_describe_images(struct call *call);
void ecs_describe_instance_attribute(struct call *call);
void ecs_describe_instance_history_events(struct call *call);
void ecs_describe_instance_status(struct call *call);
void ecs_describe_instance_type_families(struct call *call);
void ecs_describe_instance_types(struct call *call);
void ecs_describe_instances(struct call *call);
void ecs_describe_key_pairs(struct call *call);
void ecs_describe_network_interface_attribute(struct call *call);
void ecs_describe_network_interfaces(struct call *call);
void ecs_describe_price(struct call *call);
void ecs_describe_recommend_instance_type(struct call *call);
void ecs_describe_regions(struct call *call);
void ecs_describe_security_group_attribute(struct call *call);
void ecs_describe_security_group_references(struct call *call);
void ecs_describe_security_groups(struct call *call);
void ecs_describe_snapshots(struct call *call);
void ecs_describe_spot_advice(struct call *call);
void ecs_describe_spot_price_history(struct call *call);
void ecs_describe_task_attribute(struct call *call);
void ecs_describe_tasks(struct call *call);
void ecs_describe_user_data(struct call *call);
void ecs_describe_zones(struct call *call);
void ecs_detach_network_interface(struct call *call);
void ecs_get_instance_console_output(struct call *call);
void ecs_get_instance_screenshot(struct call *call);
void ecs_import_image(struct call *call);
void ecs_list_tag_resources(struct call *call);
void ecs_modify_instance_attribute(struct call *call);
void ecs_modify_network_interface_attribute(struct call *call);
void ecs_reboot_instance(struct call *call);
void ecs_run_instances(struct call *call);
void ecs_start_instance(struct call *call);
void ecs_stop_instance(struct call *call);
void ecs_tag_resources(struct call *call);
void ecs_untag_resources(struct call *call);

#endif
