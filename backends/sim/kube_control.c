// SPDX-License-Identifier: Apache-2.0
// The controllers of workloads: each looks at its object soon after something about it changed.
#include "config.h"
#include "sim/kube_control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kube_defaults.h"
#include "sim/kube_populate.h"
#include "sim/kube_users.h"

#include "base/banned.h"

enum { LOOK_MS = 150, REFUSED_MS = 30 * 1000 };

static const struct control {
	const char *group, *plural;
	void (*look)(struct kube *kube, const struct kube_object *object);
} controls[] = {
        {"apps", "daemonsets", control_daemon_set},
        {"apps", "deployments", control_deployment},
        {"apps", "replicasets", control_replica_set},
        {"apps", "statefulsets", control_stateful_set},
        {"batch", "jobs", control_job},
};

static const struct control *control_of(const struct kube_object *object)
{
	for (size_t i = 0; i < COUNT_OF(controls); i++)
		if (!strcmp(controls[i].plural, object->resource->plural) &&
		        !strcmp(controls[i].group, object->resource->group))
			return &controls[i];
	return NULL;
}

bool kube_is_driven(struct kube *kube, const struct kube_object *object)
{
	for (size_t i = 0; i < kube->hook_count; i++)
		if (kube->hooks[i].drives && kube->hooks[i].drives(kube, object, kube->hooks[i].user))
			return true;
	return false;
}

static void look(struct kube *kube, const struct kube_object *constant, int64_t argument)
{
	(void)argument;
	constant->self->queued = false;
	control_of(constant)->look(kube, constant);
}

// While the cluster is being filled everything has long been settled: what a controller makes is there at once.
static void look_now(struct kube *kube, struct kube_object *object)
{
	char uid[37];
	memcpy(uid, object->uid, sizeof(uid));
	object->queued = true;
	control_of(object)->look(kube, object);
	const struct kube_object *still = kube_by_uid(kube, uid);
	if (!still)
		return;
	control_of(still)->look(kube, still);
	still = kube_by_uid(kube, uid);
	if (still)
		still->self->queued = false;
}

static void enqueue(struct kube *kube, const struct kube_object *object)
{
	if (!object || object->queued || !control_of(object))
		return;
	if (!kube->populated) {
		look_now(kube, object->self);
		return;
	}
	object->self->queued = true;
	kube_later(kube, LOOK_MS, object, look, 0);
}

static void again(struct kube *kube, const struct kube_object *object, int64_t argument)
{
	(void)argument;
	enqueue(kube, object);
}

void control_look_again(struct kube *kube, const struct kube_object *object, int64_t after_ms)
{
	kube_later(kube, after_ms, object, again, 0);
}

void control_dependants(
        struct kube *kube, const struct kube_object *owner, const char *kind, bool all, struct kube_pods *out)
{
	const struct kube_resource *resource = kube_resource(kube, kind);
	const struct kube_owner *known = kube_owner(kube, owner->uid);
	out->count = 0;
	for (size_t i = 0; known && i < known->count && out->count < MAX_DEPENDANTS; i++)
		if (known->dependants[i]->resource == resource && (all || !known->dependants[i]->deletion))
			out->items[out->count++] = known->dependants[i];
}

bool control_pod_is_ready(struct kube *kube, const struct kube_object *pod)
{
	const cJSON *conditions = tree_path(kube_tree(kube, pod), "status.conditions");
	return !pod->deletion && !strcmp(tree_text(tree_find(conditions, "type", "Ready"), "status"), "True");
}

const char *control_label_of(const struct kube_object *object, const char *name)
{
	const char *value = kube_label(object, name);
	return value ? value : "";
}

void control_hash(const cJSON *template, char out[11])
{
	static const char letters[] = "bcdfghjklmnpqrstvwxz2456789";
	uint64_t hash = 14695981039346656037u;
	char *text = cJSON_PrintUnformatted(template);
	for (const char *c = text; c && *c; c++)
		hash = (hash ^ (unsigned char)*c) * 1099511628211u;
	free(text);
	for (size_t i = 0; i < 10; i++, hash /= 27)
		out[i] = letters[hash % 27];
	out[10] = 0;
}

void control_set_owner(cJSON *metadata, const struct kube_object *owner)
{
	char version[API_VERSION_SIZE];
	tree_set(metadata, "ownerReferences",
	        tree_printf(
	                "[{\"apiVersion\":\"%s\",\"kind\":\"%s\",\"name\":\"%s\",\"uid\":\"%s\",\"controller\":true,"
	                "\"blockOwnerDeletion\":true}]",
	                kube_api_version(owner->resource, version), owner->resource->kind, owner->name, owner->uid));
}

// Admission refuses a pod whose RuntimeClass is not there; the controller tries again, and again.
static bool is_admitted(struct kube *kube, const struct kube_object *owner)
{
	const char *class = tree_text(kube_tree(kube, owner), "spec.template.spec.runtimeClassName");
	char component[64], uid[37];
	if (!*class || !kube->populated ||
	        kube_find(kube, kube_resource(kube, "runtimeclasses.node.k8s.io"), NULL, class))
		return true;
	memcpy(uid, owner->uid, sizeof(uid));
	snprintf(component, sizeof(component), "%s-controller", owner->resource->singular);
	kube_event(kube, owner, "Warning", "FailedCreate", component, NULL,
	        "Error creating: pods \"%s-\" is forbidden: pod rejected: RuntimeClass \"%s\" not found", owner->name,
	        class);
	owner = kube_by_uid(kube, uid);
	if (owner)
		control_look_again(kube, owner, REFUSED_MS);
	return false;
}

const struct kube_object *control_make_pod(struct kube *kube, const struct kube_object *owner, const char *name,
        const char *node, const char *label, const char *value)
{
	if (!is_admitted(kube, owner))
		return NULL;
	const cJSON *tree = kube_tree(kube, owner), *template = tree_path(tree, "spec.template");
	const cJSON *given = tree_member(template, "metadata");
	cJSON *pod = cJSON_CreateObject(), *metadata = given ? tree_copy(given) : cJSON_CreateObject();
	char prefix[300];
	tree_set(pod, "metadata", metadata);
	tree_set(metadata, "creationTimestamp", NULL);
	tree_set(metadata, "name", NULL);
	snprintf(prefix, sizeof(prefix), "%s-", owner->name);
	if (name)
		tree_set_text(metadata, "name", name);
	else
		tree_set_text(metadata, "generateName", prefix);
	tree_set_text(metadata, "namespace", owner->namespace);
	if (label)
		tree_set_text(tree_object(metadata, "labels"), label, value);
	control_set_owner(metadata, owner);
	if (!kube->populated)
		tree_set_text(metadata, "creationTimestamp", tree_text(tree, "metadata.creationTimestamp"));
	tree_set(pod, "spec", tree_copy(tree_member(template, "spec")));
	if (node)
		tree_set_text(tree_object(pod, "spec"), "nodeName", node);
	kube_default_pod(kube, pod);
	char uid[37];
	memcpy(uid, owner->uid, sizeof(uid));
	const struct kube_object *made = kube_put(kube, kube_resource(kube, "pods"), pod, "kube-controller-manager");
	const struct kube_object *still = kube_by_uid(kube, uid);
	if (made && still && kube->populated) {
		char component[64];
		snprintf(component, sizeof(component), "%s-controller", still->resource->singular);
		kube_event(kube, still, "Normal", "SuccessfulCreate", component, NULL, "Created pod: %s", made->name);
	}
	return made;
}

static void enqueue_owners(struct kube *kube, const cJSON *tree)
{
	const cJSON *reference;
	cJSON_ArrayForEach(reference, tree_path(tree, "metadata.ownerReferences"))
	{
		if (tree_flag(reference, "controller"))
			enqueue(kube, kube_by_uid(kube, tree_text(reference, "uid")));
	}
}

static void enqueue_daemon_sets(struct kube *kube)
{
	const struct kube_resource *sets = kube_resource(kube, "daemonsets.apps");
	for (size_t i = 0; i < kube_count(kube, sets); i++)
		enqueue(kube, kube_at(kube, sets, i));
}

static void equip_namespace(struct kube *kube, const struct kube_object *namespace)
{
	const char *name = namespace->name;
	const struct kube_resource *accounts = kube_resource(kube, "serviceaccounts"),
	                           *maps = kube_resource(kube, "configmaps");
	cJSON *account = tree_printf("{\"metadata\":{\"name\":\"default\",\"namespace\":\"%s\"}}", name);
	cJSON *map = tree_printf(
	        "{\"metadata\":{\"name\":\"kube-root-ca.crt\",\"namespace\":\"%s\"},\"data\":{\"ca.crt\":\"\"}}", name);
	tree_set_text(tree_object(map, "data"), "ca.crt", kube_authority_pem(kube_authority(kube)));
	const char *created = tree_text(kube_tree(kube, namespace), "metadata.creationTimestamp");
	tree_set_text(tree_object(account, "metadata"), "creationTimestamp", created);
	tree_set_text(tree_object(map, "metadata"), "creationTimestamp", created);
	kube_put(kube, accounts, account, "kube-controller-manager");
	kube_put(kube, maps, map, "kube-controller-manager");
}

static void on_created(struct kube *kube, const struct kube_object *object, const cJSON *tree, void *user)
{
	(void)user;
	enqueue_owners(kube, tree);
	if (!strcmp(object->resource->plural, "namespaces"))
		equip_namespace(kube, object);
	else if (!strcmp(object->resource->plural, "nodes"))
		enqueue_daemon_sets(kube);
	else
		enqueue(kube, object);
}

static void on_updated(
        struct kube *kube, const struct kube_object *object, const cJSON *before, const cJSON *after, void *user)
{
	(void)user;
	bool same = tree_int(before, "metadata.generation", 0) == tree_int(after, "metadata.generation", 0);
	enqueue_owners(kube, after);
	if (!strcmp(object->resource->plural, "nodes")) {
		if (!tree_equal(tree_path(before, "metadata.labels"), tree_path(after, "metadata.labels")) ||
		        !tree_equal(tree_path(before, "spec.taints"), tree_path(after, "spec.taints")))
			enqueue_daemon_sets(kube);
	} else if (!same) {
		enqueue(kube, object);
	}
}

static void on_removed(struct kube *kube, const struct kube_object *object, const cJSON *tree, void *user)
{
	(void)user;
	enqueue_owners(kube, tree);
	if (!strcmp(object->resource->plural, "nodes"))
		enqueue_daemon_sets(kube);
}

void kube_control_begin(struct kube *kube)
{
	kube_add_hooks(kube, &(struct kube_hooks){.created = on_created, .updated = on_updated, .removed = on_removed});
}
