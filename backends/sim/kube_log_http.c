// SPDX-License-Identifier: Apache-2.0
// pods/log: lines of a container, followed when asked. kubernetes docs: Pod v1 core, read log.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sim/kube_http.h"
#include "sim/kube_log.h"
#include "sim/memory.h"

#include "base/banned.h"

enum { LOOK_MS = 500, CONTAINER_SIZE = 256 };

// A followed log.
struct kube_follow {
	struct kube *kube;
	struct flow *flow;
	struct kube_follow *next, *previous; // in kube->follows
	char uid[37], container[CONTAINER_SIZE];
	uint64_t seen; // lines that have been told
	int64_t left;  // bytes that may still be sent; -1 = any
	bool timestamps, over;
	struct buffer out;
	size_t sent;
};

static void add_line(struct buffer *out, const struct kube_log *log, const struct kube_log_row *row, bool timestamps)
{
	char time[TIME_TEXT_SIZE];
	if (timestamps) {
		time_format_iso(row->time, time);
		buffer_printf(out, "%.19s.%03d000000Z ", time, (int)(row->time % 1000));
	}
	buffer_add(out, log->text.data + row->at, row->length);
	buffer_add_char(out, '\n');
}

static size_t first_row(const struct kube_log *log, int64_t tail)
{
	return tail >= 0 && (size_t)tail < log->count ? log->count - (size_t)tail : 0;
}

static void cut(struct buffer *out, int64_t *left)
{
	if (*left < 0)
		return;
	if ((int64_t)out->size > *left)
		out->size = (size_t)*left;
	*left -= (int64_t)out->size;
}

static const char *waiting_reason(const cJSON *pod, const char *container)
{
	const cJSON *entry = tree_find(tree_path(pod, "status.containerStatuses"), "name", container);
	const char *reason = tree_text(entry, "state.waiting.reason");
	return *reason ? reason : !entry ? "ContainerCreating" : "";
}

static bool choose_container(struct kube_call *call, const cJSON *pod, char out[CONTAINER_SIZE])
{
	const char *asked = kube_query(call, "container"), *name = tree_text(pod, "metadata.name");
	const cJSON *list = tree_path(pod, "spec.containers"), *container;
	struct buffer names;
	snprintf(out, CONTAINER_SIZE, "%.250s", asked);
	if (*asked) {
		if (tree_find(list, "name", asked) || tree_find(tree_path(pod, "spec.initContainers"), "name", asked))
			return true;
		return kube_fail(call, 400, "BadRequest", "container %s is not valid for pod %s", asked, name);
	}
	if (cJSON_GetArraySize(list) == 1) {
		snprintf(out, CONTAINER_SIZE, "%.250s", tree_text(list->child, "name"));
		return true;
	}
	buffer_init(&names, 4096);
	cJSON_ArrayForEach(container, list)
	{
		buffer_printf(&names, "%s%s", names.size ? " " : "", tree_text(container, "name"));
	}
	kube_fail(call, 400, "BadRequest", "a container name must be specified for pod %s, choose one of: [%s]", name,
	        buffer_text(&names));
	buffer_finish(&names);
	return false;
}

static void follow_free(void *user)
{
	struct kube_follow *follow = user;
	if (follow->next)
		follow->next->previous = follow->previous;
	*(follow->previous ? &follow->previous->next : &follow->kube->follows) = follow->next;
	buffer_finish(&follow->out);
	free(follow);
}

static void follow_opened(void *user, struct flow *flow)
{
	struct kube_follow *follow = user;
	follow->flow = flow;
}

static void follow_fill(struct kube_follow *follow)
{
	struct kube_log log;
	const struct kube_object *pod = kube_by_uid(follow->kube, follow->uid);
	buffer_clear(&follow->out);
	follow->sent = 0;
	if (!pod || !follow->left) {
		follow->over = true;
		return;
	}
	kube_log_init(&log);
	log.after = follow->seen;
	if (!kube_log_read(follow->kube, pod, follow->container, false, &log))
		follow->over = true;
	for (size_t i = 0; i < log.count; i++)
		add_line(&follow->out, &log, &log.rows[i], follow->timestamps);
	follow->seen = log.number > follow->seen ? log.number : follow->seen;
	follow->over = follow->over || !log.lives;
	cut(&follow->out, &follow->left);
	kube_log_finish(&log);
}

static ssize_t follow_read(void *user, char *out, size_t most)
{
	struct kube_follow *follow = user;
	if (!follow->kube->cluster || follow->kube->faults.unreachable)
		return FLOW_BREAK;
	if (follow->sent == follow->out.size && !follow->over)
		follow_fill(follow);
	size_t left = follow->out.size - follow->sent, size = left < most ? left : most;
	if (!left && follow->over)
		return FLOW_END;
	if (!left) {
		flow_wake_at(follow->flow, clock_monotonic(&clock_system) + LOOK_MS);
		return 0;
	}
	memcpy(out, follow->out.data + follow->sent, size);
	follow->sent += size;
	return (ssize_t)size;
}

void kube_logs_wake(struct kube *kube, const struct kube_object *pod)
{
	for (struct kube_follow *follow = kube->follows; follow; follow = follow->next)
		if (follow->flow && (!pod || !strcmp(follow->uid, pod->uid)))
			flow_wake(follow->flow);
}

static void begin_follow(struct kube_call *call, const struct kube_object *pod, const char *container,
        const struct kube_log *log, struct buffer *first, int64_t left)
{
	struct kube_follow *follow = memory_zeroed(1, sizeof(*follow));
	*follow = (struct kube_follow){.kube = call->kube,
	        .seen = log->number,
	        .left = left,
	        .timestamps = kube_query_flag(call, "timestamps"),
	        .over = !log->lives,
	        .out = *first,
	        .next = call->kube->follows};
	memcpy(follow->uid, pod->uid, sizeof(follow->uid));
	snprintf(follow->container, sizeof(follow->container), "%s", container);
	if (follow->next)
		follow->next->previous = follow;
	call->kube->follows = follow;
	call->answer->status = 200;
	call->answer->content_type = "text/plain";
	call->answer->flow =
	        (struct flow_source){.read = follow_read, .opened = follow_opened, .free = follow_free, .user = follow};
}

static void send_log(struct kube_call *call, const struct kube_object *pod, const char *container, struct kube_log *log)
{
	struct buffer out;
	bool timestamps = kube_query_flag(call, "timestamps");
	int64_t left = kube_query_int(call, "limitBytes", -1);
	buffer_init(&out, LOG_TEXT_MOST);
	for (size_t i = first_row(log, kube_query_int(call, "tailLines", -1)); i < log->count; i++)
		add_line(&out, log, &log->rows[i], timestamps);
	cut(&out, &left);
	if (kube_query_flag(call, "follow") && !kube_query_flag(call, "previous"))
		begin_follow(call, pod, container, log, &out, left);
	else
		kube_send(call, 200, "text/plain", &out);
}

void kube_serve_log(struct kube_call *call)
{
	struct kube_log log;
	char container[CONTAINER_SIZE];
	const struct kube_object *pod = kube_find(call->kube, call->resource, call->namespace, call->name);
	bool previous = kube_query_flag(call, "previous");
	if (!pod) {
		kube_fail_not_found(call, call->name);
		return;
	}
	const cJSON *tree = kube_tree(call->kube, pod);
	int64_t seconds = kube_query_int(call, "sinceSeconds", -1), since = 0;
	const char *since_time = kube_query(call, "sinceTime");
	if (*since_time && !time_parse(since_time, &since)) {
		kube_fail(call, 400, "BadRequest", "unable to decode sinceTime: %s", since_time);
		return;
	}
	if (!choose_container(call, tree, container))
		return;
	kube_log_init(&log);
	log.since = seconds >= 0 ? kube_now(call->kube) - 1000 * seconds : since;
	bool known = kube_log_read(call->kube, pod, container, previous, &log);
	if (log.cut_off)
		kube_fail(call, 500, "InternalError",
		        "Get \"https://%s:10250/containerLogs/%s/%s/%s\": dial tcp %s:10250: i/o timeout",
		        tree_text(tree, "status.hostIP"), call->namespace, call->name, container,
		        tree_text(tree, "status.hostIP"));
	else if (known)
		send_log(call, pod, container, &log);
	else if (previous)
		kube_fail(call, 400, "BadRequest", "previous terminated container \"%s\" in pod \"%s\" not found",
		        container, call->name);
	else if (!*tree_text(tree, "spec.nodeName"))
		kube_fail(call, 400, "BadRequest", "pod %s does not have a host assigned", call->name);
	else
		kube_fail(call, 400, "BadRequest", "container \"%s\" in pod \"%s\" is waiting to start: %s", container,
		        call->name, waiting_reason(tree, container));
	kube_log_finish(&log);
}
