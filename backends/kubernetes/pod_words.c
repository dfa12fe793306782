// SPDX-License-Identifier: Apache-2.0
// A pod's state in one word, as kubectl prints it (kubernetes: pkg/printers, printPod).
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "kubernetes/fill.h"

#include "base/banned.h"

static bool condition_is_true(const cJSON *pod, const char *type)
{
	return strcmp(json_text(fill_condition(pod, type), "status"), "True") == 0;
}

static const cJSON *find_named(const cJSON *array, const char *name)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, array)
	{
		if (strcmp(json_text(item, "name"), name) == 0)
			return item;
	}
	return NULL;
}

// A sidecar: an init container that goes on running.
static bool is_sidecar(const cJSON *container)
{
	return strcmp(json_text(container, "restartPolicy"), "Always") == 0;
}

static void say_ended(struct pod_words *out, const char *before, const cJSON *terminated)
{
	const char *reason = json_text(terminated, "reason");
	int64_t signal = json_int(terminated, "signal", 0), code = json_int(terminated, "exitCode", 0);

	if (*reason)
		snprintf(out->status, sizeof(out->status), "%s%.80s", before, reason);
	else if (signal != 0)
		snprintf(out->status, sizeof(out->status), "%sSignal:%lld", before, (long long)signal);
	else
		snprintf(out->status, sizeof(out->status), "%sExitCode:%lld", before, (long long)code);
}

struct starting {
	bool initializing;
	int64_t restarts, sidecar_restarts;
};

// False when this init container has done its part, or runs as it should.
static bool init_is_under_way(const cJSON *status, bool sidecar, int64_t index, int64_t count, struct pod_words *out)
{
	const cJSON *state = json_member(status, "state"), *terminated = json_member(state, "terminated");
	const char *waiting = json_text(json_member(state, "waiting"), "reason");

	if (cJSON_IsObject(terminated) && json_int(terminated, "exitCode", -1) == 0)
		return false;
	if (sidecar && json_flag(status, "started", false)) {
		out->ready += json_flag(status, "ready", false);
		return false;
	}
	if (cJSON_IsObject(terminated))
		say_ended(out, "Init:", terminated);
	else if (*waiting && strcmp(waiting, "PodInitializing") != 0)
		snprintf(out->status, sizeof(out->status), "Init:%.80s", waiting);
	else
		snprintf(out->status, sizeof(out->status), "Init:%lld/%lld", (long long)index, (long long)count);
	return true;
}

static void look_at_init(const cJSON *pod, struct pod_words *out, struct starting *starting)
{
	const cJSON *containers = json_path(pod, "spec.initContainers"), *status, *container;
	int64_t count = 0, index = 0;

	cJSON_ArrayForEach(container, containers)
	{
		count++;
		out->wanted += is_sidecar(container);
	}
	cJSON_ArrayForEach(status, json_path(pod, "status.initContainerStatuses"))
	{
		bool sidecar = is_sidecar(find_named(containers, json_text(status, "name")));
		int64_t restarts = json_int(status, "restartCount", 0);

		starting->restarts += restarts;
		starting->sidecar_restarts += sidecar ? restarts : 0;
		if (init_is_under_way(status, sidecar, index++, count, out)) {
			starting->initializing = true;
			break;
		}
	}
}

// The first container that has something to say wins; a later one only speaks when those before it do not.
static void look_at_containers(const cJSON *pod, struct pod_words *out)
{
	const cJSON *statuses = json_path(pod, "status.containerStatuses"), *status;
	bool running = false, said = false;

	cJSON_ArrayForEach(status, statuses)
	{
		const cJSON *state = json_member(status, "state"), *terminated = json_member(state, "terminated");
		const char *waiting = json_text(json_member(state, "waiting"), "reason");

		out->restarts += json_int(status, "restartCount", 0);
		if (*waiting) {
			if (!said)
				snprintf(out->status, sizeof(out->status), "%.90s", waiting);
			said = true;
		} else if (cJSON_IsObject(terminated)) {
			if (!said)
				say_ended(out, "", terminated);
			said = true;
		} else if (json_flag(status, "ready", false) && cJSON_IsObject(json_member(state, "running"))) {
			running = true;
			out->ready++;
		}
	}
	if (strcmp(out->status, "Completed") == 0 && running)
		snprintf(out->status, sizeof(out->status), "%s",
		        condition_is_true(pod, "Ready") ? "Running" : "NotReady");
}

void pod_words(const cJSON *pod, struct pod_words *out)
{
	const cJSON *status = json_member(pod, "status");
	const char *phase = json_text(status, "phase"), *reason = json_text(status, "reason");
	const char *gated = json_text(fill_condition(pod, "PodScheduled"), "reason");
	bool ended = strcmp(phase, "Succeeded") == 0 || strcmp(phase, "Failed") == 0;
	struct starting starting = {0};

	memset(out, 0, sizeof(*out));
	snprintf(out->status, sizeof(out->status), "%.90s", *reason ? reason : phase);
	if (strcmp(gated, "SchedulingGated") == 0)
		snprintf(out->status, sizeof(out->status), "SchedulingGated");
	out->wanted = cJSON_GetArraySize(json_path(pod, "spec.containers"));
	look_at_init(pod, out, &starting);
	if (!starting.initializing || condition_is_true(pod, "Initialized")) {
		out->restarts = starting.sidecar_restarts;
		look_at_containers(pod, out);
	} else {
		out->restarts = starting.restarts;
	}
	if (!*json_text(json_member(pod, "metadata"), "deletionTimestamp"))
		return;
	if (strcmp(reason, "NodeLost") == 0)
		snprintf(out->status, sizeof(out->status), "Unknown");
	else if (!ended)
		snprintf(out->status, sizeof(out->status), "Terminating");
}
