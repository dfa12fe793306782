// SPDX-License-Identifier: Apache-2.0
// Cells of pods and nodes. source: kubernetes pkg/printers/internalversion printPod, printNode
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "sim/kube_cells.h"

#include "base/banned.h"

enum { REASON_SIZE = 160, ROLES_SIZE = 512 };

static void or_none(const struct kube_cell *cell, const char *path)
{
	const char *text = tree_text(cell->object, path);
	cell_text(cell, *text ? text : "<none>");
}

void cell_pod_ready(const struct kube_cell *cell)
{
	const cJSON *entry;
	int ready = 0, all = cJSON_GetArraySize(tree_path(cell->object, "spec.containers"));
	cJSON_ArrayForEach(entry, tree_path(cell->object, "status.containerStatuses"))
	{
		ready += tree_flag(entry, "ready") && tree_path(entry, "state.running");
	}
	buffer_printf(cell->out, "\"%d/%d\"", ready, all);
}

static bool ended_reason(const cJSON *ended, char out[REASON_SIZE])
{
	const char *reason = tree_text(ended, "reason");
	int64_t signal = tree_int(ended, "signal", 0);
	if (*reason)
		snprintf(out, REASON_SIZE, "%.150s", reason);
	else if (signal)
		snprintf(out, REASON_SIZE, "Signal:%lld", (long long)signal);
	else
		snprintf(out, REASON_SIZE, "ExitCode:%lld", (long long)tree_int(ended, "exitCode", 0));
	return true;
}

// True when an init container is what the pod waits for.
static bool init_reason(const cJSON *pod, char out[REASON_SIZE])
{
	const cJSON *entry;
	int index = 0, all = cJSON_GetArraySize(tree_path(pod, "spec.initContainers"));
	char inner[REASON_SIZE];
	cJSON_ArrayForEach(entry, tree_path(pod, "status.initContainerStatuses"))
	{
		const cJSON *ended = tree_path(entry, "state.terminated");
		const char *waiting = tree_text(entry, "state.waiting.reason");
		if (ended && !tree_int(ended, "exitCode", 0)) {
			index++;
			continue;
		}
		if (ended && ended_reason(ended, inner))
			snprintf(out, REASON_SIZE, "Init:%.140s", inner);
		else if (*waiting && strcmp(waiting, "PodInitializing") != 0)
			snprintf(out, REASON_SIZE, "Init:%.140s", waiting);
		else
			snprintf(out, REASON_SIZE, "Init:%d/%d", index, all);
		return true;
	}
	return false;
}

static void container_reason(const cJSON *pod, char out[REASON_SIZE])
{
	const cJSON *entry, *ready = tree_find(tree_path(pod, "status.conditions"), "type", "Ready");
	bool running = false, found = false;
	cJSON_ArrayForEach(entry, tree_path(pod, "status.containerStatuses"))
	{
		const cJSON *ended = tree_path(entry, "state.terminated");
		const char *waiting = tree_text(entry, "state.waiting.reason");
		running = running || (tree_flag(entry, "ready") && tree_path(entry, "state.running"));
		if (found || (!*waiting && !ended))
			continue;
		found = true;
		if (*waiting)
			snprintf(out, REASON_SIZE, "%.150s", waiting);
		else
			ended_reason(ended, out);
	}
	if (!strcmp(out, "Completed") && running)
		snprintf(out, REASON_SIZE, "%s", strcmp(tree_text(ready, "status"), "True") ? "NotReady" : "Running");
}

void cell_pod_status(const struct kube_cell *cell)
{
	const cJSON *pod = cell->object;
	const char *reason = tree_text(pod, "status.reason");
	const char *scheduled =
	        tree_text(tree_find(tree_path(pod, "status.conditions"), "type", "PodScheduled"), "reason");
	char text[REASON_SIZE];
	snprintf(text, sizeof(text), "%.150s", *reason ? reason : tree_text(pod, "status.phase"));
	if (!strcmp(scheduled, "SchedulingGated"))
		snprintf(text, sizeof(text), "SchedulingGated");
	if (!init_reason(pod, text))
		container_reason(pod, text);
	if (*tree_text(pod, "metadata.deletionTimestamp"))
		snprintf(text, sizeof(text), "%s", strcmp(reason, "NodeLost") ? "Terminating" : "Unknown");
	cell_text(cell, text);
}

void cell_pod_restarts(const struct kube_cell *cell)
{
	const cJSON *entry;
	int64_t restarts = 0, last = 0;
	char text[80], age[AGE_SIZE];
	cJSON_ArrayForEach(entry, tree_path(cell->object, "status.containerStatuses"))
	{
		int64_t ended = tree_time(entry, "lastState.terminated.finishedAt");
		restarts += tree_int(entry, "restartCount", 0);
		last = ended > last ? ended : last;
	}
	snprintf(text, sizeof(text), "%lld", (long long)restarts);
	if (restarts && last) {
		kube_age(cell->now - last, age);
		snprintf(text, sizeof(text), "%lld (%s ago)", (long long)restarts, age);
	}
	cell_text(cell, text);
}

void cell_pod_ip(const struct kube_cell *cell)
{
	or_none(cell, "status.podIP");
}

void cell_pod_node(const struct kube_cell *cell)
{
	or_none(cell, "spec.nodeName");
}

void cell_pod_nominated(const struct kube_cell *cell)
{
	or_none(cell, "status.nominatedNodeName");
}

void cell_pod_gates(const struct kube_cell *cell)
{
	int count = cJSON_GetArraySize(tree_path(cell->object, "spec.readinessGates")), good = 0;
	const cJSON *gate;
	if (!count) {
		cell_text(cell, "<none>");
		return;
	}
	cJSON_ArrayForEach(gate, tree_path(cell->object, "spec.readinessGates"))
	{
		const cJSON *condition = tree_find(
		        tree_path(cell->object, "status.conditions"), "type", tree_text(gate, "conditionType"));
		good += !strcmp(tree_text(condition, "status"), "True");
	}
	buffer_printf(cell->out, "\"%d/%d\"", good, count);
}

void cell_node_status(const struct kube_cell *cell)
{
	const cJSON *ready = tree_find(tree_path(cell->object, "status.conditions"), "type", "Ready");
	const char *status = tree_text(ready, "status");
	char text[80];
	snprintf(text, sizeof(text), "%s%s",
	        !strcmp(status, "True") ? "Ready"
	        : !ready                ? "Unknown"
	                                : "NotReady",
	        tree_flag(cell->object, "spec.unschedulable") ? ",SchedulingDisabled" : "");
	cell_text(cell, text);
}

void cell_node_roles(const struct kube_cell *cell)
{
	static const char prefix[] = "node-role.kubernetes.io/";
	const cJSON *label;
	char text[ROLES_SIZE] = "";
	cJSON_ArrayForEach(label, tree_path(cell->object, "metadata.labels"))
	{
		const char *role = !strncmp(label->string, prefix, strlen(prefix)) ? label->string + strlen(prefix)
		                   : !strcmp(label->string, "kubernetes.io/role") && cJSON_IsString(label)
		                           ? label->valuestring
		                           : "";
		size_t length = strlen(text);
		if (*role)
			snprintf(text + length, sizeof(text) - length, "%s%s", length ? "," : "", role);
	}
	cell_text(cell, *text ? text : "<none>");
}

void cell_node_version(const struct kube_cell *cell)
{
	cell_text(cell, tree_text(cell->object, "status.nodeInfo.kubeletVersion"));
}

static void address(const struct kube_cell *cell, const char *type)
{
	const char *text = tree_text(tree_find(tree_path(cell->object, "status.addresses"), "type", type), "address");
	cell_text(cell, *text ? text : "<none>");
}

void cell_node_internal_ip(const struct kube_cell *cell)
{
	address(cell, "InternalIP");
}

void cell_node_external_ip(const struct kube_cell *cell)
{
	address(cell, "ExternalIP");
}

void cell_node_os(const struct kube_cell *cell)
{
	cell_text(cell, tree_text(cell->object, "status.nodeInfo.osImage"));
}

void cell_node_kernel(const struct kube_cell *cell)
{
	cell_text(cell, tree_text(cell->object, "status.nodeInfo.kernelVersion"));
}

void cell_node_runtime(const struct kube_cell *cell)
{
	cell_text(cell, tree_text(cell->object, "status.nodeInfo.containerRuntimeVersion"));
}
