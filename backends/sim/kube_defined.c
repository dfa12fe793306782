// SPDX-License-Identifier: Apache-2.0
// Custom resources: a CustomResourceDefinition makes its kind served, its end makes all of them go.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "sim/kube_private.h"
#include "sim/memory.h"

#include "base/banned.h"

static const char *text_of(struct kube *kube, const cJSON *node, const char *path)
{
	return world_text(kube->world, tree_text(node, path));
}

static const char *comma_list(struct kube *kube, const cJSON *list)
{
	struct buffer text;
	const cJSON *item;
	buffer_init(&text, 1024);
	cJSON_ArrayForEach(item, list)
	{
		if (cJSON_IsString(item))
			buffer_printf(&text, "%s%s", text.size ? "," : "", item->valuestring);
	}
	const char *kept = world_text(kube->world, buffer_text(&text));
	buffer_finish(&text);
	return kept;
}

static void columns_free(struct kube_resource *row)
{
	for (size_t i = 0; i < row->column_count; i++) {
		free(row->columns[i].name);
		free(row->columns[i].type);
		free(row->columns[i].path);
	}
	free(row->columns);
	row->columns = NULL;
	row->column_count = 0;
}

static void columns_read(struct kube_resource *row, const cJSON *list)
{
	const cJSON *item;
	columns_free(row);
	row->columns = memory_zeroed((size_t)cJSON_GetArraySize(list), sizeof(*row->columns));
	cJSON_ArrayForEach(item, list)
	{
		const char *name = tree_text(item, "name"), *type = tree_text(item, "type"),
		           *path = tree_text(item, "jsonPath");
		row->columns[row->column_count++] = (struct kube_column){
		        .name = memory_copy(name, strlen(name)),
		        .type = memory_copy(type, strlen(type)),
		        .path = memory_copy(path, strlen(path)),
		        .priority = (int)tree_int(item, "priority", 0),
		};
	}
}

static const cJSON *served_version(const cJSON *definition)
{
	const cJSON *version;
	cJSON_ArrayForEach(version, tree_path(definition, "spec.versions"))
	{
		if (tree_flag(version, "storage"))
			return version;
	}
	return NULL;
}

static struct kube_resource *find(const struct kube *kube, const cJSON *definition)
{
	const char *group = tree_text(definition, "spec.group"), *plural = tree_text(definition, "spec.names.plural");
	for (size_t i = kube_resource_count; i < kube->resource_count; i++)
		if (!strcmp(kube->resources[i]->group, group) && !strcmp(kube->resources[i]->plural, plural))
			return kube->resources[i];
	return NULL;
}

static void fill(struct kube *kube, struct kube_resource *row, const cJSON *definition, const cJSON *version)
{
	row->group = text_of(kube, definition, "spec.group");
	row->version = text_of(kube, version, "name");
	row->plural = text_of(kube, definition, "spec.names.plural");
	row->singular = text_of(kube, definition, "spec.names.singular");
	row->kind = text_of(kube, definition, "spec.names.kind");
	row->short_names = comma_list(kube, tree_path(definition, "spec.names.shortNames"));
	row->categories = comma_list(kube, tree_path(definition, "spec.names.categories"));
	row->fields = "";
	row->subresources = tree_path(version, "subresources.status") ? SUBRESOURCE_STATUS : 0;
	if (tree_path(version, "subresources.scale"))
		row->subresources |= SUBRESOURCE_SCALE;
	row->namespaced = !strcmp(tree_text(definition, "spec.scope"), "Namespaced");
	row->custom = true;
	row->withdrawn = !tree_flag(version, "served");
	columns_read(row, tree_member(version, "additionalPrinterColumns"));
}

void kube_defined_changed(struct kube *kube, const cJSON *definition)
{
	const cJSON *version = served_version(definition);
	struct kube_resource *row = find(kube, definition);
	if (!version || !*tree_text(definition, "spec.names.plural"))
		return;
	if (row) {
		fill(kube, row, definition, version);
		return;
	}
	if (kube->resource_count == MAX_RESOURCES)
		return;
	row = memory_zeroed(1, sizeof(*row));
	fill(kube, row, definition, version);
	row->index = kube->resource_count;
	kube->resources[kube->resource_count++] = row;
	kube->collections[row->index].history.lost = kube->version;
}

void kube_defined_removed(struct kube *kube, const cJSON *definition)
{
	struct kube_resource *row = find(kube, definition);
	if (!row)
		return;
	row->withdrawn = true;
	while (kube_count(kube, row))
		kube_remove(kube, kube_at(kube, row, kube_count(kube, row) - 1));
	kube_watches_wake(kube, row);
}

void kube_defined_finish(struct kube *kube)
{
	for (size_t i = kube_resource_count; i < kube->resource_count; i++) {
		columns_free(kube->resources[i]);
		free(kube->resources[i]);
	}
}

const struct kube_resource *kube_define(struct kube *kube, const char *group, const char *version, const char *plural,
        const char *singular, const char *kind, bool namespaced, bool has_status)
{
	char name[320];
	const struct kube_resource *definitions = kube_resource(kube, "customresourcedefinitions.apiextensions.k8s.io");
	snprintf(name, sizeof(name), "%s.%s", plural, group);
	cJSON *definition = tree_printf(
	        "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"group\":\"%s\",\"names\":{\"plural\":\"%s\",\"singular\":"
	        "\"%s\","
	        "\"kind\":\"%s\",\"listKind\":\"%sList\"},\"scope\":\"%s\",\"versions\":[{\"name\":\"%s\",\"served\":"
	        "true,"
	        "\"storage\":true,\"schema\":{\"openAPIV3Schema\":{\"type\":\"object\","
	        "\"x-kubernetes-preserve-unknown-fields\":true}}%s}],\"conversion\":{\"strategy\":\"None\"}},"
	        "\"status\":{\"conditions\":[{\"type\":\"NamesAccepted\",\"status\":\"True\",\"reason\":"
	        "\"NoConflicts\","
	        "\"message\":\"no conflicts found\"},{\"type\":\"Established\",\"status\":\"True\","
	        "\"reason\":\"InitialNamesAccepted\",\"message\":\"the initial names have been accepted\"}],"
	        "\"acceptedNames\":{\"plural\":\"%s\",\"singular\":\"%s\",\"kind\":\"%s\",\"listKind\":\"%sList\"},"
	        "\"storedVersions\":[\"%s\"]}}",
	        name, group, plural, singular, kind, kind, namespaced ? "Namespaced" : "Cluster", version,
	        has_status ? ",\"subresources\":{\"status\":{}}" : "", plural, singular, kind, kind, version);
	kube_put(kube, definitions, definition, "kubectl-client-side-apply");
	return kube_resource(kube, name);
}
