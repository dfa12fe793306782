// SPDX-License-Identifier: Apache-2.0
// Error bodies: RPC services say Code and Message, CS says code and message.
#include "config.h"
#include "sim/failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/service.h"
#include "sim/simulator.h"

#include "base/banned.h"

enum { MESSAGE_SIZE = 16 * 1024 };

static bool speaks_roa(const struct call *call)
{
	if (call->service)
		return call->service->style == STYLE_ROA;
	return strlen(call->request->path) > 1;
}

static void write_rpc(struct call *call, const char *code, const char *message)
{
	struct json_out *out = &call->out;
	const char *host = request_header(call->request, "host");
	json_text(out, "RequestId", call->request->id);
	json_text(out, "Message", message);
	json_printf(out, "Recommend", "https://api.aliyun.com/troubleshoot?q=%s&product=%s&requestId=%s", code,
	        call->service ? call->service->name : "", call->request->id);
	json_text(out, "HostId", host ? host : "");
	json_text(out, "Code", code);
}

static void write_roa(struct call *call, int status, const char *code, const char *message)
{
	struct json_out *out = &call->out;
	json_text(out, "code", code);
	json_text(out, "message", message);
	json_text(out, "requestId", call->request->id);
	json_int(out, "status", status);
}

static void fail(struct call *call, int status, const char *code, const char *message, const char *denied)
{
	struct json_out *out = &call->out;
	buffer_clear(&out->buffer);
	out->comma = false;
	call->failed = true;
	call->answer->status = status;
	call->answer->code = arena_strdup(&call->request->arena, code);
	json_object(out, NULL);
	if (speaks_roa(call))
		write_roa(call, status, code, message);
	else
		write_rpc(call, code, message);
	if (denied) {
		json_object(out, speaks_roa(call) ? "accessDeniedDetail" : "AccessDeniedDetail");
		json_text(out, "AuthAction", denied);
		json_text(out, "AuthPrincipalDisplayName", call->identity ? call->identity->user_id : "");
		json_text(out, "AuthPrincipalOwnerId", call->world->account);
		json_text(out, "AuthPrincipalType",
		        call->identity && !strcmp(call->identity->type, "AssumedRoleUser") ? "AssumedRoleUser"
		                                                                           : "SubUser");
		json_text(out, "NoPermissionType", "ImplicitDeny");
		json_text(out, "PolicyType", "AccountLevelIdentityBasedPolicy");
		json_object_end(out);
	}
	json_object_end(out);
}

bool call_fail(struct call *call, int status, const char *code, const char *format, ...)
{
	char message[MESSAGE_SIZE];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	fail(call, status, code ? code : "InternalError", message, NULL);
	return false;
}

bool call_deny(struct call *call, const char *action)
{
	if (speaks_roa(call))
		fail(call, 403, "StatusForbidden", "You are not authorized to do this action.", action);
	else if (!strcmp(call->service->name, "ecs") || !strcmp(call->service->name, "vpc"))
		fail(call, 403, "Forbidden.RAM",
		        "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
		        action);
	else
		fail(call, 403, "NoPermission",
		        "You are not authorized to do this action. You should be authorized by RAM.", action);
	return false;
}

bool call_allowed(const struct call *call, const char *action)
{
	return !call->identity || identity_allows(call->identity, action);
}

bool call_throttled(struct call *call, int64_t wait_ms)
{
	answer_header(
	        call->answer, "x-acs-retry-after", arena_printf(&call->request->arena, "%lld", (long long)wait_ms));
	if (speaks_roa(call))
		return call_fail(call, 429, "Throttling", "QPS Limit Exceeded");
	return call_fail(call, 400, "Throttling.User", "Request was denied due to user flow control.");
}

bool call_broken(struct call *call, bool unavailable)
{
	if (unavailable)
		return call_fail(call, 503, "ServiceUnavailable",
		        "The request has failed due to a temporary failure of the server.");
	return call_fail(call, 500, "InternalError", "The request processing has failed due to some unknown error.");
}
