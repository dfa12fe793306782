// SPDX-License-Identifier: Apache-2.0
// Who am I, what may I? kubernetes docs: Checking API access
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "sim/kube_http.h"

#include "base/banned.h"

static bool allows(struct kube_call *call, const struct kube_subject *subject, const cJSON *spec)
{
	const cJSON *path = tree_member(spec, "nonResourceAttributes"),
	            *resource = tree_member(spec, "resourceAttributes");
	struct kube_access access = {
	        .verb = tree_text(path ? path : resource, "verb"),
	        .group = tree_text(resource, "group"),
	        .resource = tree_text(resource, "resource"),
	        .subresource = tree_text(resource, "subresource"),
	        .namespace = tree_text(resource, "namespace"),
	        .name = tree_text(resource, "name"),
	        .path = path ? tree_text(path, "path") : NULL,
	};
	return kube_users_allow(call->kube, subject, &access);
}

static void review_access(struct kube_call *call, cJSON *review, const struct kube_subject *subject)
{
	cJSON *status = cJSON_CreateObject();
	bool allowed = allows(call, subject, tree_member(review, "spec"));
	tree_set_flag(status, "allowed", allowed);
	if (allowed)
		tree_set_text(status, "reason", "RBAC: allowed by a binding of the subject or one of its groups");
	tree_set(review, "status", status);
}

static void review_another(struct kube_call *call, cJSON *review)
{
	struct kube_subject subject = {0};
	const cJSON *group, *spec = tree_member(review, "spec");
	snprintf(subject.name, sizeof(subject.name), "%.120s", tree_text(spec, "user"));
	cJSON_ArrayForEach(group, tree_member(spec, "groups"))
	{
		if (cJSON_IsString(group))
			kube_subject_add_group(&subject, group->valuestring);
	}
	review_access(call, review, &subject);
}

static void review_rules(struct kube_call *call, cJSON *review)
{
	cJSON *status = cJSON_CreateObject();
	kube_users_rules(call->kube, &call->subject, tree_text(review, "spec.namespace"),
	        tree_list(status, "resourceRules"), tree_list(status, "nonResourceRules"));
	tree_set_flag(status, "incomplete", false);
	tree_set(review, "status", status);
}

static cJSON *user_info(const struct kube_subject *subject)
{
	cJSON *info = cJSON_CreateObject();
	tree_set_text(info, "username", subject->name);
	for (size_t i = 0; i < subject->group_count; i++)
		cJSON_AddItemToArray(tree_list(info, "groups"), cJSON_CreateString(subject->groups[i]));
	return info;
}

static void review_token(struct kube_call *call, cJSON *review)
{
	struct request request = {.arena = call->request->arena};
	struct kube_subject subject;
	cJSON *status = cJSON_CreateObject();
	char *bearer = arena_printf(call->arena, "Bearer %s", tree_text(review, "spec.token"));
	struct pair header = {.name = "authorization", .value = bearer};
	request.headers = (struct pairs){.items = &header, .count = 1};
	bool known = kube_users_identify(call->kube, &request, call->simulator->wall, &subject);
	tree_set_flag(status, "authenticated", known);
	if (known)
		tree_set(status, "user", user_info(&subject));
	tree_set(review, "status", status);
}

static void review_self(struct kube_call *call, cJSON *review)
{
	cJSON *status = cJSON_CreateObject();
	tree_set(status, "userInfo", user_info(&call->subject));
	tree_set(review, "status", status);
}

void kube_serve_review(struct kube_call *call, cJSON *review)
{
	char version[API_VERSION_SIZE];
	const char *plural = call->resource->plural;
	tree_set_text(review, "kind", call->resource->kind);
	tree_set_text(review, "apiVersion", kube_api_version(call->resource, version));
	tree_object(review, "metadata");
	if (!strcmp(plural, "selfsubjectaccessreviews"))
		review_access(call, review, &call->subject);
	else if (!strcmp(plural, "selfsubjectrulesreviews"))
		review_rules(call, review);
	else if (!strcmp(plural, "selfsubjectreviews"))
		review_self(call, review);
	else if (!strcmp(plural, "tokenreviews"))
		review_token(call, review);
	else
		review_another(call, review);
	kube_send_tree(call, 201, review);
}
