// SPDX-License-Identifier: Apache-2.0
// RPC calls name their version and action, ROA calls have a method and a path.
#include "config.h"
#include "sim/route.h"

#include <string.h>

#include "base/text.h"
#include "sim/service.h"

#include "base/banned.h"

// One segment of a path against one of a template; a parameter takes any that is not empty.
static bool segment_fits(struct call *call, const char *pattern, size_t pattern_length, const char *path, size_t length)
{
	if (*pattern != '{')
		return pattern_length == length && !memcmp(pattern, path, length);
	if (!length)
		return false;
	if (call) {
		struct arena *arena = &call->request->arena;
		char *value = arena_strndup(arena, path, length);
		if (!value)
			return false;
		text_percent_decode(value);
		pairs_add(arena, &call->params, arena_strndup(arena, pattern + 1, pattern_length - 2), value);
	}
	return true;
}

static bool path_fits(struct call *call, const char *pattern, const char *path)
{
	for (;;) {
		size_t pattern_length = strcspn(pattern, "/"), length = strcspn(path, "/");
		if (!segment_fits(call, pattern, pattern_length, path, length))
			return false;
		pattern += pattern_length;
		path += length;
		if (!*pattern || !*path)
			return *pattern == *path;
		pattern++;
		path++;
	}
}

static const struct operation *roa_operation(const struct service *service, const char *method, const char *path)
{
	for (size_t i = 0; i < service->operation_count; i++) {
		const struct operation *operation = &service->operations[i];
		if (!strcmp(operation->method, method) && path_fits(NULL, operation->path, path))
			return operation;
	}
	return NULL;
}

const char *route_roa_action(const char *method, const char *path, const char **version)
{
	for (size_t i = 0; services[i]; i++) {
		const struct operation *operation =
		        services[i]->style == STYLE_ROA ? roa_operation(services[i], method, path) : NULL;
		if (!operation)
			continue;
		*version = services[i]->version;
		return operation->name;
	}
	return NULL;
}

static const char *said(const struct call *call, const char *header, const char *parameter)
{
	const char *value = request_header(call->request, header);
	if (!value)
		value = pairs_get(&call->request->query, parameter);
	return value ? value : pairs_get(&call->request->form, parameter);
}

static bool not_found(struct call *call, const char *code, const char *message)
{
	return call_fail(call, 404, code, "%s", message);
}

static bool route_rpc(struct call *call)
{
	const char *version = said(call, "x-acs-version", "Version");
	const char *action = said(call, "x-acs-action", "Action");
	if (!action)
		return not_found(call, "InvalidAction.NotFound",
		        "Specified api is not found, please check your url and method.");
	if (!version)
		return call_fail(call, 400, "MissingVersion", "Version is mandatory for this action.");
	for (size_t i = 0; services[i] && !call->service; i++)
		if (services[i]->style == STYLE_RPC && !strcmp(services[i]->version, version))
			call->service = services[i];
	if (!call->service)
		return not_found(call, "InvalidVersion", "Specified parameter Version is not valid.");
	for (size_t i = 0; i < call->service->operation_count && !call->operation; i++)
		if (!strcmp(call->service->operations[i].name, action))
			call->operation = &call->service->operations[i];
	if (!call->operation)
		return not_found(call, "InvalidAction.NotFound",
		        "Specified api is not found, please check your url and method.");
	if (strcmp(call->request->method, "GET") != 0 && strcmp(call->request->method, "POST") != 0)
		return call_fail(call, 405, "UnsupportedHTTPMethod", "This http method is not supported.");
	const struct pairs *sources[] = {&call->request->query, &call->request->form};
	for (size_t s = 0; s < COUNT_OF(sources); s++)
		for (size_t i = 0; i < sources[s]->count; i++)
			pairs_add(&call->request->arena, &call->params, sources[s]->items[i].name,
			        sources[s]->items[i].value);
	return true;
}

static bool route_roa(struct call *call)
{
	const char *version = request_header(call->request, "x-acs-version");
	const char *action = request_header(call->request, "x-acs-action");
	for (size_t i = 0; services[i] && !call->operation; i++) {
		if (services[i]->style != STYLE_ROA || (version && strcmp(services[i]->version, version) != 0))
			continue;
		call->service = services[i];
		call->operation = roa_operation(services[i], call->request->method, call->request->path);
	}
	if (!call->operation || (action && strcmp(action, call->operation->name) != 0))
		return not_found(call, "InvalidAction.NotFound",
		        "Specified api is not found, please check your url and method.");
	path_fits(call, call->operation->path, call->request->path);
	for (size_t i = 0; i < call->request->query.count; i++)
		pairs_add(&call->request->arena, &call->params, call->request->query.items[i].name,
		        call->request->query.items[i].value);
	return true;
}

// ecs.cn-beijing.aliyuncs.com, cs-anony-vpc.cn-beijing.aliyuncs.com
static struct region *region_of_host(const struct call *call)
{
	const char *host = request_header(call->request, "host");
	while (host && *host) {
		char label[64];
		size_t length = strcspn(host, ".:");
		if (length < sizeof(label)) {
			memcpy(label, host, length);
			label[length] = 0;
			struct region *region = world_region(call->world, label);
			if (region)
				return region;
		}
		host += length;
		host += *host == '.' || *host == ':';
	}
	return NULL;
}

// A call about one thing, without a region, is about the region of that thing.
static struct region *region_of_subject(const struct call *call)
{
	static const char *const subjects[] = {
	        "ClusterId", "cluster_id", "task_id", "InstanceId", "SnapshotId", "AllocationId", "VpcId", "VSwitchId"};
	for (size_t i = 0; i < COUNT_OF(subjects); i++) {
		const char *id = call_text(call, subjects[i]);
		const struct resource *resource = id ? id_map_get(&call->world->index, id) : NULL;
		if (resource)
			return resource->region;
	}
	return NULL;
}

static bool route_region(struct call *call)
{
	const char *said_region = call_text(call, "RegionId");
	if (!said_region)
		said_region = call_text(call, "region_id");
	if (!said_region && call->service->style == STYLE_ROA)
		said_region = request_header(call->request, "x-acs-region-id");
	if (call->service->central)
		return true;
	if (said_region) {
		call->region = world_region(call->world, said_region);
		return call->region ||
		       call_fail(call, 404, "InvalidRegionId.NotFound", "The specified RegionId does not exist.");
	}
	call->region = region_of_host(call);
	if (!call->region)
		call->region = region_of_subject(call);
	return true;
}

bool route_call(struct call *call)
{
	const char *path = call->request->path;
	bool root = !*path || !strcmp(path, "/");
	return (root ? route_rpc(call) : route_roa(call)) && route_region(call);
}
