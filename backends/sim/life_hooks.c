// SPDX-License-Identifier: Apache-2.0
// What clients do to objects, as the model hears of it.
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim/life_draw_private.h"
#include "sim/peerpods.h"
#include "sim/workloads.h"

#include "base/banned.h"

#define HANDLER "kata-remote"

static struct kubernetes *kubernetes_under(struct kube *kube)
{
	const struct cluster *cluster = kube_cluster(kube);
	return cluster ? kubernetes_of(kube_world(kube), cluster->base.id) : NULL;
}

static bool is_a(const struct kube_object *object, const char *plural)
{
	return !strcmp(kube_object_resource(object)->plural, plural);
}

static bool is_adaptors(const struct kube_object *object, const char *name)
{
	return !strcmp(kube_namespace(object), CAA_NAMESPACE) && !strcmp(kube_name(object), name);
}

// A class that is not there any more counts as this one: it may have been deleted under its pods.
static bool is_peer_pod(struct kube *kube, const cJSON *tree)
{
	const char *name = tree_text(tree, "spec.runtimeClassName");
	if (!*name)
		return false;
	const cJSON *class = kube_get(kube, kube_resource(kube, "runtimeclasses.node.k8s.io"), NULL, name);
	return class ? !strcmp(tree_text(class, "handler"), HANDLER) : !strcmp(name, HANDLER);
}

static bool is_adaptor_pod(const cJSON *tree)
{
	const cJSON *container = tree_find(tree_path(tree, "spec.containers"), "name", CAA_CONTAINER);
	return container && !strcmp(tree_text(tree, "metadata.namespace"), CAA_NAMESPACE);
}

static bool is_adaptor_set(const cJSON *tree)
{
	const cJSON *container;
	cJSON_ArrayForEach(container, tree_path(tree, "spec.template.spec.containers"))
	{
		if (strstr(tree_text(container, "image"), "cloud-api-adaptor"))
			return !strcmp(tree_text(tree, "metadata.namespace"), CAA_NAMESPACE);
	}
	return false;
}

// A pod that a client or a controller of the API has made.
static void adopt(struct kubernetes *kubernetes, const struct kube_object *object, const cJSON *tree)
{
	struct world *world = kubernetes->world;
	if (pod_by_uid(kubernetes, kube_uid(object)))
		return;
	struct pod *pod = pod_create(kubernetes, NULL, world_text(world, kube_namespace(object)),
	        world_text(world, kube_name(object)), true);
	snprintf(pod->uid, sizeof(pod->uid), "%s", kube_uid(object));
	pod->given = pod->drawn = true;
	pod->scheduled_by_api = true;
	pod->dirty = false;
	pod->restart_policy = world_text(world, tree_text(tree, "spec.restartPolicy"));
	pod->usual_grace_s = tree_int(tree, "spec.terminationGracePeriodSeconds", 30);
	const cJSON *container = tree_path(tree, "spec.containers");
	pod->image = world_text(world, tree_text(container ? container->child : NULL, "image"));
	if (strcmp(pod->restart_policy, "Always") != 0)
		pod->life_ms = 8000;
}

static void bound(struct kubernetes *kubernetes, const struct kube_object *object, const cJSON *tree)
{
	struct pod *pod = pod_by_uid(kubernetes, kube_uid(object));
	const char *name = tree_text(tree, "spec.nodeName");
	if (!pod || pod->node || !*name || !pod->scheduled_by_api)
		return;
	pod->node_name = world_text(kubernetes->world, name);
	if (node_by_name(kubernetes, name))
		pod_schedule(pod);
}

static void config_read(struct kubernetes *kubernetes, const cJSON *tree)
{
	struct caa_config config = {0};
	const cJSON *entry;
	config.role_arn = kubernetes->config.role_arn;
	config.access_key = kubernetes->config.access_key;
	config.has_token = kubernetes->config.has_token;
	config.type = "ecs.g8i.xlarge";
	config.limit = 10;
	config.disk_gib = 40;
	cJSON_ArrayForEach(entry, tree_member(tree, "data"))
	{
		if (cJSON_IsString(entry))
			caa_config_set(kubernetes->world, &config, entry->string, entry->valuestring);
	}
	kubernetes->config = config;
	kubernetes->config_changed = kubernetes->config_drawn = kubernetes->world->now;
}

static void secret_read(struct kubernetes *kubernetes, const cJSON *tree)
{
	const cJSON *entry;
	kubernetes->config.role_arn = kubernetes->config.access_key = NULL;
	cJSON_ArrayForEach(entry, tree_member(tree, "data"))
	{
		struct buffer text;
		buffer_init(&text, 4096);
		if (cJSON_IsString(entry) && text_decode_base64(&text, entry->valuestring, strlen(entry->valuestring)))
			caa_config_set(kubernetes->world, &kubernetes->config, entry->string, buffer_text(&text));
		buffer_finish(&text);
	}
}

// Any Secret that the DaemonSet takes its environment from.
static bool is_environment(struct kube *kube, const char *name)
{
	const cJSON *set = kube_get(kube, kube_resource(kube, "daemonsets.apps"), CAA_NAMESPACE, CAA_DAEMON_SET);
	const cJSON *container, *from;
	if (!strcmp(name, CAA_SECRET))
		return true;
	cJSON_ArrayForEach(container, tree_path(set, "spec.template.spec.containers"))
	{
		cJSON_ArrayForEach(from, tree_member(container, "envFrom"))
		{
			if (!strcmp(tree_text(from, "secretRef.name"), name))
				return true;
		}
	}
	return false;
}

static bool node_fits(struct kube *kube, const cJSON *set, const char *name)
{
	const struct kube_object *node = kube_find(kube, kube_resource(kube, "nodes"), NULL, name);
	const cJSON *wanted;
	cJSON_ArrayForEach(wanted, tree_path(set, "spec.template.spec.nodeSelector"))
	{
		const char *value = node ? kube_label(node, wanted->string) : NULL;
		if (!value || !cJSON_IsString(wanted) || strcmp(value, wanted->valuestring) != 0)
			return false;
	}
	return node != NULL;
}

// The DaemonSet's controller: one adaptor on each node that fits.
static void place_adaptors(struct kubernetes *kubernetes)
{
	struct kube *kube = kubernetes->kube;
	const cJSON *set = kube_get(kube, kube_resource(kube, "daemonsets.apps"), CAA_NAMESPACE, CAA_DAEMON_SET);
	struct kube_node *node;
	if (!set || !kubernetes->installed)
		return;
	cJSON *copy = tree_copy(set);
	kubernetes->set_dirty = true;
	EACH_OF(node, &kubernetes->nodes)
	{
		node->worker = node_fits(kube, copy, node->name);
		if (node->worker && node->caa.state == CAA_ABSENT && node->state == NODE_UP)
			caa_install(node);
		else if (!node->worker && node->caa.state != CAA_ABSENT)
			caa_remove(node, false);
	}
	cJSON_Delete(copy);
}

static const char *set_image(const cJSON *set)
{
	const cJSON *container;
	cJSON_ArrayForEach(container, tree_path(set, "spec.template.spec.containers"))
	{
		if (strstr(tree_text(container, "image"), "cloud-api-adaptor"))
			return tree_text(container, "image");
	}
	return "";
}

static bool mounts_token(const cJSON *set)
{
	const cJSON *volume, *source;
	cJSON_ArrayForEach(volume, tree_path(set, "spec.template.spec.volumes"))
	{
		cJSON_ArrayForEach(source, tree_path(volume, "projected.sources"))
		{
			if (!strcmp(tree_text(source, "serviceAccountToken.audience"), "sts.aliyuncs.com"))
				return true;
		}
	}
	return false;
}

static void set_applied(struct kubernetes *kubernetes, const struct kube_object *object, const cJSON *set)
{
	const char *image = set_image(set);
	kubernetes->release = caa_release_of_image(image);
	kubernetes->image = world_text(kubernetes->world, image);
	kubernetes->config.has_token = mounts_token(set);
	snprintf(kubernetes->set_uid, sizeof(kubernetes->set_uid), "%s", kube_uid(object));
	if (kubernetes->installed) {
		kubernetes->generation++;
		kubernetes->set_dirty = true;
		caa_roll_out(kubernetes);
		return;
	}
	kubernetes->installed = kubernetes->given = true;
	kubernetes->installed_at = kubernetes->world->now;
	life_read_installation(kubernetes);
	place_adaptors(kubernetes);
}

void life_read_installation(struct kubernetes *kubernetes)
{
	struct kube *kube = kubernetes->kube;
	const cJSON *map = kube_get(kube, kube_resource(kube, "configmaps"), CAA_NAMESPACE, CAA_CONFIG_MAP);
	if (map)
		config_read(kubernetes, map);
	const struct kube_resource *secrets = kube_resource(kube, "secrets");
	for (size_t i = kube_from(kube, secrets, CAA_NAMESPACE); i < kube_count(kube, secrets); i++) {
		const struct kube_object *secret = kube_at(kube, secrets, i);
		if (strcmp(kube_namespace(secret), CAA_NAMESPACE) != 0)
			break;
		if (is_environment(kube, kube_name(secret)))
			secret_read(kubernetes, kube_tree(kube, secret));
	}
}

static void on_settings(struct kubernetes *kubernetes, const struct kube_object *object, const cJSON *tree)
{
	if (is_a(object, "configmaps") && is_adaptors(object, CAA_CONFIG_MAP))
		config_read(kubernetes, tree);
	else if (is_a(object, "secrets") && !strcmp(kube_namespace(object), CAA_NAMESPACE) &&
	         is_environment(kubernetes->kube, kube_name(object)))
		secret_read(kubernetes, tree);
}

static void on_created(struct kube *kube, const struct kube_object *object, const cJSON *tree, void *user)
{
	struct kubernetes *kubernetes = kubernetes_under(kube);
	(void)user;
	if (!kubernetes || kubernetes->drawing)
		return;
	if (is_a(object, "pods") && is_peer_pod(kube, tree)) {
		adopt(kubernetes, object, tree);
		bound(kubernetes, object, tree);
	} else if (is_a(object, "daemonsets") && is_adaptor_set(tree)) {
		set_applied(kubernetes, object, tree);
	} else if (is_a(object, "customresourcedefinitions") && !strcmp(kube_name(object), PEERPODS)) {
		if (kubernetes->controller == CONTROLLER_ABSENT)
			kubernetes->controller = CONTROLLER_REMOVED;
	} else if (is_a(object, "deployments") && !strcmp(kube_name(object), CONTROLLER)) {
		kubernetes->controller = kubernetes->config.access_key ? CONTROLLER_READY : CONTROLLER_NO_CREDENTIALS;
	} else if (is_a(object, "nodes")) {
		place_adaptors(kubernetes);
	} else {
		on_settings(kubernetes, object, tree);
	}
}

static void peerpod_updated(struct kubernetes *kubernetes, const struct kube_object *object, const cJSON *tree)
{
	struct peerpod *peerpod;
	EACH_OF(peerpod, &kubernetes->peerpods)
	if (!strcmp(peerpod->uid, kube_uid(object)) && peerpod->finalizer && !tree_path(tree, "metadata.finalizers")) {
		peerpod_without_finalizer(peerpod);
		return;
	}
}

static void on_updated(
        struct kube *kube, const struct kube_object *object, const cJSON *before, const cJSON *after, void *user)
{
	struct kubernetes *kubernetes = kubernetes_under(kube);
	(void)user;
	if (!kubernetes || kubernetes->drawing)
		return;
	if (is_a(object, "pods"))
		bound(kubernetes, object, after);
	else if (is_a(object, "daemonsets") && is_adaptor_set(after)) {
		if (!tree_equal(tree_path(before, "spec.template"), tree_path(after, "spec.template")))
			set_applied(kubernetes, object, after);
	} else if (is_a(object, "nodes")) {
		if (!tree_equal(tree_path(before, "metadata.labels"), tree_path(after, "metadata.labels")))
			place_adaptors(kubernetes);
	} else if (is_a(object, "peerpods")) {
		peerpod_updated(kubernetes, object, after);
	} else if (is_a(object, "deployments") || is_a(object, "statefulsets")) {
		struct workload *workload;
		int64_t replicas = tree_int(after, "spec.replicas", 1);
		EACH_OF(workload, &kubernetes->workloads)
		if ((!strcmp(workload->uid, kube_uid(object)) || !strcmp(workload->owner_uid, kube_uid(object))) &&
		        workload->replicas != replicas) {
			workload_scale(workload, replicas);
			return;
		}
	} else {
		on_settings(kubernetes, object, after);
	}
}

static void on_deleting(struct kube *kube, const struct kube_object *object, const cJSON *tree, void *user)
{
	struct kubernetes *kubernetes = kubernetes_under(kube);
	(void)user;
	if (!kubernetes || kubernetes->drawing)
		return;
	struct pod *pod = is_a(object, "pods") ? pod_by_uid(kubernetes, kube_uid(object)) : NULL;
	if (pod) {
		pod_delete(pod, tree_int(tree, "metadata.deletionGracePeriodSeconds", -1));
		return;
	}
	struct peerpod *peerpod;
	if (is_a(object, "peerpods"))
		EACH_OF(peerpod, &kubernetes->peerpods)
	if (!strcmp(peerpod->uid, kube_uid(object))) {
		peerpod_delete(peerpod);
		return;
	}
}

static void adaptor_pod_removed(struct kubernetes *kubernetes, const char *uid)
{
	struct kube_node *node;
	EACH_OF(node, &kubernetes->nodes)
	if (node->caa.state != CAA_ABSENT && !strcmp(node->caa.pod_uid, uid)) {
		node->caa.drawn = false;
		caa_remove(node, true);
	}
}

static void workload_removed(struct kubernetes *kubernetes, const char *uid)
{
	struct workload *workload;
	EACH_OF(workload, &kubernetes->workloads)
	if (!strcmp(workload->uid, uid) ||
	        (workload->sort != WORKLOAD_DEPLOYMENT && !strcmp(workload->owner_uid, uid))) {
		workload_end(workload);
		return;
	}
}

static void installation_removed(struct kubernetes *kubernetes)
{
	struct kube_node *node;
	kubernetes->installed = false;
	EACH_OF(node, &kubernetes->nodes)
	{
		node->worker = false;
		caa_remove(node, false);
	}
}

static void on_removed(struct kube *kube, const struct kube_object *object, const cJSON *tree, void *user)
{
	struct kubernetes *kubernetes = kubernetes_under(kube);
	const char *uid = kube_uid(object);
	(void)user;
	if (!kubernetes || kubernetes->drawing)
		return;
	struct pod *pod = is_a(object, "pods") ? pod_by_uid(kubernetes, uid) : NULL;
	if (pod) {
		pod->drawn = false;
		if (pod->mirror)
			pod_delete(pod, 0);
		else
			pod_gone_from_api(pod);
	} else if (is_a(object, "pods") && is_adaptor_pod(tree)) {
		adaptor_pod_removed(kubernetes, uid);
	} else if (is_a(object, "daemonsets") && is_adaptor_set(tree)) {
		installation_removed(kubernetes);
	} else if (is_a(object, "deployments") && !strcmp(kube_name(object), CONTROLLER)) {
		kubernetes->controller = CONTROLLER_REMOVED;
	} else if (is_a(object, "peerpods")) {
		struct peerpod *peerpod;
		EACH_OF(peerpod, &kubernetes->peerpods)
		if (!strcmp(peerpod->uid, uid)) {
			peerpod->drawn = false;
			peerpod->deleting = kubernetes->world->now;
			peerpod_without_finalizer(peerpod);
			return;
		}
	} else {
		workload_removed(kubernetes, uid);
	}
}

static bool runs(struct kube *kube, const struct kube_object *object, const cJSON *tree, void *user)
{
	struct kubernetes *kubernetes = kubernetes_under(kube);
	(void)user;
	return kubernetes &&
	       (is_peer_pod(kube, tree) || is_adaptor_pod(tree) || pod_by_uid(kubernetes, kube_uid(object)));
}

static bool drives(struct kube *kube, const struct kube_object *object, void *user)
{
	struct kubernetes *kubernetes = kubernetes_under(kube);
	const struct workload *workload;
	(void)user;
	if (!kubernetes)
		return false;
	if (is_a(object, "pods")) {
		const struct pod *pod = pod_by_uid(kubernetes, kube_uid(object));
		return pod && !pod->scheduled_by_api;
	}
	if (is_a(object, "daemonsets"))
		return !strcmp(kube_uid(object), kubernetes->set_uid) || is_adaptor_set(kube_tree(kube, object));
	EACH_OF(workload, &kubernetes->workloads)
	if (!strcmp(workload->uid, kube_uid(object)) || !strcmp(workload->namespace, kube_namespace(object)))
		if (!strncmp(kube_name(object), workload->name, strlen(workload->name)))
			return true;
	return false;
}

static bool log_lines(struct kube *kube, const struct kube_object *object, const char *container, bool previous,
        struct kube_log *log, void *user)
{
	struct kubernetes *kubernetes = kubernetes_under(kube);
	const struct kube_node *node;
	(void)user;
	if (!kubernetes || strcmp(container, CAA_CONTAINER) != 0)
		return false;
	EACH_OF(node, &kubernetes->nodes)
	{
		const struct caa_lines *lines = previous ? node->caa.previous : node->caa.current;
		if (node->caa.state == CAA_ABSENT || strcmp(node->caa.pod_uid, kube_uid(object)) != 0)
			continue;
		if (node->state != NODE_UP) {
			kube_log_cut_off(log);
			return true;
		}
		if (!lines && !(previous ? NULL : node->caa.previous))
			return false;
		// While a container waits for its restart, the last one's log is what there is.
		if (!lines)
			lines = node->caa.previous;
		kube_log_dropped(log, lines->dropped);
		for (size_t i = 0; i < lines->count; i++) {
			const struct caa_line *line = caa_lines_at(lines, i);
			kube_log_line(log, line->time, line->text, strlen(line->text));
		}
		if (!previous && caa_runs(&node->caa))
			kube_log_lives(log);
		return true;
	}
	return false;
}

void life_hooks_add(struct kube *kube)
{
	kube_add_hooks(kube, &(struct kube_hooks){.created = on_created,
	                             .updated = on_updated,
	                             .deleting = on_deleting,
	                             .removed = on_removed,
	                             .log = log_lines,
	                             .runs = runs,
	                             .drives = drives});
}
