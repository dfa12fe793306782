// SPDX-License-Identifier: Apache-2.0
// ACK: the table of its operations (Alibaba Cloud API: CS 2015-12-15).
#include "config.h"
#include "sim/cs.h"

#include "sim/service.h"

#include "base/banned.h"

#define CHANGES OPERATION_CHANGES
#define TOKEN OPERATION_CLIENT_TOKEN

// clang-format off
static const struct operation operations[] = {
	{"CancelTask", cs_cancel_task,
		"task_id!", CHANGES, "POST", "/tasks/{task_id}/cancel"},
	{"CheckServiceRole", cs_check_service_role,
		"body.roles!:json", 0, "POST", "/ram/check-service-role"},
	{"CreateCluster", cs_create_cluster,
		"body.access_control_list:json body.addons:json body.api_audiences body.audit_log_config:json "
		"body.auto_mode:json body.auto_renew:bool body.auto_renew_period:int body.charge_type "
		"body.cis_enabled:bool body.cloud_monitor_flags:bool body.cluster_domain body.cluster_spec "
		"body.cluster_type!(ManagedKubernetes|Kubernetes|ExternalKubernetes) body.container_cidr "
		"body.control_plane_config:json body.control_plane_endpoints_config:json "
		"body.controlplane_log_components:json body.controlplane_log_project body.controlplane_log_ttl "
		"body.cpu_policy body.custom_san body.deletion_protection:bool body.disable_rollback:bool "
		"body.enable_rrsa:bool body.encryption_provider_key body.endpoint_public_access:bool "
		"body.extra_sans:json body.format_disk:bool body.image_id body.image_type body.instances:json "
		"body.ip_stack body.is_enterprise_security_group:bool body.keep_instance_name:bool body.key_pair "
		"body.kubernetes_version body.load_balancer_id body.load_balancer_spec body.logging_type "
		"body.login_password body.maintenance_window:json body.master_auto_renew:bool "
		"body.master_auto_renew_period:int body.master_count:int body.master_instance_charge_type "
		"body.master_instance_types:json body.master_period:int body.master_period_unit "
		"body.master_system_disk_category body.master_system_disk_performance_level "
		"body.master_system_disk_size:int body.master_system_disk_snapshot_policy_id "
		"body.master_vswitch_ids:json body.name! body.nat_gateway:bool body.node_cidr_mask "
		"body.node_name_mode body.node_port_range body.nodepools:json body.num_of_nodes:int "
		"body.operation_policy:json body.os_type body.period:int body.period_unit body.platform "
		"body.pod_vswitch_ids:json body.profile body.proxy_mode body.rds_instances:json body.region_id! "
		"body.resource_group_id body.rrsa_config:json body.runtime:json body.security_group_id "
		"body.security_hardening_os:bool body.service_account_issuer body.service_cidr "
		"body.service_discovery_types:json body.snat_entry:bool body.soc_enabled:bool body.ssh_flags:bool "
		"body.tags:json body.taints:json body.timeout_mins:int body.timezone body.user_ca body.user_data "
		"body.vpcid body.vswitch_ids:json body.worker_auto_renew:bool body.worker_auto_renew_period:int "
		"body.worker_data_disks:json body.worker_instance_charge_type body.worker_instance_types:json "
		"body.worker_period:int body.worker_period_unit body.worker_system_disk_category "
		"body.worker_system_disk_performance_level body.worker_system_disk_size:int "
		"body.worker_system_disk_snapshot_policy_id body.worker_vswitch_ids:json body.zone_id "
		"body.zone_ids:json", CHANGES, "POST", "/clusters"},
	{"CreateClusterNodePool", cs_create_cluster_node_pool,
		"ClusterId! body.auto_mode:json body.auto_scaling:json body.count:int body.eflo_node_group:json "
		"body.host_network:bool body.interconnect_config:json body.interconnect_mode body.intranet:bool "
		"body.kubernetes_config:json body.management:json body.max_nodes:int body.node_components:json "
		"body.node_config:json body.nodepool_info:json body.scaling_group:json body.tee_config:json", CHANGES, "POST", "/clusters/{ClusterId}/nodepools"},
	{"DeleteCluster", cs_delete_cluster,
		"ClusterId! delete_options:json keep_slb:bool retain_all_resources:bool retain_resources:json", CHANGES, "DELETE", "/clusters/{ClusterId}"},
	{"DeleteClusterNodepool", cs_delete_cluster_nodepool,
		"ClusterId! NodepoolId! force:bool", CHANGES, "DELETE", "/clusters/{ClusterId}/nodepools/{NodepoolId}"},
	{"DescribeClusterDetail", cs_describe_cluster_detail,
		"ClusterId!", 0, "GET", "/clusters/{ClusterId}"},
	{"DescribeClusterEvents", cs_describe_cluster_events,
		"ClusterId! page_number:int page_size:int task_id max_results:int next_token", 0, "GET", "/clusters/{ClusterId}/events"},
	{"DescribeClusterLogs", cs_describe_cluster_logs,
		"ClusterId!", 0, "GET", "/clusters/{ClusterId}/logs"},
	{"DescribeClusterNodePoolDetail", cs_describe_cluster_node_pool_detail,
		"ClusterId! NodepoolId!", 0, "GET", "/clusters/{ClusterId}/nodepools/{NodepoolId}"},
	{"DescribeClusterNodePools", cs_describe_cluster_node_pools,
		"ClusterId! NodepoolName", 0, "GET", "/clusters/{ClusterId}/nodepools"},
	{"DescribeClusterNodes", cs_describe_cluster_nodes,
		"ClusterId! instanceIds nodepool_id pageNumber:int pageSize:int "
		"state(all|running|removing|initial|failed) nodeIps nodeLabels nodeNames", 0, "GET", "/clusters/{ClusterId}/nodes"},
	{"DescribeClusterResources", cs_describe_cluster_resources,
		"ClusterId! with_addon_resources:bool", 0, "GET", "/clusters/{ClusterId}/resources"},
	{"DescribeClusterTasks", cs_describe_cluster_tasks,
		"cluster_id page_number:int page_size:int max_results:int next_token", 0, "GET", "/clusters/{cluster_id}/tasks"},
	{"DescribeClusterUserKubeconfig", cs_describe_cluster_user_kubeconfig,
		"ClusterId! PrivateIpAddress:bool TemporaryDurationMinutes:int", 0, "GET", "/k8s/{ClusterId}/user_config"},
	{"DescribeClustersForRegion", cs_describe_clusters_for_region,
		"cluster_id cluster_spec cluster_type name page_number:int page_size:int profile region_id!", 0, "GET", "/regions/{region_id}/clusters"},
	{"DescribeClustersV1", cs_describe_clusters_v1,
		"cluster_id cluster_spec cluster_type name page_number:int page_size:int profile region_id", 0, "GET", "/api/v1/clusters"},
	{"DescribeEvents", cs_describe_events,
		"cluster_id page_number:int page_size:int type max_results:int next_token", 0, "GET", "/events"},
	{"DescribeEventsForRegion", cs_describe_events,
		"cluster_id page_number:int page_size:int region_id! max_results:int next_token", 0, "GET", "/regions/{region_id}/events"},
	{"DescribeKubernetesVersionMetadata", cs_describe_kubernetes_version_metadata,
		"ClusterType! KubernetesVersion Mode Profile QueryUpgradableVersion:bool Region! runtime", 0, "GET", "/api/v1/metadata/versions"},
	{"DescribeRegions", cs_describe_regions,
		"acceptLanguage clusterType profile", 0, "GET", "/regions"},
	{"DescribeTaskInfo", cs_describe_task_info,
		"task_id!", 0, "GET", "/tasks/{task_id}"},
	{"DescribeUserQuota", cs_describe_user_quota,
		"", 0, "GET", "/quota"},
	{"InstallClusterAddons", cs_install_cluster_addons,
		"ClusterId!", CHANGES, "POST", "/clusters/{ClusterId}/components/install"},
	{"ListClusterAddonInstances", cs_list_cluster_addon_instances,
		"cluster_id", 0, "GET", "/clusters/{cluster_id}/addon_instances"},
	{"ListClusterKubeconfigStates", cs_list_cluster_kubeconfig_states,
		"ClusterId cloudServiceKubeConfig:bool pageNumber:int pageSize:int", 0, "GET", "/clusters/{ClusterId}/kubeconfig/states"},
	{"ModifyCluster", cs_modify_cluster,
		"ClusterId! body.access_control_list:json body.api_server_custom_cert_sans:json "
		"body.api_server_eip:bool body.api_server_eip_id body.client_token body.cluster_name "
		"body.cluster_spec body.control_plane_config:json body.control_plane_endpoints_config:json "
		"body.deletion_protection:bool body.enable_rrsa:bool body.ingress_domain_rebinding:bool "
		"body.ingress_loadbalancer_id body.instance_deletion_protection:bool body.maintenance_window:json "
		"body.operation_policy:json body.resource_group_id body.security_group_id "
		"body.system_events_logging:json body.timezone body.vswitch_ids:json", CHANGES | TOKEN, "PUT", "/api/v2/clusters/{ClusterId}"},
	{"ModifyClusterNodePool", cs_modify_cluster_node_pool,
		"ClusterId! NodepoolId! body.auto_scaling:json body.concurrency:bool body.eflo_node_group:json "
		"body.kubernetes_config:json body.management:json body.nodepool_info:json body.scaling_group:json "
		"body.tee_config:json body.update_nodes:bool", CHANGES, "PUT", "/clusters/{ClusterId}/nodepools/{NodepoolId}"},
	{"RemoveNodePoolNodes", cs_remove_node_pool_nodes,
		"ClusterId! NodepoolId! concurrency:bool drain_node:bool instance_ids:json nodes:json "
		"release_node:bool", CHANGES, "DELETE", "/clusters/{ClusterId}/nodepools/{NodepoolId}/nodes"},
	{"RevokeK8sClusterKubeConfig", cs_revoke_k8s_cluster_kubeconfig,
		"ClusterId!", CHANGES, "DELETE", "/k8s/{ClusterId}/certs"},
	{"ScaleClusterNodePool", cs_scale_cluster_node_pool,
		"ClusterId! NodepoolId! body.count:int", CHANGES, "POST", "/clusters/{ClusterId}/nodepools/{NodepoolId}"},
};
// clang-format on

extern const struct service cs_service;
const struct service cs_service = {
	.name = "cs",
	.version = "2015-12-15",
	.style = STYLE_ROA,
	.operations = operations,
	.operation_count = COUNT_OF(operations),
};
