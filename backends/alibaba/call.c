// SPDX-License-Identifier: Apache-2.0
// Calls as rows and parameters: building them, and writing them as the command that does the same.
#include "alibaba/call.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/banned.h"

enum { CALL_MEMORY_MOST = 4 << 20 };

void call_init(struct call *call, const char *name, const char *region)
{
	memset(call, 0, sizeof(*call));
	call->operation = operation_find(name);
	call->broken = !call->operation;
	if (call->broken)
		snprintf(call->wrong, sizeof(call->wrong), "%s", name);
	snprintf(call->region, sizeof(call->region), "%s", region);
	arena_init(&call->arena, CALL_MEMORY_MOST);
}

void call_finish(struct call *call)
{
	arena_finish(&call->arena);
	call->parameters = NULL;
	call->count = call->room = 0;
}

static struct sign_pair *find(const struct call *call, const char *name)
{
	for (size_t i = 0; i < call->count; i++)
		if (!strcmp(call->parameters[i].name, name))
			return &call->parameters[i];
	return NULL;
}

static struct sign_pair *append(struct call *call, const char *name)
{
	struct sign_pair *pair;

	if (call->count == call->room) {
		size_t room = call->room ? 2 * call->room : 16;
		struct sign_pair *more = arena_alloc(&call->arena, room * sizeof(*more));

		if (!more)
			return NULL;
		if (call->count)
			memcpy(more, call->parameters, call->count * sizeof(*more));
		call->parameters = more;
		call->room = room;
	}
	pair = &call->parameters[call->count];
	pair->name = arena_strdup(&call->arena, name);
	if (!pair->name)
		return NULL;
	call->count++;
	return pair;
}

void call_set(struct call *call, const char *name, const char *value)
{
	struct sign_pair *pair;

	if (call->broken || !value)
		return;
	if (!operation_takes(call->operation, name)) {
		call->broken = true;
		snprintf(call->wrong, sizeof(call->wrong), "%s %s", call->operation->name, name);
		return;
	}
	pair = find(call, name);
	if (!pair)
		pair = append(call, name);
	if (!pair || !(pair->value = arena_strdup(&call->arena, value)))
		call->broken = true;
}

void call_set_number(struct call *call, const char *name, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, value);
	call_set(call, name, text);
}

void call_set_flag(struct call *call, const char *name, bool value)
{
	call_set(call, name, value ? "true" : "false");
}

void call_set_region(struct call *call)
{
	call_set(call, "RegionId", call->region);
}

void call_set_body(struct call *call, const char *json)
{
	if (call->broken)
		return;
	call->body = arena_strdup(&call->arena, json);
	call->broken = !call->body || !operation_takes(call->operation, "body");
}

const char *call_get(const struct call *call, const char *name)
{
	const struct sign_pair *pair = find(call, name);

	return pair ? pair->value : NULL;
}

void call_describe(const struct call *call, char *out, size_t size)
{
	const char *name = call->operation ? call->operation->name : call->wrong;

	if (*call->region)
		snprintf(out, size, _("%s in %s"), name, call->region);
	else
		snprintf(out, size, "%s", name);
}

static void add_option(struct buffer *out, const char *name, const char *value)
{
	buffer_printf(out, " --%s ", name);
	text_add_shell_word(out, value);
}

bool call_command(const struct call *call, const char *profile, struct buffer *out)
{
	char service[32];

	if (call->broken)
		return false;
	operation_service(call->operation, service);
	buffer_printf(out, "aliyun %s %s", service, operation_action(call->operation));
	if (profile && *profile)
		add_option(out, "profile", profile);
	for (size_t i = 0; i < call->count; i++)
		add_option(out, call->parameters[i].name,
		        operation_is_private(call->operation, call->parameters[i].name) ? "***"
		                                                                        : call->parameters[i].value);
	// The tool chooses the endpoint by this one; RegionId is a parameter of the service like others.
	if (*call->region && !(call->operation->flags & OPERATION_NO_REGION))
		add_option(out, "region", call->region);
	if (call->body) {
		add_option(out, "header", "Content-Type=application/json");
		add_option(out, "body", call->body);
	}
	return !out->broken;
}
