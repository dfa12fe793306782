// SPDX-License-Identifier: Apache-2.0
// route → sick region and faults → signature → permission → limit → parameters → operation → answer → faults.
#include "config.h"
#include "sim/dispatch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "sim/auth.h"
#include "sim/failure.h"
#include "sim/idempotence.h"
#include "sim/params.h"
#include "sim/route.h"
#include "sim/service.h"
#include "sim/simulator.h"
#include "sim/throttle.h"
#include "sim/xml_out.h"

#include "base/banned.h"

enum { ANSWER_LIMIT = 256 * 1024 * 1024 };

static bool hit(struct call *call, enum fault_kind kind)
{
	return faults_hit(&call->simulator->faults, &call->world->random[RANDOM_FAULTS], kind,
	        call->region ? call->region->id : NULL, call->answer->operation);
}

// What happens before the service has looked at the call. True: it is over.
static bool broken_before(struct call *call)
{
	struct random *dice = &call->world->random[RANDOM_FAULTS];
	if (call->region && call->region->unreachable)
		return call->answer->reset = true;
	if (hit(call, FAULT_STALL))
		return call->answer->stall = true;
	if (hit(call, FAULT_RESET)) {
		// Half of the connections break before the call took effect, half after.
		call->answer->reset = true;
		if (random_chance(dice, 0.5))
			return true;
	}
	if (hit(call, FAULT_THROTTLE))
		return !call_throttled(call, random_between(dice, 50, 1500));
	if (hit(call, FAULT_HTTP500) || (call->region && random_chance(dice, call->region->error_rate)))
		return !call_broken(call, random_chance(dice, 0.5));
	return false;
}

static bool check_permission(struct call *call)
{
	char action[128];
	if (!call->identity || call->operation->flags & OPERATION_NO_PERMISSION)
		return true;
	snprintf(action, sizeof(action), "%s:%s", call->service->name, call->operation->name);
	if (hit(call, FAULT_DENY))
		return call_deny(call, action);
	if (identity_allows(call->identity, action))
		return true;
	if (call->world->rules.silent_empty && call->operation->flags & OPERATION_SILENT &&
	        !call_bool(call, "DryRun", false))
		return call->blind = true;
	return call_deny(call, action);
}

static bool check_limit(struct call *call)
{
	const struct world_rules *rules = &call->world->rules;
	int64_t wait_ms = 0;
	if (rules->throttle_rate <= 0 ||
	        throttle_pass(call->simulator->throttle, call->operation, call->region, rules->throttle_rate,
	                rules->throttle_burst, call->simulator->wall, &wait_ms))
		return true;
	return call_throttled(call, wait_ms);
}

static bool parse_body(struct call *call)
{
	if (call->service->style != STYLE_ROA || !call->request->body.size)
		return true;
	call->body = cJSON_ParseWithLength(buffer_text(&call->request->body), call->request->body.size);
	return call->body || call_fail(call, 400, "InvalidParameter", "The request body is not valid JSON.");
}

static void run(struct call *call)
{
	bool rpc = call->service->style == STYLE_RPC;
	if (rpc) {
		json_object(&call->out, NULL);
		json_text(&call->out, "RequestId", call->request->id);
	}
	size_t from = call->out.buffer.size;
	if (!idempotence_replay(call->simulator->idempotence, call)) {
		call->operation->run(call);
		idempotence_keep(call->simulator->idempotence, call, from);
	}
	if (rpc && !call->failed)
		json_object_end(&call->out);
}

static bool wants_xml(const struct call *call)
{
	const char *format = call_text(call, "Format"), *accept = request_header(call->request, "accept");
	if (call->service && call->service->style == STYLE_ROA)
		return false;
	if (format)
		return strcasecmp(format, "JSON") != 0;
	if (accept && strstr(accept, "json"))
		return false;
	return (accept && strstr(accept, "xml")) || call_text(call, "Signature");
}

static void finish_body(struct call *call)
{
	struct answer *answer = call->answer;
	struct buffer *body = &call->out.buffer;
	answer->content_type = "application/json;charset=utf-8";
	if (wants_xml(call) && body->size) {
		struct buffer xml;
		char root[96];
		snprintf(root, sizeof(root), "%sResponse", call->operation ? call->operation->name : "");
		buffer_init(&xml, ANSWER_LIMIT);
		xml_from_json(&xml, call->failed ? "Error" : root, buffer_text(body));
		buffer_finish(body);
		*body = xml;
		answer->content_type = "text/xml;charset=utf-8";
	}
	if (body->broken) {
		answer->status = 500;
		buffer_clear(body);
	}
	answer->size = body->size;
	answer->body = buffer_take(body);
}

static void spoil(struct call *call)
{
	static const char *const rubbish[] = {"<html><body><h1>502 Bad Gateway</h1></body></html>", "{\"RequestId\":\"",
	        "\x1f\x8b\x08\x00garbage\xff\xfe", "null", "[]",
	        "{\"Instances\":{\"Instance\":\"none\"},\"TotalCount\":\"x\"}"};
	struct answer *answer = call->answer;
	struct random *dice = &call->world->random[RANDOM_FAULTS];
	if (!call->failed && hit(call, FAULT_LOST))
		answer->reset = true;
	if (hit(call, FAULT_GARBAGE)) {
		const char *text = rubbish[random_below(dice, COUNT_OF(rubbish))];
		free(answer->body);
		answer->body = strdup(text);
		answer->size = answer->body ? strlen(text) : 0;
	}
	if (answer->size > 2 && hit(call, FAULT_TRUNCATE))
		answer->truncate_at = 1 + (size_t)random_below(dice, answer->size - 2);
	answer->delay_ms += call->region ? call->region->slow_ms : 0;
}

static bool refused(struct call *call)
{
	const struct refusal *refusal = faults_refusal(
	        &call->simulator->faults, call->region ? call->region->id : NULL, call->answer->operation);
	return refusal && !call_fail(call, refusal->status, refusal->code, "%s", refusal->message);
}

static bool admitted(struct call *call)
{
	return auth_check(call) && check_permission(call) && check_limit(call) && parse_body(call) &&
	       params_check(call, call->simulator->metadata);
}

void dispatch(struct simulator *simulator, struct request *request, struct answer *answer)
{
	struct call call = {
	        .simulator = simulator,
	        .world = &simulator->world,
	        .request = request,
	        .answer = answer,
	};
	buffer_init(&call.out.buffer, ANSWER_LIMIT);
	answer->status = 200;
	answer->operation = request_header(request, "x-acs-action");
	bool routed = route_call(&call);
	if (call.operation)
		answer->operation = arena_printf(&request->arena, "%s.%s", call.service->name, call.operation->name);
	if (call.region)
		answer->region = call.region->id;
	if (routed && !broken_before(&call) && admitted(&call) && !refused(&call))
		run(&call);
	finish_body(&call);
	if (!answer->reset && !answer->stall)
		spoil(&call);
	answer_header(answer, "x-acs-request-id", request->id);
	cJSON_Delete(call.body);
	buffer_finish(&call.out.buffer);
}
