// SPDX-License-Identifier: Apache-2.0
// The cells of tables: each writes one JSON value.
#ifndef PEERDECK_SIM_KUBE_CELLS_H
#define PEERDECK_SIM_KUBE_CELLS_H

#include "sim/kube_tree.h"

struct kube_cell {
	struct buffer *out;
	const cJSON *object;
	int64_t now;
};

// How kubectl writes a duration: 90s, 5m12s, 97m, 4h3m, 30h, 3d4h, 340d, 2y40d.
enum { AGE_SIZE = 32 };
void kube_age(int64_t age_ms, char out[AGE_SIZE]);

void cell_text(const struct kube_cell *cell, const char *text);
void cell_time(const struct kube_cell *cell, const char *path); // the age of that time

void cell_name(const struct kube_cell *cell);
void cell_age(const struct kube_cell *cell);
void cell_created(const struct kube_cell *cell);
void cell_pod_ready(const struct kube_cell *cell);
void cell_pod_status(const struct kube_cell *cell);
void cell_pod_restarts(const struct kube_cell *cell);
void cell_pod_ip(const struct kube_cell *cell);
void cell_pod_node(const struct kube_cell *cell);
void cell_pod_nominated(const struct kube_cell *cell);
void cell_pod_gates(const struct kube_cell *cell);
void cell_node_status(const struct kube_cell *cell);
void cell_node_roles(const struct kube_cell *cell);
void cell_node_version(const struct kube_cell *cell);
void cell_node_internal_ip(const struct kube_cell *cell);
void cell_node_external_ip(const struct kube_cell *cell);
void cell_node_os(const struct kube_cell *cell);
void cell_node_kernel(const struct kube_cell *cell);
void cell_node_runtime(const struct kube_cell *cell);
void cell_phase(const struct kube_cell *cell);
void cell_handler(const struct kube_cell *cell);
void cell_holder(const struct kube_cell *cell);
void cell_daemon_desired(const struct kube_cell *cell);
void cell_daemon_current(const struct kube_cell *cell);
void cell_daemon_ready(const struct kube_cell *cell);
void cell_daemon_updated(const struct kube_cell *cell);
void cell_daemon_available(const struct kube_cell *cell);
void cell_daemon_nodes(const struct kube_cell *cell);
void cell_containers(const struct kube_cell *cell);
void cell_images(const struct kube_cell *cell);
void cell_selector(const struct kube_cell *cell);
void cell_ready_of_replicas(const struct kube_cell *cell);
void cell_updated_replicas(const struct kube_cell *cell);
void cell_available_replicas(const struct kube_cell *cell);
void cell_replicas(const struct kube_cell *cell);
void cell_current_replicas(const struct kube_cell *cell);
void cell_ready_replicas(const struct kube_cell *cell);
void cell_job_status(const struct kube_cell *cell);
void cell_job_completions(const struct kube_cell *cell);
void cell_job_duration(const struct kube_cell *cell);
void cell_cron_schedule(const struct kube_cell *cell);
void cell_cron_suspend(const struct kube_cell *cell);
void cell_cron_active(const struct kube_cell *cell);
void cell_data_count(const struct kube_cell *cell);
void cell_type(const struct kube_cell *cell);
void cell_secrets_count(const struct kube_cell *cell);
void cell_service_type(const struct kube_cell *cell);
void cell_service_ip(const struct kube_cell *cell);
void cell_none(const struct kube_cell *cell);
void cell_service_ports(const struct kube_cell *cell);
void cell_event_last(const struct kube_cell *cell);
void cell_event_type(const struct kube_cell *cell);
void cell_event_reason(const struct kube_cell *cell);
void cell_event_object(const struct kube_cell *cell);
void cell_event_subobject(const struct kube_cell *cell);
void cell_event_source(const struct kube_cell *cell);
void cell_event_message(const struct kube_cell *cell);
void cell_event_first(const struct kube_cell *cell);
void cell_event_count(const struct kube_cell *cell);
void cell_binding_role(const struct kube_cell *cell);

#endif
