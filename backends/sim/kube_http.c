// SPDX-License-Identifier: Apache-2.0
// The way of a request: who calls, what the path names, whether that is allowed, who serves it.
#include "config.h"
#include "sim/kube_http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "sim/kube_faults.h"
#include "sim/kube_populate.h"
#include "sim/request_log.h"

#include "base/banned.h"

enum { MAX_SEGMENTS = 10 };

const char *kube_query(const struct kube_call *call, const char *name)
{
	const char *value = pairs_get(&call->request->query, name);
	return value ? value : "";
}

bool kube_query_flag(const struct kube_call *call, const char *name)
{
	const char *value = kube_query(call, name);
	return !strcmp(value, "true") || !strcmp(value, "1") || !strcmp(value, "True");
}

int64_t kube_query_int(const struct kube_call *call, const char *name, int64_t otherwise)
{
	int64_t value;
	const char *text = kube_query(call, name);
	return *text && text_to_int64(text, &value) ? value : otherwise;
}

struct path {
	char *segments[MAX_SEGMENTS];
	size_t count;
};

static bool split(struct kube_call *call, struct path *path)
{
	const char *at = call->request->path;
	while (*at == '/')
		at++;
	while (*at) {
		size_t length = strcspn(at, "/");
		if (path->count == MAX_SEGMENTS)
			return false;
		char *segment = arena_strndup(call->arena, at, length);
		text_percent_decode(segment);
		path->segments[path->count++] = segment;
		at += length;
		while (*at == '/')
			at++;
	}
	return true;
}

static const struct kube_resource *find_resource(
        const struct kube *kube, const char *group, const char *version, const char *plural)
{
	for (size_t i = 0; i < kube->resource_count; i++) {
		const struct kube_resource *row = kube->resources[i];
		if (!row->withdrawn && !strcmp(row->group, group) && !strcmp(row->version, version) &&
		        !strcmp(row->plural, plural))
			return row;
	}
	return NULL;
}

// api/v1/… or apis/GROUP/VERSION/…, then [namespaces/NS/]RESOURCE[/NAME[/SUBRESOURCE]]
static bool parse_path(struct kube_call *call)
{
	struct path path = {0};
	if (!split(call, &path) || path.count < 3)
		return false;
	bool core = !strcmp(path.segments[0], "api");
	size_t at = core ? 2 : 3;
	if ((!core && strcmp(path.segments[0], "apis") != 0) || path.count <= at)
		return false;
	const char *group = core ? "" : path.segments[1], *version = path.segments[at - 1];
	if (!core && path.count <= 3)
		return false;
	call->namespace = call->name = call->subresource = "";
	bool of_namespace = !strcmp(path.segments[at], "namespaces") && path.count > at + 2 &&
	                    strcmp(path.segments[at + 2], "status") != 0 &&
	                    strcmp(path.segments[at + 2], "finalize") != 0;
	if (of_namespace) {
		call->namespace = path.segments[at + 1];
		at += 2;
	}
	call->named = call->resource = find_resource(call->kube, group, version, path.segments[at]);
	if (!call->resource || (of_namespace && !call->resource->namespaced))
		return false;
	if (path.count > at + 1)
		call->name = path.segments[at + 1];
	if (path.count > at + 2)
		call->subresource = path.segments[at + 2];
	if (!strcmp(group, "events.k8s.io"))
		call->resource = find_resource(call->kube, "", "v1", "events");
	return path.count <= at + 3 && (*call->namespace || !*call->name || !call->resource->namespaced);
}

static const char *verb_of(const struct kube_call *call)
{
	const char *method = call->request->method;
	bool one = *call->name;
	if (!strcmp(method, "GET") || !strcmp(method, "HEAD"))
		return kube_query_flag(call, "watch") && !*call->subresource ? "watch" : one ? "get" : "list";
	if (!strcmp(method, "POST"))
		return "create";
	if (!strcmp(method, "PUT"))
		return "update";
	if (!strcmp(method, "PATCH"))
		return "patch";
	if (!strcmp(method, "DELETE"))
		return one ? "delete" : "deletecollection";
	return "";
}

// Tables and bare metadata are given when the first type that the Accept header names asks for them.
static void choose_shape(struct kube_call *call)
{
	const char *accept = request_header(call->request, "accept");
	char first[256] = "";
	if (accept)
		snprintf(first, sizeof(first), "%.*s", (int)strcspn(accept, ","), accept);
	bool stable = strstr(first, "v=v1") && !strstr(first, "v=v1beta1");
	if (stable && strstr(first, "as=Table"))
		call->shape = SHAPE_TABLE;
	else if (stable && strstr(first, "as=PartialObjectMetadata"))
		call->shape = SHAPE_METADATA;
	call->include_object = kube_query(call, "includeObject");
}

static unsigned subresource_bit(const char *name)
{
	static const struct {
		const char *name;
		unsigned bit;
	} names[] = {
	        {"status", SUBRESOURCE_STATUS},
	        {"scale", SUBRESOURCE_SCALE},
	        {"log", SUBRESOURCE_LOG},
	        {"eviction", SUBRESOURCE_EVICTION},
	        {"binding", SUBRESOURCE_BINDING},
	        {"token", SUBRESOURCE_TOKEN},
	        {"finalize", SUBRESOURCE_FINALIZE},
	        {"ephemeralcontainers", SUBRESOURCE_EPHEMERAL},
	};
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (!strcmp(names[i].name, name))
			return names[i].bit;
	return 0;
}

static void serve_object(struct kube_call *call)
{
	static const struct {
		const char *verb;
		void (*serve)(struct kube_call *call);
		bool named; // needs a name
	} rows[] = {
	        {"get", kube_serve_get, true},
	        {"list", kube_serve_list, false},
	        {"watch", kube_serve_watch, false},
	        {"create", kube_serve_create, false},
	        {"update", kube_serve_replace, true},
	        {"patch", kube_serve_patch, true},
	        {"delete", kube_serve_delete, true},
	        {"deletecollection", kube_serve_delete_collection, false},
	};
	unsigned bit = *call->subresource ? subresource_bit(call->subresource) : 0;
	if (*call->subresource && !(call->resource->subresources & bit)) {
		kube_fail(call, 404, "NotFound", "the server could not find the requested resource");
		return;
	}
	if (bit == SUBRESOURCE_LOG) {
		if (!strcmp(call->verb, "get"))
			kube_serve_log(call);
		else
			kube_fail(call, 405, "MethodNotAllowed",
			        "the server does not allow this method on the requested resource");
		return;
	}
	if (bit & (SUBRESOURCE_SCALE | SUBRESOURCE_EVICTION | SUBRESOURCE_BINDING | SUBRESOURCE_TOKEN)) {
		kube_serve_subresource(call);
		return;
	}
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (!strcmp(rows[i].verb, call->verb) && (!rows[i].named || *call->name) &&
		        (rows[i].named || !*call->name || !strcmp(call->verb, "watch")) &&
		        (!call->resource->create_only || !strcmp(call->verb, "create"))) {
			rows[i].serve(call);
			return;
		}
	kube_fail(call, 405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
}

static void fail_forbidden(struct kube_call *call, const struct kube_access *access)
{
	char where[400] = "at the cluster scope", what[400] = "", resource[400];
	if (*access->namespace)
		snprintf(where, sizeof(where), "in the namespace \"%s\"", access->namespace);
	if (*access->name)
		snprintf(what, sizeof(what), " \"%s\"", access->name);
	snprintf(resource, sizeof(resource), "%s%s%s", access->resource, *access->subresource ? "/" : "",
	        access->subresource);
	kube_fail(call, 403, "Forbidden",
	        "%s%s%s%s is forbidden: User \"%s\" cannot %s resource \"%s\" in API group \"%s\" %s", access->resource,
	        *access->group ? "." : "", access->group, what, call->subject.name, access->verb, resource,
	        access->group, where);
}

bool kube_check_access(struct kube_call *call, const char *verb, const struct kube_resource *resource,
        const char *subresource, const char *namespace, const char *name)
{
	struct kube_access access = {.verb = verb,
	        .group = resource->group,
	        .resource = resource->plural,
	        .subresource = subresource,
	        .namespace = namespace,
	        .name = name};
	if (kube_users_allow(call->kube, &call->subject, &access))
		return true;
	fail_forbidden(call, &access);
	return false;
}

static bool check_path(struct kube_call *call)
{
	char lower[16];
	snprintf(lower, sizeof(lower), "%s", call->request->method);
	for (char *c = lower; *c; c++)
		*c = (char)(*c | 0x20);
	struct kube_access access = {.verb = lower, .path = call->request->path};
	if (kube_users_allow(call->kube, &call->subject, &access))
		return true;
	kube_fail(call, 403, "Forbidden", "forbidden: User \"%s\" cannot %s path \"%s\"", call->subject.name, lower,
	        call->request->path);
	return false;
}

static void serve_plain_text(struct kube_call *call, const char *text)
{
	struct buffer body;
	buffer_init(&body, 1024);
	buffer_add_text(&body, text);
	kube_send(call, 200, "text/plain; charset=utf-8", &body);
}

static bool serve_health(struct kube_call *call)
{
	static const char *const paths[] = {
	        "/healthz", "/livez", "/readyz", "/healthz/ping", "/livez/ping", "/readyz/ping"};
	for (size_t i = 0; i < COUNT_OF(paths); i++)
		if (!strcmp(paths[i], call->request->path)) {
			if (check_path(call))
				serve_plain_text(call, "ok");
			return true;
		}
	return false;
}

static void route(struct kube_call *call)
{
	const char *path = call->request->path;
	call->answer->operation = "kube.get";
	if (serve_health(call))
		return;
	if (parse_path(call)) {
		call->verb = verb_of(call);
		call->answer->operation = arena_printf(call->arena, "kube.%s.%s%s%s", call->verb, call->named->plural,
		        *call->subresource ? "/" : "", call->subresource);
		if (!strcmp(call->named->plural, "namespaces") && *call->name)
			call->namespace = call->name;
		if (!kube_check_access(call, call->verb, call->named, call->subresource, call->namespace, call->name))
			return;
		if (!call->resource->namespaced)
			call->namespace = "";
		if (kube_faults_answer(call))
			return;
		choose_shape(call);
		serve_object(call);
		return;
	}
	call->resource = call->named = NULL;
	call->verb = "get";
	if (!check_path(call) || kube_serve_discovery(call) || kube_serve_openapi(call))
		return;
	(void)path;
	kube_fail(call, 404, "NotFound", "the server could not find the requested resource");
}

void kube_serve(struct simulator *simulator, struct request *request, struct answer *answer)
{
	struct kube *kube = request->owner;
	struct kube_call call = {.simulator = simulator,
	        .kube = kube,
	        .request = request,
	        .answer = answer,
	        .arena = &request->arena,
	        .namespace = "",
	        .name = "",
	        .subresource = ""};
	simulator_pass_time(simulator, request->arrived);
	if (!kube->cluster) {
		answer->reset = true;
		return;
	}
	random_uuid(&kube->random, false, request->id);
	answer->region = kube->cluster->base.region->id;
	answer_header(answer, "Audit-Id", request->id);
	answer_header(answer, "Cache-Control", "no-cache, private");
	answer_header(answer, "Date", simulator_http_date(kube_now(kube), &request->arena));
	if (kube_faults_connection(&call)) {
		answer->operation = "kube";
		request_log_add(simulator->log, request, answer);
		return;
	}
	if (kube_users_identify(kube, request, simulator->wall, &call.subject))
		route(&call);
	else
		kube_fail(&call, 401, "Unauthorized", "Unauthorized");
	cJSON_Delete(call.causes);
	if (answer->status >= 400)
		answer->code = answer->code ? answer->code : "Failure";
	if (!answer->operation)
		answer->operation = "kube";
	kube_faults_disturb(&call);
	answer->delay_ms += simulator->options.latency_ms + simulator->faults.latency_ms;
	request_log_add(simulator->log, request, answer);
}
