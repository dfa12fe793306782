// SPDX-License-Identifier: Apache-2.0
// What of an object the server alone decides: uid, times, generation, names that it makes up.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "sim/kube_private.h"

#include "base/banned.h"

void kube_uuid(struct kube *kube, char out[37])
{
	random_uuid(&kube->random, false, out);
}

void kube_generate_name(struct kube *kube, cJSON *metadata)
{
	static const char letters[] = "bcdfghjklmnpqrstvwxz2456789";
	const char *prefix = tree_text(metadata, "generateName");
	char name[320];
	if (*tree_text(metadata, "name") || !*prefix)
		return;
	int length = snprintf(name, sizeof(name), "%.248s", prefix);
	for (int i = 0; i < 5; i++)
		name[length++] = letters[random_below(&kube->random, sizeof(letters) - 1)];
	name[length] = 0;
	tree_set_text(metadata, "name", name);
}

static bool has_generation(const struct kube_resource *resource)
{
	return resource->custom || !strcmp(resource->plural, "pods") ||
	       (*resource->group && (resource->subresources & SUBRESOURCE_STATUS));
}

// Whether anything but metadata and status differs.
static bool spec_differs(const cJSON *before, const cJSON *after)
{
	const cJSON *const both[] = {before, after};
	for (size_t i = 0; i < 2; i++)
		for (const cJSON *member = both[i]->child; member; member = member->next)
			if (strcmp(member->string, "metadata") != 0 && strcmp(member->string, "status") != 0 &&
			        strcmp(member->string, "kind") != 0 && strcmp(member->string, "apiVersion") != 0 &&
			        !tree_equal(member, tree_member(both[1 - i], member->string)))
				return true;
	return false;
}

static void keep_member(cJSON *metadata, const cJSON *old, const char *name)
{
	const cJSON *value = tree_member(old, name);
	tree_set(metadata, name, value ? tree_copy(value) : NULL);
}

void kube_settle_metadata(
        struct kube *kube, const struct kube_resource *resource, cJSON *object, const struct kube_object *present)
{
	static const char *const kept[] = {"uid", "creationTimestamp", "deletionTimestamp",
	        "deletionGracePeriodSeconds", "resourceVersion", "generation"};
	char version[API_VERSION_SIZE], uid[37];
	cJSON *metadata = tree_object(object, "metadata");
	tree_set_text(object, "kind", resource->kind);
	tree_set_text(object, "apiVersion", kube_api_version(resource, version));
	if (!resource->namespaced)
		tree_set(metadata, "namespace", NULL);
	tree_set(metadata, "managedFields", NULL);
	tree_set(metadata, "selfLink", NULL);
	if (present) {
		const cJSON *before = kube_tree(kube, present);
		for (size_t i = 0; i < COUNT_OF(kept); i++)
			keep_member(metadata, tree_member(before, "metadata"), kept[i]);
		if (has_generation(resource) && spec_differs(before, object))
			tree_set_int(metadata, "generation", tree_int(metadata, "generation", 0) + 1);
		return;
	}
	kube_generate_name(kube, metadata);
	tree_set(metadata, "resourceVersion", NULL);
	tree_set(metadata, "deletionTimestamp", NULL);
	tree_set(metadata, "deletionGracePeriodSeconds", NULL);
	tree_set(metadata, "generation", has_generation(resource) ? cJSON_CreateNumber(1) : NULL);
	if (!*tree_text(metadata, "uid")) {
		kube_uuid(kube, uid);
		tree_set_text(metadata, "uid", uid);
	}
	if (!tree_time(metadata, "creationTimestamp"))
		tree_set_time(metadata, "creationTimestamp", kube_now(kube));
}
