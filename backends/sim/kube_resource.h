// SPDX-License-Identifier: Apache-2.0
// The kinds of objects that a Kubernetes API serves: one row each.
#ifndef PEERDECK_SIM_KUBE_RESOURCE_H
#define PEERDECK_SIM_KUBE_RESOURCE_H

#include <cjson/cJSON.h>

#include "base/base.h"

enum kube_subresource {
	SUBRESOURCE_STATUS = 1,
	SUBRESOURCE_SCALE = 2,
	SUBRESOURCE_LOG = 4,
	SUBRESOURCE_EVICTION = 8,
	SUBRESOURCE_BINDING = 16,
	SUBRESOURCE_TOKEN = 32,
	SUBRESOURCE_FINALIZE = 64,
	SUBRESOURCE_EPHEMERAL = 128,
};

// A column that a CustomResourceDefinition asks for.
struct kube_column {
	char *name, *type, *path; // path: ".spec.instanceID"
	int priority;
};

struct kube_resource {
	const char *group, *version, *plural, *singular, *kind; // group "" = core
	const char *short_names, *categories;                   // comma lists, "" = none
	const char *fields;                                     // selectable beyond metadata, comma list of paths
	unsigned subresources;
	bool namespaced;
	bool create_only; // reviews: nothing is kept
	bool custom;      // comes from a CustomResourceDefinition
	// Of custom resources: their columns, and whether the definition is still there.
	struct kube_column *columns;
	size_t column_count;
	bool withdrawn;
	size_t index; // among the resources of its cluster
};

extern const struct kube_resource kube_resources[];
extern const size_t kube_resource_count;

// "v1", "apps/v1"; the text lives in `out`.
enum { API_VERSION_SIZE = 320 };
const char *kube_api_version(const struct kube_resource *resource, char out[API_VERSION_SIZE]);
// "pods", "peerpods.confidentialcontainers.org": how errors and RBAC name it.
const char *kube_group_resource(const struct kube_resource *resource, char out[API_VERSION_SIZE]);
// Whether `word` stands in the comma list.
bool kube_listed(const char *list, const char *word);

#endif
