// SPDX-License-Identifier: Apache-2.0
#include "config.h"
#include "sim/oss_target.h"

#include <string.h>

#include "base/text.h"

#include "base/banned.h"

// Sub-resources that the real service has and the simulator has not: ignoring one would do something else.
static const char *const not_here[] = {"accessmonitor", "append", "asyncFetch", "callback", "cname", "cors",
        "encryption", "inventory", "lifecycle", "live", "logging", "policy", "policyStatus", "publicAccessBlock",
        "referer", "replication", "replicationLocation", "requestPayment", "resourceGroup", "restore", "stat", "style",
        "symlink", "tagging", "transferAcceleration", "versionId", "versioning", "versions", "vod", "website", "worm",
        "wormId", "x-oss-process"};

static bool ends_with(const char *text, size_t length, const char *end)
{
	return length >= strlen(end) && !strncmp(text + length - strlen(end), end, strlen(end));
}

// "oss-cn-beijing", "oss-cn-beijing-internal": remembers the region.
static bool is_endpoint_label(struct oss_call *call, const char *label, size_t length)
{
	static const char prefix[] = "oss-", internal[] = "-internal";
	if (length <= strlen(prefix) || strncmp(label, prefix, strlen(prefix)) != 0)
		return false;
	const char *region = label + strlen(prefix);
	length -= strlen(prefix);
	if (ends_with(region, length, internal))
		length -= strlen(internal);
	if (length != strlen("accelerate") || strncmp(region, "accelerate", length) != 0)
		call->region_name = arena_strndup(&call->request->arena, region, length);
	return true;
}

// The bucket that the host name tells; NULL = path style.
static const char *host_bucket(struct oss_call *call)
{
	static const char domain[] = ".aliyuncs.com", local[] = ".localhost";
	const char *host = request_header(call->request, "host");
	size_t length = host ? strcspn(host, ":") : 0;
	struct arena *arena = &call->request->arena;
	if (ends_with(host ? host : "", length, local))
		return arena_strndup(arena, host, length - strlen(local));
	if (!host || !ends_with(host, length, domain))
		return NULL;
	length -= strlen(domain);
	const char *dot = memchr(host, '.', length);
	if (!dot) {
		is_endpoint_label(call, host, length);
		return NULL;
	}
	if (!is_endpoint_label(call, dot + 1, length - (size_t)(dot + 1 - host)))
		return NULL;
	// Clients that always write BUCKET.ENDPOINT write .ENDPOINT when they mean no bucket.
	return dot == host ? NULL : arena_strndup(arena, host, (size_t)(dot - host));
}

static bool check_key(struct oss_call *call)
{
	const char *key = call->key;
	size_t length = strlen(key);
	if (length <= OSS_KEY_MOST && *key != '/' && *key != '\\' && text_is_utf8(key, length))
		return true;
	oss_detail(call, "ObjectName", length <= OSS_KEY_MOST && text_is_utf8(key, length) ? key : "");
	return oss_fail(call, "InvalidObjectName");
}

bool oss_target_find(struct oss_call *call)
{
	const char *path = call->request->path;
	char *rest = arena_strdup(&call->request->arena, *path == '/' ? path + 1 : path);
	size_t length = text_percent_decode(rest);
	if (length != strlen(rest))
		return oss_fail(call, "InvalidObjectName");
	call->bucket_name = host_bucket(call);
	if (!call->bucket_name && *rest) {
		char *slash = strchr(rest, '/');
		call->bucket_name = rest;
		rest = slash ? slash + 1 : rest + strlen(rest);
		if (slash)
			*slash = 0;
	}
	if (!call->bucket_name)
		return true;
	if (!bucket_name_is_valid(call->bucket_name)) {
		oss_detail(call, "BucketName", call->bucket_name);
		return oss_fail(call, "InvalidBucketName");
	}
	call->key = *rest ? rest : NULL;
	return !call->key || check_key(call);
}

static const struct oss_operation *search(
        const struct oss_call *call, const struct oss_operation *operations, size_t count, enum oss_scope scope)
{
	for (size_t i = 0; i < count; i++) {
		const struct oss_operation *operation = &operations[i];
		if (operation->scope == scope && !strcmp(operation->method, call->request->method) &&
		        (!operation->subresource || oss_query(call, operation->subresource)))
			return operation;
	}
	return NULL;
}

bool oss_operation_find(struct oss_call *call)
{
	for (size_t i = 0; i < COUNT_OF(not_here); i++)
		if (oss_query(call, not_here[i])) {
			oss_detail(call, "Header", not_here[i]);
			return oss_fail(call, "NotImplemented");
		}
	enum oss_scope scope = call->key ? OSS_OBJECT : call->bucket_name ? OSS_BUCKET : OSS_SERVICE;
	call->operation = search(call, oss_multipart_operations, oss_multipart_operation_count, scope);
	if (!call->operation)
		call->operation = search(call, oss_bucket_operations, oss_bucket_operation_count, scope);
	if (!call->operation)
		call->operation = search(call, oss_object_operations, oss_object_operation_count, scope);
	if (call->operation)
		return true;
	oss_detail(call, "Method", call->request->method);
	oss_detail(call, "ResourceType", call->key ? "Object" : call->bucket_name ? "Bucket" : "Service");
	return oss_fail(call, "MethodNotAllowed");
}
