// SPDX-License-Identifier: Apache-2.0
// The resources that are read and changed here, a row each.
#include "config.h"
#include "kubernetes/api_resource.h"

#include <string.h>

#include "base/text.h"

#include "base/banned.h"

const struct api_resource api_resources[API_KINDS] = {
        [API_PODS] = {"", "v1", "pods", "Pod", true},
        [API_NODES] = {"", "v1", "nodes", "Node", false},
        [API_EVENTS] = {"", "v1", "events", "Event", true},
        [API_NAMESPACES] = {"", "v1", "namespaces", "Namespace", false},
        [API_CONFIG_MAPS] = {"", "v1", "configmaps", "ConfigMap", true},
        [API_DAEMON_SETS] = {"apps", "v1", "daemonsets", "DaemonSet", true},
        [API_RUNTIME_CLASSES] = {"node.k8s.io", "v1", "runtimeclasses", "RuntimeClass", false},
        [API_PEER_PODS] = {"confidentialcontainers.org", "v1alpha1", "peerpods", "PeerPod", true},
        [API_LEASES] = {"coordination.k8s.io", "v1", "leases", "Lease", true},
        [API_ACCESS_REVIEWS] = {"authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview",
                false},
};

static bool add_part(struct buffer *out, const char *part)
{
	return buffer_add_char(out, '/') && text_add_percent(out, part, strlen(part), NULL);
}

bool api_target_add_path(struct buffer *out, const struct api_target *target)
{
	const struct api_resource *resource = target->resource;

	buffer_add_text(out, *resource->group ? "/apis" : "/api");
	if (*resource->group)
		add_part(out, resource->group);
	add_part(out, resource->version);
	if (resource->has_space && target->space) {
		buffer_add_text(out, "/namespaces");
		add_part(out, target->space);
	}
	add_part(out, resource->plural);
	if (target->name)
		add_part(out, target->name);
	if (target->name && target->part)
		add_part(out, target->part);
	return !out->broken;
}

bool api_target_add_words(struct buffer *out, const struct api_target *target)
{
	buffer_add_text(out, target->resource->plural);
	if (*target->resource->group)
		buffer_printf(out, ".%s", target->resource->group);
	if (target->part)
		buffer_printf(out, "/%s", target->part);
	return !out->broken;
}

bool api_add_parameter(struct buffer *url, const char *name, const char *value)
{
	if (!value)
		return !url->broken;
	buffer_add_char(url, strchr(buffer_text(url), '?') ? '&' : '?');
	buffer_add_text(url, name);
	buffer_add_char(url, '=');
	return text_add_percent(url, value, strlen(value), NULL);
}
