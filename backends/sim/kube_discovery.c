// SPDX-License-Identifier: Apache-2.0
// What is served: version, and discovery in its newer (aggregated) and older shape.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "sim/kube_http.h"

#include "base/banned.h"

enum { GROUPS_MOST = 48, DISCOVERY_LIMIT = 4 << 20 };

static const struct {
	unsigned bit;
	const char *name, *group, *version, *kind; // kind NULL = the resource's own
	const char *verbs;
} subresources[] = {
        {SUBRESOURCE_STATUS, "status", NULL, NULL, NULL, "\"get\",\"patch\",\"update\""},
        {SUBRESOURCE_SCALE, "scale", "autoscaling", "v1", "Scale", "\"get\",\"patch\",\"update\""},
        {SUBRESOURCE_LOG, "log", NULL, NULL, NULL, "\"get\""},
        {SUBRESOURCE_EVICTION, "eviction", "policy", "v1", "Eviction", "\"create\""},
        {SUBRESOURCE_BINDING, "binding", "", "v1", "Binding", "\"create\""},
        {SUBRESOURCE_TOKEN, "token", "authentication.k8s.io", "v1", "TokenRequest", "\"create\""},
        {SUBRESOURCE_FINALIZE, "finalize", NULL, NULL, NULL, "\"update\""},
        {SUBRESOURCE_EPHEMERAL, "ephemeralcontainers", NULL, NULL, NULL, "\"get\",\"patch\",\"update\""},
};

static const char *verbs_of(const struct kube_resource *row)
{
	return row->create_only
	               ? "\"create\""
	               : "\"create\",\"delete\",\"deletecollection\",\"get\",\"list\",\"patch\",\"update\",\"watch\"";
}

static void add_words(struct buffer *out, const char *name, const char *list)
{
	if (!*list)
		return;
	buffer_printf(out, ",\"%s\":[", name);
	for (const char *at = list; *at;) {
		size_t length = strcspn(at, ",");
		buffer_printf(out, "%s\"%.*s\"", at == list ? "" : ",", (int)length, at);
		at += length;
		at += *at == ',';
	}
	buffer_add_char(out, ']');
}

static void add_aggregated(struct buffer *out, const struct kube_resource *row)
{
	buffer_printf(out,
	        "{\"resource\":\"%s\",\"responseKind\":{\"group\":\"%s\",\"version\":\"%s\",\"kind\":\"%s\"},\"scope\":"
	        "\"%s\","
	        "\"singularResource\":\"%s\",\"verbs\":[%s]",
	        row->plural, row->group, row->version, row->kind, row->namespaced ? "Namespaced" : "Cluster",
	        row->singular, verbs_of(row));
	add_words(out, "shortNames", row->short_names);
	add_words(out, "categories", row->categories);
	bool any = false;
	for (size_t i = 0; i < COUNT_OF(subresources); i++) {
		if (!(row->subresources & subresources[i].bit))
			continue;
		const char *kind = subresources[i].kind;
		buffer_printf(out,
		        "%s{\"subresource\":\"%s\",\"responseKind\":{\"group\":\"%s\",\"version\":\"%s\",\"kind\":\"%"
		        "s\"},"
		        "\"verbs\":[%s]}",
		        any ? "," : ",\"subresources\":[", subresources[i].name,
		        kind ? subresources[i].group : row->group, kind ? subresources[i].version : row->version,
		        kind ? kind : row->kind, subresources[i].verbs);
		any = true;
	}
	buffer_add_text(out, any ? "]}" : "}");
}

// The names of all groups but the core, in the order of the table.
static size_t groups_of(const struct kube *kube, const char *out[GROUPS_MOST])
{
	size_t count = 0;
	for (size_t i = 0; i < kube->resource_count; i++) {
		const char *group = kube->resources[i]->group;
		bool known = !*group || kube->resources[i]->withdrawn;
		for (size_t k = 0; k < count; k++)
			known = known || !strcmp(out[k], group);
		if (!known && count < GROUPS_MOST)
			out[count++] = group;
	}
	return count;
}

static size_t versions_of(const struct kube *kube, const char *group, const char *out[GROUPS_MOST])
{
	size_t count = 0;
	for (size_t i = 0; i < kube->resource_count; i++) {
		bool known = strcmp(kube->resources[i]->group, group) != 0 || kube->resources[i]->withdrawn;
		for (size_t k = 0; k < count; k++)
			known = known || !strcmp(out[k], kube->resources[i]->version);
		if (!known && count < GROUPS_MOST)
			out[count++] = kube->resources[i]->version;
	}
	return count;
}

static void add_group(struct buffer *out, const struct kube *kube, const char *group)
{
	const char *versions[GROUPS_MOST];
	size_t count = versions_of(kube, group, versions);
	if (*group)
		buffer_printf(out, "{\"metadata\":{\"name\":\"%s\",\"creationTimestamp\":null},\"versions\":[", group);
	else
		buffer_add_text(out, "{\"metadata\":{\"creationTimestamp\":null},\"versions\":[");
	for (size_t v = 0; v < count; v++) {
		bool any = false;
		buffer_printf(out, "%s{\"version\":\"%s\",\"freshness\":\"Current\",\"resources\":[", v ? "," : "",
		        versions[v]);
		for (size_t i = 0; i < kube->resource_count; i++) {
			const struct kube_resource *row = kube->resources[i];
			if (row->withdrawn || strcmp(row->group, group) != 0 || strcmp(row->version, versions[v]) != 0)
				continue;
			if (any)
				buffer_add_char(out, ',');
			add_aggregated(out, row);
			any = true;
		}
		buffer_add_text(out, "]}");
	}
	buffer_add_text(out, "]}");
}

static void send_aggregated(struct kube_call *call, const char *version, bool core)
{
	struct buffer out;
	const char *groups[GROUPS_MOST];
	size_t count = core ? 1 : groups_of(call->kube, groups);
	buffer_init(&out, DISCOVERY_LIMIT);
	buffer_printf(&out,
	        "{\"kind\":\"APIGroupDiscoveryList\",\"apiVersion\":\"apidiscovery.k8s.io/"
	        "%s\",\"metadata\":{},\"items\":[",
	        version);
	for (size_t i = 0; i < count; i++) {
		if (i)
			buffer_add_char(&out, ',');
		add_group(&out, call->kube, core ? "" : groups[i]);
	}
	buffer_add_text(&out, "]}\n");
	answer_header(call->answer, "Vary", "Accept");
	kube_send(call, 200,
	        arena_printf(
	                call->arena, "application/json;g=apidiscovery.k8s.io;v=%s;as=APIGroupDiscoveryList", version),
	        &out);
}

static void add_legacy_group(struct buffer *out, const struct kube *kube, const char *group, bool whole)
{
	const char *versions[GROUPS_MOST];
	size_t count = versions_of(kube, group, versions);
	buffer_printf(out, "{%s\"name\":\"%s\",\"versions\":[",
	        whole ? "\"kind\":\"APIGroup\",\"apiVersion\":\"v1\"," : "", group);
	for (size_t i = 0; i < count; i++)
		buffer_printf(out, "%s{\"groupVersion\":\"%s/%s\",\"version\":\"%s\"}", i ? "," : "", group,
		        versions[i], versions[i]);
	buffer_printf(out, "],\"preferredVersion\":{\"groupVersion\":\"%s/%s\",\"version\":\"%s\"}}", group,
	        count ? versions[0] : "", count ? versions[0] : "");
}

static void add_legacy_subresources(struct buffer *out, const struct kube_resource *row)
{
	for (size_t i = 0; i < COUNT_OF(subresources); i++) {
		if (!(row->subresources & subresources[i].bit))
			continue;
		const char *kind = subresources[i].kind;
		buffer_printf(out, ",{\"name\":\"%s/%s\",\"singularName\":\"\",\"namespaced\":%s,", row->plural,
		        subresources[i].name, row->namespaced ? "true" : "false");
		if (kind)
			buffer_printf(out, "\"group\":\"%s\",\"version\":\"%s\",", subresources[i].group,
			        subresources[i].version);
		buffer_printf(out, "\"kind\":\"%s\",\"verbs\":[%s]}", kind ? kind : row->kind, subresources[i].verbs);
	}
}

static bool send_legacy_resources(struct kube_call *call, const char *group, const char *version)
{
	struct buffer out;
	bool any = false;
	buffer_init(&out, DISCOVERY_LIMIT);
	buffer_printf(&out,
	        "{\"kind\":\"APIResourceList\",\"apiVersion\":\"v1\",\"groupVersion\":\"%s%s%s\",\"resources\":[",
	        group, *group ? "/" : "", version);
	for (size_t i = 0; i < call->kube->resource_count; i++) {
		const struct kube_resource *row = call->kube->resources[i];
		if (row->withdrawn || strcmp(row->group, group) != 0 || strcmp(row->version, version) != 0)
			continue;
		buffer_printf(&out,
		        "%s{\"name\":\"%s\",\"singularName\":\"%s\",\"namespaced\":%s,\"kind\":\"%s\",\"verbs\":[%s]",
		        any ? "," : "", row->plural, row->singular, row->namespaced ? "true" : "false", row->kind,
		        verbs_of(row));
		add_words(&out, "shortNames", row->short_names);
		add_words(&out, "categories", row->categories);
		buffer_add_char(&out, '}');
		add_legacy_subresources(&out, row);
		any = true;
	}
	buffer_add_text(&out, "]}\n");
	if (!any) {
		buffer_finish(&out);
		return false;
	}
	kube_send(call, 200, "application/json", &out);
	return true;
}

static void send_legacy_groups(struct kube_call *call)
{
	struct buffer out;
	const char *groups[GROUPS_MOST];
	size_t count = groups_of(call->kube, groups);
	buffer_init(&out, DISCOVERY_LIMIT);
	buffer_add_text(&out, "{\"kind\":\"APIGroupList\",\"apiVersion\":\"v1\",\"groups\":[");
	for (size_t i = 0; i < count; i++) {
		if (i)
			buffer_add_char(&out, ',');
		add_legacy_group(&out, call->kube, groups[i], false);
	}
	buffer_add_text(&out, "]}\n");
	kube_send(call, 200, "application/json", &out);
}

static void send_text(struct kube_call *call, const char *text)
{
	struct buffer out;
	buffer_init(&out, DISCOVERY_LIMIT);
	buffer_add_text(&out, text);
	kube_send(call, 200, "application/json", &out);
}

static void send_version(struct kube_call *call)
{
	const char *version = call->kube->cluster->version;
	int major = 1, minor = 34;
	sscanf(version, "%d.%d", &major, &minor);
	send_text(
	        call, arena_printf(call->arena,
	                      "{\"major\":\"%d\",\"minor\":\"%d\",\"emulationMajor\":\"%d\",\"emulationMinor\":\"%d\","
	                      "\"gitVersion\":\"v%s\",\"gitCommit\":\"6b17d0f\",\"gitTreeState\":\"clean\","
	                      "\"buildDate\":\"2025-12-15T08:12:44Z\",\"goVersion\":\"go1.24.6\",\"compiler\":\"gc\","
	                      "\"platform\":\"linux/amd64\"}\n",
	                      major, minor, major, minor, version));
}

// The version of aggregated discovery that the Accept header names first; NULL = none.
static const char *aggregated_version(const struct kube_call *call)
{
	const char *accept = request_header(call->request, "accept");
	if (!accept || !strstr(accept, "as=APIGroupDiscoveryList"))
		return NULL;
	const char *stable = strstr(accept, "v=v2;"), *beta = strstr(accept, "v=v2beta1;");
	return stable && (!beta || stable < beta) ? "v2" : beta ? "v2beta1" : NULL;
}

static bool serve_group(struct kube_call *call, const char *rest)
{
	char group[256] = "", version[64] = "";
	struct buffer out;
	const char *groups[GROUPS_MOST];
	if (sscanf(rest, "%255[^/]/%63[^/]", group, version) < 1)
		return false;
	if (*version)
		return send_legacy_resources(call, group, version);
	size_t count = groups_of(call->kube, groups);
	for (size_t i = 0; i < count; i++)
		if (!strcmp(groups[i], group)) {
			buffer_init(&out, DISCOVERY_LIMIT);
			add_legacy_group(&out, call->kube, group, true);
			kube_send(call, 200, "application/json", &out);
			return true;
		}
	return false;
}

bool kube_serve_discovery(struct kube_call *call)
{
	const char *path = call->request->path, *version = aggregated_version(call);
	bool core = !strcmp(path, "/api") || !strcmp(path, "/api/");
	bool named = !strcmp(path, "/apis") || !strcmp(path, "/apis/");
	if (strcmp(call->request->method, "GET") != 0)
		return false;
	if (!strcmp(path, "/version") || !strcmp(path, "/version/"))
		return send_version(call), true;
	if ((core || named) && version)
		return send_aggregated(call, version, core), true;
	if (core)
		return send_text(call,
		               "{\"kind\":\"APIVersions\",\"versions\":[\"v1\"],\"serverAddressByClientCIDRs\":[]}\n"),
		       true;
	if (named)
		return send_legacy_groups(call), true;
	if (!strcmp(path, "/api/v1") || !strcmp(path, "/api/v1/"))
		return send_legacy_resources(call, "", "v1");
	if (!strncmp(path, "/apis/", 6))
		return serve_group(call, path + 6);
	return false;
}
