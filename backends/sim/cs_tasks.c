// SPDX-License-Identifier: Apache-2.0
// Running tasks, and telling how far they are.
#include "config.h"
#include "sim/cs_tasks.h"

#include <stdio.h>
#include <string.h>

#include "sim/clusters.h"
#include "sim/cs.h"

#include "base/banned.h"

enum { POLL_MS = 3000, USUAL_PAGE = 50, MOST_PAGE = 100 };

static void task_ends(struct world *world, struct cs_task *task, const char *state)
{
	bool success = !strcmp(state, "success");
	task->updated = world->now;
	resource_state(world, &task->base, state);
	if (task->cluster)
		cluster_event(world, task->cluster, success ? "cs:task:success" : "cs:task:fail",
		        success ? "info" : "error", success ? "TaskSuccess" : "TaskFailed", task->base.id,
		        success               ? task->kind->type
		        : task->error_message ? task->error_message
		                              : task->kind->type);
	if (task->kind->end)
		task->kind->end(world, task, success);
}

static void stage_begins(struct world *world, struct cs_task *task)
{
	struct task_stage *stage = &task->stages[task->stage];
	stage->state = "running";
	stage->start = world->now;
	task->begun = false;
	if (task->cluster)
		cluster_log(world, task->cluster, "%s: %s", task->kind->type, stage->message);
}

void task_fail(struct world *world, struct cs_task *task, const char *code, const char *message)
{
	struct task_stage *stage = &task->stages[task->stage];
	task->error_code = world_text(world, code);
	task->error_message = world_text(world, message);
	stage->state = "fail";
	stage->end = world->now;
	if (task->cluster)
		cluster_log(world, task->cluster, "%s failed: %s: %s", task->kind->type, code, message);
}

static void on_poll(struct world *world, struct resource *resource, int64_t argument)
{
	(void)argument;
	struct cs_task *task = (void *)resource;
	if (strcmp(resource->state, "running") != 0)
		return;
	struct task_stage *stage = &task->stages[task->stage];
	const struct task_step *step = &task->kind->steps[task->stage];
	bool first = !task->begun;
	task->begun = true;
	enum step_result result = step->run ? step->run(world, task, first) : STEP_DONE;
	if (result == STEP_DONE && world->now - stage->start < step->least_ms)
		result = STEP_WAIT;
	task->updated = world->now;
	world->changes++;
	if (result == STEP_FAILED) {
		if (!task->error_code)
			task_fail(world, task, "InternalError", "The task failed.");
		task_ends(world, task, "fail");
		return;
	}
	if (result == STEP_DONE) {
		stage->state = "success";
		stage->end = world->now;
		if (++task->stage == task->stage_count) {
			task_ends(world, task, "success");
			return;
		}
		stage_begins(world, task);
	}
	world_later(world, POLL_MS, resource, on_poll, 0);
}

struct cs_task *task_start(struct world *world, struct cluster *cluster, const struct task_kind *kind,
        const char *target, int64_t argument)
{
	char id[40] = "T-";
	random_hex(&world->random[RANDOM_API], id + 2, 24);
	struct cs_task *task =
	        resource_create(world, KIND_CS_TASK, cluster->base.region, id, sizeof(*task), MADE_BY_API);
	task->base.state = "running";
	task->type = kind->type;
	task->kind = kind;
	task->cluster = cluster;
	task->updated = world->now;
	task->argument = argument;
	snprintf(task->cluster_id, sizeof(task->cluster_id), "%s", cluster->base.id);
	snprintf(task->target, sizeof(task->target), "%s", target ? target : cluster->base.id);
	for (size_t i = 0; i < kind->step_count && i < MAX_STAGES; i++)
		task->stages[task->stage_count++] = (struct task_stage){
		        .name = kind->steps[i].name, .message = kind->steps[i].message, .state = "pending"};
	stage_begins(world, task);
	cluster_event(world, cluster, "cs:task:start", "info", "TaskStarted", task->base.id, kind->type);
	world_later(world, POLL_MS, &task->base, on_poll, 0);
	return task;
}

void tasks_forget_cluster(struct world *world, const struct cluster *cluster)
{
	struct table *table = &cluster->base.region->tables[KIND_CS_TASK];
	(void)world;
	for (size_t i = 0; i < table->count; i++) {
		struct cs_task *task = (void *)table->items[i];
		if (task->cluster == cluster)
			task->cluster = NULL;
	}
}

void task_answer(struct call *call, const struct cs_task *task, const char *node_pool_id)
{
	json_object(&call->out, NULL);
	json_text(&call->out, "cluster_id", task->cluster_id);
	if (node_pool_id)
		json_text(&call->out, "nodepool_id", node_pool_id);
	json_text(&call->out, "task_id", task->base.id);
	json_text(&call->out, "request_id", call->request->id);
	json_object_end(&call->out);
}

static struct cs_task *task_of(struct call *call)
{
	struct cs_task *task = world_find_in(call->world, KIND_CS_TASK, call->region, call_text(call, "task_id"));
	if (!task)
		call_fail(call, 404, "ErrorTaskNotFound", "The specified task does not exist.");
	return task;
}

static void write_error(struct json_out *out, const struct cs_task *task)
{
	if (!task->error_code)
		return;
	json_object(out, "error");
	json_text(out, "code", task->error_code);
	json_text(out, "message", task->error_message);
	json_object_end(out);
}

static void write_stages(struct json_out *out, const struct cs_task *task)
{
	json_list(out, "stages");
	for (size_t i = 0; i < task->stage_count; i++) {
		json_object(out, NULL);
		json_text(out, "name", task->stages[i].name);
		json_text(out, "state", task->stages[i].state);
		json_text(out, "message", task->stages[i].message);
		json_time_local(out, "start_time", task->stages[i].start);
		json_time_local(out, "end_time", task->stages[i].end);
		json_object_end(out);
	}
	json_list_end(out);
}

static void write_events(struct json_out *out, const struct cs_task *task)
{
	json_list(out, "events");
	for (size_t i = 0; i <= task->stage && i < task->stage_count; i++) {
		json_object(out, NULL);
		json_text(out, "action", task->stages[i].name);
		json_text(out, "level", !strcmp(task->stages[i].state, "fail") ? "error" : "info");
		json_text(out, "message", task->stages[i].message);
		json_text(out, "reason", task->stages[i].state);
		json_text(out, "source", "ack");
		json_time_local(out, "timestamp", task->stages[i].start);
		json_object_end(out);
	}
	json_list_end(out);
}

void cs_describe_task_info(struct call *call)
{
	struct cs_task *task = task_of(call);
	struct json_out *out = &call->out;
	if (!task)
		return;
	json_object(out, NULL);
	json_text(out, "task_id", task->base.id);
	json_text(out, "cluster_id", task->cluster_id);
	json_text(out, "task_type", task->type);
	json_text(out, "state", task->base.state);
	json_time_local(out, "created", task->base.created);
	json_time_local(out, "updated", task->updated);
	json_text(out, "current_stage", task->stage < task->stage_count ? task->stages[task->stage].name : "");
	json_object(out, "target");
	json_text(out, "id", task->target);
	json_text(out, "type", strcmp(task->target, task->cluster_id) ? "nodepool" : "cluster");
	json_object_end(out);
	write_stages(out, task);
	write_events(out, task);
	json_list(out, "task_result");
	if (strcmp(task->base.state, "running") != 0) {
		json_object(out, NULL);
		json_text(out, "data", task->target);
		json_text(out, "status", task->base.state);
		json_object_end(out);
	}
	json_list_end(out);
	write_error(out, task);
	json_object_end(out);
}

void cs_describe_cluster_tasks(struct call *call)
{
	struct page page;
	struct cluster *cluster = cs_cluster(call);
	if (!cluster || !cs_page_begin(call, &page, USUAL_PAGE, MOST_PAGE))
		return;
	json_object(&call->out, NULL);
	json_text(&call->out, "requestId", call->request->id);
	json_list(&call->out, "tasks");
	struct cs_task *task;
	EACH(task, cluster->base.region, KIND_CS_TASK)
	{
		if (task->cluster != cluster || call->blind || !page_takes(&page, &task->base))
			continue;
		json_object(&call->out, NULL);
		json_text(&call->out, "task_id", task->base.id);
		json_text(&call->out, "task_type", task->type);
		json_text(&call->out, "state", task->base.state);
		json_time_local(&call->out, "created", task->base.created);
		json_time_local(&call->out, "updated", task->updated);
		write_error(&call->out, task);
		json_object_end(&call->out);
	}
	json_list_end(&call->out);
	cs_page_end(call, &page, "page_info");
	json_object_end(&call->out);
}

void cs_cancel_task(struct call *call)
{
	struct cs_task *task = task_of(call);
	if (!task)
		return;
	if (strcmp(task->base.state, "running") != 0 || !task->kind->cancellable) {
		call_fail(call, 400, "ErrorTaskNotCancelable", "The task cannot be cancelled.");
		return;
	}
	task->stages[task->stage].state = "canceled";
	task->stages[task->stage].end = call->world->now;
	task_ends(call->world, task, "canceled");
	json_object(&call->out, NULL);
	json_object_end(&call->out);
}
