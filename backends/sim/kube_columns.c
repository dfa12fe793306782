// SPDX-License-Identifier: Apache-2.0
// Tables: the columns of each kind as kubectl get prints them. source: kubernetes pkg/printers/internalversion
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim/kube_cells.h"
#include "sim/kube_http.h"

#include "base/banned.h"

#define NAME                                                                                                           \
	{                                                                                                              \
		"Name", "string", "name", 0, cell_name                                                                 \
	}
#define AGE                                                                                                            \
	{                                                                                                              \
		"Age", "string", "", 0, cell_age                                                                       \
	}
#define END                                                                                                            \
	{                                                                                                              \
		NULL, NULL, NULL, 0, NULL                                                                              \
	}

struct column {
	const char *name, *type, *format;
	int priority;
	void (*cell)(const struct kube_cell *cell);
};

static const struct column pod_columns[] = {NAME, {"Ready", "string", "", 0, cell_pod_ready},
        {"Status", "string", "", 0, cell_pod_status}, {"Restarts", "string", "", 0, cell_pod_restarts}, AGE,
        {"IP", "string", "", 1, cell_pod_ip}, {"Node", "string", "", 1, cell_pod_node},
        {"Nominated Node", "string", "", 1, cell_pod_nominated}, {"Readiness Gates", "string", "", 1, cell_pod_gates},
        END};
static const struct column node_columns[] = {NAME, {"Status", "string", "", 0, cell_node_status},
        {"Roles", "string", "", 0, cell_node_roles}, AGE, {"Version", "string", "", 0, cell_node_version},
        {"Internal-IP", "string", "", 1, cell_node_internal_ip},
        {"External-IP", "string", "", 1, cell_node_external_ip}, {"OS-Image", "string", "", 1, cell_node_os},
        {"Kernel-Version", "string", "", 1, cell_node_kernel},
        {"Container-Runtime", "string", "", 1, cell_node_runtime}, END};
static const struct column namespace_columns[] = {NAME, {"Status", "string", "", 0, cell_phase}, AGE, END};
static const struct column class_columns[] = {NAME, {"Handler", "string", "", 0, cell_handler}, AGE, END};
static const struct column lease_columns[] = {NAME, {"Holder", "string", "", 0, cell_holder}, AGE, END};
static const struct column daemon_columns[] = {NAME, {"Desired", "integer", "", 0, cell_daemon_desired},
        {"Current", "integer", "", 0, cell_daemon_current}, {"Ready", "integer", "", 0, cell_daemon_ready},
        {"Up-to-date", "integer", "", 0, cell_daemon_updated}, {"Available", "integer", "", 0, cell_daemon_available},
        {"Node Selector", "string", "", 0, cell_daemon_nodes}, AGE, {"Containers", "string", "", 1, cell_containers},
        {"Images", "string", "", 1, cell_images}, {"Selector", "string", "", 1, cell_selector}, END};
static const struct column deployment_columns[] = {NAME, {"Ready", "string", "", 0, cell_ready_of_replicas},
        {"Up-to-date", "integer", "", 0, cell_updated_replicas},
        {"Available", "integer", "", 0, cell_available_replicas}, AGE, {"Containers", "string", "", 1, cell_containers},
        {"Images", "string", "", 1, cell_images}, {"Selector", "string", "", 1, cell_selector}, END};
static const struct column set_columns[] = {NAME, {"Desired", "integer", "", 0, cell_replicas},
        {"Current", "integer", "", 0, cell_current_replicas}, {"Ready", "integer", "", 0, cell_ready_replicas}, AGE,
        {"Containers", "string", "", 1, cell_containers}, {"Images", "string", "", 1, cell_images},
        {"Selector", "string", "", 1, cell_selector}, END};
static const struct column stateful_columns[] = {NAME, {"Ready", "string", "", 0, cell_ready_of_replicas}, AGE,
        {"Containers", "string", "", 1, cell_containers}, {"Images", "string", "", 1, cell_images}, END};
static const struct column job_columns[] = {NAME, {"Status", "string", "", 0, cell_job_status},
        {"Completions", "string", "", 0, cell_job_completions}, {"Duration", "string", "", 0, cell_job_duration}, AGE,
        {"Containers", "string", "", 1, cell_containers}, {"Images", "string", "", 1, cell_images},
        {"Selector", "string", "", 1, cell_selector}, END};
static const struct column cron_columns[] = {NAME, {"Schedule", "string", "", 0, cell_cron_schedule},
        {"Suspend", "boolean", "", 0, cell_cron_suspend}, {"Active", "integer", "", 0, cell_cron_active}, AGE, END};
static const struct column map_columns[] = {NAME, {"Data", "string", "", 0, cell_data_count}, AGE, END};
static const struct column secret_columns[] = {
        NAME, {"Type", "string", "", 0, cell_type}, {"Data", "integer", "", 0, cell_data_count}, AGE, END};
static const struct column account_columns[] = {NAME, {"Secrets", "integer", "", 0, cell_secrets_count}, AGE, END};
static const struct column service_columns[] = {NAME, {"Type", "string", "", 0, cell_service_type},
        {"Cluster-IP", "string", "", 0, cell_service_ip}, {"External-IP", "string", "", 0, cell_none},
        {"Port(s)", "string", "", 0, cell_service_ports}, AGE, {"Selector", "string", "", 1, cell_selector}, END};
static const struct column event_columns[] = {{"Last Seen", "string", "", 0, cell_event_last},
        {"Type", "string", "", 0, cell_event_type}, {"Reason", "string", "", 0, cell_event_reason},
        {"Object", "string", "", 0, cell_event_object}, {"Subobject", "string", "", 1, cell_event_subobject},
        {"Source", "string", "", 1, cell_event_source}, {"Message", "string", "", 0, cell_event_message},
        {"First Seen", "string", "", 1, cell_event_first}, {"Count", "string", "", 1, cell_event_count},
        {"Name", "string", "name", 1, cell_name}, END};
static const struct column definition_columns[] = {NAME, {"Created At", "date", "", 0, cell_created}, END};
static const struct column role_columns[] = {NAME, {"Created At", "date", "", 0, cell_created}, END};
static const struct column binding_columns[] = {NAME, {"Role", "string", "", 0, cell_binding_role}, AGE, END};
static const struct column other_columns[] = {NAME, AGE, END};

static const struct {
	const char *group, *plural;
	const struct column *columns;
} tables[] = {
        {"", "pods", pod_columns},
        {"", "nodes", node_columns},
        {"", "namespaces", namespace_columns},
        {"", "configmaps", map_columns},
        {"", "secrets", secret_columns},
        {"", "serviceaccounts", account_columns},
        {"", "services", service_columns},
        {"", "events", event_columns},
        {"events.k8s.io", "events", event_columns},
        {"node.k8s.io", "runtimeclasses", class_columns},
        {"coordination.k8s.io", "leases", lease_columns},
        {"apps", "daemonsets", daemon_columns},
        {"apps", "deployments", deployment_columns},
        {"apps", "replicasets", set_columns},
        {"apps", "statefulsets", stateful_columns},
        {"batch", "jobs", job_columns},
        {"batch", "cronjobs", cron_columns},
        {"apiextensions.k8s.io", "customresourcedefinitions", definition_columns},
        {"rbac.authorization.k8s.io", "clusterroles", role_columns},
        {"rbac.authorization.k8s.io", "roles", role_columns},
        {"rbac.authorization.k8s.io", "clusterrolebindings", binding_columns},
        {"rbac.authorization.k8s.io", "rolebindings", binding_columns},
};

static const struct column *columns_of(const struct kube_resource *resource)
{
	for (size_t i = 0; i < COUNT_OF(tables); i++)
		if (!strcmp(tables[i].plural, resource->plural) && !strcmp(tables[i].group, resource->group))
			return tables[i].columns;
	return other_columns;
}

static void write_column(struct buffer *out, const char *name, const char *type, const char *format, int priority)
{
	buffer_add_text(out, "{\"name\":");
	text_add_json_string(out, name, strlen(name));
	buffer_printf(out, ",\"type\":\"%s\",\"format\":\"%s\",\"description\":\"\",\"priority\":%d}", type, format,
	        priority);
}

void kube_table_columns(struct buffer *out, const struct kube_resource *resource)
{
	const struct column *columns = columns_of(resource);
	bool own_age = false;
	buffer_add_char(out, '[');
	if (resource->custom) {
		write_column(out, "Name", "string", "name", 0);
		for (size_t i = 0; i < resource->column_count; i++) {
			const struct kube_column *column = &resource->columns[i];
			buffer_add_char(out, ',');
			write_column(out, column->name, column->type, "", column->priority);
			own_age = own_age || !strcmp(column->name, "Age") || !strcmp(column->name, "AGE");
		}
		if (!own_age && !resource->column_count)
			buffer_add_char(out, ','), write_column(out, "Age", "date", "", 0);
	} else {
		for (size_t i = 0; columns[i].name; i++) {
			if (i)
				buffer_add_char(out, ',');
			write_column(out, columns[i].name, columns[i].type, columns[i].format, columns[i].priority);
		}
	}
	buffer_add_char(out, ']');
}

// ".spec.instanceID", and what else a CRD's jsonPath is made of in practice.
static void custom_cell(const struct kube_cell *cell, const struct kube_column *column)
{
	const char *path = column->path[0] == '.' ? column->path + 1 : column->path;
	const cJSON *value = tree_path(cell->object, path);
	if (!strcmp(column->type, "date"))
		cell_time(cell, path);
	else if (cJSON_IsString(value))
		cell_text(cell, value->valuestring);
	else if (value)
		tree_write(cell->out, value);
	else
		cell_text(cell, "");
}

static void write_cells(const struct kube_cell *cell, const struct kube_resource *resource)
{
	const struct column *columns = columns_of(resource);
	buffer_add_text(cell->out, "{\"cells\":[");
	if (!resource->custom) {
		for (size_t i = 0; columns[i].name; i++) {
			if (i)
				buffer_add_char(cell->out, ',');
			columns[i].cell(cell);
		}
	} else {
		cell_name(cell);
		for (size_t i = 0; i < resource->column_count; i++) {
			buffer_add_char(cell->out, ',');
			custom_cell(cell, &resource->columns[i]);
		}
		if (!resource->column_count) {
			buffer_add_char(cell->out, ',');
			cell_age(cell);
		}
	}
	buffer_add_char(cell->out, ']');
}

void kube_table_row(const struct kube_call *call, struct buffer *out, const struct kube_state *state)
{
	cJSON *object = cJSON_ParseWithLength(state->text, state->size);
	struct kube_cell cell = {.out = out, .object = object, .now = kube_now(call->kube)};
	write_cells(&cell, call->resource);
	if (!strcmp(call->include_object, "Object")) {
		buffer_add_text(out, ",\"object\":");
		kube_state_write(out, state);
	} else if (strcmp(call->include_object, "None") != 0) {
		buffer_add_text(out, ",\"object\":{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/"
		                     "v1\",\"metadata\":");
		kube_state_write_metadata(out, state);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, '}');
	cJSON_Delete(object);
}
