// SPDX-License-Identifier: Apache-2.0
// The operations of ACK, one function each, in the files cs_*.c.
#ifndef PEERDECK_SIM_CS_H
#define PEERDECK_SIM_CS_H

#include "base/base.h"

struct call;
struct cluster;
struct node_pool;

// The cluster (or its node pool) that the path names; NULL after call_fail.
struct cluster *cs_cluster(struct call *call);
struct node_pool *cs_node_pool(struct call *call);
// Nothing else is being done to the cluster; false after call_fail.
bool cs_cluster_is_idle(struct call *call, const struct cluster *cluster);

void cs_cancel_task(struct call *call);
void cs_check_service_role(struct call *call);
void cs_create_cluster(struct call *call);
void cs_create_cluster_node_pool(struct call *call);
void cs_delete_cluster(struct call *call);
void cs_delete_cluster_nodepool(struct call *call);
void cs_describe_cluster_detail(struct call *call);
void cs_describe_cluster_events(struct call *call);
void cs_describe_cluster_logs(struct call *call);
void cs_describe_cluster_node_pool_detail(struct call *call);
void cs_describe_cluster_node_pools(struct call *call);
void cs_describe_cluster_nodes(struct call *call);
void cs_describe_cluster_resources(struct call *call);
void cs_describe_cluster_tasks(struct call *call);
void cs_describe_cluster_user_kubeconfig(struct call *call);
void cs_describe_clusters_for_region(struct call *call);
void cs_describe_clusters_v1(struct call *call);
void cs_describe_events(struct call *call);
void cs_describe_kubernetes_version_metadata(struct call *call);
void cs_describe_regions(struct call *call);
void cs_describe_task_info(struct call *call);
void cs_describe_user_quota(struct call *call);
void cs_install_cluster_addons(struct call *call);
void cs_list_cluster_addon_instances(struct call *call);
void cs_list_cluster_kubeconfig_states(struct call *call);
void cs_modify_cluster(struct call *call);
void cs_modify_cluster_node_pool(struct call *call);
void cs_remove_node_pool_nodes(struct call *call);
void cs_revoke_k8s_cluster_kubeconfig(struct call *call);
void cs_scale_cluster_node_pool(struct call *call);

#endif
