// SPDX-License-Identifier: Apache-2.0
// Cells of most kinds.
#include "config.h"
#include "sim/kube_cells.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

enum { SECOND = 1000, MINUTE = 60, HOUR = 3600, DAY = 86400, YEAR = 365 * 86400, LIST_LIMIT = 16 * 1024 };

static void two(char out[AGE_SIZE], int64_t first, char unit, int64_t second, char small)
{
	if (second)
		snprintf(out, AGE_SIZE, "%lld%c%lld%c", (long long)first, unit, (long long)second, small);
	else
		snprintf(out, AGE_SIZE, "%lld%c", (long long)first, unit);
}

// source: k8s.io/apimachinery/pkg/util/duration HumanDuration
void kube_age(int64_t age_ms, char out[AGE_SIZE])
{
	int64_t s = age_ms / SECOND;
	if (age_ms < -2 * SECOND)
		snprintf(out, AGE_SIZE, "<invalid>");
	else if (s <= 0)
		snprintf(out, AGE_SIZE, "0s");
	else if (s < 2 * MINUTE)
		two(out, s, 's', 0, 's');
	else if (s < 10 * MINUTE)
		two(out, s / MINUTE, 'm', s % MINUTE, 's');
	else if (s < 3 * HOUR)
		two(out, s / MINUTE, 'm', 0, 's');
	else if (s < 8 * HOUR)
		two(out, s / HOUR, 'h', s / MINUTE % 60, 'm');
	else if (s < 2 * DAY)
		two(out, s / HOUR, 'h', 0, 'm');
	else if (s < 8 * DAY)
		two(out, s / DAY, 'd', s / HOUR % 24, 'h');
	else if (s < 2 * (int64_t)YEAR)
		two(out, s / DAY, 'd', 0, 'h');
	else if (s < 8 * (int64_t)YEAR)
		two(out, s / YEAR, 'y', s / DAY % 365, 'd');
	else
		two(out, s / YEAR, 'y', 0, 'd');
}

void cell_text(const struct kube_cell *cell, const char *text)
{
	text_add_json_string(cell->out, text, strlen(text));
}

static void cell_number(const struct kube_cell *cell, int64_t number)
{
	buffer_printf(cell->out, "%lld", (long long)number);
}

void cell_time(const struct kube_cell *cell, const char *path)
{
	char age[AGE_SIZE] = "<unknown>";
	int64_t time = tree_time(cell->object, path);
	if (time)
		kube_age(cell->now - time, age);
	cell_text(cell, age);
}

static void cell_path(const struct kube_cell *cell, const char *path, const char *otherwise)
{
	const char *text = tree_text(cell->object, path);
	cell_text(cell, *text ? text : otherwise);
}

void cell_name(const struct kube_cell *cell)
{
	cell_path(cell, "metadata.name", "");
}

void cell_age(const struct kube_cell *cell)
{
	cell_time(cell, "metadata.creationTimestamp");
}

void cell_created(const struct kube_cell *cell)
{
	cell_path(cell, "metadata.creationTimestamp", "");
}

void cell_none(const struct kube_cell *cell)
{
	cell_text(cell, "<none>");
}

void cell_phase(const struct kube_cell *cell)
{
	cell_path(cell, "status.phase", "");
}

void cell_handler(const struct kube_cell *cell)
{
	cell_path(cell, "handler", "");
}

void cell_holder(const struct kube_cell *cell)
{
	cell_path(cell, "spec.holderIdentity", "");
}

void cell_type(const struct kube_cell *cell)
{
	cell_path(cell, "type", "");
}

void cell_data_count(const struct kube_cell *cell)
{
	int count = cJSON_GetArraySize(tree_member(cell->object, "data")) +
	            cJSON_GetArraySize(tree_member(cell->object, "binaryData"));
	if (!strcmp(tree_text(cell->object, "kind"), "Secret"))
		cell_number(cell, count);
	else
		buffer_printf(cell->out, "\"%d\"", count);
}

void cell_secrets_count(const struct kube_cell *cell)
{
	cell_number(cell, cJSON_GetArraySize(tree_member(cell->object, "secrets")));
}

// "a=b,c=d"
static void cell_map(const struct kube_cell *cell, const cJSON *map)
{
	struct buffer text;
	const cJSON *member;
	buffer_init(&text, LIST_LIMIT);
	cJSON_ArrayForEach(member, map)
	{
		buffer_printf(&text, "%s%s=%s", text.size ? "," : "", member->string,
		        cJSON_IsString(member) ? member->valuestring : "");
	}
	cell_text(cell, text.size ? buffer_text(&text) : "<none>");
	buffer_finish(&text);
}

void cell_selector(const struct kube_cell *cell)
{
	const cJSON *labels = tree_path(cell->object, "spec.selector.matchLabels");
	cell_map(cell, labels ? labels : tree_path(cell->object, "spec.selector"));
}

static void cell_each_container(const struct kube_cell *cell, const char *member)
{
	struct buffer text;
	const cJSON *container, *list = tree_path(cell->object, "spec.template.spec.containers");
	buffer_init(&text, LIST_LIMIT);
	cJSON_ArrayForEach(container, list)
	{
		buffer_printf(&text, "%s%s", text.size ? "," : "", tree_text(container, member));
	}
	cell_text(cell, buffer_text(&text));
	buffer_finish(&text);
}

void cell_containers(const struct kube_cell *cell)
{
	cell_each_container(cell, "name");
}

void cell_images(const struct kube_cell *cell)
{
	cell_each_container(cell, "image");
}

static void cell_int(const struct kube_cell *cell, const char *path)
{
	cell_number(cell, tree_int(cell->object, path, 0));
}

void cell_daemon_desired(const struct kube_cell *cell)
{
	cell_int(cell, "status.desiredNumberScheduled");
}

void cell_daemon_current(const struct kube_cell *cell)
{
	cell_int(cell, "status.currentNumberScheduled");
}

void cell_daemon_ready(const struct kube_cell *cell)
{
	cell_int(cell, "status.numberReady");
}

void cell_daemon_updated(const struct kube_cell *cell)
{
	cell_int(cell, "status.updatedNumberScheduled");
}

void cell_daemon_available(const struct kube_cell *cell)
{
	cell_int(cell, "status.numberAvailable");
}

void cell_daemon_nodes(const struct kube_cell *cell)
{
	cell_map(cell, tree_path(cell->object, "spec.template.spec.nodeSelector"));
}

static void cell_of(const struct kube_cell *cell, int64_t some, int64_t all)
{
	buffer_printf(cell->out, "\"%lld/%lld\"", (long long)some, (long long)all);
}

void cell_ready_of_replicas(const struct kube_cell *cell)
{
	cell_of(cell, tree_int(cell->object, "status.readyReplicas", 0), tree_int(cell->object, "spec.replicas", 0));
}

void cell_updated_replicas(const struct kube_cell *cell)
{
	cell_int(cell, "status.updatedReplicas");
}

void cell_available_replicas(const struct kube_cell *cell)
{
	cell_int(cell, "status.availableReplicas");
}

void cell_replicas(const struct kube_cell *cell)
{
	cell_int(cell, "spec.replicas");
}

void cell_current_replicas(const struct kube_cell *cell)
{
	cell_int(cell, "status.replicas");
}

void cell_ready_replicas(const struct kube_cell *cell)
{
	cell_int(cell, "status.readyReplicas");
}

void cell_job_status(const struct kube_cell *cell)
{
	const cJSON *conditions = tree_path(cell->object, "status.conditions");
	const char *status = tree_find(conditions, "type", "Complete") ? "Complete"
	                     : tree_find(conditions, "type", "Failed") ? "Failed"
	                                                               : "Running";
	cell_text(cell, status);
}

void cell_job_completions(const struct kube_cell *cell)
{
	cell_of(cell, tree_int(cell->object, "status.succeeded", 0), tree_int(cell->object, "spec.completions", 1));
}

void cell_job_duration(const struct kube_cell *cell)
{
	char age[AGE_SIZE] = "";
	int64_t start = tree_time(cell->object, "status.startTime"),
	        end = tree_time(cell->object, "status.completionTime");
	if (start)
		kube_age((end ? end : cell->now) - start, age);
	cell_text(cell, age);
}

void cell_cron_schedule(const struct kube_cell *cell)
{
	cell_path(cell, "spec.schedule", "");
}

void cell_cron_suspend(const struct kube_cell *cell)
{
	buffer_add_text(cell->out, tree_flag(cell->object, "spec.suspend") ? "true" : "false");
}

void cell_cron_active(const struct kube_cell *cell)
{
	cell_number(cell, cJSON_GetArraySize(tree_path(cell->object, "status.active")));
}

void cell_service_type(const struct kube_cell *cell)
{
	cell_path(cell, "spec.type", "ClusterIP");
}

void cell_service_ip(const struct kube_cell *cell)
{
	cell_path(cell, "spec.clusterIP", "<none>");
}

void cell_service_ports(const struct kube_cell *cell)
{
	struct buffer text;
	const cJSON *port;
	buffer_init(&text, LIST_LIMIT);
	cJSON_ArrayForEach(port, tree_path(cell->object, "spec.ports"))
	{
		const char *protocol = tree_text(port, "protocol");
		buffer_printf(&text, "%s%lld/%s", text.size ? "," : "", (long long)tree_int(port, "port", 0),
		        *protocol ? protocol : "TCP");
	}
	cell_text(cell, text.size ? buffer_text(&text) : "<none>");
	buffer_finish(&text);
}

void cell_binding_role(const struct kube_cell *cell)
{
	char text[400];
	snprintf(text, sizeof(text), "%s/%s", tree_text(cell->object, "roleRef.kind"),
	        tree_text(cell->object, "roleRef.name"));
	cell_text(cell, text);
}

void cell_event_last(const struct kube_cell *cell)
{
	bool old = tree_time(cell->object, "lastTimestamp") != 0;
	cell_time(cell, old ? "lastTimestamp" : "eventTime");
}

void cell_event_first(const struct kube_cell *cell)
{
	bool old = tree_time(cell->object, "firstTimestamp") != 0;
	cell_time(cell, old ? "firstTimestamp" : "eventTime");
}

void cell_event_type(const struct kube_cell *cell)
{
	cell_path(cell, "type", "");
}

void cell_event_reason(const struct kube_cell *cell)
{
	cell_path(cell, "reason", "");
}

void cell_event_object(const struct kube_cell *cell)
{
	char text[600];
	snprintf(text, sizeof(text), "%s/%s", tree_text(cell->object, "involvedObject.kind"),
	        tree_text(cell->object, "involvedObject.name"));
	for (char *c = text; *c && *c != '/'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + 32);
	cell_text(cell, text);
}

void cell_event_subobject(const struct kube_cell *cell)
{
	cell_path(cell, "involvedObject.fieldPath", "");
}

void cell_event_source(const struct kube_cell *cell)
{
	char text[400];
	const char *host = tree_text(cell->object, "source.host");
	snprintf(text, sizeof(text), "%s%s%s", tree_text(cell->object, "source.component"), *host ? ", " : "", host);
	cell_text(cell, text);
}

void cell_event_message(const struct kube_cell *cell)
{
	char text[2048];
	snprintf(text, sizeof(text), "%s", tree_text(cell->object, "message"));
	size_t length = strlen(text);
	while (length && (text[length - 1] == '\n' || text[length - 1] == ' '))
		text[--length] = 0;
	cell_text(cell, text);
}

void cell_event_count(const struct kube_cell *cell)
{
	buffer_printf(cell->out, "\"%lld\"", (long long)tree_int(cell->object, "count", 1));
}
