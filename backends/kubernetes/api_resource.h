// SPDX-License-Identifier: Apache-2.0
// What the Kubernetes API calls things, and the paths made of that. Source: kubernetes docs, "Kubernetes API Concepts".
#ifndef PEERDECK_KUBERNETES_API_RESOURCE_H
#define PEERDECK_KUBERNETES_API_RESOURCE_H

#include "base/base.h"
#include "base/buffer.h"

enum api_kind {
	API_PODS,
	API_NODES,
	API_EVENTS,
	API_NAMESPACES,
	API_CONFIG_MAPS,
	API_DAEMON_SETS,
	API_RUNTIME_CLASSES,
	API_PEER_PODS,
	API_LEASES,
	API_ACCESS_REVIEWS, // SelfSubjectAccessReview
	API_KINDS,
};

struct api_resource {
	const char *group; // "" = core
	const char *version, *plural, *kind;
	bool has_space; // lives in a namespace
};
extern const struct api_resource api_resources[API_KINDS];

// One object, or with `name` NULL all of a namespace, or with `space` NULL as well all of the cluster.
struct api_target {
	const struct api_resource *resource;
	const char *space, *name;
	const char *part; // subresource: "log", "status"; NULL = none
};

// Appends "/api/v1/namespaces/NS/pods/NAME/log".
bool api_target_add_path(struct buffer *out, const struct api_target *target);
// "pods", "peerpods.confidentialcontainers.org", "pods/log".
bool api_target_add_words(struct buffer *out, const struct api_target *target);
// Appends "?name=value" or "&name=value", by whether the URL has a '?' yet; nothing for a NULL value.
bool api_add_parameter(struct buffer *url, const char *name, const char *value);

#endif
