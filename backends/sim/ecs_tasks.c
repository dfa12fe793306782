// SPDX-License-Identifier: Apache-2.0
// Tasks of ECS: the progress and the end of an import.
#include "config.h"
#include "sim/ecs.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sim/service.h"

#include "base/banned.h"

enum { USUAL_PAGE = 10, MOST_PAGE = 100 };

static bool equal(const char *wanted, const char *found)
{
	return !wanted || !strcmp(wanted, found);
}

static bool id_listed(const char *list, const char *id)
{
	const char *found = list ? strstr(list, id) : NULL;
	size_t length = strlen(id);
	return !list || (found && (found == list || found[-1] == ',') && (!found[length] || found[length] == ','));
}

static void write_task(struct json_out *out, const struct ecs_task *task)
{
	json_object(out, NULL);
	json_text(out, "TaskId", task->base.id);
	json_text(out, "TaskAction", task->action);
	json_text(out, "TaskStatus", task->base.state);
	json_bool(out, "SupportCancel", !strcmp(task->base.state, "Processing"));
	json_time(out, "CreationTime", task->base.created);
	json_time(out, "FinishedTime", task->finished);
	json_text(out, "ResourceId", task->image_id);
	json_object_end(out);
}

void ecs_describe_tasks(struct call *call)
{
	struct page page;
	const char *ids = call_text(call, "TaskIds"), *action = call_text(call, "TaskAction");
	const char *status = call_text(call, "TaskStatus");
	const char *start = call_text(call, "StartTime"), *end = call_text(call, "EndTime");
	int64_t from = 0, to = INT64_MAX;
	if ((start && !time_parse(start, &from)) || (end && !time_parse(end, &to))) {
		call_fail(call, 400, "InvalidParameter", "The specified StartTime or EndTime is not valid.");
		return;
	}
	if (!page_begin(call, &page, PAGE_NUMBERS, USUAL_PAGE, MOST_PAGE))
		return;
	json_object(&call->out, "TaskSet");
	json_list(&call->out, "Task");
	struct ecs_task *task;
	EACH(task, call->region, KIND_ECS_TASK)
	if (call_sees(call, &task->base) && id_listed(ids, task->base.id) && equal(action, task->action) &&
	        equal(status, task->base.state) && task->base.created >= from && task->base.created <= to &&
	        page_takes(&page, &task->base))
		write_task(&call->out, task);
	json_list_end(&call->out);
	json_object_end(&call->out);
	json_text(&call->out, "RegionId", call->region->id);
	page_end(call, &page);
}

static struct ecs_task *task_of(struct call *call)
{
	struct ecs_task *task = world_find_in(call->world, KIND_ECS_TASK, call->region, call_text(call, "TaskId"));
	if (!task)
		call_fail(call, 404, "InvalidTaskId.NotFound", "The specified TaskId does not exist.");
	return task;
}

void ecs_describe_task_attribute(struct call *call)
{
	struct ecs_task *task = task_of(call);
	struct json_out *out = &call->out;
	if (!task)
		return;
	const struct image *image = world_find(call->world, KIND_IMAGE, task->image_id);
	bool failed = !strcmp(task->base.state, "Failed"), finished = !strcmp(task->base.state, "Finished");
	json_text(out, "TaskId", task->base.id);
	json_text(out, "RegionId", call->region->id);
	json_text(out, "TaskAction", task->action);
	json_text(out, "TaskStatus", task->base.state);
	json_printf(out, "TaskProcess", "%d%%", finished ? 100 : image ? image->progress : 0);
	json_bool(out, "SupportCancel", !failed && !finished);
	json_int(out, "TotalCount", 1);
	json_int(out, "SuccessCount", finished);
	json_int(out, "FailedCount", failed);
	json_time(out, "CreationTime", task->base.created);
	json_time(out, "FinishedTime", task->finished);
	json_object(out, "OperationProgressSet");
	json_list(out, "OperationProgress");
	json_object(out, NULL);
	json_text(out, "OperationStatus", failed ? "Failed" : finished ? "Success" : "Processing");
	json_text(out, "ErrorCode", task->error_code);
	json_text(out, "ErrorMsg", task->error_message);
	json_object(out, "RelatedItemSet");
	json_list(out, "RelatedItem");
	json_object(out, NULL);
	json_text(out, "Name", "ImageId");
	json_text(out, "Value", task->image_id);
	json_object_end(out);
	json_list_end(out);
	json_object_end(out);
	json_object_end(out);
	json_list_end(out);
	json_object_end(out);
}

void ecs_cancel_task(struct call *call)
{
	struct ecs_task *task = task_of(call);
	if (!task)
		return;
	if (strcmp(task->base.state, "Processing") != 0) {
		call_fail(call, 403, "IncorrectTaskStatus",
		        "The current status of the task does not support this operation.");
		return;
	}
	struct image *image = world_find(call->world, KIND_IMAGE, task->image_id);
	resource_state(call->world, &task->base, "Failed");
	task->finished = call->world->now;
	task->error_code = "Task.Canceled";
	task->error_message = "The task was cancelled.";
	if (image)
		resource_destroy(call->world, &image->base);
}
