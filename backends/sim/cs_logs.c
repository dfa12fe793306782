// SPDX-License-Identifier: Apache-2.0
// What a cluster tells of itself: log lines and events.
#include "config.h"
#include "sim/cs.h"

#include <string.h>

#include "sim/service.h"

#include "base/banned.h"

enum { USUAL_PAGE = 50, MOST_PAGE = 50 };

void cs_describe_cluster_logs(struct call *call)
{
	struct cluster *cluster = cs_cluster(call);
	if (!cluster)
		return;
	json_list(&call->out, NULL);
	for (const struct cluster_log *line = cluster->logs; line; line = line->next) {
		json_object(&call->out, NULL);
		json_int(&call->out, "ID", line->id);
		json_text(&call->out, "cluster_id", cluster->base.id);
		json_printf(&call->out, "cluster_log", "%s | %s", cluster->base.id, line->text);
		json_time_local(&call->out, "created", line->time);
		json_time_local(&call->out, "updated", line->time);
		json_object_end(&call->out);
	}
	json_list_end(&call->out);
}

static void write_event(struct json_out *out, const struct cluster *cluster, const struct cluster_event *event)
{
	json_object(out, NULL);
	json_text(out, "event_id", event->id);
	json_text(out, "cluster_id", cluster->base.id);
	json_text(out, "type", event->type);
	json_text(out, "source", event->source);
	json_text(out, "subject", event->subject);
	json_time_local(out, "time", event->time);
	json_object(out, "data");
	json_text(out, "level", event->level);
	json_text(out, "reason", event->reason);
	json_text(out, "message", event->message);
	json_object_end(out);
	json_object_end(out);
}

// Events of one cluster, newest first; their distance from the oldest is the key of their pages.
static void write_events(struct call *call, const struct cluster *cluster, struct page *page)
{
	const char *task = call_text(call, "task_id"), *type = call_text(call, "type");
	uint64_t sequence = 0;
	for (const struct cluster_event *event = cluster->events; event; event = event->next)
		sequence++;
	for (const struct cluster_event *event = cluster->events; event; event = event->next, sequence--) {
		struct resource key = {.sequence = sequence};
		if ((!task || (event->task_id && !strcmp(task, event->task_id))) &&
		        (!type || !strcmp(type, event->type)) && page_takes(page, &key))
			write_event(&call->out, cluster, event);
	}
}

void cs_describe_cluster_events(struct call *call)
{
	struct page page;
	struct cluster *cluster = cs_cluster(call);
	if (!cluster || !cs_page_begin(call, &page, USUAL_PAGE, MOST_PAGE))
		return;
	json_object(&call->out, NULL);
	json_list(&call->out, "events");
	write_events(call, cluster, &page);
	json_list_end(&call->out);
	cs_page_end(call, &page, "page_info");
	json_object_end(&call->out);
}

// GET /events and /regions/{region_id}/events: of all clusters, or of the one that is asked for.
void cs_describe_events(struct call *call)
{
	struct page page;
	const char *id = call_text(call, "cluster_id");
	if (!cs_page_begin(call, &page, USUAL_PAGE, MOST_PAGE))
		return;
	page.by_token = false;
	json_object(&call->out, NULL);
	json_list(&call->out, "events");
	for (size_t r = 0; r < call->world->region_count; r++) {
		struct cluster *cluster;
		if (call->region && call->region != &call->world->regions[r])
			continue;
		EACH(cluster, &call->world->regions[r], KIND_CLUSTER)
		if (!call->blind && (!id || !strcmp(id, cluster->base.id)))
			write_events(call, cluster, &page);
	}
	json_list_end(&call->out);
	cs_page_end(call, &page, "page_info");
	json_object_end(&call->out);
}
