// SPDX-License-Identifier: Apache-2.0
// Pods as records.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "kubernetes/fill.h"

#include "base/banned.h"

enum { GRACE_USUAL_S = 30 };

// Which classes make a peer pod (CAA: RuntimeClass with this handler).
static const char peer_handler[] = "kata-remote";

// A class that resolves to nothing may have been deleted under running pods, and one that cannot be read may be any.
static bool is_peer_class(const struct fill *fill, const char *name)
{
	if (!*name)
		return false;
	for (size_t i = 0; fill->classes_are_known && i < fill->class_count; i++)
		if (strcmp(fill->classes[i].name, name) == 0)
			return strcmp(fill->classes[i].handler, peer_handler) == 0;
	return true;
}

// Earliest start among the containers that run now; `any` tells whether one does.
static int64_t running_since(const cJSON *status, bool *any)
{
	static const char *const lists[] = {"containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"};
	int64_t earliest = 0;

	*any = false;
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		const cJSON *container;

		cJSON_ArrayForEach(container, json_member(status, lists[i]))
		{
			const cJSON *running = json_path(container, "state.running");
			int64_t started = json_time(running, "startedAt");

			if (!cJSON_IsObject(running))
				continue;
			*any = true;
			if (started && (!earliest || started < earliest))
				earliest = started;
		}
	}
	return earliest;
}

static void take_owner(const struct fill *fill, const cJSON *metadata, struct pod_record *record)
{
	const cJSON *owner;
	char text[320];

	cJSON_ArrayForEach(owner, json_member(metadata, "ownerReferences"))
	{
		if (!json_flag(owner, "controller", false))
			continue;
		snprintf(text, sizeof(text), "%.60s/%.255s", json_text(owner, "kind"), json_text(owner, "name"));
		record->owner = snapshot_shared(fill->builder, text);
		return;
	}
}

// Why it is in this state: the pod's own word, else that of the first container that waits or failed, else why no node
// takes it.
static void take_reason(const struct fill *fill, const cJSON *status, const cJSON *object, struct pod_record *record)
{
	static const char *const lists[] = {"initContainerStatuses", "containerStatuses"};
	const char *reason = json_text(status, "reason"), *message = json_text(status, "message");
	const cJSON *scheduled = fill_condition(object, "PodScheduled");

	for (size_t i = 0; i < COUNT_OF(lists) && !*reason && !*message; i++) {
		const cJSON *container;

		cJSON_ArrayForEach(container, json_member(status, lists[i]))
		{
			const cJSON *state = json_member(container, "state"), *waiting = json_member(state, "waiting");
			const cJSON *told = waiting ? waiting : json_member(state, "terminated");

			if (!cJSON_IsObject(told) || (!waiting && json_int(told, "exitCode", 0) == 0))
				continue;
			reason = json_text(told, "reason");
			message = json_text(told, "message");
			break;
		}
	}
	if (!*reason && !*message && strcmp(json_text(scheduled, "status"), "False") == 0) {
		reason = json_text(scheduled, "reason");
		message = json_text(scheduled, "message");
	}
	record->reason = snapshot_shared(fill->builder, reason);
	record->message = snapshot_text(fill->builder, message);
}

static void take_times(
        const cJSON *metadata, const cJSON *spec, const cJSON *status, const cJSON *object, struct pod_record *record)
{
	const cJSON *ready = fill_condition(object, "Ready");
	int64_t deleted = json_time(metadata, "deletionTimestamp");
	bool runs;

	record->record.created = json_time(metadata, "creationTimestamp");
	record->started = json_time(status, "startTime");
	record->running_since = running_since(status, &runs);
	record->is_terminal =
	        !runs && (strcmp(record->phase, "Succeeded") == 0 || strcmp(record->phase, "Failed") == 0);
	record->is_ready = strcmp(json_text(ready, "status"), "True") == 0;
	record->ready_since = json_time(ready, "lastTransitionTime");
	record->status_written = fill_written(metadata, true);
	record->termination_ms = 1000 * json_int(spec, "terminationGracePeriodSeconds", GRACE_USUAL_S);
	if (deleted)
		record->deleting_since = deleted - 1000 * json_int(metadata, "deletionGracePeriodSeconds", 0);
}

void fill_pod(const struct fill *fill, const cJSON *object)
{
	const cJSON *metadata = json_member(object, "metadata"), *spec = json_member(object, "spec");
	const cJSON *status = json_member(object, "status"), *containers = json_member(spec, "containers");
	const cJSON *annotations = json_member(metadata, "annotations");
	struct snapshot_builder *builder = fill->builder;
	const char *uid = json_text(metadata, "uid");
	struct pod_record *record = snapshot_add(builder, uid);
	struct pod_words words;

	if (!record)
		return;
	pod_words(object, &words);
	record->record.name = snapshot_text(builder, json_text(metadata, "name"));
	record->record.region = snapshot_shared(builder, fill->scope->region);
	record->record.status = snapshot_shared(builder, words.status);
	record->ready = words.ready;
	record->wanted = words.wanted;
	record->restarts = words.restarts;
	record->cluster_id = snapshot_shared(builder, fill->scope->cluster);
	record->namespace_name = snapshot_shared(builder, json_text(metadata, "namespace"));
	record->node = snapshot_shared(builder, json_text(spec, "nodeName"));
	record->runtime_class = snapshot_shared(builder, json_text(spec, "runtimeClassName"));
	record->is_peer = is_peer_class(fill, record->runtime_class);
	record->ip = snapshot_text(builder, json_text(status, "podIP"));
	record->addresses = fill_list(builder, json_member(status, "podIPs"), "ip");
	record->vm_id = record->is_peer ? snapshot_text(builder, vm_book_find(fill->vms, uid)) : "";
	record->phase = snapshot_shared(builder, json_text(status, "phase"));
	record->image = snapshot_shared(builder, json_text(json_path(containers, "0"), "image"));
	record->containers = fill_list(builder, containers, "name");
	record->labels = fill_map(builder, json_member(metadata, "labels"));
	record->is_mirror = json_member(annotations, "kubernetes.io/config.mirror") != NULL;
	take_owner(fill, metadata, record);
	take_reason(fill, status, object, record);
	take_times(metadata, spec, status, object, record);
}
