// SPDX-License-Identifier: Apache-2.0
// Deleting objects: options in the body or in the query. kubernetes docs: DeleteOptions v1 meta.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim/kube_http.h"

#include "base/banned.h"

struct delete_options {
	int64_t grace;
	enum kube_propagation propagation;
	bool dry_run;
	char uid[64], version[32];
};

static bool set_propagation(struct kube_call *call, struct delete_options *options, const char *policy)
{
	static const char *const names[] = {"Background", "Foreground", "Orphan"};
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (!strcmp(names[i], policy)) {
			options->propagation = (enum kube_propagation)i;
			return true;
		}
	return kube_fail_invalid(call, "", "propagationPolicy", "FieldValueNotSupported",
	        "Unsupported value: supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"");
}

static bool read_options(struct kube_call *call, struct delete_options *options)
{
	const struct buffer *body = &call->request->body;
	cJSON *given = body->size ? cJSON_ParseWithLength(buffer_text(body), body->size) : NULL;
	*options = (struct delete_options){.grace = -1};
	if (body->size && !given)
		return kube_fail(call, 400, "BadRequest", "the delete options are not valid JSON");
	options->grace = tree_int(given, "gracePeriodSeconds", kube_query_int(call, "gracePeriodSeconds", -1));
	options->dry_run =
	        !strcmp(kube_query(call, "dryRun"), "All") || tree_has_text(tree_member(given, "dryRun"), "All");
	snprintf(options->uid, sizeof(options->uid), "%.60s", tree_text(given, "preconditions.uid"));
	snprintf(
	        options->version, sizeof(options->version), "%.30s", tree_text(given, "preconditions.resourceVersion"));
	const char *policy = tree_text(given, "propagationPolicy");
	bool good = true;
	if (tree_flag(given, "orphanDependents") || kube_query_flag(call, "orphanDependents"))
		options->propagation = KUBE_ORPHAN;
	if (*policy || *kube_query(call, "propagationPolicy"))
		good = set_propagation(call, options, *policy ? policy : kube_query(call, "propagationPolicy"));
	cJSON_Delete(given);
	return good;
}

static bool check_preconditions(struct kube_call *call, const struct delete_options *options, const struct kube_object *object)
{
	char version[24], resource[API_VERSION_SIZE];
	kube_group_resource(call->named, resource);
	snprintf(version, sizeof(version), "%llu", (unsigned long long)object->state->version);
	if (*options->uid && strcmp(options->uid, object->uid) != 0)
		return kube_fail(call, 409, "Conflict",
		        "Operation cannot be fulfilled on %s \"%s\": Precondition failed: UID in precondition: %s, UID "
		        "in "
		        "object meta: %s",
		        resource, object->name, options->uid, object->uid);
	if (*options->version && strcmp(options->version, version) != 0)
		return kube_fail(call, 409, "Conflict",
		        "Operation cannot be fulfilled on %s \"%s\": Precondition failed: ResourceVersion in "
		        "precondition: %s, "
		        "ResourceVersion in object meta: %s",
		        resource, object->name, options->version, version);
	return true;
}

void kube_serve_delete(struct kube_call *call)
{
	struct delete_options options;
	const struct kube_object *object = kube_find(call->kube, call->resource, call->namespace, call->name);
	if (!object) {
		kube_fail_not_found(call, call->name);
		return;
	}
	if (!read_options(call, &options) || !check_preconditions(call, &options, object))
		return;
	char uid[37];
	memcpy(uid, kube_uid(object), sizeof(uid));
	if (!options.dry_run && !kube_delete(call->kube, object, options.grace, options.propagation)) {
		kube_send_state(call, 200, kube_by_uid(call->kube, uid)->state);
		return;
	}
	cJSON *status =
	        tree_printf("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Success\"}");
	cJSON *details = tree_object(status, "details");
	tree_set_text(details, "name", call->name);
	if (*call->named->group)
		tree_set_text(details, "group", call->named->group);
	tree_set_text(details, "kind", call->named->plural);
	tree_set_text(details, "uid", uid);
	kube_send_tree(call, 200, status);
}

void kube_serve_delete_collection(struct kube_call *call)
{
	struct delete_options options;
	struct kube_selector selector;
	size_t count = 0;
	if (!kube_parse_selectors(call, &selector) || !read_options(call, &options))
		return;
	size_t from = *call->namespace ? kube_from(call->kube, call->resource, call->namespace) : 0;
	size_t most = kube_count(call->kube, call->resource);
	char(*uids)[37] = arena_alloc(call->arena, most * sizeof(*uids));
	for (size_t i = from; uids && i < most; i++) {
		const struct kube_object *object = kube_at(call->kube, call->resource, i);
		if (*call->namespace && strcmp(object->namespace, call->namespace) != 0)
			break;
		if (selector_matches(&selector, object->state))
			memcpy(uids[count++], object->uid, 37);
	}
	for (size_t i = 0; i < count && !options.dry_run; i++) {
		const struct kube_object *object = kube_by_uid(call->kube, uids[i]);
		if (object)
			kube_delete(call->kube, object, options.grace, options.propagation);
	}
	kube_send_success(call, 200, NULL);
}
